"""The worktime command: one JSON line in, one JSON line out, whatever the line is."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.json_lines import MAX_LINE_BYTES, lines_of
from tickets.management.commands.worktime import MAX_PAUSES, opening_hours, reply_to

MANAGE = Path(__file__).resolve().parents[3] / "manage.py"
OFFICE = {
    "tz": "Europe/Berlin",
    "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-12-25"],
    "overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "breaks": {"2026-01-02": [["10:00", "11:30"]]},
}
DEADLINE = {
    "id": "a",
    "kind": "deadline",
    "calendar": OFFICE,
    "start": "2026-06-01T07:00:00Z",
    "seconds": 3600,
}


def ask(**changes: object) -> dict[str, object]:
    return reply_to(json.dumps({**DEADLINE, **changes}).encode())


def without(part: str) -> dict[str, object]:
    return reply_to(json.dumps({name: value for name, value in DEADLINE.items() if name != part}).encode())


def test_each_kind_has_its_answer():
    assert ask() == {"id": "a", "answer": "2026-06-01T08:00:00Z"}
    assert ask(kind="elapsed", end="2026-06-02T08:00:00Z") == {"id": "a", "answer": 9 * 3600}
    assert ask(kind="next_open", start="2026-12-24T12:00:00Z") == {
        "id": "a",
        "answer": "2026-12-28T08:00:00Z",
    }
    assert ask(kind="is_open") == {"id": "a", "answer": True}
    assert ask(kind="is_open", start="2026-06-01T15:00:00Z") == {"id": "a", "answer": False}


def test_instants_come_with_any_offset_and_go_in_utc():
    assert ask(start="2026-06-01T09:00:00+02:00") == {"id": "a", "answer": "2026-06-01T08:00:00Z"}
    assert ask(start="2026-06-01 07:00z") == {"id": "a", "answer": "2026-06-01T08:00:00Z"}
    assert ask(start="2026-05-31T21:30:00-09:30") == {"id": "a", "answer": "2026-06-01T08:00:00Z"}


def test_fractions_are_shown_only_when_there_are_any():
    assert ask(start="2026-06-01T07:00:00.250Z") == {"id": "a", "answer": "2026-06-01T08:00:00.250000Z"}
    assert ask(start="2026-06-01T07:00:00.000Z") == {"id": "a", "answer": "2026-06-01T08:00:00Z"}


def test_pauses_shift_a_deadline_and_waiting_has_none():
    pause = ["2026-06-01T07:30:00Z", "2026-06-01T10:00:00Z"]
    assert ask(pauses=[pause]) == {"id": "a", "answer": "2026-06-01T10:30:00Z"}
    assert ask(pauses=[[pause[0], None]]) == {"id": "a", "answer": None}
    assert ask(kind="elapsed", end="2026-06-02T00:00:00Z", pauses=[[pause[0], None]]) == {
        "id": "a",
        "answer": 1800,
    }


def test_never_is_null():
    once = {"tz": "UTC", "weekly": {}, "overrides": {"2020-01-01": [["09:00", "10:00"]]}}
    assert ask(calendar=once) == {"id": "a", "answer": None}
    assert ask(calendar=once, kind="next_open") == {"id": "a", "answer": None}


def test_an_id_is_text_or_a_number_and_may_be_missing():
    assert ask(id=17)["id"] == 17
    assert ask(id="a\x00ä\ud800")["id"] == "a\x00ä\ud800"
    assert without("id") == {"id": None, "answer": "2026-06-01T08:00:00Z"}
    assert ask(id=[1]) == {"id": None, "error": "The id is neither text nor a number."}


@pytest.mark.parametrize(
    "line",
    [
        b"{\n",
        b'{"id": "a"',
        b"\x00\n",
        b'{"id": "a\x00"}',
        b'{"id": "\xff"}',
        b'{"id": NaN}',
        b'{"id": -Infinity}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": "a"} {"id": "b"}',
    ],
)
def test_a_line_that_is_not_json_is_answered_in_words(line):
    assert reply_to(line) == {"id": None, "error": "The line is not JSON."}


@pytest.mark.parametrize("line", [b"[]", b"null", b"17", b'"deadline"', b"true"])
def test_a_line_that_is_no_object_is_answered_in_words(line):
    assert reply_to(line) == {"id": None, "error": "The line is not a JSON object."}


def test_lines_too_deep_too_long_or_too_large_are_answered_in_words():
    assert reply_to(b"[" * 100_000) == {"id": None, "error": "The line is nested too deep."}
    assert reply_to(b'{"id": 1e999}') == {"id": None, "error": "The id is too large a number."}
    assert reply_to(b" " * (MAX_LINE_BYTES + 1)) == {
        "id": None,
        "error": "The line is longer than 1048576 bytes.",
    }
    padding = MAX_LINE_BYTES - len(json.dumps(DEADLINE))
    assert reply_to(json.dumps(DEADLINE).encode() + b" " * padding)["answer"] == "2026-06-01T08:00:00Z"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "due"}, "The kind is none of deadline, elapsed, next_open, is_open."),
        ({"kind": ["deadline"]}, "The kind is none of deadline, elapsed, next_open, is_open."),
        ({"calendar": "office"}, "The calendar is missing or not a JSON object."),
        ({"calendar": {"tz": "UTC", "weekly": {}}}, "This calendar has no opening hours at all."),
        ({"calendar": {**OFFICE, "tz": "Mars/Olympus"}}, "There is no time zone called Mars/Olympus."),
        (
            {"calendar": {**OFFICE, "weekly": {"mon": [["09:00", "25:00"]]}}},
            "25:00 is not a time of day; use 00:00 to 23:59, or 24:00 as an end.",
        ),
        ({"seconds": 0}, "A target must be longer than nothing."),
        ({"seconds": -3600}, "A target must be longer than nothing."),
        ({"seconds": 0.5}, "The seconds are missing or not a whole number."),
        ({"seconds": "3600"}, "The seconds are missing or not a whole number."),
        ({"seconds": True}, "The seconds are missing or not a whole number."),
        ({"seconds": 10**400}, "A target may be 315619200 seconds long at most."),
        (
            {"start": "2026-06-01T07:00:00"},
            "A date with a time of day needs its distance from UTC, such as Z or +02:00.",
        ),
        (
            {"start": "2026-06-01"},
            "A date with a time of day needs its distance from UTC, such as Z or +02:00.",
        ),
        ({"start": "9999-12-31T23:59:59Z"}, "Only the years 1900 to 2199 can be reckoned."),
        ({"start": "0001-01-01T00:00:00+14:00"}, "Only the years 1900 to 2199 can be reckoned."),
        ({"start": "12026-06-01T07:00:00Z"}, "The start is not a date with a time of day."),
        ({"start": "2026-02-30T07:00:00Z"}, "The start is not a date with a time of day."),
        ({"start": "2026-06-01T07:00:00Z\x00"}, "The start is missing or not a date with a time of day."),
        ({"start": "2026-W23-1T07:00:00Z"}, "The start is missing or not a date with a time of day."),
        ({"start": 1780297200}, "The start is missing or not a date with a time of day."),
        ({"start": "2" * 5000}, "The start is missing or not a date with a time of day."),
        ({"kind": "elapsed"}, "The end is missing or not a date with a time of day."),
        ({"pauses": None}, "The pauses are not a list of at most 10000 pairs."),
        ({"pauses": [[]] * (MAX_PAUSES + 1)}, "The pauses are not a list of at most 10000 pairs."),
        ({"pauses": [["2026-06-01T07:00:00Z"]]}, "A pause is not a pair of start and end."),
        ({"pauses": [[None, None]]}, "The pause's start is missing or not a date with a time of day."),
        (
            {"pauses": [["2026-06-01T07:00:00Z", 5]]},
            "The pause's end is missing or not a date with a time of day.",
        ),
        ({"pauses": [["2026-06-01T07:00:00Z", "2026-06-01T06:00:00Z"]]}, "A pause ends before it starts."),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_words_under_its_id(changes, error):
    assert ask(**changes) == {"id": "a", "error": error}


@pytest.mark.parametrize("part", ["kind", "calendar", "start", "seconds"])
def test_a_part_that_is_missing_is_answered_in_words(part):
    reply = without(part)
    assert (reply["id"], list(reply)) == ("a", ["id", "error"])


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('{"id": "a", "kind": "is_open", "end_at": 1}', "end_at is not a key we know."),
        ('{"id": "a", "kind": "is_open", "kind": "deadline"}', "kind is given twice."),
        ('{"id": "a", "": 1}', " is not a key we know."),
        (json.dumps({**DEADLINE, "calendar": {**OFFICE, "holiday": []}}), "holiday is not a key we know."),
        (json.dumps({**DEADLINE, "calendar": {**OFFICE, "title": "x\x00"}}), "title is not a key we know."),
        (
            json.dumps(DEADLINE).replace('"tue":', '"mon":'),
            "mon is given twice.",
        ),
        (
            json.dumps(DEADLINE).replace('"holidays":', '"tz":'),
            "tz is given twice.",
        ),
    ],
)
def test_a_key_nobody_knows_or_one_said_twice_is_an_error(line, error):
    assert reply_to(line.encode()) == {"id": "a", "error": error}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["24:00", "UTC", "mon"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(list(OFFICE)), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.sampled_from(
        ["id", "kind", "calendar", "start", "seconds", "end", "pauses", *OFFICE, "mon", "2026-12-24"]
    ),
    anything,
    st.sampled_from(["deadline", "elapsed", "next_open", "is_open"]),
)
def test_nothing_in_any_place_stops_the_command(place, thing, kind):
    question = {**DEADLINE, "kind": kind, "end": "2026-06-02T07:00:00Z", "pauses": []}
    if place in question:
        question[place] = thing
    elif place in OFFICE:
        question["calendar"] = {**OFFICE, place: thing}
    else:
        part = "weekly" if place == "mon" else "overrides"
        question["calendar"] = {**OFFICE, part: {place: thing}}
    reply = reply_to(json.dumps(question).encode())
    assert list(reply) in (["id", "answer"], ["id", "error"])
    assert json.loads(json.dumps(reply, allow_nan=False)) == reply


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_answered(line):
    assert list(reply_to(line)) == ["id", "error"]


def test_a_calendar_is_read_once_however_its_parts_are_ordered():
    opening_hours.cache_clear()
    ask()
    ask(calendar=dict(reversed(OFFICE.items())), seconds=60)
    assert opening_hours.cache_info().misses == 1
    for number in range(100):
        ask(calendar={**OFFICE, "holidays": [f"{2000 + number}-12-25"]})
    assert opening_hours.cache_info().currsize == 64


def test_a_line_beyond_the_limit_is_cut_and_the_next_one_is_whole():
    stream = BytesIO(b"first\n" + b"x" * (3 * MAX_LINE_BYTES) + b"\nlast")
    lines = list(lines_of(stream))
    assert [len(line) for line in lines] == [6, MAX_LINE_BYTES + 1, 4]
    assert lines[2] == b"last"


def test_the_command_answers_every_line_in_order_without_a_database_and_exits_well():
    lines = [
        json.dumps(DEADLINE),
        "{",
        json.dumps({**DEADLINE, "id": 2, "seconds": 0}),
        "",
        json.dumps({**DEADLINE, "id": 3, "kind": "is_open"}),
    ]
    run = subprocess.run(
        [sys.executable, str(MANAGE), "worktime"],
        input="\n".join(lines).encode(),
        capture_output=True,
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert [json.loads(line) for line in run.stdout.splitlines()] == [
        {"id": "a", "answer": "2026-06-01T08:00:00Z"},
        {"id": None, "error": "The line is not JSON."},
        {"id": 2, "error": "A target must be longer than nothing."},
        {"id": 3, "answer": True},
    ]
