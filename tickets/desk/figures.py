"""The line in figures, for leads: what became of everybody, both sides of the counter, estimates and a day plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.team import Team
from tickets.line.call_log import EXISTING, PROSPECT
from tickets.line.figures import TOO_FEW
from tickets.line.report import LEVEL, MOST_WAITING, TARGET_SECONDS, WEEKS, contacts_of, day_plan, report_of

PERIODS: Final = (7, 28, 90)
ESTIMATORS: Final = ("announced", "les_hol", "qla", "les", "hol", "ql")


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    person = request.user
    if not (person.is_lead or (person.is_staff and person.is_active)):
        raise Http404
    teams = Team.objects.order_by("name") if person.is_staff else Team.objects.led_by(person)
    now, days = timezone.now(), _days(request)
    day = _day(request)
    contacts = contacts_of(teams, since=now - timedelta(days=days), until=now)
    found = report_of(contacts)
    hours, known, handle, patience = day_plan(teams, day)
    context = {
        "days": days,
        "periods": PERIODS,
        "found": found,
        "sides": [(side, found["parity"].get(side)) for side in (EXISTING, PROSPECT)],  # type: ignore[union-attr]
        "too_few": TOO_FEW,
        "errors": [(name, found["mae"].get(name)) for name in ESTIMATORS],  # type: ignore[union-attr]
        "day": day,
        "week": [timezone.localdate() + timedelta(days=ahead) for ahead in range(7)],
        "hours": hours,
        "known_days": known,
        "weeks": WEEKS,
        "handle": handle,
        "patience": patience,
        "target": TARGET_SECONDS,
        "level": LEVEL,
        "most_waiting": MOST_WAITING,
    }
    return render(request, "desk/line_figures.html", context)


def _days(request: HttpRequest) -> int:
    said = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == said), PERIODS[1])


def _day(request: HttpRequest) -> date:
    """Today or one of the next six days; whatever else is asked for is tomorrow."""
    today = timezone.localdate()
    said = request.GET.get("day", "")
    week = [today + timedelta(days=ahead) for ahead in range(7)]
    return next((day for day in week if day.isoformat() == said), week[1])
