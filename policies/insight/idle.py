"""What each rule did: how many outcomes it changed in 180 days. A rule that changed none only costs reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from ..facts import Rules
from ..koennen import Requirement
from ..ledger.budget import house_day
from ..rules.origin import GUARDRAIL, REQUIREMENT, Key, Origin, key_of
from ..ruling import Ruling
from ..weigh.decision import Dimension, Outcome

IDLE = timedelta(days=180)


def changed_by(rules: Rules, *, at: datetime) -> Counter[Key]:
    """For each guardrail and required level, how many outcomes it changed; two queries."""
    stored = Ruling.objects.of_people().filter(at__gt=at - IDLE, at__lte=at)
    found: Counter[Key] = Counter()
    never = stored.filter(outcome=Outcome.NEVER)
    # Without an order of its own: the default one would make a group of each ruling.
    for codes, number in never.order_by().values_list("facts__guardrails").annotate(number=Count("pk")):
        for code in codes:
            found[GUARDRAIL, code] += number
    holding = [row for row in rules.requirements if row.holds_on(house_day(at))]
    unable = stored.exclude(outcome__in=(Outcome.DO, Outcome.DO_AND_TELL, Outcome.OWED, Outcome.NEVER))
    rows = unable.order_by().values_list("decision__binding", "ticket__cause", "facts__request__kind")
    for binding, cause, kind, number in rows.annotate(number=Count("pk")):
        spoke = _closest(holding, cause_id=cause, kind=kind)
        if Dimension.KOENNEN in binding and spoke is not None:
            found[key_of(REQUIREMENT, spoke)] += number
    return found


def is_idle(key: Key, origin: Origin, changed: Counter[Key], *, at: datetime) -> bool:
    """Whether it had its 180 days and changed nothing in them. Required level 0 asks for nothing, so it never can."""
    return not changed[key] and at - origin.at > IDLE


def _closest(rows: Iterable[Requirement], *, cause_id: int, kind: str) -> Requirement | None:
    """The one that spoke: as `required_level` chooses it."""
    speaking = [row for row in rows if row.cause_id in (None, cause_id) and row.kind in ("", kind)]
    return max(speaking, key=_closeness, default=None)


def _closeness(row: Requirement) -> tuple[bool, bool, bool, int]:
    return row.kind != "", row.cause_id is not None, row.valid_until is not None, row.level
