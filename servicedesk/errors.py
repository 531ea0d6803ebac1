"""What people and programs see when something is refused: words, never a trace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.signed_out import is_kept, kept


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page stood open too long, or came from elsewhere. What was typed on our own page comes back on this one."""
    if is_kept(request):
        return kept(request)
    words = _("This page was open for too long. Please open it anew and send it again.")
    return render(request, "403.html", {"words": words}, status=403)


def api_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Refusals of the API: `{"detail": …}` or `{"field": ["…"]}`; a foreign object answers like a missing one."""
    response = exception_handler(error, context)
    if response is not None:
        response["Cache-Control"] = "no-store"
    return response
