"""The linear expectation, against a reckoning by fractions and by hand."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.ledger.expectation import expected_cents, runs_out_on

NOVEMBER = {"starts": date(2026, 11, 1), "ends": date(2026, 11, 30)}


@pytest.mark.parametrize(
    ("used", "day", "expected"),
    [(40_000, 17, 70_588), (40_000, 30, 40_000), (0, 1, 0), (1_000, 1, 30_000), (1, 20, 2), (1, 21, 1)],
)
def test_what_was_used_by_the_days_begun_times_all_days(used, day, expected):
    assert expected_cents(used, **NOVEMBER, today=date(2026, 11, day)) == expected


def test_february_has_its_own_length():
    leap = {"starts": date(2028, 2, 1), "ends": date(2028, 2, 29)}
    assert expected_cents(1_000, **leap, today=date(2028, 2, 1)) == 29_000


@given(used=st.integers(0, 10**12), day=st.integers(1, 30))
def test_it_is_the_fraction_to_the_nearest_cent(used, day):
    exact = Fraction(used * 30, day)
    assert abs(expected_cents(used, **NOVEMBER, today=date(2026, 11, day)) - exact) <= Fraction(1, 2)


def test_after_the_month_it_is_what_was_used():
    assert expected_cents(777, **NOVEMBER, today=date(2026, 12, 24)) == 777


@pytest.mark.parametrize(
    ("used", "day", "runs_out"),
    [
        (40_000, 17, date(2026, 11, 22)),
        (50_000, 17, date(2026, 11, 18)),
        (28_333, 17, None),
        (0, 17, None),
        (50_000, 30, None),
    ],
)
def test_the_day_on_which_fifty_thousand_are_gone(used, day, runs_out):
    assert runs_out_on(used, 50_000, **NOVEMBER, today=date(2026, 11, day)) == runs_out


@given(used=st.integers(1, 10**9), allotted=st.integers(0, 10**9), day=st.integers(1, 30))
def test_it_runs_out_within_the_month_or_lasts(used, allotted, day):
    today = date(2026, 11, day)
    found = runs_out_on(used, allotted, **NOVEMBER, today=today)
    lasts = Fraction(used * 30, day) <= allotted
    assert (found is None) is lasts
    if found:
        assert today <= found <= NOVEMBER["ends"]
        if found > today:  # the day before is still enough, this day no more
            at_its_end = (found - NOVEMBER["starts"]).days + 1
            assert Fraction(used * at_its_end, day) > allotted
            assert Fraction(used * (at_its_end - 1), day) <= allotted
            assert found - today >= timedelta(days=1)
