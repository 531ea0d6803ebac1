"""Quadrature: the integral of a smooth function, by Gauss and Legendre on equal pieces. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

POINTS: Final = 16
PIECES: Final = 64

Weight = Callable[[float], float]


def integral(of: Weight, start: float, end: float) -> float:
    """Exact to rounding for what is smooth on a 64th of the way."""
    half = (end - start) / PIECES / 2
    centres = (start + half * (2 * piece + 1) for piece in range(PIECES))
    return half * math.fsum(weight * of(centre + half * node) for centre in centres for node, weight in NODES)


def nodes_of(points: int) -> list[tuple[float, float]]:
    """Places and weights on -1 … 1: the roots of the Legendre polynomial, by Newton."""
    found = []
    for index in range(points):
        x = math.cos(math.pi * (index + 0.75) / (points + 0.5))
        for _step in range(50):
            value, slope = legendre(points, x)
            x -= value / slope
            if abs(value / slope) < 1e-16:
                break
        _value, slope = legendre(points, x)
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


def legendre(degree: int, x: float) -> tuple[float, float]:
    """The polynomial and its slope at x."""
    before, value = 1.0, x
    for k in range(2, degree + 1):
        before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
    return value, degree * (x * value - before) / (x * x - 1)


NODES: Final = nodes_of(POINTS)
