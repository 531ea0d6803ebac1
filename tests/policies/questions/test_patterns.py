"""The patterns, against reckonings by hand: what is smooth is silent, what stands out is found."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.questions.patterns import Bunch, Pair, bunched, drawn, far_above, pairs, rings


@pytest.mark.parametrize(
    ("close", "before", "found"),
    [
        (10, 0, True),
        (9, 0, False),
        (10, 2, False),
        (10, 1, True),
        (20, 6, True),
        (20, 8, False),
        (12, 12, False),
    ],
)
def test_amounts_just_below_a_limit(close, before, found):
    amounts = [4800] * close + [4200] * before + [100] * 50
    assert bunched(amounts, 5000) == (Bunch(close, before) if found else None)


def test_the_borders_belong_where_they_are_said_to():
    """(0.9 L, L] and (0.8 L, 0.9 L]."""
    amounts = [5000] * 10 + [4500] * 3 + [4000] * 30 + [5001] * 30
    assert bunched(amounts, 5000, per_mille=1000) == Bunch(10, 3)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_tail_is_the_binomials(close, before):
    total = close + before
    tail = Fraction(sum(comb(total, n) for n in range(close, total + 1)), 2**total)
    found = bunched([95] * close + [85] * before, 100)
    assert (found is not None) is (close >= 10 and tail < Fraction(1, 100))


@given(st.lists(st.integers(-10, 10**12), max_size=30), st.integers(-5, 10**12))
def test_no_amounts_break_it(amounts, limit):
    bunched(amounts, limit)


def test_the_same_two_three_times():
    given = [(1, 7, 100)] * 3 + [(2, 8, 100)] * 2
    assert pairs(given, recent=[(1, 7)] * 3 + [(2, 8)] * 2) == [Pair(1, 7, 3, 100)]


@pytest.mark.parametrize(("count", "share", "found"), [(10, 21, True), (9, 21, False), (10, 20, False)])
def test_one_customer_gets_a_great_part(count, share, found):
    """`count` gestures of 100 in sum, `share` of it to one customer."""
    rest, others = 100 - share, count - 1
    given = [(1, 7, share)] + [(1, 10 + n, rest // others + (n < rest % others)) for n in range(others)]
    assert ([pair.customer for pair in pairs(given, recent=[])] == [7]) is found


def test_yes_to_each_other():
    both = [(1, 2)] * 3 + [(1, 3)] + [(2, 1)] * 3 + [(2, 3)]
    assert rings(both) == [(1, 2)]
    assert rings([*both, (1, 3), (1, 3)]) == []  # half is not more than half
    assert rings([(1, 2)] * 4 + [(2, 1)] * 3) == []
    assert rings([(1, 2)] * 9) == []


def test_far_more_often_than_nearly_everybody():
    counts = dict.fromkeys(range(200), 1) | {500: 9, 501: 4}
    assert far_above(counts) == [500, 501]
    assert far_above(dict.fromkeys(range(200), 9)) == []
    assert far_above({1: 1, 2: 3}) == []
    assert far_above({}) == []


def test_the_sample_is_the_same_at_every_look_and_about_as_large_as_said():
    numbers = range(20_000)
    first = drawn(numbers, per_mille=50, secret=b"s")
    assert first == drawn(numbers, per_mille=50, secret=b"s") != drawn(numbers, per_mille=50, secret=b"t")
    assert 850 < len(first) < 1150
    assert drawn(numbers, per_mille=0, secret=b"s") == []
    assert drawn(numbers, per_mille=1000, secret=b"s") == list(numbers)
