"""Opening hours: a calendar as people write it, read once into what the wall clock says on each date.

One rule decides everything: an instant is working time when the wall clock in the calendar's zone then shows
an open minute. A minute the clock skips in spring never counts, one it shows twice in autumn counts twice.

Which minutes of a local date are open:

- A period belongs to the date it starts on. An end at or before its start lies on the next date, so
  22:00-06:00 is a night shift and 00:00-00:00 a whole day. Overlapping periods are merged.
- An override replaces what *starts* on its date. The tail of the shift before still belongs to that earlier
  date and stays; the tail of the override's own night shift reaches into the next date.
- A break is cut out of whatever is open, its date being the one it starts on; it may run past midnight.
- A holiday blanks its local date from midnight to midnight and beats everything – also the tail of the shift
  of the evening before – and blanks nothing else: a shift starting late on a holiday counts from midnight on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from tickets.sla.calendar_words import CalendarError, shown

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 24 * 60
MAX_DATES: Final = 4_000
MAX_PERIODS: Final = 48

# Names as IANA gives them. Others (localtime, posix/…, right/…) mean something else on every machine.
ZONE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

Period = tuple[int, int]
"""From and to in minutes after a date's midnight, half-open; `to` passes 1440 when it runs over midnight."""
Day = tuple[Period, ...]
"""Periods in order, none touching the next."""


@dataclass(frozen=True)
class OpeningHours:
    """A calendar ready to be asked. Two that open alike are equal, so answers can be cached by it."""

    zone: ZoneInfo
    typical: tuple[Day, ...]
    """Monday to Sunday, each with the tail of the night shift before it."""
    special: tuple[tuple[int, Day], ...]
    """Dates unlike their weekday, as proleptic ordinals in order."""

    def on(self, ordinal: int) -> Day:
        """The open periods of one local date, cut at its midnights."""
        return self._special_days.get(ordinal, self.typical[weekday_of(ordinal)])

    @property
    def ever_open(self) -> bool:
        return any(self.typical) or any(day for _, day in self.special)

    @cached_property
    def _special_days(self) -> dict[int, Day]:
        return dict(self.special)

    @cached_property
    def _hash(self) -> int:
        return hash((self.zone.key, self.typical, self.special))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class WrittenRules:
    """A calendar as it was written: what starts on which day, before midnights and holidays cut into it."""

    weekly: tuple[Day, ...]
    holidays: frozenset[int]
    overrides: Mapping[int, Day]
    breaks: Mapping[int, Day]

    def typical_week(self) -> tuple[Day, ...]:
        return tuple(lying_on(self.weekly[day], after=self.weekly[day - 1]) for day in range(7))

    def special_days(self) -> tuple[tuple[int, Day], ...]:
        """Every date that a holiday, override or break touches; the last two may reach into the next one."""
        touched = self.holidays.union(*((day, day + 1) for day in (*self.overrides, *self.breaks)))
        typical = self.typical_week()
        days = ((ordinal, self.open_on(ordinal)) for ordinal in sorted(touched))
        return tuple((ordinal, day) for ordinal, day in days if day != typical[weekday_of(ordinal)])

    def open_on(self, ordinal: int) -> Day:
        if ordinal in self.holidays:
            return ()
        open_periods = lying_on(self.shifts_of(ordinal), after=self.shifts_of(ordinal - 1))
        return without(open_periods, lying_on(self.breaks_of(ordinal), after=self.breaks_of(ordinal - 1)))

    def shifts_of(self, ordinal: int) -> Day:
        return self.overrides.get(ordinal, self.weekly[weekday_of(ordinal)])

    def breaks_of(self, ordinal: int) -> Day:
        return self.breaks.get(ordinal, ())


def parse_calendar(data: Mapping[str, object]) -> OpeningHours:
    """Read a calendar: `tz`, `weekly`, and if wanted `holidays`, `overrides`, `breaks`.

    `{"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
    "holidays": ["2026-12-25"], "overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "breaks": {"2026-01-02": [["10:00", "11:30"]]}}`.
    Weekdays left out are closed; an override with no periods closes its date; parts with other names (a
    title, a version) are the writer's own and are not read.
    Raises CalendarError for anything that is not such a calendar or that never opens.
    """
    if not isinstance(data, Mapping):
        raise CalendarError("not_a_calendar")
    rules = WrittenRules(
        weekly=read_weekly(data.get("weekly", {})),
        holidays=read_holidays(data.get("holidays", [])),
        overrides=read_dated(data.get("overrides", {}), part="overrides"),
        breaks=read_dated(data.get("breaks", {}), part="breaks"),
    )
    hours = OpeningHours(read_zone(data.get("tz")), rules.typical_week(), rules.special_days())
    if not hours.ever_open:
        raise CalendarError("no_hours")
    return hours


