"""Which one question a customer may be asked after a ticket was solved, if any. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

SATISFACTION, EFFORT, RECOMMENDATION = "satisfaction", "effort", "recommendation"
ORDER: Final = (SATISFACTION, EFFORT, RECOMMENDATION)
QUIET: Final = timedelta(days=30)  # whoever was asked is left in peace
UNBROKEN: Final = timedelta(days=60)
RECOMMENDATION_QUIET: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides: whether they want no questions, whether something else is open, when a standard was last broken,
    whether they came back to buy, and when they were last asked each question."""

    wants_none: bool = False
    has_open_ticket: bool = False
    broken_at: datetime | None = None
    has_bought_again: bool = False
    asked: Mapping[str, datetime] = field(default_factory=dict)


def question_for(standing: Standing, *, now: datetime) -> str | None:
    """The one asked longest ago of those that may be asked; nobody is asked twice within a month."""
    if standing.wants_none:
        return None
    last = max(standing.asked.values(), default=None)
    if last is not None and now - last < QUIET:
        return None
    kinds = [kind for kind in ORDER if kind != RECOMMENDATION or may_recommend(standing, now=now)]
    never = [kind for kind in kinds if kind not in standing.asked]
    return never[0] if never else min(kinds, key=lambda kind: standing.asked[kind])


def may_recommend(standing: Standing, *, now: datetime) -> bool:
    """Trust first: nothing is open, no standard was broken in sixty days, and they bought again."""
    if standing.has_open_ticket or not standing.has_bought_again:
        return False
    if standing.broken_at is not None and now - standing.broken_at < UNBROKEN:
        return False
    last = standing.asked.get(RECOMMENDATION)
    return last is None or now - last >= RECOMMENDATION_QUIET
