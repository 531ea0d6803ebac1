"""A share: so many of so many, with its interval, and silent where it would rest on too few. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

FEWEST, FEWEST_PEOPLE = (
    30,
    5,
)  # below the one a rate says nothing, below the other it would tell of single people
_Z = 1.959964  # 95 per cent


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `of` requests, made by so many `people`; None where it is not about people."""

    part: int
    of: int
    people: int | None = None

    @property
    def too_few(self) -> bool:
        return self.of < FEWEST or self.too_few_people

    @property
    def too_few_people(self) -> bool:
        return self.people is not None and self.people < FEWEST_PEOPLE

    @property
    def percent(self) -> int:
        """Whole per cents, halves up."""
        return (200 * self.part + self.of) // (2 * self.of) if self.of else 0

    @property
    def interval(self) -> tuple[int, int]:
        """Wilson's, 95 per cent, in whole per cents; it is wide where little was counted, and never leaves 0 to 100."""
        if not self.of:
            return 0, 100
        share, square = self.part / self.of, _Z * _Z
        middle = share + square / (2 * self.of)
        reach = _Z * sqrt(share * (1 - share) / self.of + square / (4 * self.of * self.of))
        scale = 1 + square / self.of
        low, high = (middle - reach) / scale, (middle + reach) / scale
        return round(100 * max(0.0, low)), round(100 * min(1.0, high))


def trailing(days: Mapping[date, tuple[int, int]], ends: Sequence[date], *, length: int) -> list[Share]:
    """For each day of `ends`, the share among all requests of the `length` days that end with it.

    `days` says for a day how many of how many.
    """
    shares = []
    for end in ends:
        window = [days.get(end - timedelta(days=back), (0, 0)) for back in range(length)]
        shares.append(Share(sum(part for part, _of in window), sum(of for _part, of in window)))
    return shares


def portions(counts: Mapping[str, float]) -> dict[str, int]:
    """Whole per cents that sum to exactly 100: what rounding leaves over goes to the largest remainders.

    Empty where nothing was counted; of equal remainders the first one gets it.
    """
    total = sum(counts.values())
    if not total:
        return {}
    exact = {name: 100 * count / total for name, count in counts.items()}
    whole = {name: int(value) for name, value in exact.items()}
    left = 100 - sum(whole.values())
    for name in sorted(exact, key=lambda name: whole[name] - exact[name])[:left]:
        whole[name] += 1
    return whole


def lines(shares: Sequence[Share], *, width: int, height: int) -> list[str]:
    """The points of a line through the shares, 0 per cent at the bottom, 100 at the top; a gap where one is silent."""
    step = width / max(len(shares) - 1, 1)
    runs: list[list[str]] = [[]]
    for number, share in enumerate(shares):
        if share.too_few:
            runs.append([])
        else:
            runs[-1].append(f"{number * step:.1f},{height - height * share.percent / 100:.1f}")
    return [" ".join(run) for run in runs if run]
