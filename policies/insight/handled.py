"""When the maker of a rule last handled such a case: rules are made by those who know the work, or it is seen (C47)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tickets.cause import Cause

from ..asks.ask import Ask
from ..koennen import Requirement
from ..rules.guardrail import Guardrail
from ..ruling import Ruling

EVERY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What cases a rule is about: codes of causes and kinds of gestures; empty means all."""

    causes: frozenset[str] = EVERY
    kinds: frozenset[str] = EVERY

    def holds(self, cause: str, kind: str) -> bool:
        return (not self.causes or cause in self.causes) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Handled:
    """Somebody's last request or answer for one cause and kind."""

    person_id: int
    cause: str
    kind: str
    at: datetime


def handled_by(people: Iterable[int]) -> list[Handled]:
    """What these makers asked for or answered, ever; two queries, a row for each cause and kind."""
    people = set(people)
    asked = Ruling.objects.of_people().filter(agent__in=people).order_by()
    answered = Ask.objects.filter(answered_by__in=people).order_by()
    own = asked.values_list("agent", "ticket__cause__code", "facts__request__kind").annotate(last=Max("at"))
    fields = ("answered_by", "ruling__ticket__cause__code", "ruling__facts__request__kind")
    others = answered.values_list(*fields).annotate(last=Max("closed_at"))
    return [Handled(*row) for row in (*own, *others)]


def last_handled(scope: Scope, *, by: int | None, among: Sequence[Handled]) -> datetime | None:
    times = [one.at for one in among if one.person_id == by and scope.holds(one.cause, one.kind)]
    return max(times, default=None)


def scope_of_guardrail(rail: Guardrail) -> Scope:
    said = {"cause": EVERY, "kind": EVERY}
    for row in rail.conditions.all():
        if row.fact in said and row.operator in ("is", "in"):
            said[row.fact] = frozenset(row.value if isinstance(row.value, list) else [row.value])
    return Scope(said["cause"], said["kind"])


def scope_of_requirement(row: Requirement, causes: dict[int, Cause]) -> Scope:
    cause = causes.get(row.cause_id) if row.cause_id else None
    return Scope(frozenset([cause.code]) if cause else EVERY, frozenset([row.kind]) if row.kind else EVERY)
