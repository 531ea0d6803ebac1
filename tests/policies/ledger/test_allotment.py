"""Changing what a budget has a month, and what of it can be taken away."""

import pytest

from policies.facts import Wish
from policies.ledger.allotment import resize
from policies.ledger.transfer import reconcile
from policies.models import Budget, BudgetPeriod, Ruling, Transfer

pytestmark = pytest.mark.django_db


def month(cast):
    return BudgetPeriod.objects.get(budget=cast.budget)


def test_more_is_there_at_once_and_next_month(cast):
    assert resize(cast.budget, 60_000, by=cast.ben, key="k") is None
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 60_000
    assert month(cast).allotted_cents == 60_000
    assert list(Transfer.objects.values_list("step", "cents", "by")) == [
        ("allot", 50_000, None),
        ("allot", 10_000, cast.ben.pk),
    ]
    assert reconcile() == []


def test_less_is_cut_down_to_what_is_used(cast):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 5000), key="k")
    assert resize(cast.budget, 5000, by=cast.ben, key="a") is None
    assert (month(cast).allotted_cents, month(cast).left_cents) == (5000, 0)
    assert reconcile() == []


def test_below_what_is_used_it_is_refused_in_words_and_nothing_changed(cast):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 5000), key="k")
    refusal = resize(cast.budget, 4999, by=cast.ben, key="a")
    assert refusal.code == "used"
    assert "€50.00" in str(refusal.text)
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 50_000
    assert month(cast).allotted_cents == 50_000
    assert Transfer.objects.filter(step="cut").count() == 0


def test_the_same_key_changes_it_once_even_after_somebody_else_did(cast):
    resize(cast.budget, 60_000, by=cast.ben, key="a")
    resize(cast.budget, 70_000, by=cast.ben, key="b")
    assert resize(cast.budget, 60_000, by=cast.ben, key="a") is None
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 70_000
    assert month(cast).allotted_cents == 70_000


def test_the_same_amount_books_nothing(cast):
    assert resize(cast.budget, 50_000, by=cast.ben, key="a") is None
    assert Transfer.objects.count() == 1  # the month was opened with it


def test_nothing_a_month_is_possible_while_nothing_is_used(cast):
    assert resize(cast.budget, 0, by=cast.ben, key="a") is None
    assert month(cast).left_cents == 0
    assert reconcile() == []