def read_zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or not name:
        raise CalendarError("zone_missing")
    if not ZONE_NAME.fullmatch(name):
        raise CalendarError("zone_unknown", zone=shown(name))
    try:
        return ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # OSError: a folder such as "Europe", or a name too long for a file
        raise CalendarError("zone_unknown", zone=shown(name))


def read_weekly(weekly: object) -> tuple[Day, ...]:
    if not isinstance(weekly, Mapping):
        raise CalendarError("weekly_shape")
    for day in weekly:
        if day not in WEEKDAYS:
            raise CalendarError("weekday_unknown", day=shown(day))
    return tuple(read_periods(weekly.get(day, []), day) for day in WEEKDAYS)


def read_holidays(holidays: object) -> frozenset[int]:
    if not isinstance(holidays, list | tuple):
        raise CalendarError("holidays_shape")
    refuse_too_many_dates(len(holidays), part="holidays")
    return frozenset(read_date(day) for day in holidays)


def read_dated(dated: object, part: str) -> dict[int, Day]:
    if not isinstance(dated, Mapping):
        raise CalendarError("dated_shape", part=part)
    refuse_too_many_dates(len(dated), part)
    return {read_date(day): read_periods(periods, day) for day, periods in dated.items()}


def refuse_too_many_dates(count: int, part: str) -> None:
    if count > MAX_DATES:
        raise CalendarError("too_many_dates", part=part, limit=MAX_DATES)


def read_date(text: object) -> int:
    """The date's proleptic ordinal, so that the day after the last one of all has a number too."""
    if not isinstance(text, str) or not DATE.fullmatch(text):
        raise CalendarError("not_a_date", date=shown(text))
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise CalendarError("not_a_date", date=text)


def read_periods(periods: object, day: str) -> Day:
    if not isinstance(periods, list | tuple):
        raise CalendarError("periods_shape", day=shown(day))
    if len(periods) > MAX_PERIODS:
        raise CalendarError("too_many_periods", day=shown(day), limit=MAX_PERIODS)
    return merged(read_period(period, day) for period in periods)


def read_period(period: object, day: str) -> Period:
    if not isinstance(period, list | tuple) or len(period) != 2:
        raise CalendarError("periods_shape", day=shown(day))
    opens, closes = read_time(period[0]), read_time(period[1])
    if opens == MINUTES_A_DAY:
        raise CalendarError("starts_at_24", day=shown(day))
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def read_time(text: object) -> int:
    """Minutes after midnight, 24:00 being the last of them."""
    if text == "24:00":
        return MINUTES_A_DAY
    clock = TIME.fullmatch(text) if isinstance(text, str) else None
    if clock is None:
        raise CalendarError("not_a_time", time=shown(text))
    return int(clock[1]) * 60 + int(clock[2])


def weekday_of(ordinal: int) -> int:
    return (ordinal - 1) % 7


def lying_on(starting: Day, after: Day) -> Day:
    """What of the periods that start on a date, and on the date before, lies on that date itself."""
    own = ((opens, min(closes, MINUTES_A_DAY)) for opens, closes in starting)
    tail = ((max(opens - MINUTES_A_DAY, 0), closes - MINUTES_A_DAY) for opens, closes in after)
    return merged(period for period in (*tail, *own) if period[0] < period[1])


def merged(periods: Iterable[Period]) -> Day:
    """The same minutes in order, overlapping and touching periods made one."""
    joined: list[Period] = []
    for opens, closes in sorted(periods):
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


def without(open_periods: Day, breaks: Day) -> Day:
    """What is left of the open periods when the breaks are cut out."""
    for break_from, break_to in breaks:
        pieces = (
            piece
            for opens, closes in open_periods
            for piece in ((opens, min(closes, break_from)), (max(opens, break_to), closes))
        )
        open_periods = tuple(piece for piece in pieces if piece[0] < piece[1])
    return open_periods
