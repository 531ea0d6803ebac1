"""Promises in figures, for leads: what was kept, and how long tickets were parked; of teams, never of persons."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.team import Team
from tickets.sla.figures import TOO_FEW, kept
from tickets.sla.parked import parked

PERIODS: Final = (7, 28, 90)


@require_safe
def promise_figures(request: HttpRequest) -> HttpResponse:
    person = request.user
    if not (person.is_lead or (person.is_staff and person.is_active)):
        raise Http404
    teams = list(Team.objects.order_by("name") if person.is_staff else Team.objects.led_by(person))
    now, said = timezone.now(), request.GET.get("days", "")
    days = next((days for days in PERIODS if str(days) == said), PERIODS[1])
    since = now - timedelta(days=days)
    context = {
        "days": days,
        "periods": PERIODS,
        "kept": kept(teams, since=since, until=now),
        "parked": parked(teams, since=since, until=now),
        "too_few": TOO_FEW,
    }
    return render(request, "desk/promise_figures.html", context)
