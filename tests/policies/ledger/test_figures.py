"""The figures beside a budget – its burn-down and the size its cases suggest – against a reckoning by hand."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.ledger.burndown import burndown
from policies.ledger.sizing import pool_cents

NOVEMBER = {"starts": date(2026, 11, 1), "ends": date(2026, 11, 30)}


def day(number: int) -> date:
    return date(2026, 11, number)


def test_each_day_shows_what_was_left_at_its_end():
    changes = [(day(1), 50_000), (day(2), -1000), (day(2), -500), (day(4), 700)]
    drawn = burndown(changes, **NOVEMBER, today=day(5), ends_with=20_000)
    assert [cents for _day, cents in drawn.days] == [50_000, 48_500, 48_500, 49_200, 49_200]
    assert [first for first, _cents in drawn.days] == [day(number) for number in range(1, 6)]
    assert [cents for _y, cents in drawn.grid] == [0, 16_666, 33_333, 50_000]


def test_after_the_month_nothing_lies_ahead():
    drawn = burndown([(day(1), 100)], **NOVEMBER, today=date(2026, 12, 24), ends_with=100)
    assert (len(drawn.days), drawn.ahead) == (30, "")


def test_what_was_booked_before_or_after_counts_at_the_edge():
    drawn = burndown(
        [(date(2026, 10, 31), 5), (day(1), 10), (date(2026, 12, 2), -3)],
        **NOVEMBER,
        today=day(30),
        ends_with=0,
    )
    assert (drawn.days[0][1], drawn.days[-1][1]) == (15, 12)


@given(
    st.lists(st.tuples(st.integers(-40, 70), st.integers(-(10**12), 10**12)), max_size=30), st.integers(1, 30)
)
def test_every_point_stays_in_the_picture(moves, today):
    changes = [(day(1) + timedelta(days=offset), cents) for offset, cents in moves]
    drawn = burndown(changes, **NOVEMBER, today=day(today), ends_with=10**13)
    points = [
        tuple(map(int, point.split(","))) for point in f"{drawn.line} {drawn.area} {drawn.ahead}".split()
    ]
    assert all(84 <= x <= 712 and 12 <= y <= 192 for x, y in points)
    assert drawn.days[-1][1] == sum(cents for _offset, cents in moves)


@pytest.mark.parametrize(
    ("cases", "given", "expected"),
    [(0, [], 0), (300, [], 0), (300, [2500] * 30, None), (3, [1000, 1000, 1000], 1000), (90, [1], None)],
)
def test_the_pool_is_the_mean_and_a_margin(cases, given, expected):
    if expected is None:
        n, mean = cases / 3, sum(given) / cases
        spread = sqrt(sum(cents**2 for cents in given) / cases - mean**2)
        expected = n * mean + 1.64 * spread * sqrt(n)
        assert 0 <= pool_cents(cases, given) - expected < 1.01
    else:
        assert pool_cents(cases, given) == expected


@given(st.integers(1, 10_000), st.lists(st.integers(1, 10**9), max_size=50))
def test_it_is_never_below_the_mean(cases, given):
    assert pool_cents(max(cases, len(given)), given) * 3 >= sum(given)
