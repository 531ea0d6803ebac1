"""Carrying over: unused money goes to the next month, once, and no cent is in two months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policies.ledger.budget import month_of
from policies.ledger.carry import turn_months_now
from policies.ledger.transfer import Step, book, period_at, reconcile
from policies.models import Budget, BudgetPeriod, Transfer

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY, JUNE = (datetime(2026, month, 2, 9, tzinfo=UTC) for month in (3, 4, 5, 6))


@pytest.fixture
def budget(cast):
    """500 € a month; the house's pool stays out of it."""
    Budget.objects.filter(pk=cast.pool.pk).update(monthly_cents=0)
    return cast.budget


def month(budget, at) -> BudgetPeriod:
    return BudgetPeriod.objects.get(budget=budget, starts=month_of(at)[0])


def use(budget, cents, at, key) -> None:
    book(month(budget, at), Step.RESERVE, cents, key=key, by=None, at=at)


def test_every_budget_has_its_month_without_anybody_booking(cast, budget):
    turn_months_now(now=MARCH)
    assert BudgetPeriod.objects.filter(starts="2026-03-01").count() == 2


def test_what_march_left_is_there_in_april(budget):
    turn_months_now(now=MARCH)
    use(budget, 30_000, MARCH, "k")
    assert turn_months_now(now=APRIL) == 1
    march, april = month(budget, MARCH), month(budget, APRIL)
    assert (march.allotted_cents, march.left_cents) == (30_000, 0)
    assert (april.allotted_cents, april.carried_cents, april.left_cents) == (70_000, 20_000, 70_000)
    assert list(Transfer.objects.order_by("pk").values_list("step", flat=True))[-2:] == ["carry", "carried"]
    assert reconcile() == []


def test_it_is_carried_once_and_no_second_time(budget):
    """March leaves everything; nothing is used in April: May has April's own 500 €, never March's."""
    turn_months_now(now=MARCH)
    turn_months_now(now=APRIL)
    assert month(budget, APRIL).left_cents == 100_000
    turn_months_now(now=MAY)
    assert (month(budget, MAY).carried_cents, month(budget, MAY).left_cents) == (50_000, 100_000)
    assert (month(budget, APRIL).left_cents, month(budget, APRIL).may_carry_cents) == (50_000, 0)
    assert reconcile() == []


@pytest.mark.parametrize(("used", "carried"), [(0, 50_000), (50_000, 50_000), (60_000, 40_000), (100_000, 0)])
def test_what_came_from_the_month_before_is_used_first(budget, used, carried):
    turn_months_now(now=MARCH)
    turn_months_now(now=APRIL)
    if used:
        use(budget, used, APRIL, "k")
    turn_months_now(now=MAY)
    assert month(budget, MAY).carried_cents == carried


def test_every_beat_after_it_changes_nothing(budget):
    turn_months_now(now=MARCH)
    assert [turn_months_now(now=APRIL + timedelta(minutes=m)) for m in range(3)] == [1, 0, 0]
    assert month(budget, APRIL).left_cents == 100_000


def test_a_release_just_after_the_turn_still_comes_along(budget):
    turn_months_now(now=MARCH)
    use(budget, 50_000, MARCH, "k")
    assert turn_months_now(now=APRIL) == 0
    book(month(budget, MARCH), Step.RELEASE, 50_000, key="r", by=None, at=APRIL)
    assert turn_months_now(now=APRIL) == 1
    assert month(budget, APRIL).carried_cents == 50_000


def test_what_is_older_than_one_month_has_lapsed(budget):
    turn_months_now(now=MARCH)
    assert turn_months_now(now=MAY) == 0
    assert month(budget, MAY).carried_cents == 0
    assert month(budget, MARCH).left_cents == 50_000


def test_over_a_year_no_more_is_there_than_was_given(budget):
    """Each month uses something else; the sum of what may be used never exceeds what was allotted so far."""
    given, used = 0, 0
    for number, share in enumerate([0, 90, 10, 55, 100, 0, 0, 75, 33, 100, 20, 66]):
        at = datetime(2026, 1 + number, 2, 9, tzinfo=UTC)
        turn_months_now(now=at)
        given += 50_000
        period = month(budget, at)
        assert used + period.left_cents <= given
        assert period.left_cents <= 100_000
        if share:
            use(budget, period.left_cents * share // 100, at, f"k{number}")
            used += period.left_cents * share // 100
    houses = Transfer.objects.filter(period__budget=budget, step__in=[Step.CARRY, Step.CARRIED])
    assert sum(t.cents if t.step == Step.CARRIED else -t.cents for t in houses) == 0
    assert reconcile() == []


def test_money_is_carried_in_the_houses_months(budget):
    """Half an hour before midnight in Berlin it is still March."""
    turn_months_now(now=MARCH)
    assert turn_months_now(now=datetime(2026, 3, 31, 21, 30, tzinfo=UTC)) == 0
    assert turn_months_now(now=datetime(2026, 3, 31, 22, 30, tzinfo=UTC)) == 1


def test_a_budget_of_a_person_turns_like_a_teams(cast, budget):
    own = Budget.objects.create(name="Anna", person=cast.anna, monthly_cents=1000)
    turn_months_now(now=MAY)
    turn_months_now(now=JUNE)
    assert period_at(own, at=JUNE).left_cents == 2000
