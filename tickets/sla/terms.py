"""Which terms a ticket gets by what is known of it, in custom fields and contracts too: these make a promise sooner,
never later.

Before somebody has filled them in they were told a promise already, and what a customer was told is never put off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache

from tickets.fields.says import BEGINNINGS, SINCE, UNTIL

from . import besides
from .duty import day_at
from .policy import Policy, PolicyVersion, choose_of, held_at
from .target import Target
from .worktime import deadline

Said = Mapping[str, object]
OF_A_DAY = ("tenure_months", SINCE, UNTIL)  # how the names of facts begin that change at midnight


def chosen(
    facts_on: Callable[[date], Said],
    fields_on: Callable[[date], Said],
    *,
    customer: int,
    team: int,
    at: datetime,
) -> dict[str, Target]:
    """By kind the target that holds for a ticket of this customer and team; fields and contracts are asked for only
    where a policy does."""
    held = held_at(at)
    on = days(held, at=at)(team)
    said = fields_on(on) if ask_fields(held) else {}
    cases = besides.one_by_one(besides.asked(held), customer=customer, on=on)
    each = choose_of(held, dict(enumerate(ways(facts_on(on), said, cases)))).values()
    return soonest(each, at=at)


def ways(facts: Said, said: Said, cases: Iterable[Said]) -> list[Said]:
    """How a ticket may be looked at: without what its fields say and with it, and for each contract besides."""
    begun = [facts, {**facts, **said}] if said else [facts]
    return [*begun, *({**one, **case} for one in begun for case in cases)]


def soonest(each: Iterable[Mapping[str, Target]], *, at: datetime) -> dict[str, Target]:
    """By kind the target that is due earliest of all where the promise begins at `at`."""
    found: dict[str, Target] = {}
    for targets in each:
        for kind, target in targets.items():
            found[kind] = sooner(found.get(kind), target, at=at) or target
    return found


def ask_fields(versions: Iterable[PolicyVersion]) -> bool:
    return any(one.fact.startswith(BEGINNINGS) for version in versions for one in version.conditions.all())


def days(versions: Iterable[PolicyVersion], *, at: datetime) -> Callable[[int], date]:
    """Which day it is for tickets of a team, asked once a team, and only where one of these versions hangs on it."""
    of_a_day = (*OF_A_DAY, *besides.readers)
    if any(one.fact.startswith(of_a_day) for version in versions for one in version.conditions.all()):
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
