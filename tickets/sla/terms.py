"""Which terms a ticket gets by what is known of it, in custom fields too: these make a promise sooner, never later.

Before somebody has filled them in they were told a promise already, and what a customer was told is never put off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache

from tickets.fields.says import BEGINNINGS, SINCE, UNTIL

from .duty import day_at
from .policy import Policy, PolicyVersion, choose_of, held_at
from .target import Target
from .worktime import deadline

Said = Mapping[str, object]
OF_A_DAY = ("tenure_months", SINCE, UNTIL)  # how the names of facts begin that change at midnight


def chosen(
    facts_on: Callable[[date], Said], fields_on: Callable[[date], Said], *, team: int, at: datetime
) -> dict[str, Target]:
    """By kind the target that holds for a ticket of this team; its fields are asked only where a policy does."""
    held = held_at(at)
    on = days(held, at=at)(team)
    facts = facts_on(on)
    said = fields_on(on) if ask_fields(held) else {}
    if not said:
        return choose_of(held, {0: facts})[0]
    without, known = choose_of(held, {0: facts, 1: {**facts, **said}}).values()
    both = {kind: sooner(without.get(kind), known.get(kind), at=at) for kind in (*without, *known)}
    return {kind: target for kind, target in both.items() if target is not None}


def ask_fields(versions: Iterable[PolicyVersion]) -> bool:
    return any(one.fact.startswith(BEGINNINGS) for version in versions for one in version.conditions.all())


def days(versions: Iterable[PolicyVersion], *, at: datetime) -> Callable[[int], date]:
    """Which day it is for tickets of a team, asked once a team, and only where one of these versions hangs on it."""
    if any(one.fact.startswith(OF_A_DAY) for version in versions for one in version.conditions.all()):
        return cache(lambda team: day_at(team, at))
    return lambda _team: at.date()


def sooner(one: Target | None, other: Target | None, *, at: datetime) -> Target | None:
    """Which of both is due earlier where the promise begins at `at`."""
    if one is None or other is None or one.pk == other.pk:
        return one or other
    due, other_due = (deadline(target.hours.opening, at, target.seconds) for target in (one, other))
    return other if other_due is not None and (due is None or other_due < due) else one


def also_fitting(target: Target, facts: Mapping[str, object], *, at: datetime) -> list[str]:
    """Which policies in force at `at` would promise such a ticket the same kind of promise too, but come after the one
    of `target` in rank. Nothing where that one would be chosen no more: then something else has changed since.
    """
    held = [version for version in held_at(at) if version.fits(facts)]
    fitting = [one for one in held if any(said.kind == target.kind for said in one.targets.all())]
    if not fitting or fitting[0].pk != target.version_id:
        return []
    others = Policy.objects.filter(versions__in=[one.pk for one in fitting[1:]])
    return list(others.order_by("rank").values_list("name", flat=True))
