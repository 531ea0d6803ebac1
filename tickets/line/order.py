"""Whose turn it is: first come, first served; priority may overtake, but only so often. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MOST_OVERTAKEN: Final = 3


@dataclass(frozen=True)
class Turn:
    """One place as the order sees it. `comes_first`: we dropped them, so we owe them the next free person."""

    place: int
    arrived_at: datetime
    priority: int = 0
    comes_first: bool = False
    overtaken: int = 0

    @property
    def key(self) -> tuple[bool, int, datetime, int]:
        return not self.comes_first, -self.priority, self.arrived_at, self.place

    @property
    def age(self) -> tuple[datetime, int]:
        return self.arrived_at, self.place


def first_of(turns: Iterable[Turn], most_overtaken: int = MOST_OVERTAKEN) -> Turn | None:
    """Whose turn it is among those who can be served now."""
    waiting = list(turns)
    exhausted = [turn for turn in waiting if turn.overtaken >= most_overtaken]
    if exhausted:
        return min(exhausted, key=lambda turn: turn.age)
    return min(waiting, key=lambda turn: turn.key, default=None)


def passed_by(chosen: Turn, turns: Sequence[Turn]) -> list[Turn]:
    """Who was there before and is overtaken now."""
    return [turn for turn in turns if turn.age < chosen.age]


def ahead_of(turn: Turn, turns: Iterable[Turn], most_overtaken: int = MOST_OVERTAKEN) -> int:
    """How many of them are served before this one, if nobody else comes; the place somebody is told."""
    if turn.overtaken >= most_overtaken:
        return sum(other.overtaken >= most_overtaken and other.age < turn.age for other in turns)
    return sum(other.key < turn.key or other.overtaken >= most_overtaken for other in turns)
