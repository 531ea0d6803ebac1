"""The size of the field: how many of the last 90 days' requests the agent could decide alone, and how that moved.

The rules are the whole house's, so the number is the house's too. It counts requests, never persons: fewer than five
people together, or fewer than thirty requests, and it says “too few”.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate

from tickets.cause import Cause

from ..ledger.budget import house_day
from ..ruling import Ruling
from ..weigh.decision import FREE_RANK, Outcome
from .share import Share, trailing

WINDOW = 90  # days
WEEKS = 26
LOOK_BACK = 4  # weeks, against which a fall is told
FALL = 3  # percentage points; less is noise
ALONE = frozenset(outcome.value for outcome in Outcome if outcome.rank <= FREE_RANK)


@dataclass(frozen=True, slots=True)
class Week:
    """The size of the field at the end of a week: over the 90 days that end with it."""

    ends: date
    share: Share


@dataclass(frozen=True, slots=True)
class FieldSize:
    """The newest week last. `people` asked for something in the window."""

    weeks: tuple[Week, ...]
    people: int

    @property
    def now(self) -> Share:
        newest = self.weeks[-1].share
        return Share(newest.part, newest.of, self.people)

    @property
    def fell_by(self) -> int:
        """By how many percentage points it fell in four weeks; 0 where it did not, or nobody can say."""
        before = self.weeks[-1 - LOOK_BACK].share
        if self.now.too_few or before.too_few:
            return 0
        fall = before.percent - self.now.percent
        return fall if fall >= FALL else 0


@dataclass(frozen=True, slots=True)
class OfCause:
    cause: Cause
    share: Share


def field_size(*, at: datetime) -> FieldSize:
    """Of the whole house, week by week; two queries."""
    today = house_day(at)
    ends = [today - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    shares = trailing(_by_day(ends[0], at=at), ends, length=WINDOW)
    weeks = tuple(Week(end, share) for end, share in zip(ends, shares, strict=True))
    return FieldSize(weeks, people_asking(at=at))


def people_asking(*, at: datetime) -> int:
    stored = Ruling.objects.of_people().filter(at__gt=at - timedelta(days=WINDOW), at__lte=at)
    return stored.aggregate(people=Count("agent", distinct=True))["people"]


def by_cause(team_ids: Iterable[int] | None, *, at: datetime) -> list[OfCause]:
    """The causes of these teams (None: all), the smallest field first; two queries."""
    causes = Cause.objects.filter(team_id__in=team_ids) if team_ids is not None else Cause.objects.all()
    stored = Ruling.objects.of_people().filter(
        at__gt=at - timedelta(days=WINDOW), at__lte=at, ticket__cause__in=causes
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    # Without an order of its own: the default one would make a group of each ruling.
    rows = stored.order_by().values_list("ticket__cause", "outcome").annotate(number=Count("pk"))
    for cause, outcome, number in rows:
        counts[cause][0] += number if outcome in ALONE else 0
        counts[cause][1] += number
    people = dict(
        stored.order_by().values_list("ticket__cause").annotate(people=Count("agent", distinct=True))
    )
    found = [
        OfCause(cause, Share(*counts[cause.pk], people[cause.pk])) for cause in causes if cause.pk in counts
    ]
    return sorted(found, key=lambda row: (row.share.too_few, row.share.percent, row.cause.name))


def _by_day(first: date, *, at: datetime) -> dict[date, tuple[int, int]]:
    """Day by day, how many of how many requests were decided alone; as many rows as days and outcomes."""
    since = at - timedelta(days=(house_day(at) - first).days + WINDOW)
    stored = Ruling.objects.of_people().filter(at__gt=since, at__lte=at)
    day = TruncDate("at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    rows = stored.order_by().annotate(day=day).values_list("day", "outcome").annotate(number=Count("pk"))
    alone: dict[date, int] = defaultdict(int)
    every: dict[date, int] = defaultdict(int)
    for when, outcome, number in rows:
        every[when] += number
        alone[when] += number if outcome in ALONE else 0
    return {when: (alone[when], number) for when, number in every.items()}
