"""Promises in figures: how many of each kind were kept, and how long tickets stood still because we waited.

Whoever parks tickets to stop their clocks keeps every promise on paper; the share of time parked stands beside what was
kept, of teams and never of persons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from accounts.team import Team

from .calendar_version import CalendarVersion
from .clock import Clock
from .course import AROUND_THE_CLOCK, pauses_from_text
from .opening import OpeningHours
from .pause import Pause
from .target import KINDS, SOLUTION
from .worktime import Pause as Interval
from .worktime import elapsed

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
    """For how much working time tickets of one team were open in a period, and for how much of it parked."""

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
    """Team by team, those with solutions owed only; three queries, however many tickets.

    All in the working time of each clock's own calendar: a night on which nobody works is neither open nor parked.
    """
    teams = list(teams)
    ran = Q(ended=None) | Q(ended__gt=since)
    clocks = Clock.objects.of_kind(SOLUTION).annotate(ended=Coalesce("met_at", "cancelled_at")).filter(ran)
    clocks = clocks.filter(ticket__team__in=teams, started_at__lt=until).order_by("pk")
    over = Q(ended_at=None) | Q(ended_at__gt=since)
    pauses = Pause.objects.filter(over, ticket__team__in=teams, starts_at__lt=until).order_by("pk")
    waits: dict[int, list[Pause]] = defaultdict(list)
    found = {team.pk: _Sum() for team in teams}
    for pause in pauses.select_related("ticket"):
        waits[pause.ticket_id].append(pause)
        found[pause.ticket.team_id].hear(pause)
    rows = list(clocks.values_list("ticket__team", "ticket", "calendar", "started_at", "ended", "pauses"))
    calendars = CalendarVersion.objects.in_bulk({row[2] for row in rows})
    for team, ticket, calendar, started_at, ended_at, stored in rows:
        opening = calendars[calendar].opening if calendar else AROUND_THE_CLOCK
        span = max(started_at, since), min(ended_at or until, until)
        found[team].add(ticket, opening, span, waits[ticket], pauses_from_text(stored))
    return [found[team.pk].of(team) for team in teams if found[team.pk].tickets]


@dataclass
class _Sum:
    """What comes together for one team while its clocks are gone through."""

    tickets: set[int] = field(default_factory=set)
    open: int = 0
    waited: int = 0
    pauses: int = 0
    ran_out: int = 0

    def hear(self, pause: Pause) -> None:
        self.pauses += 1
        self.ran_out += pause.ended_at == pause.ends_at

    def add(
        self,
        ticket: int,
        opening: OpeningHours,
        span: tuple[datetime, datetime],
        waits: Iterable[Pause],
        stood: Iterable[Interval],
    ) -> None:
        """One clock in the period: its working time, and how much of it lies in the pauses of its ticket.

        What it stood still beside them it was solved, and came back: then nobody had it open.
        """
        since, until = span
        parked = [(pause.starts_at, pause.ended_at) for pause in waits]
        begun = {begins for begins, _ends in parked}
        self.tickets.add(ticket)
        self.open += elapsed(opening, since, until, [pause for pause in stood if pause[0] not in begun])
        for begins, ends in parked:
            self.waited += elapsed(opening, max(begins, since), min(ends or until, until))

    def of(self, team: Team) -> Parked:
        open_for, waited = timedelta(seconds=self.open), timedelta(seconds=self.waited)
        return Parked(team, len(self.tickets), open_for, waited, self.pauses, self.ran_out)
