"""The desk hears of extra authority that runs: how much, for whom, until when and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.extra import ExtraAuthority
from tickets.desk.access import desk_only


@require_safe
@desk_only
def extras(request: HttpRequest) -> HttpResponse:
    running = ExtraAuthority.objects.running(timezone.now()).told_to(request.user)
    context = {"extras": running.select_related("team", "person", "granted_by").order_by("ends_at")}
    return render(request, "desk/authority/_extras.html", context)
