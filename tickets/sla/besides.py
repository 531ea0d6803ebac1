"""What packages to the right know of a customer that a promise may hang on, such as a contract that runs. Like a custom
field it may become known later, so it makes a promise sooner, never later. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .policy import PolicyVersion

# By the name of the fact: everything of it that a customer, by their number, has on a day.
readers: dict[str, Callable[[int, date], frozenset[str]]] = {}


def asked(versions: Iterable[PolicyVersion]) -> list[str]:
    """Which of these facts some policy asks for."""
    named = {one.fact for version in versions for one in version.conditions.all()}
    return sorted(named & readers.keys())


def one_by_one(names: Iterable[str], *, customer: int, on: date) -> list[dict[str, object]]:
    """Everything a customer has, each by itself: whoever has two contracts gets the kinder of what is promised for
    each. Together they could fit policies in a way in which nobody has compared what prospects get."""
    return [{name: frozenset({value})} for name in names for value in sorted(readers[name](customer, on))]
