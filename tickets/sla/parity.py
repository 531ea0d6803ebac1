"""Parity: no existing customer is ever promised less than a prospect. Every case the policies distinguish is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets.condition import holds
from tickets.fields.says import BEGINNINGS

from . import besides
from .target import Target
from .worktime import deadline

if TYPE_CHECKING:
    from .policy import PolicyCondition, PolicyVersion

STATUS, TENURE = "customer_status", "tenure_months"
PROSPECT, EXISTING = "prospect", ("new", "established")
# Far more than any house distinguishes; whoever does is asked to distinguish less.
MOST_CASES = 20_000
# Promises in different hours are compared from moments of two weeks.
SAMPLES, APART = 112, timedelta(hours=3)
SOMETHING_ELSE = "\x00"  # a value no condition names


@dataclass(frozen=True, slots=True)
class Unfair:
    """A promise to prospects that existing customers do not get, in words."""

    words: str


def unfairness(versions: Iterable[PolicyVersion], *, at: datetime) -> list[Unfair]:
    """Where these versions together promise a prospect more than an existing customer in the same matter.

    Only where one of them asks for the customer's standing two customers can be told apart at all. Where that is so in
    more cases than anybody can compare, this is said, for a promise nobody looked at may be an unfair one.
    """
    held = list(versions)
    found: dict[tuple[str, int, int | None], Unfair] = {}
    fair: set[tuple[int, int]] = set()
    tried = 0
    for matter in _told_apart(held):
        tried += 1
        if tried > MOST_CASES:
            return [
                Unfair(_("These policies tell too many cases apart to compare them. Use fewer conditions."))
            ]
        theirs = pick(held, {**matter, STATUS: PROSPECT, TENURE: 0})
        for standing in _standings(held):
            ours = pick(held, {**matter, **standing})
            for kind, target in theirs.items():
                own = ours.get(kind)
                if own is target or (own is not None and (target.pk, own.pk) in fair):
                    continue
                if own is None or is_slower(own, target, at=at):
                    found.setdefault(
                        (kind, target.pk, own.pk if own else None), Unfair(_in_words(target, own))
                    )
                else:
                    fair.add((target.pk, own.pk))
    return list(found.values())


def _in_words(prospects: Target, existing: Target | None) -> str:
    said = {"kind": prospects.get_kind_display(), "better": prospects.version.policy.name}
    if existing is None:
        words = _(
            "Prospects would be promised a time for “%(kind)s” by “%(better)s”, and existing customers none. "
            "Existing customers are never promised less."
        )
        return words % said
    words = _(
        "Prospects would be promised a shorter time for “%(kind)s” by “%(better)s” than existing customers by "
        "“%(worse)s”. Existing customers are never promised less."
    )
    return words % {**said, "worse": existing.version.policy.name}


def is_slower(one: Target, other: Target, *, at: datetime) -> bool:
    """Whether `one` promises anything later than `other`, whenever somebody writes."""
    if one.hours_id == other.hours_id:
        return one.seconds > other.seconds
    for number in range(SAMPLES):
        start = at + number * APART
        due_at = deadline(one.hours.opening, start, one.seconds)
        other_due_at = deadline(other.hours.opening, start, other.seconds)
        if other_due_at is not None and (due_at is None or due_at > other_due_at):
            return True
    return False


def pick(versions: Iterable[PolicyVersion], facts: Mapping[str, object]) -> dict[str, Target]:
    """By kind the target of the first version that fits."""
    chosen: dict[str, Target] = {}
    for version in versions:
        if version.fits(facts):
            for target in version.targets.all():
                chosen.setdefault(target.kind, target)
    return chosen


def _told_apart(versions: Sequence[PolicyVersion]) -> Iterator[dict[str, object]]:
    """Every matter in which the customer's own standing makes a difference: those in which a version fits that asks
    for it, in every combination of what the conditions tell apart."""
    named = _named(versions)
    facts = [fact for fact in named if fact not in (STATUS, TENURE)]
    for version in versions:
        conditions = list(version.conditions.all())
        if any(one.fact in (STATUS, TENURE) for one in conditions):
            theirs = [_fitting(_values(named, fact), fact, conditions) for fact in facts]
            yield from (dict(zip(facts, values, strict=True)) for values in product(*theirs))


def _values(named: Mapping[str, Sequence[object]], fact: str) -> list[object]:
    """What it may be; of a custom field besides that nobody has filled it in, of a contract that there is none."""
    values = _around(named[fact])
    return [*values, None] if fact.startswith(BEGINNINGS) or fact in besides.readers else values


def _fitting(values: Iterable[object], fact: str, conditions: Iterable[PolicyCondition]) -> list[object]:
    asked = [one for one in conditions if one.fact == fact]
    return [value for value in values if all(holds(value, one.operator, one.value) for one in asked)]


def _standings(versions: Sequence[PolicyVersion]) -> Iterator[dict[str, object]]:
    months = _around(_named(versions).get(TENURE, [0]))
    yield from ({STATUS: status, TENURE: count} for status in EXISTING for count in months)


def _named(versions: Sequence[PolicyVersion]) -> dict[str, list[object]]:
    named: dict[str, list[object]] = {}
    for version in versions:
        for condition in version.conditions.all():
            values = condition.value if isinstance(condition.value, list) else [condition.value]
            known = named.setdefault(condition.fact, [])
            known += [value for value in values if value not in known]
    return named


def _around(values: Sequence[object]) -> list[object]:
    """The values themselves and what lies beside them, so that “at least” and “is not” are tried on both sides."""
    numbers = {value for value in values if type(value) is int}
    beside = {max(0, number + step) for number in numbers for step in (-1, 0, 1)}
    others = [value for value in values if type(value) is not int]
    return [*sorted(beside), *others, *([SOMETHING_ELSE] if others else [])]
