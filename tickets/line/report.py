"""A report: what became of everybody who sought us, from the places, reckoned by the same figures as a replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.customer import Customer
from accounts.team import Team
from tickets.sla.clock import Clock
from tickets.sla.target import FIRST_RESPONSE

from . import words as on
from .call_log import EXISTING, PROSPECT, Call
from .course import Course
from .estimate import USUAL_PATIENCE, Range, patience_of
from .figures import Figure, errors, figures_of, mean
from .place import Place
from .replay import Contact, Forecast
from .staffing import agents_for_level, agents_for_wait
from .wait import ROW, Wait

MOST: Final = 20_000
WEEKS: Final = 8
UNKNOWN: Final = "unknown"
TARGET_SECONDS, LEVEL, MOST_WAITING = 20.0, 0.8, 0.5
USUAL_HANDLE: Final = 240.0
READ: Final = (
    *ROW,
    *("queued", "agent_id", "ended_by", "drop", "drops", "talked_seconds"),
    *("status", "customer_id", "priority", "forecast__said", "forecast__bucket"),
    *("forecast__least_seconds", "forecast__likely_seconds", "forecast__most_seconds"),
)


@dataclass(frozen=True)
class Hour:
    """One hour of a day plan: who is to be expected, and how many of us that takes."""

    hour: int
    arrivals: float
    by_patience: int
    by_wait: int


def contacts_of(teams: Iterable[Team], *, since: datetime, until: datetime) -> list[Contact]:
    """Everybody who came in between and whose wait is over; the latest, where there are very many."""
    came = Place.objects.filter(team__in=list(teams), arrived_at__gte=since, arrived_at__lt=until)
    found = came.waited()
    return [_contact(row) for row in found.order_by("-arrived_at").values(*READ)[:MOST]]


def report_of(contacts: list[Contact]) -> dict[str, Figure]:
    return {**figures_of(contacts), "mae": errors([c for c in contacts if c.course.queued])}


def first_replies(teams: Iterable[Team], *, since: datetime, until: datetime) -> dict[str, list[float]]:
    """Seconds from a request to our first answer, for existing customers and for newcomers; for identical days."""
    clocks = Clock.objects.of_kind(FIRST_RESPONSE).filter(
        ticket__team__in=list(teams), started_at__gte=since, started_at__lt=until
    )
    found: dict[str, list[float]] = {EXISTING: [], PROSPECT: []}
    rows = clocks.exclude(met_at=None).values_list("ticket__customer__status", "started_at", "met_at")
    for status, asked, answered in rows.order_by("-started_at")[:MOST]:
        side = PROSPECT if status == Customer.Status.PROSPECT else EXISTING
        found[side].append((answered - asked).total_seconds())
    return found


def day_plan(teams: Iterable[Team], day: date) -> tuple[list[Hour], int, float, float]:
    """For each hour of a day what the same weekday brought in the last weeks; with it the days known, the mean time of
    a talk and the patience it was reckoned with."""
    teams, midnight = list(teams), timezone.make_aware(datetime.combine(day, datetime.min.time()))
    past = Place.objects.filter(
        team__in=teams, arrived_at__gte=midnight - timedelta(weeks=WEEKS), arrived_at__lt=midnight
    )
    by_hour: dict[int, int] = defaultdict(int)
    days = set()
    for arrived_at in past.values_list("arrived_at", flat=True)[: MOST * 5]:
        local = timezone.localtime(arrived_at)
        if local.weekday() == day.weekday():
            by_hour[local.hour] += 1
            days.add(local.date())
    handle, patience = _handle_seconds(past), _patience(past)
    known = len(days)
    return (
        [_hour(hour, by_hour[hour] / known, handle, patience) for hour in sorted(by_hour)],
        known,
        handle,
        patience,
    )


def _hour(hour: int, arrivals: float, handle: float, patience: float) -> Hour:
    rates = {"arrivals_per_hour": arrivals, "handle_seconds": handle}
    needed = agents_for_level(target_seconds=TARGET_SECONDS, level=LEVEL, patience_seconds=patience, **rates)
    return Hour(hour, arrivals, needed, agents_for_wait(arrivals * handle / 3600, MOST_WAITING))


def _handle_seconds(past: QuerySet[Place]) -> float:
    talks = past.filter(answered_at__lt=F("ended_at")).order_by("-ended_at")
    seconds = [
        (end - begin).total_seconds() for begin, end in talks.values_list("answered_at", "ended_at")[:MOST]
    ]
    return max(1.0, mean(seconds) or USUAL_HANDLE)


def _patience(past: QuerySet[Place]) -> float:
    """All waiting divided by those who left."""
    rows = past.exclude(phase=on.NEW).values(*ROW)[:MOST]
    waits = [wait for wait in map(Wait.of, rows) if wait.seconds is not None]
    left = sum(wait.gave_up for wait in waits)
    return max(1.0, patience_of(left, sum(wait.seconds or 0.0 for wait in waits))) or USUAL_PATIENCE


def _contact(row: dict[str, Any]) -> Contact:
    came, wait = timezone.localtime(row["arrived_at"]), Wait.of(row)  # days are days of the house
    course = Course(
        phase=on.ABANDONED if wait.gave_up else row["phase"],
        arrived_at=came,
        booked_at=row["booked_at"],
        queued=row["queued"],
        first_answered_at=wait.answered_at,
        answered_at=wait.answered_at,
        ended_at=wait.left_at,
        agent=row["agent_id"],
        ended_by=row["ended_by"],
        drops=row["drops"] or int(bool(row["drop"])),
        talked_seconds=_talked(row),
    )
    is_answered = wait.answered_at is not None
    call = Call(came, row["queued"], 0, is_answered, 0, "", str(row["customer_id"] or ""), "", 0)
    contact = Contact(_with_status(call, row["status"]), course, channel=row["channel"])
    if row["forecast__said"]:
        said = Range(
            row["forecast__least_seconds"], row["forecast__likely_seconds"], row["forecast__most_seconds"]
        )
        contact.forecast = Forecast(row["forecast__said"], said, row["forecast__bucket"])
    return contact


def _talked(row: dict[str, Any]) -> float:
    """All talks together; of what was before they were summed, from the first answer to the end."""
    if row["talked_seconds"] is not None or not row["first_answered_at"] or not row["ended_at"]:
        return float(row["talked_seconds"] or 0.0)
    return float((row["ended_at"] - row["first_answered_at"]).total_seconds())


def _with_status(call: Call, status: str) -> Call:
    side = {"": UNKNOWN, Customer.Status.PROSPECT.value: PROSPECT}.get(status, EXISTING)
    return Call(**{**call.__dict__, "status": side})
