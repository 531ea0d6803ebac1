"""A burn-down: what of a month was left at the end of each day, and where it leads if it goes on as it began. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 220, 84, 12, 28
MARKS = 4  # lines across, the lowest at nothing


@dataclass(frozen=True, slots=True)
class Burndown:
    """`days` are those that have begun; the picture's points are whole units of its own measure."""

    days: tuple[tuple[date, int], ...]
    line: str
    area: str
    ahead: str
    grid: tuple[tuple[int, int], ...]  # (y, cents)
    ticks: tuple[tuple[int, date], ...]  # (x, day)


def burndown(
    changes: Iterable[tuple[date, int]], *, starts: date, ends: date, today: date, ends_with: int
) -> Burndown:
    """From what each booking did to the rest, by its day; `ends_with` is what is expected to be left at the end.

    A booking dated before the month – carried over at its turn – counts from the first day, a later one on the last.
    """
    last = min(max(today, starts), ends)
    by_day: dict[date, int] = {}
    for day, cents in changes:
        at = min(max(day, starts), last)
        by_day[at] = by_day.get(at, 0) + cents
    left, days = 0, []
    for number in range((last - starts).days + 1):
        day = starts + timedelta(days=number)
        left += by_day.get(day, 0)
        days.append((day, left))
    top = max([cents for _day, cents in days] + [ends_with, 1])
    return _drawn(tuple(days), top=top, starts=starts, ends=ends, ends_with=max(ends_with, 0))


def _drawn(
    days: tuple[tuple[date, int], ...], *, top: int, starts: date, ends: date, ends_with: int
) -> Burndown:
    def x(day: date) -> int:
        return LEFT + (WIDTH - LEFT - 8) * (day - starts).days // max((ends - starts).days, 1)

    def y(cents: int) -> int:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(cents, 0) // top

    points = [(x(day), y(cents)) for day, cents in days]
    floor = HEIGHT - BOTTOM
    return Burndown(
        days=days,
        line=_joined(points),
        area=_joined([(points[0][0], floor), *points, (points[-1][0], floor)]),
        ahead=_joined([points[-1], (x(ends), y(ends_with))]) if days[-1][0] < ends else "",
        grid=tuple((y(top * number // (MARKS - 1)), top * number // (MARKS - 1)) for number in range(MARKS)),
        ticks=tuple((x(day), day) for day in (starts, starts + (ends - starts) // 2, ends)),
    )


def _joined(points: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
