"""The course of a clock: its terms and what has happened to it, folded from its log one entry at a time. Pure.

The verbs and the rebuild take the same step here, so what is stored and what the log says cannot drift apart by a
second way of reckoning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from tickets.sla.opening import WEEKDAYS, OpeningHours, parse_calendar
from tickets.sla.worktime import Pause, deadline

STARTED: Final = "started"
PAUSED: Final = "paused"
RESUMED: Final = "resumed"
MET: Final = "met"
BREACHED: Final = "breached"
CANCELLED: Final = "cancelled"
REPLACED: Final = "replaced"

# The fields of a clock that are the sum of its log.
SUM: Final = ("started_at", "seconds", "until", "due_at", "pauses", "met_at", "breached_at", "cancelled_at")

# Where no calendar is named, every second counts.
AROUND_THE_CLOCK: Final = parse_calendar(
    {"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}
)


class Entry(Protocol):
    """One line of a clock's log, as far as its course depends on it."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def seconds(self) -> int | None: ...
    @property
    def until(self) -> datetime | None: ...


class Nonsense(ValueError):
    """A log that no clock could have written: it does not begin with a start, or starts twice."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is promised since when, what paused it, and how it ended; `until` is a moment agreed by word."""

    started_at: datetime
    seconds: int
    until: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.cancelled_at

    def due_at(self, hours: OpeningHours, *, percent: int = 100) -> datetime | None:
        """When so much of the promise is used up; None while it pauses, and where the calendar never opens again."""
        if self.until is not None:
            whole = self.until - self.started_at
            return self.until if percent == 100 else self.started_at + whole * percent // 100
        return deadline(hours, self.started_at, max(1, self.seconds * percent // 100), self.pauses)

    def without_open_pause(self) -> Course:
        """As if the wait that still lasts had not begun: two terms can only be compared where both have a deadline."""
        return replace(self, pauses=self.pauses[:-1]) if self.is_paused else self

    def is_late(self, hours: OpeningHours, at: datetime) -> bool:
        due_at = self.due_at(hours)
        return due_at is not None and at > due_at


def fold(entries: Iterable[tuple[Entry, OpeningHours]]) -> Course | None:
    """The course a whole log tells; None for an empty one. Each entry comes with the calendar that held from it on."""
    course: Course | None = None
    for entry, hours in entries:
        course = begin(entry) if course is None else step(course, entry, hours)
    return course


def begin(entry: Entry) -> Course:
    if entry.kind != STARTED or entry.seconds is None:
        raise Nonsense("A clock begins with its start.")
    return Course(entry.at, entry.seconds, entry.until)


def step(course: Course, entry: Entry, hours: OpeningHours) -> Course:
    """The course after one more entry."""
    if entry.kind == PAUSED:
        return replace(course, pauses=(*course.pauses, (entry.at, None)))
    if entry.kind == RESUMED:
        return _resumed(course, entry.at)
    if entry.kind in (MET, CANCELLED):
        return _ended(course, entry, hours)
    if entry.kind == BREACHED:
        return replace(course, breached_at=entry.at)
    if entry.kind == REPLACED and entry.seconds is not None:
        return replace(course, seconds=entry.seconds, until=entry.until)
    raise Nonsense(f"A clock cannot go on with “{entry.kind}”.")


def _resumed(course: Course, at: datetime) -> Course:
    """Goes on from a pause, or from an end that turned out to be none: the time between was nobody's to wait."""
    if course.is_paused:
        since = course.pauses[-1][0]
        # Two processes' clocks differ by a little: a pause that ends before it began lasted no time.
        return replace(course, pauses=(*course.pauses[:-1], (since, max(at, since))))
    ended = course.ended_at
    if ended is None:
        return course
    stood = () if at <= ended else ((ended, at),)
    return replace(course, pauses=(*course.pauses, *stood), met_at=None, cancelled_at=None)


def _ended(course: Course, entry: Entry, hours: OpeningHours) -> Course:
    """The moment of the deed decides, not who wrote first: a sweep that was faster than an answer in time is put
    right, and a breach no sweep has seen yet is already one."""
    broken = (course.breached_at or course.due_at(hours)) if course.is_late(hours, entry.at) else None
    if entry.kind == MET:
        return replace(course, met_at=entry.at, breached_at=broken)
    return replace(course, cancelled_at=entry.at, breached_at=broken)


def pauses_as_text(pauses: Iterable[Pause]) -> list[list[str | None]]:
    """[[from, until or null], …] in ISO 8601, as they are stored."""
    return [[since.isoformat(), until.isoformat() if until else None] for since, until in pauses]


def pauses_from_text(stored: Iterable[Iterable[str | None]]) -> tuple[Pause, ...]:
    read = [tuple(datetime.fromisoformat(edge) if edge else None for edge in pause) for pause in stored]
    return tuple((since, until) for since, until in read if since is not None)


def sum_of(course: Course, hours: OpeningHours) -> dict[str, object]:
    """The fields of a clock on this course, as they are stored."""
    return {
        "started_at": course.started_at,
        "seconds": course.seconds,
        "until": course.until,
        "due_at": course.due_at(hours),
        "pauses": pauses_as_text(course.pauses),
        "met_at": course.met_at,
        "breached_at": course.breached_at,
        "cancelled_at": course.cancelled_at,
    }
