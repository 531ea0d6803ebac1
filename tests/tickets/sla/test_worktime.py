"""Working time between instants: each sentence of the contract once, in dates one can check by hand."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets.sla.worktime import (
    MAX_TARGET_SECONDS,
    CalendarError,
    OpeningHours,
    deadline,
    elapsed,
    is_open,
    next_open,
    open_spans,
    parse_calendar,
)

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
LUNCH = calendar(("09:00", "12:00"), ("13:00", "17:00"))
ALWAYS = calendar(("00:00", "24:00"), days=EVERY_DAY)


# A plain week; 1 June 2026 is a Monday, Berlin two hours ahead of UTC.


def test_time_runs_while_open_and_stands_still_while_closed():
    assert deadline(OFFICE, at("2026-06-01T09:00+02:00"), 2 * HOUR) == at("2026-06-01T11:00+02:00")
    assert deadline(OFFICE, at("2026-06-01T07:15+02:00"), 2 * HOUR) == at("2026-06-01T11:00+02:00")
    assert deadline(OFFICE, at("2026-06-01T16:30+02:00"), 2 * HOUR) == at("2026-06-02T10:30+02:00")
    assert deadline(OFFICE, at("2026-06-05T16:59:59+02:00"), 2) == at("2026-06-08T09:00:01+02:00")
    assert deadline(OFFICE, at("2026-06-01T09:00+02:00"), 40 * HOUR) == at("2026-06-05T17:00+02:00")


def test_lunch_is_no_working_time():
    assert deadline(LUNCH, at("2026-06-01T11:30+02:00"), HOUR) == at("2026-06-01T13:30+02:00")
    assert deadline(LUNCH, at("2026-06-01T12:20+02:00"), HOUR) == at("2026-06-01T14:00+02:00")
    assert elapsed(LUNCH, at("2026-06-01T08:00+02:00"), at("2026-06-01T18:00+02:00")) == 7 * HOUR


def test_a_deadline_used_up_at_closing_is_closing_time_and_not_the_next_opening():
    assert deadline(OFFICE, at("2026-06-05T15:00+02:00"), 2 * HOUR) == at("2026-06-05T17:00+02:00")
    assert deadline(LUNCH, at("2026-06-05T11:00+02:00"), HOUR) == at("2026-06-05T12:00+02:00")
    assert deadline(OFFICE, at("2026-06-05T17:00+02:00"), 1) == at("2026-06-08T09:00:01+02:00")


def test_periods_are_half_open():
    assert is_open(OFFICE, at("2026-06-01T09:00+02:00")) is True
    assert is_open(OFFICE, at("2026-06-01T08:59:59.999999+02:00")) is False
    assert is_open(OFFICE, at("2026-06-01T16:59:59.999999+02:00")) is True
    assert is_open(OFFICE, at("2026-06-01T17:00+02:00")) is False


def test_next_open_is_now_when_open_and_the_next_opening_at_closing_time():
    assert next_open(OFFICE, at("2026-06-01T12:34:56.5+02:00")) == at("2026-06-01T12:34:56.5+02:00")
    assert next_open(OFFICE, at("2026-06-01T17:00+02:00")) == at("2026-06-02T09:00+02:00")
    assert next_open(OFFICE, at("2026-06-05T20:00+02:00")) == at("2026-06-08T09:00+02:00")


def test_elapsed_counts_from_start_to_end_and_nothing_backwards():
    assert elapsed(OFFICE, at("2026-06-05T16:00+02:00"), at("2026-06-08T10:00+02:00")) == 2 * HOUR
    assert elapsed(OFFICE, at("2026-06-06T00:00+02:00"), at("2026-06-08T09:00+02:00")) == 0
    assert elapsed(OFFICE, at("2026-06-01T10:00+02:00"), at("2026-06-01T10:00+02:00")) == 0
    assert elapsed(OFFICE, at("2026-06-02T10:00+02:00"), at("2026-06-01T10:00+02:00")) == 0


def test_fractions_of_a_second_are_kept_in_instants_and_dropped_from_seconds():
    start = at("2026-06-01T16:59:59.250000+02:00")
    assert deadline(OFFICE, start, 1) == at("2026-06-02T09:00:00.250000+02:00")
    assert elapsed(OFFICE, start, at("2026-06-02T09:00:00.249999+02:00")) == 0
    assert elapsed(OFFICE, start, at("2026-06-02T09:00:00.250000+02:00")) == 1


def test_the_viewers_zone_changes_nothing_and_answers_are_utc():
    seen_from_tokyo = at("2026-06-01T07:00+00:00").astimezone(ZoneInfo("Asia/Tokyo"))
    due = deadline(OFFICE, seen_from_tokyo, HOUR)
    assert due == at("2026-06-01T08:00Z")
    assert due.tzinfo is UTC


# Dates that differ.


def test_a_holiday_and_the_weekend_behind_it_are_skipped():
    hours = calendar(("09:00", "17:00"), holidays=["2026-12-25"])
    assert deadline(hours, at("2026-12-24T16:00+01:00"), 2 * HOUR) == at("2026-12-28T10:00+01:00")


def test_a_holiday_is_judged_by_the_local_date():
    hours = calendar(("00:00", "24:00"), days=EVERY_DAY, tz="Asia/Kathmandu", holidays=["2026-06-03"])
    assert spans(hours, "2026-06-02T00:00Z", "2026-06-04T00:00Z") == [
        ("06-02 00:00", "06-02 18:15"),
        ("06-03 18:15", "06-04 00:00"),
    ]


def test_a_night_shift_stops_where_the_holiday_begins():
    hours = calendar(("22:00", "06:00"), days=EVERY_DAY, holidays=["2026-12-25"])
    assert deadline(hours, at("2026-12-24T22:00+01:00"), 3 * HOUR) == at("2026-12-26T01:00+01:00")
    assert elapsed(hours, at("2026-12-24T12:00+01:00"), at("2026-12-26T12:00+01:00")) == (2 + 6) * HOUR


def test_an_override_gives_its_date_other_hours():
    hours = calendar(
        ("09:00", "17:00"), overrides={"2026-12-24": [["09:00", "12:00"]], "2026-12-26": [["10:00", "11:00"]]}
    )
    assert deadline(hours, at("2026-12-24T11:00+01:00"), HOUR) == at("2026-12-24T12:00+01:00")
    assert elapsed(hours, at("2026-12-24T00:00+01:00"), at("2026-12-27T00:00+01:00")) == (3 + 8 + 1) * HOUR


def test_a_break_is_taken_out_of_its_date():
    hours = calendar(("09:00", "17:00"), breaks={"2026-01-02": [["10:00", "11:30"]]})
    assert deadline(hours, at("2026-01-02T09:30+01:00"), HOUR) == at("2026-01-02T12:00+01:00")
    assert deadline(hours, at("2026-01-09T09:30+01:00"), HOUR) == at("2026-01-09T10:30+01:00")


def test_the_leap_day_is_a_day():
    assert deadline(OFFICE, at("2028-02-28T16:00+01:00"), 2 * HOUR) == at("2028-02-29T10:00+01:00")
    assert elapsed(OFFICE, at("2028-02-28T00:00+01:00"), at("2028-03-02T00:00+01:00")) == 3 * 8 * HOUR


# Pauses.


def test_a_pause_from_friday_to_monday_costs_working_time_only():
    pause = (at("2026-06-05T16:00+02:00"), at("2026-06-08T10:00+02:00"))
    assert deadline(OFFICE, at("2026-06-05T15:00+02:00"), 2 * HOUR, [pause]) == at("2026-06-08T11:00+02:00")
    assert elapsed(OFFICE, at("2026-06-05T15:00+02:00"), at("2026-06-08T12:00+02:00"), [pause]) == 3 * HOUR


def test_a_pause_outside_opening_hours_costs_nothing():
    pause = (at("2026-06-05T17:00+02:00"), at("2026-06-08T09:00+02:00"))
    assert deadline(OFFICE, at("2026-06-05T16:00+02:00"), 2 * HOUR, [pause]) == at("2026-06-08T10:00+02:00")


def test_pauses_overlap_touch_and_come_in_any_order():
    start, end = at("2026-06-01T09:00+02:00"), at("2026-06-01T17:00+02:00")
    pauses = [
        (at("2026-06-01T11:00+02:00"), at("2026-06-01T13:00+02:00")),
        (at("2026-06-01T11:30+02:00"), at("2026-06-01T12:00+02:00")),
        (at("2026-06-01T10:00+02:00"), at("2026-06-01T11:30+02:00")),
        (at("2026-06-01T13:00+02:00"), at("2026-06-01T13:30+02:00")),
        (at("2026-06-01T16:00+02:00"), at("2026-06-01T16:00+02:00")),
        (at("2026-05-29T09:00+02:00"), at("2026-05-29T17:00+02:00")),
    ]
    for order in itertools.permutations(pauses, len(pauses)):
        assert elapsed(OFFICE, start, end, order) == int(4.5 * HOUR)
        assert deadline(OFFICE, start, 2 * HOUR, order) == at("2026-06-01T14:30+02:00")


def test_still_waiting_means_no_deadline_unless_it_came_before():
    start = at("2026-06-01T09:00+02:00")
    waiting = [(at("2026-06-01T11:00+02:00"), None)]
    assert deadline(OFFICE, start, 2 * HOUR - 1, waiting) == at("2026-06-01T10:59:59+02:00")
    assert deadline(OFFICE, start, 2 * HOUR, waiting) == at("2026-06-01T11:00+02:00")
    assert deadline(OFFICE, start, 2 * HOUR + 1, waiting) is None
    assert deadline(OFFICE, at("2026-06-01T12:00+02:00"), 1, waiting) is None
    assert elapsed(OFFICE, start, at("2026-06-05T09:00+02:00"), waiting) == 2 * HOUR
    assert elapsed(OFFICE, start, at("2026-06-01T10:00+02:00"), waiting) == HOUR


def test_a_deadline_reached_as_a_pause_begins_does_not_wait_for_its_end():
    pause = (at("2026-06-01T11:00+02:00"), at("2026-06-01T15:00+02:00"))
    assert deadline(OFFICE, at("2026-06-01T09:00+02:00"), 2 * HOUR, [pause]) == at("2026-06-01T11:00+02:00")
    assert deadline(OFFICE, at("2026-06-01T09:00+02:00"), 2 * HOUR + 1, [pause]) == at(
        "2026-06-01T15:00:01+02:00"
    )


# Never, and refusals.


def test_ten_years_without_hours_are_never():
    hours = parse_calendar({"tz": "UTC", "weekly": {}, "overrides": {"2026-12-24": [["09:00", "12:00"]]}})
    assert deadline(hours, at("2026-01-01T00:00Z"), 3 * HOUR) == at("2026-12-24T12:00Z")
    assert deadline(hours, at("2026-01-01T00:00Z"), 3 * HOUR + 1) is None
    assert next_open(hours, at("2016-12-24T09:00Z")) == at("2026-12-24T09:00Z")
    assert next_open(hours, at("2016-12-22T09:00Z")) is None
    assert next_open(hours, at("2026-12-24T12:00Z")) is None


def test_ten_years_count_from_the_last_hour_worked():
    days = {f"{year}-12-24": [["09:00", "10:00"]] for year in range(2026, 2080, 9)}
    hours = parse_calendar({"tz": "UTC", "weekly": {}, "overrides": days})
    assert deadline(hours, at("2026-01-01T00:00Z"), 6 * HOUR) == at("2071-12-24T10:00Z")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (0, "target_not_positive"),
        (-1, "target_not_positive"),
        (1.5, "target_not_whole"),
        (3600.0, "target_not_whole"),
        (True, "target_not_whole"),
        ("60", "target_not_whole"),
        (None, "target_not_whole"),
        (MAX_TARGET_SECONDS + 1, "target_too_long"),
        (10**400, "target_too_long"),
    ],
)
def test_a_target_that_is_none_is_refused(seconds, code):
    with pytest.raises(CalendarError) as caught:
        deadline(OFFICE, at("2026-06-01T09:00Z"), seconds)
    assert caught.value.code == code


def test_the_longest_target_is_reckoned():
    start = at("2026-01-01T00:00Z")
    assert deadline(ALWAYS, start, MAX_TARGET_SECONDS) == start + timedelta(seconds=MAX_TARGET_SECONDS)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2026, 6, 1, 9), "moment_naive"),  # noqa: DTZ001
        (at("1899-12-31T23:59:59Z"), "moment_out_of_range"),
        (at("2200-01-01T00:00Z"), "moment_out_of_range"),
        (at("9999-12-31T23:59:59-12:00"), "moment_out_of_range"),
        (at("0001-01-01T00:00+12:00"), "moment_out_of_range"),
        ("2026-06-01T09:00Z", "not_a_moment"),
    ],
)
def test_an_instant_that_cannot_be_reckoned_is_refused_everywhere(moment, code):
    fine = at("2026-06-01T09:00Z")
    for ask in (
        lambda: deadline(OFFICE, moment, 60),
        lambda: deadline(OFFICE, fine, 60, [(moment, None)]),
        lambda: deadline(OFFICE, fine, 60, [(fine, moment)]),
        lambda: elapsed(OFFICE, moment, fine),
        lambda: elapsed(OFFICE, fine, moment),
        lambda: next_open(OFFICE, moment),
        lambda: is_open(OFFICE, moment),
        lambda: open_spans(OFFICE, fine, moment),
    ):
        with pytest.raises(CalendarError) as caught:
            ask()
        assert caught.value.code == code


def test_a_pause_that_ends_before_it_starts_is_refused():
    backwards = [(at("2026-06-01T10:00Z"), at("2026-06-01T09:59:59Z"))]
    with pytest.raises(CalendarError, match="A pause ends before it starts"):
        elapsed(OFFICE, at("2026-06-01T09:00Z"), at("2026-06-02T09:00Z"), backwards)
