"""Business-hours arithmetic: deadlines, elapsed working time and opening times of a calendar.

Pure: no database, no settings, no clock of its own. Every datetime that comes in is aware, in whatever zone;
every datetime that goes out is UTC. Reckoning is exact to the microsecond, in whole numbers.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import Final

from tickets.sla.calendar_words import CalendarError
from tickets.sla.opening import OpeningHours, parse_calendar
from tickets.sla.timesheet import DAY, EPOCH, SECOND, SHEET, Span, joined, timesheet

__all__ = [
    "CalendarError",
    "OpeningHours",
    "Pause",
    "deadline",
    "elapsed",
    "is_open",
    "next_open",
    "open_spans",
    "parse_calendar",
]

Pause = tuple[datetime, datetime | None]
"""From and to, half-open; no `to` means still waiting."""
Run = tuple[int, int | None]
"""A stretch in which the clock is not paused; no end means for ever."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
FIRST_INSTANT: Final = (datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - EPOCH).days * DAY
LAST_INSTANT: Final = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH).days * DAY - 1
TEN_YEARS: Final = 3653 * DAY
MAX_TARGET_SECONDS: Final = TEN_YEARS // SECOND
MICROSECOND: Final = timedelta(microseconds=1)


def deadline(
    hours: OpeningHours, start: datetime, seconds: int, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When `seconds` of working time after `start` are used up, in UTC.

    Used up just at closing time, the deadline is that closing time; used up just as a pause begins, it is
    that beginning. Working time inside a pause is not used; pauses may overlap and come in any order.
    None: never – no opening hours for ten years on end – or still waiting in a pause without an end.
    Raises CalendarError for a target that is not a positive whole number of seconds or is longer than ten
    years, for naive datetimes, years outside 1900-2199, and pauses that end before they start.
    """
    left = read_target(seconds)
    for begins, ends in running(read_instant(start), None, pauses):
        due = worked_out(hours, begins, left)
        if due is None:
            return None
        if ends is None or due <= ends:
            return moment(due)
        left -= worked_between(hours, begins, ends)
    return None


def elapsed(hours: OpeningHours, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> int:
    """Whole working seconds from `start` to `end` outside the pauses; 0 if the end is not after the start.

    A begun second does not count. A pause without an end stops counting at its start.
    Raises CalendarError for naive datetimes, years outside 1900-2199, and pauses that end before they start.
    """
    until = read_instant(end)
    runs = running(read_instant(start), until, pauses)
    return (
        sum(worked_between(hours, begins, until if ends is None else ends) for begins, ends in runs) // SECOND
    )


def next_open(hours: OpeningHours, at: datetime) -> datetime | None:
    """The first working instant at or after `at`, in UTC: `at` itself when open. None: not within ten years.

    Raises CalendarError for naive datetimes and years outside 1900-2199.
    """
    used = worked_out(hours, read_instant(at), 1)
    return None if used is None else moment(used - 1)


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Whether `at` is working time: yes at opening time, no longer at closing time.

    Raises CalendarError for naive datetimes and years outside 1900-2199.
    """
    instant = read_instant(at)
    return timesheet(hours, instant // SHEET).is_open(instant)


def open_spans(hours: OpeningHours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working time from `start` to `end` as half-open UTC spans, in order, touching ones made one.

    Raises CalendarError, at the call, for naive datetimes and years outside 1900-2199.
    """
    spans = joined(clipped_spans(hours, read_instant(start), read_instant(end)))
    return ((moment(opens), moment(closes)) for opens, closes in spans)


def running(start: int, end: int | None, pauses: Sequence[Pause]) -> Iterator[Run]:
    """What the pauses leave of the time from start to end, in order."""
    for pause_from, pause_to in sorted(map(read_pause, pauses), key=lambda pause: pause[0]):
        if end is not None and end <= pause_from:
            break
        if start < pause_from:
            yield start, pause_from
        if pause_to is None:
            return
        start = max(start, pause_to)
    if end is None or start < end:
        yield start, end


def worked_between(hours: OpeningHours, start: int, end: int) -> int:
    first, last = start // SHEET, end // SHEET
    whole_sheets = sum(timesheet(hours, number).total for number in range(first, last))
    return whole_sheets + timesheet(hours, last).worked_by(end) - timesheet(hours, first).worked_by(start)


def worked_out(hours: OpeningHours, start: int, work: int) -> int | None:
    """The instant at which `work` done from `start` on is used up; None after ten years closed."""
    first = start // SHEET
    work += timesheet(hours, first).worked_by(start)
    patience_ends = start + TEN_YEARS
    for number in count(first):
        if number * SHEET > min(patience_ends, LAST_INSTANT):
            return None
        sheet = timesheet(hours, number)
        if not sheet.total:
            continue
        if sheet.opens[0] > patience_ends:
            return None
        if work <= sheet.total:
            return sheet.worked_out(work)
        work -= sheet.total
        patience_ends = max(patience_ends, sheet.closes[-1] + TEN_YEARS)
    return None


def clipped_spans(hours: OpeningHours, start: int, end: int) -> Iterator[Span]:
    sheets = (timesheet(hours, number) for number in range(start // SHEET, end // SHEET + 1))
    for opens, closes in chain.from_iterable(sheet.spans() for sheet in sheets):
        if max(opens, start) < min(closes, end):
            yield max(opens, start), min(closes, end)


def read_target(seconds: int) -> int:
    """A target in microseconds."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise CalendarError("target_not_whole")
    if seconds <= 0:
        raise CalendarError("target_not_positive")
    if seconds > MAX_TARGET_SECONDS:
        raise CalendarError("target_too_long", limit=MAX_TARGET_SECONDS)
    return seconds * SECOND


def read_pause(pause: Pause) -> Run:
    pause_from, pause_to = pause
    begins = read_instant(pause_from)
    ends = None if pause_to is None else read_instant(pause_to)
    if ends is not None and ends < begins:
        raise CalendarError("pause_backwards")
    return begins, ends


def read_instant(at: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    if not isinstance(at, datetime):
        raise CalendarError("not_a_moment")
    if at.utcoffset() is None:
        raise CalendarError("moment_naive")
    since = at - EPOCH
    instant = since.days * DAY + since.seconds * SECOND + since.microseconds
    if not FIRST_INSTANT <= instant <= LAST_INSTANT:
        raise CalendarError("moment_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    return instant


def moment(instant: int) -> datetime:
    return EPOCH + instant * MICROSECOND
