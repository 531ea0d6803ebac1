"""The Wilson interval of a share: how far it may really lie from what few cases show. Pure."""

from __future__ import annotations

from math import sqrt

Z = 1.959964  # 95 per cent, both sides


def bounds(hits: int, of: int, *, z: float = Z) -> tuple[float, float]:
    """The lowest and the highest share that `hits` of `of` are compatible with; the whole range without a case.

    Raises ValueError for more hits than cases and for negative numbers.
    """
    if not 0 <= hits <= of:
        raise ValueError("hits lie between none and all")
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = share + square / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
