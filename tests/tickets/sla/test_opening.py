"""Reading a calendar: what is open on which date, and in which words nonsense is refused."""

from datetime import date

import pytest

from tickets.sla.calendar_words import WORDS
from tickets.sla.opening import MAX_DATES, MAX_PERIODS, OpeningHours
from tickets.sla.worktime import CalendarError, parse_calendar

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHTS = {"tz": "Europe/Berlin", "weekly": {day: [["22:00", "06:00"]] for day in EVERY_DAY}}


def on(hours: OpeningHours, day: str) -> list[str]:
    """The open periods of a date as people would write them."""
    written = (f"{o // 60:02}:{o % 60:02}-{c // 60:02}:{c % 60:02}" for o, c in hours.on(ordinal(day)))
    return list(written)


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def monday(*periods: list[str]) -> list[str]:
    return on(parse_calendar({"tz": "UTC", "weekly": {"mon": list(periods)}}), "2026-06-01")


def refusal(**parts: object) -> CalendarError:
    calendar = {"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "17:00"]]}, **parts}
    with pytest.raises(CalendarError) as caught:
        parse_calendar(calendar)
    return caught.value


def test_overlapping_and_touching_periods_are_merged_in_any_order():
    assert monday(["13:00", "17:00"], ["09:00", "12:00"]) == ["09:00-12:00", "13:00-17:00"]
    assert monday(["12:00", "17:00"], ["09:00", "12:00"]) == ["09:00-17:00"]
    assert monday(["09:00", "14:00"], ["10:00", "11:00"], ["13:00", "18:00"]) == ["09:00-18:00"]


def test_a_whole_day_can_be_written_in_three_ways():
    assert monday(["00:00", "24:00"]) == ["00:00-24:00"]
    assert monday(["00:00", "00:00"]) == ["00:00-24:00"]
    assert monday(["00:00", "12:00"], ["12:00", "00:00"]) == ["00:00-24:00"]


def test_a_period_from_nine_to_nine_lasts_until_the_next_morning():
    hours = parse_calendar({"tz": "UTC", "weekly": {"sun": [["09:00", "09:00"]]}})
    assert on(hours, "2026-06-07") == ["09:00-24:00"]
    assert on(hours, "2026-06-08") == ["00:00-09:00"]
    assert on(hours, "2026-06-09") == []


def test_a_night_shift_belongs_to_the_day_it_starts_on():
    hours = parse_calendar({"tz": "UTC", "weekly": {"fri": [["22:00", "06:00"]]}})
    assert on(hours, "2026-06-05") == ["22:00-24:00"]
    assert on(hours, "2026-06-06") == ["00:00-06:00"]


def test_a_holiday_blanks_its_local_date_and_nothing_else():
    hours = parse_calendar({**NIGHTS, "holidays": ["2026-12-25"]})
    assert on(hours, "2026-12-24") == ["00:00-06:00", "22:00-24:00"]
    assert on(hours, "2026-12-25") == []
    assert on(hours, "2026-12-26") == ["00:00-06:00", "22:00-24:00"]


def test_a_holiday_beats_an_override_but_not_its_tail():
    hours = parse_calendar(
        {
            "tz": "UTC",
            "weekly": {},
            "overrides": {"2026-12-25": [["20:00", "02:00"]]},
            "holidays": ["2026-12-25"],
        }
    )
    assert on(hours, "2026-12-25") == []
    assert on(hours, "2026-12-26") == ["00:00-02:00"]


def test_an_override_replaces_what_starts_on_its_date():
    hours = parse_calendar({**NIGHTS, "overrides": {"2026-12-24": [["09:00", "12:00"]]}})
    assert on(hours, "2026-12-24") == ["00:00-06:00", "09:00-12:00"]
    assert on(hours, "2026-12-25") == ["22:00-24:00"]
    assert on(hours, "2026-12-26") == ["00:00-06:00", "22:00-24:00"]


def test_an_override_without_periods_closes_what_starts_on_its_date():
    hours = parse_calendar({**NIGHTS, "overrides": {"2026-12-24": []}})
    assert on(hours, "2026-12-24") == ["00:00-06:00"]
    assert on(hours, "2026-12-25") == ["22:00-24:00"]


def test_a_night_override_reaches_into_the_next_date():
    hours = parse_calendar(
        {
            "tz": "UTC",
            "weekly": {"mon": [["09:00", "17:00"]], "tue": [["05:00", "17:00"]]},
            "overrides": {"2026-06-01": [["20:00", "06:00"]]},
        }
    )
    assert on(hours, "2026-06-01") == ["20:00-24:00"]
    assert on(hours, "2026-06-02") == ["00:00-17:00"]


def test_a_break_is_cut_out_of_whatever_is_open_on_its_date():
    day = {"tz": "UTC", "weekly": {"fri": [["09:00", "12:00"], ["13:00", "17:00"]]}}
    cut = parse_calendar({**day, "breaks": {"2026-01-02": [["10:00", "11:30"], ["11:45", "14:00"]]}})
    assert on(cut, "2026-01-02") == ["09:00-10:00", "11:30-11:45", "14:00-17:00"]
    assert on(cut, "2026-01-09") == ["09:00-12:00", "13:00-17:00"]
    overridden = parse_calendar(
        {
            **day,
            "overrides": {"2026-01-02": [["10:00", "16:00"]]},
            "breaks": {"2026-01-02": [["12:00", "13:00"]]},
        }
    )
    assert on(overridden, "2026-01-02") == ["10:00-12:00", "13:00-16:00"]


def test_a_break_may_run_past_midnight_and_hits_the_tail_of_the_night_before():
    hours = parse_calendar({**NIGHTS, "breaks": {"2026-06-02": [["02:00", "03:00"], ["23:30", "00:30"]]}})
    assert on(hours, "2026-06-02") == ["00:00-02:00", "03:00-06:00", "22:00-23:30"]
    assert on(hours, "2026-06-03") == ["00:30-06:00", "22:00-24:00"]


def test_the_last_date_of_all_is_a_date():
    hours = parse_calendar({**NIGHTS, "overrides": {"9999-12-31": []}, "holidays": ["0001-01-01"]})
    assert on(hours, "9999-12-31") == ["00:00-06:00"]
    assert on(hours, "0001-01-01") == []


def test_calendars_that_open_alike_are_one_key():
    split = parse_calendar({"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["12:00", "17:00"]]}})
    whole = parse_calendar(
        {"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]], "tue": []}, "title": "Office"}
    )
    elsewhere = parse_calendar({"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "17:00"]]}})
    assert split == whole
    assert hash(split) == hash(whole)
    assert split != elsewhere


def test_a_calendar_that_opens_by_an_override_only_is_a_calendar():
    hours = parse_calendar({"tz": "UTC", "weekly": {}, "overrides": {"2026-12-24": [["09:00", "12:00"]]}})
    assert on(hours, "2026-12-24") == ["09:00-12:00"]
    assert on(hours, "2026-12-25") == []


@pytest.mark.parametrize(
    "parts",
    [
        {"weekly": {}},
        {"weekly": {"mon": []}},
        {"weekly": {}, "overrides": {"2026-12-24": []}},
        {"weekly": {}, "overrides": {"2026-12-24": [["09:00", "12:00"]]}, "holidays": ["2026-12-24"]},
        {
            "weekly": {},
            "overrides": {"2026-12-24": [["09:00", "12:00"]]},
            "breaks": {"2026-12-24": [["09:00", "12:00"]]},
        },
    ],
)
def test_a_calendar_that_never_opens_is_refused(parts):
    error = refusal(**parts)
    assert error.code == "no_hours"
    assert str(error) == "This calendar has no opening hours at all."


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "Europe", "europe/berlin", "../UTC", "/etc/passwd", "localtime"]
)
def test_a_zone_nobody_knows_is_refused(zone):
    error = refusal(tz=zone)
    assert str(error) == f"There is no time zone called {zone}."
    assert (error.code, error.params) == ("zone_unknown", {"zone": zone})


@pytest.mark.parametrize("zone", ["UTC\0", "Ünix/Zeit", "Europe/Berlin\n", "\ud800", "A" * 5000, "right/UTC"])
def test_a_hostile_zone_is_refused_and_quoted_briefly(zone):
    error = refusal(tz=zone)
    assert error.code == "zone_unknown"
    assert len(str(error)) < 100


@pytest.mark.parametrize("zone", [None, "", 1, ["UTC"]])
def test_a_calendar_without_zone_is_refused(zone):
    assert refusal(tz=zone).code == "zone_missing"


@pytest.mark.parametrize(
    "time",
    ["25:00", "24:01", "9:00", "09:60", "09:00:00", "-1:00", "", "0900", "٠٩:٠٠", "09:00\n", 9, None, True],
)
def test_a_time_that_is_none_is_refused(time):
    assert refusal(weekly={"mon": [["08:00", time]]}).code == "not_a_time"
    assert refusal(weekly={"mon": [[time, "17:00"]]}).code == "not_a_time"


def test_twenty_four_hundred_is_an_end_only():
    assert str(refusal(weekly={"mon": [["24:00", "06:00"]]})) == (
        "A period on mon starts at 24:00; that is 00:00 of the next day."
    )


@pytest.mark.parametrize(
    "day", ["2026-02-29", "2026-13-01", "2026-1-1", "20260101", "0000-01-01", 20260101, None]
)
def test_a_date_that_is_none_is_refused(day):
    assert refusal(holidays=[day]).code == "not_a_date"
    assert refusal(overrides={day: [["09:00", "12:00"]]}).code == "not_a_date"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"weekly": []}, "weekly_shape"),
        ({"weekly": None}, "weekly_shape"),
        ({"weekly": {"monday": [["09:00", "17:00"]]}}, "weekday_unknown"),
        ({"weekly": {"mon": "09:00"}}, "periods_shape"),
        ({"weekly": {"mon": {"09:00": "17:00"}}}, "periods_shape"),
        ({"weekly": {"mon": ["09:00", "17:00"]}}, "periods_shape"),
        ({"weekly": {"mon": [["09:00"]]}}, "periods_shape"),
        ({"weekly": {"mon": [["09:00", "12:00"]] * (MAX_PERIODS + 1)}}, "too_many_periods"),
        ({"holidays": "2026-12-25"}, "holidays_shape"),
        ({"holidays": {"2026-12-25": True}}, "holidays_shape"),
        ({"holidays": ["2026-12-25"] * (MAX_DATES + 1)}, "too_many_dates"),
        ({"overrides": ["2026-12-24"]}, "dated_shape"),
        ({"overrides": {"2026-12-24": None}}, "periods_shape"),
        ({"breaks": 5}, "dated_shape"),
        ({"breaks": {"2026-12-24": [["10:00", "25:00"]]}}, "not_a_time"),
    ],
)
def test_a_part_of_the_wrong_shape_is_refused(parts, code):
    error = refusal(**parts)
    assert error.code == code
    assert str(error) == WORDS[code] % error.params


def test_as_many_dates_and_periods_as_allowed_are_read():
    hours = parse_calendar(
        {
            "tz": "UTC",
            "weekly": {"mon": [["09:00", "12:00"]] * MAX_PERIODS},
            "holidays": ["2026-12-25"] * MAX_DATES,
        }
    )
    assert on(hours, "2026-06-01") == ["09:00-12:00"]


@pytest.mark.parametrize("calendar", [None, [], "Europe/Berlin", 7])
def test_what_is_no_calendar_is_refused(calendar):
    with pytest.raises(CalendarError) as caught:
        parse_calendar(calendar)
    assert caught.value.code == "not_a_calendar"
