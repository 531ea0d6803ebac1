"""The machine's door to the decision rule: its contract, and that no line can stop the next."""

import copy
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from policies.management.commands.weigh import LONGEST_LINE

GOOD = {
    "id": 17,
    "request": {
        "kind": "refund",
        "cents": 2000,
        "currency": "EUR",
        "reversible": True,
        "cause": "late-delivery",
    },
    "missing": [],
    "owed": False,
    "guardrails": [],
    "conflict": False,
    "given": {"case_cents": 0, "customer_cents": 0},
    "limits": {"own_cents": 5000, "stretch_cents": 10000, "customer_cents": 20000},
    "budget": {"own_cents": 30000, "pool_cents": 100000},
    "koennen": {"level": 2, "required": 2},
    "wollen": "fine",
    "trial": False,
}
MONEY = [
    ("request", "cents"),
    ("given", "case_cents"),
    ("given", "customer_cents"),
    ("limits", "own_cents"),
    ("limits", "stretch_cents"),
    ("limits", "customer_cents"),
    ("budget", "own_cents"),
    ("budget", "pool_cents"),
]
NOT_CENTS = ["-1", "0.0", "2000.0", "1e3", "1e309", "true", '"2000"', "null", "[]", "{}", "1000000000001"]
NOT_CENTS += ["NaN", "Infinity", "-Infinity", "9" * 5000]


@pytest.fixture
def weigh(monkeypatch):
    """Send lines through the command, as bytes the way the system does, and read its answers."""

    def send(*lines: str | bytes, **options: str) -> list[dict]:
        raw = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out = io.StringIO()
        call_command("weigh", stdout=out, **options)
        assert out.getvalue().isascii()
        return [json.loads(line, parse_constant=pytest.fail) for line in out.getvalue().splitlines()]

    return send


def changed(part: str, key: str | None, raw: str) -> str:
    """The good line with one value replaced by raw JSON text."""
    data = copy.deepcopy(GOOD)
    if key is None:
        data[part] = "@"
    else:
        data[part][key] = "@"
    return json.dumps(data).replace('"@"', raw)


def test_the_contract_to_the_letter(weigh):
    [answer] = weigh(json.dumps(GOOD))
    assert list(answer) == ["id", "outcome", "rank", "binding", "reasons", "nearest", "then"]
    assert answer == {
        "id": 17,
        "outcome": "DO",
        "rank": 0,
        "binding": ["duerfen"],
        "reasons": [
            {
                "code": "within-own-limit",
                "dimension": "duerfen",
                "text": "With this gesture, €20.00 will have been given in this case. "
                "You decide up to €50.00 on your own.",
            },
            {
                "code": "level-reached",
                "dimension": "koennen",
                "text": "Cases like this need level 2, and you are at level 2.",
            },
            {"code": "will-fine", "dimension": "wollen", "text": "It is fine with you to do this yourself."},
        ],
        "nearest": None,
        "then": None,
    }


def test_a_handed_over_request_says_what_it_returns_to_and_what_is_possible(weigh):
    ask = changed("request", "cents", "7000")
    [asking, handing] = weigh(ask, ask.replace('"fine"', '"not_now"'))
    assert (asking["outcome"], asking["rank"], asking["nearest"], asking["then"]) == (
        "ASK_SILENCE_YES",
        3,
        {"cents": 5000, "kind": "refund"},
        None,
    )
    assert (handing["outcome"], handing["binding"], handing["nearest"], handing["then"]) == (
        "HAND_WARM",
        ["wollen", "duerfen"],
        {"cents": 0, "kind": "help"},
        "ASK_SILENCE_YES",
    )


def test_what_may_be_absent_has_its_default(weigh):
    short = {key: GOOD[key] for key in ("request", "limits", "budget", "koennen")}
    [full, answer] = weigh(json.dumps(GOOD), json.dumps(short))
    assert answer == full | {"id": None}


@pytest.mark.parametrize("part", ["request", "limits", "budget", "koennen"])
def test_what_is_required_is_asked_for_by_name(weigh, part):
    without = {key: value for key, value in GOOD.items() if key != part}
    assert weigh(json.dumps(without)) == [{"id": 17, "error": f"“{part}” is required."}]
    for key in GOOD[part]:
        less = GOOD | {part: {name: value for name, value in GOOD[part].items() if name != key}}
        assert weigh(json.dumps(less)) == [{"id": 17, "error": f"“{part}.{key}” is required."}]


@pytest.mark.parametrize(("part", "key"), MONEY)
def test_cents_are_whole_numbers_and_nothing_else(weigh, part, key):
    answers = weigh(*(changed(part, key, raw) for raw in NOT_CENTS), changed(part, key, "1000000000000"))
    message = f"“{part}.{key}” must be a whole number from 0 to 1000000000000."
    # Python refuses to read a number of 5000 digits at all, so that line is not even JSON to us.
    assert answers[:-2] == [{"id": 17, "error": message}] * (len(NOT_CENTS) - 1)
    assert answers[-2] == {"id": None, "error": "The line is not readable JSON in UTF-8."}
    assert "outcome" in answers[-1]


