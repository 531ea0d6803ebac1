"""How large a month's pool should be: what the cases usually take, and a margin for a month that takes more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

# Nineteen of twenty months stay below: z of the normal distribution at 95 %, in hundredths.
Z_HUNDREDTHS = 164


def pool_cents(cases: int, given: Sequence[int], *, months: int = 3) -> int:
    """n·p·ḡ + z·s·√n for one month, in whole cents and rounded up.

    `cases` counts all of so many months, `given` what some of them got; the others got nothing, which counts for the
    spread s as well. 0 where there were no cases.
    """
    if cases <= 0:
        return 0
    mean = Fraction(sum(given), cases)
    spread = Fraction(sum(cents * cents for cents in given), cases) - mean * mean
    a_month = Fraction(cases, months)
    # z²·s²·n under one root, in ten-thousandths, so that nothing is rounded before the end.
    squared = max(spread, Fraction(0)) * a_month * Z_HUNDREDTHS**2
    margin = Fraction(isqrt(int(squared * 10_000)), 10_000)
    exact = mean * a_month + margin
    return -(-exact.numerator // exact.denominator)
