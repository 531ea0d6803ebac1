"""Shares: rounded, with their interval, silent below thirty requests or five people; portions of exactly 100."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.insight.share import Share, lines, portions, trailing


@pytest.mark.parametrize(
    ("part", "of", "percent", "interval"),
    [(87, 100, 87, (79, 92)), (0, 10, 0, (0, 28)), (10, 10, 100, (72, 100)), (0, 0, 0, (0, 100))],
)
def test_a_share_has_its_interval(part, of, percent, interval):
    assert (Share(part, of).percent, Share(part, of).interval) == (percent, interval)


@pytest.mark.parametrize(
    ("of", "people", "few"), [(29, None, True), (30, None, False), (30, 4, True), (30, 5, False)]
)
def test_it_is_silent_about_too_few(of, people, few):
    assert Share(1, of, people).too_few is few


def test_a_trailing_share_counts_the_days_that_end_with_it():
    day = date(2026, 3, 31)
    days = {day: (1, 2), day - timedelta(days=89): (3, 4), day - timedelta(days=90): (50, 50)}
    assert trailing(days, [day, day - timedelta(days=1)], length=90) == [Share(4, 6), Share(53, 54)]


# A busy machine draws its first example slowly, which says nothing about the portions.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 1000), max_size=6))
def test_portions_sum_to_exactly_a_hundred(counts):
    assert sum(portions(counts).values()) == (100 if sum(counts.values()) else 0)


def test_the_largest_remainder_gets_what_rounding_leaves():
    assert portions({"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}


def test_a_line_has_a_gap_where_it_is_silent():
    shares = [Share(30, 60), Share(60, 60), Share(1, 2), Share(0, 60)]
    assert lines(shares, width=300, height=100) == ["0.0,50.0 100.0,0.0", "300.0,100.0"]