@pytest.mark.parametrize(
    ("part", "key", "raw"),
    [
        *[
            ("koennen", key, raw)
            for key in ("level", "required")
            for raw in ("5", "-1", "true", "2.0", '"2"')
        ],
        *[
            ("request", "currency", raw)
            for raw in ('"eur"', '"XXX"', '"EURO"', '""', "978", "null", '["EUR"]')
        ],
        *[("request", "reversible", raw) for raw in ("1", '"true"', "null")],
        *[
            ("request", key, raw)
            for key in ("kind", "cause")
            for raw in ('""', '"  "', r'"\u0000"', r'"a\nb"', r'"\ud800"', r'"\u2028"', "1", f'"{"x" * 201}"')
        ],
        *[(key, None, raw) for key in ("owed", "conflict", "trial") for raw in ("0", '"no"', "null", "[]")],
        *[
            (key, None, raw)
            for key in ("missing", "guardrails")
            for raw in ('"a"', "{}", "null", "[1]", '[""]', r'["\udfff"]', json.dumps(["a"] * 1001))
        ],
        *[("wollen", None, raw) for raw in ('"no"', "null", "true", '["want"]')],
        *[
            (part, None, raw)
            for part in ("request", "given", "koennen")
            for raw in ("null", "[]", '"a"', "{}")
        ],
        ("given", None, '{"case_cents": 1}'),
    ],
)
def test_a_bad_value_is_refused_by_name(weigh, part, key, raw):
    [answer, after] = weigh(changed(part, key, raw), json.dumps(GOOD))
    assert answer["id"] == 17
    assert answer["error"].startswith(f"“{part}.{key}”" if key else f"“{part}")
    assert after["outcome"] == "DO"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({**GOOD, "tone": "angry"}, "“tone” is not a key we know."),
        ({**GOOD, "budget": GOOD["budget"] | {"more": 1}}, "“budget.more” is not a key we know."),
        ({**GOOD, "\ud800": 1}, "“'\\ud800'” is not a key we know."),
    ],
)
def test_unknown_keys_are_refused(weigh, line, error):
    assert weigh(json.dumps(line)) == [{"id": 17, "error": error}]


def test_a_key_given_twice_is_refused_wherever_it_stands(weigh):
    line = json.dumps(GOOD)
    deep = line.replace('"cents": 2000', '"cents": 2000, "cents": 1')
    assert weigh(line[:-1] + ', "owed": true}', deep, line[:-1] + ', "id": 18}') == [
        {"id": 17, "error": "“owed” is given twice."},
        {"id": 17, "error": "“cents” is given twice."},
        {"id": None, "error": "“id” must be one text, one whole number or null."},
    ]


BROKEN = [
    "{",
    "not json",
    '{"id": 17, }',
    "\x00",
    '{"id": "a\x00"}',
    b"\xff\xfe",
    '{"id": "\xfc"}'.encode("latin-1"),
    "[" * 200_000,
    '{"id": 1, "request": ' + '{"a":' * 100_000 + "1" + "}" * 100_001,
    '{"id": 1} {"id": 2}',
]


def test_a_broken_line_never_stops_the_rest(weigh):
    lines = [part for line in BROKEN for part in (line, json.dumps(GOOD))]
    answers = weigh(*lines, "", "  \t\r", json.dumps(GOOD) + "\r\n")
    assert answers[0:-1:2] == [{"id": None, "error": "The line is not readable JSON in UTF-8."}] * len(BROKEN)
    assert {answer["outcome"] for answer in [*answers[1:-1:2], answers[-1]]} == {"DO"}
    assert len(answers) == len(lines) + 1


def test_a_line_without_end_is_passed_over(weigh):
    for surplus in (1, LONGEST_LINE, 2 * LONGEST_LINE + 7):
        answers = weigh("x" * (LONGEST_LINE + surplus), json.dumps(GOOD))
        assert answers[0] == {"id": None, "error": f"The line is longer than {LONGEST_LINE} bytes."}
        assert [answer.get("outcome") for answer in answers[1:]] == ["DO"]
    [padded] = weigh(json.dumps(GOOD).ljust(LONGEST_LINE))
    assert padded["outcome"] == "DO"


@pytest.mark.parametrize("line", ["null", "[]", "1", '"a"', "true", "NaN"])
def test_only_an_object_is_a_request(weigh, line):
    assert weigh(line) == [{"id": None, "error": "Each line must be a JSON object."}]


@pytest.mark.parametrize("raw", ["0", "-5", str(2**63 - 1), '"order 9"', '"ü€😀"', "null"])
def test_the_id_comes_back_as_it_was(weigh, raw):
    assert weigh(changed("id", None, raw))[0]["id"] == json.loads(raw)


@pytest.mark.parametrize("raw", ["1.5", "1e309", "NaN", "true", "[]", "{}", r'"\ud800"', '""', str(2**63)])
def test_an_id_that_cannot_come_back_is_refused(weigh, raw):
    assert weigh(changed("id", None, raw)) == [
        {"id": None, "error": "“id” must be one text, one whole number or null."}
    ]


def test_the_sentences_come_in_german_on_request(weigh):
    [answer] = weigh(json.dumps(GOOD), language="de")
    assert "20,00\xa0€" in answer["reasons"][0]["text"]


def test_text_in_place_of_standard_input_is_read_the_same(monkeypatch):
    monkeypatch.setattr(
        sys, "stdin", io.StringIO("\ufeff" + json.dumps(GOOD) + "\n" + "x" * (LONGEST_LINE + 9))
    )
    out = io.StringIO()
    call_command("weigh", stdout=out)
    assert [json.loads(line).get("outcome") for line in out.getvalue().splitlines()] == ["DO", None]


def test_the_real_command_answers_line_by_line_without_a_database(tmp_path):
    """Each answer is read before the next request is sent, under a locale that knows ASCII only."""
    env = os.environ | {
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none",
        "KULANZ_VAR": str(tmp_path),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUNBUFFERED": "",
    }
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "manage.py", "weigh"],
        cwd=root,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        answers = []
        for line in (json.dumps(GOOD | {"id": "ü"}, ensure_ascii=False), "broken", json.dumps(GOOD)):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(timeout=60) == 0
    assert [(answer["id"], answer.get("outcome")) for answer in answers] == [
        ("ü", "DO"),
        (None, None),
        (17, "DO"),
    ]
