"""The close of the n-th business day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.sla.business_days import close_of_business_day
from tickets.sla.worktime import parse_calendar

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
BERLIN = parse_calendar({"tz": "Europe/Berlin", "weekly": WEEK, "holidays": ["2026-04-03", "2026-04-06"]})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "closes"),
    [
        ("2026-03-02 06:00", 1, "2026-03-03 16:00"),  # before opening on Monday: Tuesday closes
        ("2026-03-02 22:30", 1, "2026-03-03 16:00"),  # 23:30 in Berlin is still Monday
        ("2026-03-02 23:30", 1, "2026-03-04 16:00"),  # 00:30 in Berlin is Tuesday
        ("2026-03-06 12:00", 1, "2026-03-09 16:00"),  # over a week-end
        ("2026-04-02 12:00", 1, "2026-04-07 15:00"),  # over Easter, and summer time has begun
        ("2026-03-27 12:00", 2, "2026-03-31 15:00"),
        ("2026-03-02 09:00", 5, "2026-03-09 16:00"),
    ],
)
def test_it_closes_on_that_day(start, days, closes):
    assert close_of_business_day(BERLIN, utc(start), days) == utc(closes)


def test_a_shift_that_ends_at_midnight_closes_then():
    late = parse_calendar({"tz": "Europe/Berlin", "weekly": {"mon": [["14:00", "24:00"]]}})
    assert close_of_business_day(late, utc("2026-03-01 12:00"), 1) == utc("2026-03-02 23:00")


def test_a_calendar_that_opens_once_has_no_second_day():
    once = parse_calendar({"tz": "UTC", "weekly": {}, "overrides": {"2026-03-03": [["09:00", "12:00"]]}})
    assert close_of_business_day(once, utc("2026-03-02 12:00"), 1) == utc("2026-03-03 12:00")
    assert close_of_business_day(once, utc("2026-03-02 12:00"), 2) is None


@pytest.mark.parametrize(("start", "days"), [(utc("2026-03-02 12:00"), 0), (datetime(2026, 3, 2), 1)])  # noqa: DTZ001
def test_a_naive_moment_and_no_day_are_refused(start, days):
    with pytest.raises(ValueError, match="an aware moment"):
        close_of_business_day(BERLIN, start, days)


@given(st.integers(0, 3000), st.integers(1, 15))
def test_between_start_and_close_lie_that_many_open_dates(offset, days):
    start = utc("2026-01-01 12:00") + timedelta(hours=7 * offset)
    closes = close_of_business_day(BERLIN, start, days)
    first, last = start.astimezone(BERLIN.zone).date(), closes.astimezone(BERLIN.zone).date()
    between = [date.fromordinal(n) for n in range(first.toordinal() + 1, last.toordinal() + 1)]
    assert sum(bool(BERLIN.on(day.toordinal())) for day in between) == days
    assert BERLIN.on(last.toordinal())
