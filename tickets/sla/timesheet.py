"""Timesheets: a calendar's open time on the UTC line, four weeks to a sheet, with a running total.

Instants are whole microseconds since 1970 in UTC, so clock changes end here: nobody above sees them. The
running total is what makes questions quick: two look-ups answer how much work lies between two instants.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from tickets.sla.opening import OpeningHours

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 86_400 * SECOND
SHEET_DAYS: Final = 28
SHEET: Final = SHEET_DAYS * DAY

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()

# Eighty years of one calendar, or this year and the last of forty. A sheet of a usual week weighs 2 kB.
SHEETS_KEPT: Final = 1024

Span = tuple[int, int]
"""From and to in microseconds of UTC, half-open."""


@dataclass(frozen=True, slots=True, eq=False)
class Timesheet:
    """The open spans of four weeks, in order and apart; `before` is the work done when each one opens."""

    opens: "array[int]"
    closes: "array[int]"
    before: "array[int]"
    total: int

    def worked_by(self, instant: int) -> int:
        """Open time from the beginning of the sheet to the instant."""
        span = bisect_right(self.opens, instant) - 1
        if span < 0:
            return 0
        return self.before[span] + min(instant, self.closes[span]) - self.opens[span]

    def worked_out(self, work: int) -> int:
        """The instant at which `work` (0 < work <= total) is used up: closing time if it just fits."""
        span = bisect_left(self.before, work) - 1
        return self.opens[span] + work - self.before[span]

    def is_open(self, instant: int) -> bool:
        span = bisect_right(self.opens, instant) - 1
        return span >= 0 and instant < self.closes[span]

    def spans(self) -> Iterator[Span]:
        return zip(self.opens, self.closes, strict=True)


@lru_cache(maxsize=SHEETS_KEPT)
def timesheet(hours: OpeningHours, number: int) -> Timesheet:
    """The sheet that begins `number` times four weeks after 1970."""
    opens, closes, before, total = array("q"), array("q"), array("q"), 0
    for span_opens, span_closes in joined(wall_spans(hours, number)):
        opens.append(span_opens)
        closes.append(span_closes)
        before.append(total)
        total += span_closes - span_opens
    return Timesheet(opens, closes, before, total)


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that touch, made one."""
    held: Span | None = None
    for span in spans:
        if held is not None and held[1] == span[0]:
            held = held[0], span[1]
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def wall_spans(hours: OpeningHours, number: int) -> Iterator[Span]:
    """Every open period of every local date as the UTC time at which the wall clock showed it.

    Walking stretches of UTC instead of local dates is what keeps the answer right when a clock is put back
    over midnight and a date comes twice (St. John's until 2011), or when a whole date never comes (Apia,
    30 December 2011).
    """
    for begins, ends, offset in steady_stretches(hours.zone, number):
        first_date, last_date = (begins + offset) // DAY, (ends + offset - 1) // DAY
        for days in range(first_date, last_date + 1):
            midnight = days * DAY - offset
            for opens, closes in hours.on(days + EPOCH_ORDINAL):
                shown_from = max(midnight + opens * MINUTE, begins)
                shown_to = min(midnight + closes * MINUTE, ends)
                if shown_from < shown_to:
                    yield shown_from, shown_to


@lru_cache(maxsize=SHEETS_KEPT)
def steady_stretches(zone: ZoneInfo, number: int) -> tuple[tuple[int, int, int], ...]:
    """From, to and offset of the stretches of one sheet in which the zone's clocks are not put back or forth.

    Looks once a day: since 1900 no zone changed its offset twice within less than three days.
    """
    first_second = number * SHEET // SECOND
    last_second = first_second + SHEET // SECOND
    midnights = range(first_second, last_second + 1, DAY // SECOND)
    offsets = [(second, offset_at(zone, second)) for second in midnights]
    changes = [
        change_between(zone, early, late)
        for (early, offset), (late, next_offset) in pairwise(offsets)
        if offset != next_offset
    ]
    edges = [first_second, *changes, last_second]
    return tuple(
        (begins * SECOND, ends * SECOND, offset_at(zone, begins) * SECOND)
        for begins, ends in pairwise(edges)
        if begins < ends
    )


def change_between(zone: ZoneInfo, early: int, late: int) -> int:
    """The second at which the offset of `late` begins to hold, found by halving."""
    settled = offset_at(zone, late)
    while late - early > 1:
        middle = (early + late) // 2
        if offset_at(zone, middle) == settled:
            late = middle
        else:
            early = middle
    return late


def offset_at(zone: ZoneInfo, second: int) -> int:
    """How far the zone's clocks are ahead of UTC, in seconds."""
    ahead = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
    return ahead // timedelta(seconds=1)
