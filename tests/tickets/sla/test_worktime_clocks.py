"""Working time where clocks are odd: put forth and back, off by quarters, or missing a whole date."""

from datetime import datetime

from tickets.sla.worktime import OpeningHours, deadline, elapsed, next_open, open_spans, parse_calendar

HOUR = 3600
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")


def calendar(*periods: tuple[str, str], days: tuple[str, ...] = WORKDAYS, tz: str = "Europe/Berlin", **parts):
    return parse_calendar({"tz": tz, "weekly": {day: [list(p) for p in periods] for day in days}, **parts})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def spans(hours: OpeningHours, start: str, end: str) -> list[tuple[str, str]]:
    found = open_spans(hours, at(start), at(end))
    return [(opens.strftime("%m-%d %H:%M"), closes.strftime("%m-%d %H:%M")) for opens, closes in found]


OFFICE = calendar(("09:00", "17:00"))
ALWAYS = calendar(("00:00", "24:00"), days=EVERY_DAY)
NIGHT = calendar(("22:00", "06:00"), days=EVERY_DAY)


# Clock changes. Berlin: 29 March 2026 has no 02:00-03:00, 25 October 2026 has it twice.


def test_open_around_the_clock_loses_no_minute_at_midnight_and_follows_the_clock_changes():
    assert elapsed(ALWAYS, at("2026-06-01T00:00+02:00"), at("2026-06-08T00:00+02:00")) == 168 * HOUR
    assert elapsed(ALWAYS, at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")) == 23 * HOUR
    assert elapsed(ALWAYS, at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")) == 25 * HOUR
    assert deadline(ALWAYS, at("2026-06-01T23:59:30+02:00"), 90) == at("2026-06-02T00:01+02:00")
    assert spans(ALWAYS, "2026-01-01T00:00Z", "2026-12-31T00:00Z") == [("01-01 00:00", "12-31 00:00")]


def test_office_hours_keep_to_the_wall_clock_over_both_changes():
    assert deadline(OFFICE, at("2026-03-27T16:00+01:00"), 2 * HOUR) == at("2026-03-30T10:00+02:00")
    assert deadline(OFFICE, at("2026-10-23T16:00+02:00"), 2 * HOUR) == at("2026-10-26T10:00+01:00")


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    assert elapsed(NIGHT, at("2026-03-28T12:00+01:00"), at("2026-03-29T12:00+02:00")) == 7 * HOUR
    assert elapsed(NIGHT, at("2026-10-24T12:00+02:00"), at("2026-10-25T12:00+01:00")) == 9 * HOUR
    assert deadline(NIGHT, at("2026-03-28T22:00+01:00"), 5 * HOUR) == at("2026-03-29T04:00+02:00")
    assert deadline(NIGHT, at("2026-10-24T22:00+02:00"), 5 * HOUR) == at("2026-10-25T02:00+01:00")


def test_a_wall_minute_that_is_missing_never_counts():
    hours = calendar(("02:00", "03:00"), days=("sun",))
    assert next_open(hours, at("2026-03-23T00:00+01:00")) == at("2026-04-05T02:00+02:00")
    partly = calendar(("01:30", "03:30"), days=("sun",))
    assert spans(partly, "2026-03-28T00:00Z", "2026-03-30T00:00Z") == [("03-29 00:30", "03-29 01:30")]


def test_a_wall_minute_shown_twice_counts_twice():
    hours = calendar(("02:00", "03:00"), days=("sun",))
    assert spans(hours, "2026-10-24T00:00Z", "2026-10-26T00:00Z") == [("10-25 00:00", "10-25 02:00")]
    half = calendar(("02:30", "03:00"), days=("sun",))
    assert spans(half, "2026-10-24T00:00Z", "2026-10-26T00:00Z") == [
        ("10-25 00:30", "10-25 01:00"),
        ("10-25 01:30", "10-25 02:00"),
    ]
    assert deadline(half, at("2026-10-25T02:45+02:00"), HOUR // 2) == at("2026-10-25T02:45+01:00")


# Zones with habits of their own.


def test_kathmandu_is_three_quarters_of_an_hour_off():
    hours = calendar(("09:00", "17:00"), tz="Asia/Kathmandu")
    assert next_open(hours, at("2026-06-01T00:00Z")) == at("2026-06-01T03:15Z")


def test_lord_howe_changes_by_half_an_hour():
    doubled = calendar(("01:00", "02:00"), days=("sun",), tz="Australia/Lord_Howe")
    assert elapsed(doubled, at("2026-04-04T00:00Z"), at("2026-04-06T00:00Z")) == 90 * 60
    missing = calendar(("02:00", "03:00"), days=("sun",), tz="Australia/Lord_Howe")
    assert elapsed(missing, at("2026-10-03T00:00Z"), at("2026-10-05T00:00Z")) == 30 * 60


def test_st_johns_once_turned_back_over_midnight_so_that_a_date_came_twice():
    """On 7 November 2010, a minute past midnight, it was 23:01 of the sixth again."""
    saturday = calendar(("23:00", "24:00"), days=("sat",), tz="America/St_Johns")
    assert spans(saturday, "2010-11-06T00:00Z", "2010-11-08T00:00Z") == [
        ("11-07 01:30", "11-07 02:30"),
        ("11-07 02:31", "11-07 03:30"),
    ]
    sunday = calendar(("00:00", "01:00"), days=("sun",), tz="America/St_Johns")
    assert elapsed(sunday, at("2010-11-06T00:00Z"), at("2010-11-08T00:00Z")) == 61 * 60


def test_apia_went_without_the_thirtieth_of_december_2011():
    hours = calendar(("09:00", "17:00"), tz="Pacific/Apia", overrides={"2011-12-30": [["00:00", "24:00"]]})
    assert deadline(hours, at("2011-12-29T16:00-10:00"), 2 * HOUR) == at("2012-01-02T10:00+14:00")
    always = calendar(("00:00", "24:00"), days=EVERY_DAY, tz="Pacific/Apia")
    assert elapsed(always, at("2011-12-29T00:00-10:00"), at("2012-01-01T00:00+14:00")) == 48 * HOUR
