"""What a wait will be: estimators, an honest range from what really happened, and how it is shown.

Pure. The longest wait lately and the wait of whoever is first tell most; from five people waiting on, reckoning with
those who will leave tells more. The plain queue length estimator is measured beside them and never announced: where
people leave it promises far too long a wait, where nobody answers it promises a line that moves.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# From here on the estimator that knows who leaves is better (bank log: mean error 104 against 119 seconds).
MANY_WAITING: Final = 5
# Mean patience of a bank's customers: abandons per second of waiting; used until a desk has its own.
USUAL_PATIENCE: Final = 387.0
# Estimates of one bucket behave alike; learnt from four months of a bank's waits, good from day one.
EDGES: Final = (9.5, 18.5, 28.5, 41.5, 57.0, 78.0, 105.5, 146.0, 214.5)
USUAL_LEAST: Final = (8, 9, 10, 11, 12, 13, 17, 23, 33, 63)
USUAL_LIKELY: Final = (69, 84, 94, 108, 121, 143, 169, 197, 239, 363)
USUAL_MOST: Final = (104, 125, 138, 157, 172, 199, 227, 255, 305, 465)
OWN_FROM, OWN_KEPT = 50, 300
LOW, LIKELY, HIGH = 0.1, 0.8, 0.9
LONGEST_SHOWN_MINUTES: Final = 20
STEADY_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Line:
    """The line as somebody finds it on arrival; seconds everywhere, `serving` in contacts a second."""

    ahead: int
    last_wait: float
    head_waited: float
    serving: float
    patience: float = USUAL_PATIENCE


@dataclass(frozen=True)
class Range:
    """Eight of ten waits lie from `least` to `most`, eight of ten below `likely`; no `most`: longer than we can say."""

    least: float
    likely: float | None
    most: float | None


@dataclass(frozen=True)
class Shown:
    """What somebody reads: whole minutes, rounded up. `fell_at`: since when it promises less than before."""

    least_minutes: int
    most_minutes: int
    is_open_ended: bool = False
    fell_at: float | None = None


def by_delay(line: Line) -> float:
    """Half the wait of whoever was served last, half of what the first in line has waited."""
    return (line.last_wait + line.head_waited) / 2


def by_length(line: Line) -> float:
    """Without anybody leaving; measured, never announced."""
    return (line.ahead + 1) / line.serving


def by_length_and_patience(line: Line) -> float:
    """Each one ahead is served or leaves: the sum of the times until the next of them goes."""
    if line.ahead > 10_000:  # the sum as its integral; nobody reads the difference
        return line.patience * math.log1p(line.ahead / (line.patience * line.serving))
    return math.fsum(1 / (line.serving + place / line.patience) for place in range(line.ahead + 1))


def estimate(line: Line) -> float:
    """The estimator a wait is announced by."""
    return by_length_and_patience(line) if line.ahead >= MANY_WAITING else by_delay(line)


def estimators(line: Line) -> dict[str, float]:
    """All of them by name, for measuring."""
    return {
        "announced": estimate(line),
        "les_hol": by_delay(line),
        "les": line.last_wait,
        "hol": line.head_waited,
        "qla": by_length_and_patience(line),
        "ql": by_length(line),
    }


def bucket_of(seconds: float) -> int:
    return bisect_left(EDGES, seconds)


def range_of(bucket: int, own_waits: Sequence[float], waited: float = 0.0) -> Range:
    """The range for one bucket after `waited` seconds, from now on; `own_waits` sorted, the latest of this desk.

    Of those waits only the ones longer than what was already waited count: who has waited three minutes belongs to
    the long waits. Where too few are left to say anything, nothing shorter is promised: there is no upper end.
    """
    if len(own_waits) < OWN_FROM:
        least, likely, most = (float(table[bucket]) for table in (USUAL_LEAST, USUAL_LIKELY, USUAL_MOST))
        if waited >= most:
            return Range(0.0, None, None)
        return Range(max(0.0, least - waited), max(0.0, likely - waited) or None, most - waited)
    longer = own_waits[bisect_left(own_waits, waited) :] if waited else own_waits
    if len(longer) < OWN_FROM // 5:
        return Range(0.0, None, None)
    least, likely, most = (quantile(longer, share) - waited for share in (LOW, LIKELY, HIGH))
    return Range(least, likely, most)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between the two nearest; `ordered` is not empty."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class History:
    """The latest waits of one bucket each, in order; learns from whoever is answered."""

    def __init__(self) -> None:
        self._latest: dict[int, deque[float]] = {}
        self._ordered: dict[int, list[float]] = {}

    def range_of(self, bucket: int, waited: float = 0.0) -> Range:
        return range_of(bucket, self._ordered.get(bucket, []), waited)

    def learn(self, bucket: int, wait: float) -> None:
        latest = self._latest.setdefault(bucket, deque())
        ordered = self._ordered.setdefault(bucket, [])
        if len(latest) == OWN_KEPT:
            del ordered[bisect_left(ordered, latest.popleft())]
        latest.append(wait)
        insort(ordered, wait)


def show(expected: Range, before: Shown | None, at: float) -> Shown:
    """What to show at `at` (seconds of any clock), after what was shown before.

    Never less than expected; and what has just fallen does not rise again within a minute: until that is over, a
    longer wait is shown as “more than” the number that stands there. Minutes are rounded up.
    """
    most = LONGEST_SHOWN_MINUTES if expected.most is None else minutes(expected.most)
    open_ended = expected.most is None or most > LONGEST_SHOWN_MINUTES
    most = min(most, LONGEST_SHOWN_MINUTES)
    if expected.most is None and before is not None:
        most = before.most_minutes
    least = min(minutes(expected.least), most)
    if before is None:
        return Shown(least, most, open_ended)
    just_fell = before.fell_at is not None and at - before.fell_at < STEADY_SECONDS
    if most > before.most_minutes and just_fell:
        return Shown(before.least_minutes, before.most_minutes, True, before.fell_at)
    fell_at = at if most < before.most_minutes else before.fell_at if just_fell else None
    return Shown(least, most, open_ended, fell_at)


def minutes(seconds: float) -> int:
    return max(1, math.ceil(seconds / 60))


def patience_of(abandoned: int, waited_seconds: float) -> float:
    """All waiting divided by those who left; the usual one until thirty have left."""
    return waited_seconds / abandoned if abandoned >= 30 and waited_seconds > 0 else USUAL_PATIENCE
