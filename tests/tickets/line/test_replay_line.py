"""A call log through the line: a small one by hand, and a bank's month where it lies beside this folder."""

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tickets.line.call_log import BrokenLog, read_calls

HERE = Path(__file__).parent
SMALL = HERE / "small_log.csv"
BANK = HERE.parents[3] / "shared/data/bank1999_february.csv.gz"


def replayed(path: Path, **options: object) -> dict[str, object]:
    out = StringIO()
    call_command("replay_line", str(path), report="json", stdout=out, **options)
    return json.loads(out.getvalue())


def test_a_small_log_by_hand():
    """Nine sought somebody, six queued; 240 s of waiting ended just in time, 241 s did not."""
    found = replayed(SMALL)
    del found["range"], found["mae_seconds"], found["parity"]
    assert found == {
        "seeking": 9,
        "queued": 6,
        "answered": 7,
        "abandoned": 2,
        "abandoned_share": 2 / 9,
        "mean_wait_queued_seconds": 611 / 6,
        "asa_seconds": 360 / 7,
        "sl20": {"f1": 5 / 9, "f2": 4 / 7, "f3": 4 / 9, "f4": 4 / 8},
        "queued_over_240": 1,
        "talks": 5,
        "mean_talk_seconds": 906 / 5,
        "talks_over_240": 2,
        "talks_over_240_share": 0.4,
        "suspected_drops": 1,
        "callback_offers": 3,
        "callback_offers_on_arrival": 1,
        "escalations": 1,
        "help_added": 2,
        "repeat_within_15_min": {"short": 1.0, "normal": 0.0, "long": 0.0},
        "follow_ups": 1,
        "ended_by_system": 0,
    }


def test_other_bounds_are_other_deadlines():
    found = replayed(SMALL, callback_after=10, bound=100)
    assert (found["escalations"], found["queued_over_240"]) == (2, 1)


def test_both_sides_are_compared():
    parity = replayed(SMALL)["parity"]
    assert [parity[status]["contacts"] for status in ("existing", "prospect")] == [7, 2]
    assert parity["prospect"]["median_wait_seconds"] == 240.5
    assert parity["days_compared"] == 0


def test_a_packed_log_is_the_same_log(tmp_path: Path):
    packed = tmp_path / "any_name"
    packed.write_bytes(gzip.compress(SMALL.read_bytes()))
    assert replayed(packed) == replayed(SMALL)


def test_the_text_report_has_a_line_for_each_figure():
    out = StringIO()
    call_command("replay_line", str(SMALL), stdout=out)
    lines = dict(line.split() for line in out.getvalue().splitlines())
    assert (lines["seeking"], lines["sl20.f3"], lines["ended_by_system"]) == ("9", "0.444444", "0")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("a,b\n1,2\n", "The log has no column “date”."),
        ("", "The log has no column “date”."),
        (SMALL.read_text().replace(",60,AGENT", ",-60,AGENT"), "Line 3: q_time is not a whole number"),
        (SMALL.read_text().replace(",60,AGENT", ",６0,AGENT"), "Line 3: q_time is not a whole number"),
        (SMALL.read_text().replace("HANG", "GONE"), "Line 5: the outcome is none of AGENT, HANG, PHANTOM."),
        (
            SMALL.read_text().replace("9:00:10", "9:61:10"),
            "Line 3: vru_entry is not a time of day on a date.",
        ),
        (
            SMALL.read_text().replace("2026-03-02", "2026-02-30"),
            "Line 2: vru_entry is not a time of day on a date.",
        ),
        (SMALL.read_text() + "2026-03-02,12\n", "Line 13: the outcome is none of"),
    ],
)
def test_a_broken_log_is_refused_in_words(tmp_path: Path, broken: str, why: str):
    log = tmp_path / "log.csv"
    log.write_text(broken)
    with pytest.raises(CommandError) as refusal:
        replayed(log)
    assert str(refusal.value).startswith(why)


def test_what_is_no_log_is_refused_in_words(tmp_path: Path):
    nonsense = tmp_path / "log.csv.gz"
    for content in (b"\x1f\x8bnonsense", b"\xff\xfe\xff", None):
        nonsense.unlink(missing_ok=True)
        if content is not None:
            nonsense.write_bytes(content)
        with pytest.raises(CommandError):
            replayed(nonsense)


def test_a_number_of_five_thousand_digits_is_refused():
    rows = SMALL.read_text().replace(",60,AGENT", "," + "9" * 5000 + ",AGENT").splitlines()
    with pytest.raises(BrokenLog):
        list(read_calls(rows))


def test_bounds_that_make_no_sense_are_refused():
    with pytest.raises(CommandError, match="--bound is not from 1 to 86400 seconds"):
        replayed(SMALL, bound=0)


@pytest.mark.skipif(not BANK.exists(), reason="the bank's call log does not lie beside this folder")
def test_the_february_of_a_bank():
    found = replayed(BANK)
    assert [found[name] for name in ("seeking", "queued", "answered", "abandoned")] == [
        31125,
        18059,
        27162,
        3963,
    ]
    assert round(found["abandoned_share"] * 100, 4) == 12.7325
    assert round(found["mean_wait_queued_seconds"], 4) == 75.7078
    assert round(found["asa_seconds"], 4) == 40.7743
    assert found["sl20"] == {
        "f1": (16209 + 1257) / 31125,
        "f2": 16209 / 27162,
        "f3": 16209 / 31125,
        "f4": 16209 / (31125 - 1257),
    }
    assert [found[name] for name in ("queued_over_240", "talks", "talks_over_240")] == [813, 26583, 5835]
    assert round(found["mean_talk_seconds"], 4) == 179.1908
    assert round(found["talks_over_240_share"] * 100, 4) == 21.9501
    assert [found[name] for name in ("suspected_drops", "escalations", "help_added")] == [1390, 813, 5835]
    assert found["ended_by_system"] == 0
    assert 0.78 <= found["range"]["coverage"] <= 0.82
    assert found["mae_seconds"]["les_hol"] < min(found["mae_seconds"][name] for name in ("les", "hol", "ql"))
