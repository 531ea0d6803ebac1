"""Random histories of a clock, from a seed: what is stored after each deed against the whole log added up anew. Pure.

A history that differs is named by its seed and plays again identically.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from tickets.sla.course import (
    BREACHED,
    CANCELLED,
    MET,
    PAUSED,
    REPLACED,
    RESUMED,
    STARTED,
    Course,
    begin,
    fold,
    pauses_as_text,
    pauses_from_text,
    step,
)
from tickets.sla.opening import OpeningHours, parse_calendar
from tickets.sla.worktime import elapsed

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
CALENDARS: tuple[OpeningHours, ...] = tuple(
    parse_calendar(
        {"tz": zone, "weekly": dict.fromkeys(days, periods), "holidays": ["2026-04-03", "2026-12-25"]}
    )
    for zone, days, periods in (
        ("Europe/Berlin", WORKDAYS, [["09:00", "12:30"], ["13:15", "17:00"]]),
        ("Europe/Berlin", (*WORKDAYS, "sat", "sun"), [["22:00", "06:00"]]),
        ("America/New_York", (*WORKDAYS, "sat"), [["00:00", "24:00"]]),
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a simulated log."""

    kind: str
    at: datetime
    seconds: int | None = None
    until: datetime | None = None


class Differs(AssertionError):
    """The stored course and the log of a history say different things."""


def play(seed: int) -> int:
    """Play one history and compare after each deed; the number of deeds. Raises Differs."""
    dice = Random(seed)  # noqa: S311 - numbers to play with, no secret
    hours = dice.choice(CALENDARS)
    now = FIRST_DAY + timedelta(seconds=dice.randrange(360 * 86_400))
    log = [Line(STARTED, now, seconds=dice.randrange(60, 120 * 3600))]
    stored = _stored(begin(log[0]))
    for _deed in range(dice.randrange(1, 9)):
        now += timedelta(seconds=dice.randrange(0, 40 * 3600))
        line = _deed_of(dice, stored, hours, now)
        if line is None:
            continue
        log.append(line)
        stored = _stored(step(stored, line, hours))
        _compare(seed, stored, log, hours)
    return len(log)


def _deed_of(dice: Random, course: Course, hours: OpeningHours, now: datetime) -> Line | None:
    """What may happen next to a clock on this course: the same guards as its verbs have."""
    due_at = course.due_at(hours)
    if not course.is_open:
        return Line(RESUMED, now) if dice.random() < 0.5 else None  # it had not ended, as it turns out
    if due_at is not None and now > due_at and course.breached_at is None and dice.random() < 0.7:
        return Line(BREACHED, due_at)
    kind = dice.choice((PAUSED, RESUMED, MET, CANCELLED, REPLACED))
    if kind == PAUSED and (course.is_paused or course.breached_at or (due_at is not None and now > due_at)):
        return None
    if kind == RESUMED and not course.is_paused:
        return None
    if kind in (MET, CANCELLED) and course.is_paused:
        return Line(RESUMED, now)  # solving first ends the pause, then measures
    return Line(kind, now, seconds=dice.randrange(60, 90 * 3600) if kind == REPLACED else None)


def _stored(course: Course) -> Course:
    """As it comes back from the database: pauses as text."""
    pauses = pauses_from_text(pauses_as_text(course.pauses))
    return Course(
        course.started_at,
        course.seconds,
        course.until,
        pauses,
        course.met_at,
        course.breached_at,
        course.cancelled_at,
    )


def _compare(seed: int, stored: Course, log: list[Line], hours: OpeningHours) -> None:
    told = fold((line, hours) for line in log)
    if told != stored:
        raise Differs(f"seed {seed}: stored {stored}, its log says {told}")
    due_at = stored.due_at(hours)
    if due_at is not None and elapsed(hours, stored.started_at, due_at, stored.pauses) != stored.seconds:
        raise Differs(f"seed {seed}: {due_at} does not leave {stored.seconds} working seconds")


def play_all(count: int, *, seed: int = 1) -> Iterator[int]:
    """Play so many histories in a row; the deeds of each."""
    return (play(number) for number in range(seed, seed + count))
