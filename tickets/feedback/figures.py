"""What customers' answers say together: recommendation, satisfaction and effort, each with its interval. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from typing import Final

from .wilson import Z, bounds

FEWEST: Final = 30  # below that, “too few” instead of a number
# Half a promoter too much says nothing: who adds these cannot get a certainty out of ten answers.
_ADDED: Final = (0.75, 1.5, 0.75)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and how far it may really lie from what was answered, with 95 per cent."""

    value: float
    low: float
    high: float
    error: float = 0.0


def net(for_it: float, between: float, against: float) -> Figure:
    """Per cent for minus per cent against, -100 to 100, with its standard error. Raises ValueError without answers.

    With answers all alike the error would be nought, so then a little of each is added.
    """
    plain = _net(for_it, between, against)
    if plain.error:
        return plain
    return _net(*(said + more for said, more in zip((for_it, between, against), _ADDED, strict=True)))


def adjusted(for_it: float, between: float, against: float) -> Figure:
    """The same with three quarters of an answer added at each end and one and a half between."""
    return _net(*(said + more for said, more in zip((for_it, between, against), _ADDED, strict=True)))


def recommendation(scores: dict[int, int]) -> Figure:
    """Of answers from 0 to 10: 9 and 10 are for it, 0 to 6 against."""
    return net(_sum(scores, 9, 10), _sum(scores, 7, 8), _sum(scores, 0, 6))


def satisfaction(scores: dict[int, int]) -> Figure:
    """Of answers from 1 to 5, the share of 4 and 5 in per cent."""
    hits, of = _sum(scores, 4, 5), _sum(scores, 1, 5)
    if not of:
        raise ValueError("there are no answers")
    low, high = bounds(hits, of)
    return Figure(100 * hits / of, 100 * low, 100 * high)


def effort(scores: dict[int, int]) -> Figure:
    """Of answers from 1 to 7 to “you made it easy”: per cent of 6 and 7 minus per cent of 1 to 3."""
    return net(_sum(scores, 6, 7), _sum(scores, 4, 5), _sum(scores, 1, 3))


def mean(scores: dict[int, int]) -> float:
    return sum(score * times for score, times in scores.items()) / sum(scores.values())


def sample(numbers: list[int], *, week: str, most: int) -> list[int]:
    """Some of them by lot, the same ones all week: nobody picks which words are read aloud."""
    drawn = sorted(numbers, key=lambda number: sha256(f"{week}:{number}".encode()).digest())
    return sorted(drawn[:most])


def _net(for_it: float, between: float, against: float) -> Figure:
    answers = for_it + between + against
    if answers <= 0 or min(for_it, between, against) < 0:
        raise ValueError("there are no answers")
    p, d = for_it / answers, against / answers
    value, error = 100 * (p - d), 100 * sqrt(max(0.0, p + d - (p - d) ** 2) / answers)
    return Figure(value, max(-100.0, value - Z * error), min(100.0, value + Z * error), error)


def _sum(scores: dict[int, int], lowest: int, highest: int) -> int:
    return sum(times for score, times in scores.items() if lowest <= score <= highest)
