"""The ledger: money only moves by entries that stay, never more than there is, and every tampering shows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY
from django.db import IntegrityError, connection, transaction
from walls import walls_down

from policies.facts import Wish
from policies.ledger.allotment import resize
from policies.ledger.transfer import NotEnough, Step, book, period_at, reconcile
from policies.models import BudgetPeriod, Offer, Ruling, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(cast):
    """North's month: 500 € allotted, nothing used."""
    return period_at(cast.budget, at=MONDAY)


def balance(period: BudgetPeriod) -> tuple[int, int, int]:
    period.refresh_from_db()
    return period.allotted_cents, period.reserved_cents, period.spent_cents


def test_a_month_opens_with_its_allotment_once(cast, period):
    assert balance(period) == (50_000, 0, 0)
    assert period_at(cast.budget, at=MONDAY + timedelta(days=20)) == period
    assert Transfer.objects.count() == 1
    entry = Transfer.objects.get()
    assert (entry.step, entry.debit, entry.credit, entry.cents) == ("allot", "house", "available", 50_000)


def test_months_are_those_of_the_houses_calendar(cast):
    """Half past eleven in the evening of the last of March in Berlin is still March, in UTC and in money."""
    late = period_at(cast.budget, at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    next_day = period_at(cast.budget, at=datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    assert (late.starts.month, late.ends.day, next_day.starts.month) == (3, 31, 4)


def test_each_step_moves_the_money_from_one_account_to_the_next(period):
    for number, (step, expected) in enumerate(
        [
            (Step.RESERVE, (50_000, 1000, 0)),
            (Step.CONFIRM, (50_000, 0, 1000)),
            (Step.REVERSE, (50_000, 0, 0)),
            (Step.RESERVE, (50_000, 1000, 0)),
            (Step.RELEASE, (50_000, 0, 0)),
            (Step.CUT, (49_000, 0, 0)),
            (Step.ALLOT, (50_000, 0, 0)),
        ]
    ):
        book(period, step, 1000, key=f"k{number}", by=None)
        assert balance(period) == expected
    assert reconcile() == []


@pytest.mark.parametrize("step", [Step.RESERVE, Step.CUT, Step.CONFIRM, Step.RELEASE, Step.REVERSE])
def test_no_account_gives_what_it_does_not_hold(period, step):
    holds = {Step.RESERVE: 50_000, Step.CUT: 50_000}.get(step, 0)
    with pytest.raises(NotEnough):
        book(period, step, holds + 1, key="too much", by=None)
    assert balance(period) == (50_000, 0, 0)
    assert not Transfer.objects.filter(key="too much").exists()


@pytest.mark.parametrize("cents", [0, -1, 1.0, True, "100", None])
def test_only_whole_positive_cents_are_an_amount(period, cents):
    with pytest.raises(ValueError, match="no amount"):
        book(period, Step.RESERVE, cents, key="k", by=None)
    assert balance(period) == (50_000, 0, 0)


def test_the_same_key_is_one_booking_even_when_the_money_is_gone(period):
    first = book(period, Step.RESERVE, 50_000, key="k", by=None)
    assert book(period, Step.RESERVE, 50_000, key="k", by=None) == first
    assert balance(period) == (50_000, 50_000, 0)


@pytest.mark.parametrize("other", ["amount", "step", "month"])
def test_a_key_never_stands_for_two_bookings(cast, period, other):
    book(period, Step.RESERVE, 1000, key="k", by=None)
    month = period_at(cast.pool, at=MONDAY) if other == "month" else period
    step = Step.CONFIRM if other == "step" else Step.RESERVE
    with pytest.raises(ValueError, match="was booked as reserve of 1000"):
        book(month, step, 999 if other == "amount" else 1000, key="k", by=None)
    assert balance(period) == (50_000, 1000, 0)


# ---- nothing is rewritten ------------------------------------------------------------------------------------


def _save(entry):
    entry.cents = 1
    entry.save()


def _replace(entry):
    Transfer.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=["key"], update_fields=["cents"]
    )


WAYS = {
    "save": _save,
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: Transfer.objects.filter(pk=entry.pk).update(cents=1),
    "update through the month": lambda entry: entry.period.transfers.update(cents=1),
    "delete many": lambda entry: Transfer.objects.all().delete(),
    "bulk_update": lambda entry: Transfer.objects.bulk_update([entry], ["cents"]),
    "bulk_create over it": _replace,
    "bulk_create beside it": lambda entry: Transfer.objects.bulk_create([Transfer(key="new", cents=1)]),
    "update_or_create": lambda entry: Transfer.objects.update_or_create(key="k", defaults={"cents": 1}),
    "delete the month": lambda entry: entry.period.delete(),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_changed_or_lost_entry(period, way):
    entry = book(period, Step.RESERVE, 1000, key="k", by=None)
    before = list(Transfer.objects.values())
    # What is refused is a bug of the caller, or – for the month – an entry that holds it.
    with pytest.raises((TypeError, IntegrityError)), transaction.atomic():
        WAYS[way](entry)
    assert list(Transfer.objects.values()) == before
    assert reconcile() == []


@pytest.mark.parametrize("reserved", [50_001, -1])
def test_the_database_itself_refuses_a_month_that_gives_more_than_it_has(period, reserved):
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetPeriod.objects.filter(pk=period.pk).update(reserved_cents=reserved)


UNDER_THE_CODE = {
    "change": "UPDATE policies_transfer SET cents = cents + 1",
    "change what stays the same": "UPDATE policies_transfer SET cents = cents",
    "delete": "DELETE FROM policies_transfer",
    "replace": "INSERT OR REPLACE INTO policies_transfer SELECT * FROM policies_transfer",
    "empty": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE policies_transfer CASCADE",
}


@pytest.mark.parametrize("way", UNDER_THE_CODE)
def test_R27_the_database_itself_refuses_a_changed_or_lost_entry(period, way):
    if (way, connection.vendor) in {("replace", "postgresql"), ("empty", "sqlite")}:
        pytest.skip("This database does not know the statement.")
    book(period, Step.RESERVE, 1000, key="k", by=None)
    before = list(Transfer.objects.values())
    with (
        pytest.raises(IntegrityError, match="only added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(UNDER_THE_CODE[way])
    assert list(Transfer.objects.values()) == before


def _plant(sql: str) -> None:
    """As somebody who owns the database would: without the walls, so that only the chain is left to tell."""
    with walls_down(connection), connection.cursor() as cursor:
        cursor.execute(sql)


PLANTED = {
    "an amount": ("UPDATE policies_transfer SET cents = 999 WHERE key = 'k1'", "chain at k1"),
    "a step": ("UPDATE policies_transfer SET step = 'confirm' WHERE key = 'k1'", "chain at k1"),
    "who it was": ("UPDATE policies_transfer SET by_id = {ben} WHERE key = 'k1'", "chain at k1"),
    "a time": ("UPDATE policies_transfer SET at = '2026-03-02 09:00:01' WHERE key = 'k1'", "chain at k1"),
    "a key": ("UPDATE policies_transfer SET key = 'kx' WHERE key = 'k1'", "chain at kx"),
    "an entry gone": ("DELETE FROM policies_transfer WHERE key = 'k1'", "chain at k2"),
    "the last entry gone": ("DELETE FROM policies_transfer WHERE key = 'k2'", "head"),
    "the balance": ("UPDATE policies_budgetperiod SET reserved_cents = 2999", "reserved"),
    "the allotment": ("UPDATE policies_budgetperiod SET allotted_cents = 60000", "available"),
    "the head": ("UPDATE policies_budgetperiod SET head = 'deadbeef'", "head"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_changed_behind_our_back_is_found_and_nothing_is_repaired(cast, period, what):
    for number in range(3):
        book(period, Step.RESERVE, 1000, key=f"k{number}", by=cast.anna, at=MONDAY)
    assert reconcile() == []
    sql, where = PLANTED[what]
    _plant(sql.format(ben=cast.ben.pk))
    found = reconcile()
    assert where in {difference.what for difference in found}
    assert {difference.period_id for difference in found} == {period.pk}
    assert reconcile() == found


# ---- who uses it ---------------------------------------------------------------------------------------------


def test_a_budget_is_not_cut_below_what_is_used(cast, period):
    book(period, Step.RESERVE, 30_000, key="k", by=None, at=MONDAY)
    refusal = resize(cast.budget, 29_999, by=cast.ben, key="less", at=MONDAY)
    assert refusal.code == "used"
    assert balance(period) == (50_000, 30_000, 0)
    cast.budget.refresh_from_db()
    assert cast.budget.monthly_cents == 50_000
    assert resize(cast.budget, 30_000, by=cast.ben, key="just enough", at=MONDAY) is None
    assert balance(period) == (30_000, 30_000, 0)
    assert reconcile() == []


def test_what_is_taken_back_is_there_again_and_what_was_delivered_stays(cast):
    first, second = (
        Ruling.request(
            cast.anna, cast.ticket(customer=who), Wish("refund", 2000), key=who.person.name, at=MONDAY
        )
        for who in (cast.cem, cast.eva)
    )
    assert first.offer.deliver(by=cast.anna, at=MONDAY)
    assert not first.offer.reverse(by=cast.anna, why="Too late", at=MONDAY)
    assert second.offer.reverse(by=cast.anna, why="A mistake", at=MONDAY)
    assert not Offer.objects.get(pk=second.offer.pk).deliver(by=cast.anna, at=MONDAY)
    assert balance(BudgetPeriod.objects.get()) == (50_000, 0, 2000)
    steps = Counter(Transfer.objects.values_list("step", flat=True))
    assert steps == {"allot": 1, "reserve": 2, "confirm": 1, "release": 1}
    assert reconcile() == []


def test_what_is_owed_touches_no_budget(cast):
    wish = Wish("voucher", 100_000, owed_by="law")
    assert Ruling.request(cast.anna, cast.ticket(), wish, key="k", at=MONDAY).outcome == "OWED"
    assert Offer.objects.get().period is None
    assert not Transfer.objects.exists()
