"""The staffing command: one JSON line in, one JSON line out, whatever the line is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.json_lines import MAX_LINE_BYTES
from tickets.management.commands.staffing import reply_to

MANAGE = Path(__file__).resolve().parents[3] / "manage.py"
DESK = {
    "id": 7,
    "model": "erlang_a",
    "arrivals_per_hour": 60,
    "handle_seconds": 300,
    "agents": 7,
    "patience_seconds": 180,
    "target_seconds": 20,
}
NAMES = ["p_wait", "p_abandon", "mean_wait_seconds", "service_level", "occupancy"]


def ask(**changes: object) -> dict[str, object]:
    return reply_to(json.dumps({**DESK, **changes}).encode())


def rounded(answer: dict[str, object]) -> list[object]:
    return [round(answer[name], 4) if answer[name] is not None else None for name in NAMES]


def test_both_models_answer():
    assert list(ask()) == ["id", *NAMES]
    assert rounded(ask()) == [0.218, 0.0628, 11.3083, 0.8261, 0.6694]
    assert rounded(ask(model="erlang_c")) == [0.3241, 0.0, 48.6225, 0.7163, 0.7143]


def test_what_a_model_does_not_need_may_be_left_out():
    small = {"model": "erlang_c", "arrivals_per_hour": 60, "handle_seconds": 300, "agents": 7}
    answer = reply_to(json.dumps(small).encode())
    assert list(answer) == NAMES
    assert rounded(answer) == [0.3241, 0.0, 48.6225, None, 0.7143]
    assert ask(patience_seconds=None) == {
        "id": 7,
        "error": "The patience_seconds is missing; erlang_a needs it.",
    }


def test_more_work_than_agents_is_answered_with_numbers_or_null():
    assert rounded(ask(model="erlang_c", agents=5)) == [1.0, 0.0, None, 0.0, 1.0]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"model": "erlang_x"}, "The model is neither erlang_c nor erlang_a."),
        ({"model": None}, "The model is neither erlang_c nor erlang_a."),
        ({"model": ["erlang_a"]}, "The model is neither erlang_c nor erlang_a."),
        ({"agents": 0}, "The agents are missing or not a whole number from 1 to 100000."),
        ({"agents": 7.5}, "The agents are missing or not a whole number from 1 to 100000."),
        ({"agents": "７"}, "The agents are missing or not a whole number from 1 to 100000."),
        ({"agents": True}, "The agents are missing or not a whole number from 1 to 100000."),
        ({"agents": 10**30}, "The agents are missing or not a whole number from 1 to 100000."),
        ({"arrivals_per_hour": -1}, "The arrivals_per_hour is not a number from 0 to 10000000."),
        ({"arrivals_per_hour": "60"}, "The arrivals_per_hour is not a number from 0 to 10000000."),
        ({"arrivals_per_hour": None}, "The arrivals_per_hour is missing."),
        ({"handle_seconds": 0}, "The handle_seconds is not a number from 0.001 to 10000000."),
        ({"handle_seconds": 10**400}, "The handle_seconds is not a number from 0.001 to 10000000."),
        ({"handle_seconds": None}, "The handle_seconds is missing."),
        ({"patience_seconds": []}, "The patience_seconds is not a number from 0.001 to 10000000."),
        ({"target_seconds": -0.1}, "The target_seconds is not a number from 0 to 10000000."),
    ],
)
def test_a_bad_value_is_refused_in_words(changes: dict[str, object], error: str):
    assert ask(**changes) == {"id": 7, "error": error}


def test_an_unknown_key_is_refused_rather_than_passed_over():
    answer = ask(agentz=7)
    assert answer["id"] == 7
    assert str(answer["error"]).startswith('The key "agentz" is not known; known are id, model,')


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"nonsense", "The line is not JSON."),
        (b"\xff\xfe", "The line is not JSON."),
        (b"[1]", "The line is not a JSON object."),
        (b'{"agents": NaN}', "The line is not JSON."),
        (b'{"agents": ' + b"9" * 5000 + b"}", "The line is not JSON."),
        (b'{"id": 1e999}', "The id is too large a number."),
        (b'{"id": {}}', "The id is neither text nor a number."),
        (b" " * (MAX_LINE_BYTES + 1), "The line is longer than 1048576 bytes."),
        (b"[" * 100_000, "The line is nested too deep."),
    ],
)
def test_a_broken_line_is_answered_in_words(line: bytes, error: str):
    assert reply_to(line) == {"error": error}


values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "7", "erlang_c", "\x00"])
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*DESK, "x"]), values))
def test_any_object_gets_one_line_of_proper_json(question: dict[str, object]):
    answer = json.dumps(reply_to(json.dumps(question).encode()), allow_nan=False)
    assert set(json.loads(answer)) <= {"id", "error", *NAMES}


def test_the_command_answers_each_line_and_ends_well():
    lines = [json.dumps(DESK), "broken", "", json.dumps({**DESK, "id": "b", "agents": 8})]
    done = subprocess.run(
        [sys.executable, str(MANAGE), "staffing"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=60,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer.get("id") for answer in answers] == [7, None, "b"]
    assert ["error" in answer for answer in answers] == [False, True, False]
