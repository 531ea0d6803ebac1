"""The line in figures, for leads: what became of everybody, both sides of the counter, estimates and a day plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.team import Team
from tickets.line.call_log import EXISTING, PROSPECT
from tickets.line.estimate import quantile
from tickets.line.figures import TOO_FEW, parity
from tickets.line.lasting import WEEK, lasting
from tickets.line.place import Place
from tickets.line.replay import Contact
from tickets.line.report import (
    LEVEL,
    MOST_WAITING,
    TARGET_SECONDS,
    WEEKS,
    contacts_of,
    day_plan,
    first_replies,
    report_of,
)

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
        "by_channel": _by_channel(contacts),
        "replies": _replies(first_replies(teams, since=now - timedelta(days=days), until=now)),
        "lasting": lasting(teams, since=now - timedelta(days=days) - WEEK, until=now),
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


def _by_channel(contacts: list[Contact]) -> list[tuple[str, str, object]]:
    """Both sides for the same days and the same channel; all channels together come first."""
    channels = [("", _("all channels")), *Place.Channel.choices]
    found = []
    for channel, label in channels:
        theirs = [contact for contact in contacts if channel in ("", contact.channel)]
        both = parity(theirs)
        if theirs:
            found += [(label, side, both.get(side)) for side in (EXISTING, PROSPECT)]
    return found


def _replies(found: dict[str, list[float]]) -> list[tuple[str, int, float | None]]:
    """For each side how many, and the median; none of too few."""
    return [
        (side, len(found[side]), quantile(sorted(found[side]), 0.5) if len(found[side]) >= TOO_FEW else None)
        for side in (EXISTING, PROSPECT)
    ]


def _days(request: HttpRequest) -> int:
    said = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == said), PERIODS[1])


def _day(request: HttpRequest) -> date:
    """Today or one of the next six days; whatever else is asked for is tomorrow."""
    today = timezone.localdate()
    said = request.GET.get("day", "")
    week = [today + timedelta(days=ahead) for ahead in range(7)]
    return next((day for day in week if day.isoformat() == said), week[1])
