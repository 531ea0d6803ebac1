"""Recently viewed: the way back to what one had open; everybody sees their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.glance import recent as recently_viewed

from .access import desk_only


@require_safe
@desk_only
def recent(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/recent.html", {"tickets": recently_viewed(request.user)})
