"""The ladder leads up by evidence, one step at a time, and never down by itself (C39)."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.learning.ladder import Record, reached
from tickets.feedback.wilson import bounds

rates = st.lists(st.floats(0, 1), max_size=8).map(tuple)
cases = st.integers(0, 200)
records = st.builds(
    lambda level, trained, together, all_of, share, team: Record(
        level, trained, tuple(together), all_of, int(all_of * share), team
    ),
    st.integers(0, 4),
    st.booleans(),
    st.lists(st.booleans(), max_size=12),
    cases,
    st.floats(0, 1),
    rates,
)


@given(records)
def test_C39_automatic_transitions_go_up_only_and_one_step_at_a_time(record):
    assert reached(record) in (record.level, min(record.level + 1, 3) if record.level < 3 else record.level)


@pytest.mark.parametrize(
    ("record", "level"),
    [
        (Record(0), 0),
        (Record(0, trained=True), 1),
        (Record(0, together=(True,) * 9, cases=99), 0),
        (Record(1, together=(True,) * 4), 1),
        (Record(1, together=(True,) * 5), 2),
        (Record(1, together=(True,) * 4 + (False,)), 1),
        (Record(1, together=(True,) * 5 + (False,)), 2),
        (Record(1, together=(False,) + (True,) * 9), 1),
        # 0 of 20 may still be 16.1 %; 0 of 19 is too few whatever the team does.
        (Record(2, cases=20, repeats=0, team_rates=(0.1, 0.17, 0.3)), 3),
        (Record(2, cases=20, repeats=0, team_rates=(0.1, 0.16, 0.3)), 2),
        (Record(2, cases=19, repeats=0, team_rates=(1.0, 1.0, 1.0)), 2),
        (Record(2, cases=20, repeats=1, team_rates=(0.1, 0.23, 0.3)), 2),
        (Record(2, cases=20, repeats=1, team_rates=(0.1, 0.24, 0.3)), 3),
        (Record(2, cases=500, repeats=0, team_rates=(0.5, 0.5)), 2),  # two make no middle one
        (Record(3, cases=500, together=(True,) * 9, trained=True), 3),
        (Record(4), 4),
    ],
)
def test_what_a_record_speaks_for(record, level):
    assert reached(record) == level


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(87, 100, 0.7902, 0.9224), (1, 10, 0.0179, 0.4042), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_the_interval_of_wilson(hits, of, low, high):
    found = bounds(hits, of)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(cases.flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_a_share(counted):
    hits, of = counted
    low, high = bounds(hits, of)
    assert 0 <= low <= high <= 1
    assert of == 0 or (low <= hits / of + 1e-12 and hits / of - 1e-12 <= high)


def test_more_hits_than_cases_is_a_bug():
    with pytest.raises(ValueError, match="between"):
        bounds(3, 2)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=9))
def test_the_middle_one_of_a_team_names_nobody(found):
    assert Record(2, team_rates=tuple(found)).team_median == median(found)
