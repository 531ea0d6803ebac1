"""How many rules an average case meets: the corset as a number (C36), of cases and rules, never of persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..ruling import Ruling
from ..weigh.decision import Dimension
from .field import WINDOW
from .share import Share
from .spread import Mean

MOST = 5000  # requests, the newest; more would tell nothing else
RULES = frozenset(
    (Dimension.GUARDRAIL, Dimension.CONFLICT, Dimension.FACTS, Dimension.DUERFEN, Dimension.KOENNEN)
)
# What these say is that a rule left the way free.
FREE = frozenset(
    (
        "costs-nothing",
        "limit-on-trial",
        "within-own-limit",
        "level-reached",
        "help-needs-no-leave",
        "help-needs-no-level",
        "surprise-needs-no-leave",
        "surprise-needs-no-level",
        "surprise-beyond-pot",
        "surprise-without-pot",
    )
)


@dataclass(frozen=True, slots=True)
class RulesMet:
    """Different rules in the way of one case, on average; `free` are the cases that met none."""

    mean: Mean
    free: Share


def rules_met(*, at: datetime) -> RulesMet:
    """Of the cases somebody wanted to give something in, in the last 90 days; one query."""
    stored = Ruling.objects.of_people().filter(at__gt=at - timedelta(days=WINDOW), at__lte=at).order_by("-at")
    cases: dict[int, set[str]] = defaultdict(set)
    for ticket, reasons in stored.values_list("ticket", "decision__reasons")[:MOST]:
        cases[ticket] |= in_the_way(reasons)
    return counted(cases)


def in_the_way(reasons: Iterable[Mapping[str, Any]]) -> set[str]:
    """The rules among the reasons of one decision; each guardrail and each missing fact is one of its own. Pure."""
    met = set()
    for reason in reasons:
        if reason["dimension"] in RULES and reason["code"] not in FREE:
            named = reason["params"].get("guardrail") or reason["params"].get("fact") or ""
            met.add(f"{reason['code']} {named}".strip())
    return met


def counted(cases: Mapping[int, set[str]]) -> RulesMet:
    numbers = [len(met) for met in cases.values()]
    return RulesMet(Mean.among(numbers), Share(numbers.count(0), len(numbers)))
