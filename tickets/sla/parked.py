"""How long tickets stood parked because we waited for their customers, as a share of the working time they were open.

Whoever parks tickets to stop their clocks keeps every promise on paper; so this share stands beside what was kept.

The database only counts moments by the hour and adds up the seconds past it: working time from the first moment to
each of them is one sum, begins are taken from ends, and a quarter of a year is as many rows for ten tickets as for a
million. Exact where a calendar opens and closes at full hours; else out by minutes at most, and either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, DateTimeField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractMinute, ExtractSecond, Greatest, Least, TruncHour

from accounts.team import Team

from .calendar_version import CalendarVersion
from .clock import Clock
from .course import AROUND_THE_CLOCK, MET, RESUMED
from .figures import TOO_FEW
from .log import ClockEntry
from .pause import Pause
from .target import SOLUTION
from .worktime import elapsed

HOUR: Final = timedelta(hours=1)
Moments = Iterator[tuple[int, int | None, datetime, int, int]]
"""Team, calendar, hour, how many moments in it, their seconds past it."""


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


def parked(teams: Iterable[Team], *, since: datetime, until: datetime) -> list[Parked]:
    """Team by team, those with solutions owed only; as many queries and rows for one ticket as for all.

    All in the working time of each clock's own calendar: a night on which nobody works is neither open nor parked.
    """
    teams = list(teams)
    owed = Q(kind=SOLUTION, ticket__team__in=teams, started_at__lt=until)
    clocks = Clock.objects.annotate(ended=Coalesce("met_at", "cancelled_at"))
    clocks = clocks.filter(owed, Q(ended=None) | Q(ended__gt=since))
    pauses = Pause.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), starts_at__lt=until)
    pauses = pauses.filter(ticket__team__in=teams)
    reckoning = _Reckoning(since, until, clocks)
    tickets = dict(_by_team(clocks, "ticket__team", Count("ticket", distinct=True)))
    heard = {
        team: (said, ran_out)
        for team, said, ran_out in _by_team(
            pauses, "ticket__team", Count("pk"), Count("pk", filter=Q(ended_at=F("ends_at")))
        )
    }
    open_for, waited = reckoning.open(), reckoning.waited(pauses)
    return [
        Parked(
            team,
            tickets[team.pk],
            timedelta(seconds=open_for[team.pk]),
            timedelta(seconds=waited[team.pk]),
            *heard.get(team.pk, (0, 0)),
        )
        for team in teams
        if team.pk in tickets
    ]


def _by_team(rows: QuerySet[Any], team: str, *counts: Count) -> Iterator[tuple[int, ...]]:
    named = {f"count_{place}": count for place, count in enumerate(counts)}
    yield from rows.order_by().values_list(team).annotate(**named)


class _Reckoning:
    """Sums of working time between moments, cut to one period."""

    def __init__(self, since: datetime, until: datetime, clocks: QuerySet[Clock]) -> None:
        self.since, self.until = _said(since), _said(until)
        self.base = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self.clocks = clocks
        found = CalendarVersion.objects.filter(pk__in=clocks.order_by().values("calendar"))
        self.calendars = {version.pk: version for version in found}

    def open(self) -> dict[int, int]:
        """From start to end; solved and opened again, nobody had it open in between."""
        whose = ("ticket__team", "calendar")
        begins = self._cut(F("started_at"))
        ends = Greatest(begins, self._cut(Coalesce("met_at", "cancelled_at", self.until)))
        entries = ClockEntry.objects.filter(clock__in=self.clocks.values("pk"))
        back = entries.filter(kind=RESUMED, cause="reopened")
        undone = entries.filter(Q(clock__met_at=None) | ~Q(clock__met_at=F("at")), kind=MET)
        theirs, moment = ("clock__ticket__team", "clock__calendar"), self._cut(F("at"))
        sums: dict[int, int] = defaultdict(int)
        self._add(sums, _moments(self.clocks, ends, *whose), 1)
        self._add(sums, _moments(self.clocks, begins, *whose), -1)
        self._add(sums, _moments(undone, moment, *theirs), 1)
        self._add(sums, _moments(back, moment, *theirs), -1)
        return sums

    def waited(self, pauses: QuerySet[Pause]) -> dict[int, int]:
        """Pauses in the calendars of the solutions that stood still for them."""
        whose = ("ticket__team", "ticket__clocks__calendar")
        stood = pauses.filter(ticket__clocks__in=self.clocks.values("pk"))
        begins = self._cut(F("starts_at"))
        ends = Greatest(begins, self._cut(Coalesce("ended_at", self.until)))
        sums: dict[int, int] = defaultdict(int)
        self._add(sums, _moments(stood, ends, *whose), 1)
        self._add(sums, _moments(stood, begins, *whose), -1)
        return sums

    def _cut(self, moment: Any) -> Greatest:
        return Greatest(self.since, Least(moment, self.until))

    def _add(self, sums: dict[int, int], moments: Moments, sign: int) -> None:
        for team, calendar, hour, count, past in moments:
            opening = self.calendars[calendar].opening if calendar else AROUND_THE_CLOCK
            before = elapsed(opening, self.base, hour)
            pace = elapsed(opening, hour, hour + HOUR)
            sums[team] += sign * (count * before + past * pace // int(HOUR.total_seconds()))


def _said(moment: datetime) -> Value:
    return Value(moment, output_field=DateTimeField())


def _moments(rows: QuerySet[Any], moment: Any, *whose: str) -> Moments:
    past = ExtractMinute(moment, tzinfo=UTC) * 60 + ExtractSecond(moment, tzinfo=UTC)
    hours = rows.order_by().annotate(hour=TruncHour(moment, tzinfo=UTC)).values_list(*whose, "hour")
    yield from hours.annotate(count=Count("pk"), past=Sum(past))
