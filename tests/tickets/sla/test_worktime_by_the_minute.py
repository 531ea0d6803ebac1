"""Working time against a naive counter that walks UTC minute by minute and looks at the wall clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.sla.worktime import deadline, elapsed, is_open, next_open, open_spans, parse_calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
WINDOW_MINUTES = 3 * 24 * 60

# Zones with the local dates near which something happens to their clocks; the last ones are plain days.
PLACES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/St_Johns", date(2011, 3, 13)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Kathmandu", date(2026, 6, 3)),
    ("Europe/Berlin", date(2028, 2, 29)),
    ("UTC", date(1970, 1, 29)),
]

times = st.one_of(
    st.sampled_from(["00:00", "02:00", "02:30", "03:00", "06:00", "22:00", "23:30", "23:59"]),
    st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
)
periods = st.lists(st.tuples(times, st.one_of(times, st.just("24:00"))).map(list), max_size=3)


@st.composite
def calendars_in_a_window(draw):
    """A calendar, and an instant (with whatever seconds) shortly before something happens to its clocks."""
    zone, day = draw(st.sampled_from(PLACES))
    near = st.integers(-2, 2).map(lambda days: (day + timedelta(days=days)).isoformat())
    calendar = {
        "tz": zone,
        "weekly": {**draw(st.dictionaries(st.sampled_from(WEEKDAYS), periods)), "wed": [["08:00", "16:00"]]},
        "holidays": draw(st.lists(near, max_size=2)),
        "overrides": draw(st.dictionaries(near, periods, max_size=2)),
        "breaks": draw(st.dictionaries(near, periods, max_size=2)),
    }
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return calendar, noon - MINUTE * draw(st.integers(0, 2 * 24 * 60))


def minutes_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def within(written: dict[str, list[list[str]]], wall: datetime) -> bool:
    """Whether the wall minute lies in a period written under its date, or under yesterday's past midnight."""
    minute = wall.hour * 60 + wall.minute
    for day, shown in ((wall.date(), minute), (wall.date() - timedelta(days=1), minute + 24 * 60)):
        for start, end in written.get(day.isoformat(), []):
            past_midnight = 24 * 60 if minutes_of(end) <= minutes_of(start) else 0
            if minutes_of(start) <= shown < minutes_of(end) + past_midnight:
                return True
    return False


def naive_minutes(calendar, start: datetime, count: int = WINDOW_MINUTES) -> Iterator[tuple[datetime, bool]]:
    zone = ZoneInfo(calendar["tz"])
    days = [start.date() + timedelta(days=n) for n in range(-3, count // 1440 + 4)]
    shifts = {day.isoformat(): calendar["weekly"].get(WEEKDAYS[day.weekday()], []) for day in days}
    shifts |= calendar["overrides"]
    for number in range(count):
        utc = start + number * MINUTE
        wall = utc.astimezone(zone)
        working = (
            wall.date().isoformat() not in calendar["holidays"]
            and within(shifts, wall)
            and not within(calendar["breaks"], wall)
        )
        yield utc, working


@settings(max_examples=100, deadline=None, derandomize=True)
@given(calendars_in_a_window())
def test_every_minute_of_three_days(case):
    calendar, start = case
    hours = parse_calendar(calendar)
    end = start + WINDOW_MINUTES * MINUTE
    naive = [utc for utc, working in naive_minutes(calendar, start) if working]
    spans = list(open_spans(hours, start, end))
    reckoned = [opens + n * MINUTE for opens, closes in spans for n in range((closes - opens) // MINUTE)]
    assert reckoned == naive
    assert all(closes < opens for (_, closes), (opens, _) in pairwise(spans))
    assert elapsed(hours, start, end) == 60 * len(naive)
    assert is_open(hours, start) == (naive[:1] == [start])
    if naive:
        assert next_open(hours, start) == naive[0]
    else:
        assert next_open(hours, start) >= end


pause_lists = st.lists(
    st.tuples(st.integers(-600, 3000), st.one_of(st.integers(0, 1500), st.none())), max_size=3
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(calendars_in_a_window(), st.integers(1, 30 * 60), pause_lists)
def test_deadlines_and_elapsed_time_with_pauses(case, target, pause_minutes):
    calendar, start = case
    hours = parse_calendar(calendar)
    pauses = [
        (start + begin * MINUTE, None if length is None else start + (begin + length) * MINUTE)
        for begin, length in pause_minutes
    ]
    naive = [
        utc
        for utc, working in naive_minutes(calendar, start)
        if working and not any(a <= utc and (b is None or utc < b) for a, b in pauses)
    ]
    end = start + WINDOW_MINUTES * MINUTE
    assert elapsed(hours, start, end, pauses) == 60 * len(naive)
    due = deadline(hours, start, target * 60, pauses)
    if target <= len(naive):
        assert due == naive[target - 1] + MINUTE
    elif any(ends is None for _, ends in pauses):
        assert due is None
    else:
        assert due > end


@settings(max_examples=200, deadline=None, derandomize=True)
@given(calendars_in_a_window(), st.integers(1, 400 * 3600), st.integers(0, 59_999_999))
def test_a_deadline_is_the_first_instant_at_which_its_seconds_have_elapsed(case, seconds, microseconds):
    calendar, minute = case
    hours = parse_calendar(calendar)
    start = minute + timedelta(microseconds=microseconds)
    due = deadline(hours, start, seconds)
    assert elapsed(hours, start, due) == seconds
    assert elapsed(hours, start, due - timedelta(microseconds=1)) == seconds - 1
    halfway = start + (due - start) / 2
    assert deadline(hours, halfway, seconds) >= due
