"""Promises in figures: how many of each kind were kept, and how long tickets stood still because we waited.

Whoever parks tickets to stop their clocks keeps every promise on paper; the share of time parked stands beside what was
kept, of teams and never of persons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.team import Team
from tickets.ticket import Ticket

from .clock import Clock
from .pause import Pause
from .target import KINDS

TOO_FEW: Final = 30  # of less a share says nothing


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `of` promises of one kind that ended or broke in a period, `part` were kept."""

    kind: str
    part: int
    of: int

    @property
    def broken(self) -> int:
        return self.of - self.part

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of >= TOO_FEW else None


@dataclass(frozen=True, slots=True)
class Parked:
    """How long the tickets of one team were open in a period, and for how much of it their clocks stood still."""

    team: Team
    tickets: int
    open: timedelta
    waited: timedelta
    pauses: int
    ran_out: int  # pauses nobody ended: the day came that was set for them

    @property
    def share(self) -> float | None:
        if self.tickets < TOO_FEW or not self.open:
            return None
        return min(self.waited / self.open, 1.0)


def kept(teams: Iterable[Team], *, since: datetime, until: datetime) -> list[Kept]:
    """By kind, in the order of the kinds; one query."""
    met = Q(met_at__gt=since, met_at__lte=until, breached_at=None)
    broken = Q(breached_at__gt=since, breached_at__lte=until)
    clocks = Clock.objects.filter(met | broken, ticket__team__in=list(teams)).order_by()
    counts = clocks.values_list("kind").annotate(part=Count("pk", filter=met), of=Count("pk"))
    found = {kind: (part, of) for kind, part, of in counts}
    return [Kept(str(label), *found[kind]) for kind, label in KINDS if kind in found]


def parked(teams: Iterable[Team], *, since: datetime, until: datetime) -> list[Parked]:
    """Team by team, those with tickets only; two queries, however many tickets."""
    teams = list(teams)
    tickets = Ticket.objects.filter(Q(solved_at=None) | Q(solved_at__gt=since), created_at__lt=until)
    opened = tickets.filter(team__in=teams).order_by().values_list("team")
    spans = opened.annotate(
        number=Count("pk"), open=Sum(_within("created_at", "solved_at", since=since, until=until))
    )
    pauses = Pause.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), starts_at__lt=until)
    held = pauses.filter(ticket__team__in=teams).order_by().values_list("ticket__team")
    waits = held.annotate(
        waited=Sum(_within("starts_at", "ended_at", since=since, until=until)),
        number=Count("pk"),
        ran_out=Count("pk", filter=Q(ended_at=F("ends_at"))),
    )
    waited = {team: rest for team, *rest in waits}
    known = {team: (number, span) for team, number, span in spans}
    nothing = [timedelta(0), 0, 0]
    return [
        Parked(team, *known[team.pk], *waited.get(team.pk, nothing)) for team in teams if team.pk in known
    ]


def _within(start: str, end: str, *, since: datetime, until: datetime) -> ExpressionWrapper:
    """How much of what lasted from `start` to `end`, or lasts still, lies in the period."""
    first, last = (Value(moment, DateTimeField()) for moment in (since, until))
    begins, ends = Greatest(F(start), first), Least(Coalesce(F(end), last), last)
    return ExpressionWrapper(ends - begins, output_field=DurationField())
