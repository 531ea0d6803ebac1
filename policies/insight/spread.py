"""A mean and how sure it is: of so many values, with its interval, and silent where it would rest on too few. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from .share import FEWEST

_Z = 1.959964  # 95 per cent
FEWEST_ALIKE = 5  # first amounts of one group, below which nothing is held against their mean


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of `of` values and their variance."""

    of: int
    value: float
    variance: float

    @classmethod
    def among(cls, values: Sequence[float]) -> Mean:
        if not values:
            return cls(0, 0.0, 0.0)
        mean = sum(values) / len(values)
        apart = sum((value - mean) ** 2 for value in values)
        return cls(len(values), mean, apart / (len(values) - 1) if len(values) > 1 else 0.0)

    @property
    def too_few(self) -> bool:
        return self.of < FEWEST

    @property
    def interval(self) -> tuple[float, float]:
        """95 per cent; never below nothing, for nothing counted here can be."""
        reach = _Z * sqrt(self.variance / self.of) if self.of else 0.0
        return max(0.0, self.value - reach), self.value + reach


@dataclass(frozen=True, slots=True)
class Ratio:
    """What came later over what came first; None where nothing can be compared. `first` and `later` were compared."""

    value: float | None
    interval: tuple[float, float]
    first: int
    later: int

    @property
    def too_few(self) -> bool:
        return self.value is None or min(self.first, self.later) < FEWEST


def ratio_of(first: Mapping[Hashable, Sequence[int]], later: Mapping[Hashable, Sequence[int]]) -> Ratio:
    """The later amounts over what the same group had at first, groups weighed by their later amounts.

    Group by group, or a cause that is both dear and slow would look like a reward for asking again. The interval is
    that of the logarithm, so it lies around the ratio as ratios do.
    """
    alike = [group for group, amounts in first.items() if len(amounts) >= FEWEST_ALIKE and later.get(group)]
    pairs = [(Mean.among(first[group]), Mean.among(later[group])) for group in alike]
    counts = sum(begun.of for begun, _then in pairs), sum(then.of for _begun, then in pairs)
    given = sum(then.of * then.value for _begun, then in pairs)
    expected = sum(then.of * begun.value for begun, then in pairs)
    if not given or not expected:
        return Ratio(None, (0.0, 0.0), *counts)
    unsure = sum(then.of * then.variance for _begun, then in pairs) / given**2
    unsure += sum(then.of**2 * begun.variance / begun.of for begun, then in pairs) / expected**2
    middle, reach = log(given / expected), _Z * sqrt(unsure)
    return Ratio(given / expected, (exp(middle - reach), exp(middle + reach)), *counts)


def grouped(rows: Iterable[tuple[Hashable, int]]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for group, amount in rows:
        found.setdefault(group, []).append(amount)
    return found
