"""Property 8: in whatever order bookers look, book and die, a month never gives more than it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from cast import MONDAY, Cast
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from policies.facts import Wish
from policies.ledger.transfer import NotEnough, Step, book, period_at, reconcile
from policies.models import Ask, Budget, BudgetPeriod, Limit, Offer, Ruling, Transfer

pytestmark = pytest.mark.django_db
AMOUNTS = st.one_of(st.integers(1, 40), st.integers(1, 400))


class Seen(NamedTuple):
    """What somebody saw of the month before they book, and what they want to book."""

    month: BudgetPeriod
    cents: int
    key: str


class Died(Exception):
    """What a killed process leaves: a transaction that never ends."""


class Bookers(RuleBasedStateMachine):
    """Some who look at one month, each for a time of their own, and book later from what they saw then."""

    seen, held, spent = Bundle("seen"), Bundle("held"), Bundle("spent")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.looks, self.entries, self.reserved, self.gone = 0, 0, 0, 0
        self.amounts: dict[str, int] = {}  # by key, what is booked under it
        self.done: set[str] = set()

    @initialize(monthly=st.integers(1, 600))
    def month_begins(self, monthly: int) -> None:
        budget = Budget.objects.create(name="Any order", currency="XTS", monthly_cents=monthly)
        self.monthly, self.month = monthly, period_at(budget, at=MONDAY)
        self.entries += 1

    @property
    def left(self) -> int:
        return self.monthly - self.reserved - self.gone

    @rule(target=seen, cents=AMOUNTS)
    def look(self, cents: int) -> Seen:
        self.looks += 1
        return Seen(BudgetPeriod.objects.get(pk=self.month.pk), cents, f"look-{self.looks}")

    @rule(target=held, seen=seen)
    def give(self, seen: Seen) -> Seen:
        """From what was seen, however long ago; under one key once, however often it is sent."""
        known = seen.key in self.amounts
        fits = known or seen.cents <= self.left
        assert self._books(seen.month, Step.RESERVE, seen.cents, seen.key) is fits
        if fits and not known:
            self.amounts[seen.key] = seen.cents
            self.reserved += seen.cents
            self.entries += 1
        return seen

    @rule(seen=seen)
    def give_and_die(self, seen: Seen) -> None:
        with pytest.raises((Died, NotEnough)), transaction.atomic():
            book(seen.month, Step.RESERVE, seen.cents, key=f"{seen.key}-died", by=None, at=MONDAY)
            raise Died

    @rule(target=spent, held=held)
    def deliver(self, held: Seen) -> Seen:
        if self._once(held, Step.CONFIRM):
            self.reserved, self.gone = self.reserved - held.cents, self.gone + held.cents
        return held

    @rule(held=held)
    def take_back(self, held: Seen) -> None:
        if self._once(held, Step.RELEASE):
            self.reserved -= held.cents

    @rule(cents=AMOUNTS, more=st.booleans())
    def resize(self, cents: int, more: bool) -> None:
        self.looks += 1
        done = self._books(self.month, Step.ALLOT if more else Step.CUT, cents, f"size-{self.looks}")
        assert done is (more or cents <= self.left)
        if done:
            self.monthly += cents if more else -cents
            self.entries += 1

    @invariant()
    def month_holds_what_was_booked_and_never_more_than_it_has(self) -> None:
        if not hasattr(self, "month"):
            return
        now = BudgetPeriod.objects.get(pk=self.month.pk)
        assert (now.allotted_cents, now.reserved_cents, now.spent_cents) == (
            self.monthly,
            self.reserved,
            self.gone,
        )
        assert 0 <= now.reserved_cents + now.spent_cents <= now.allotted_cents
        assert now.transfers.count() == self.entries

    def teardown(self) -> None:
        try:
            if hasattr(self, "month"):
                assert reconcile([BudgetPeriod.objects.get(pk=self.month.pk)]) == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def _once(self, held: Seen, step: str) -> bool:
        """What was given ends in one way only, as an offer's state does for the ledger."""
        if held.key not in self.amounts or held.key in self.done:
            return False
        self.done.add(held.key)
        assert self._books(held.month, step, held.cents, f"{held.key}:{step}")
        self.entries += 1
        return True

    @staticmethod
    def _books(month: BudgetPeriod, step: str, cents: int, key: str) -> bool:
        try:
            book(month, step, cents, key=key, by=None, at=MONDAY)
        except NotEnough:
            return False
        return True


def test_however_the_steps_of_bookers_fall_a_month_never_gives_more_than_it_has() -> None:
    run_state_machine_as_test(
        Bookers, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the cast alone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Give = Callable[[Cast, int, str], None]


def at_once(cast: Cast, cents: int, key: str) -> None:
    """Anna gives what she may give alone."""
    Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", cents), key=key, at=MONDAY)


def after_asking(cast: Cast, cents: int, key: str) -> None:
    """Anna asks for more, and Ben says yes to whatever still lies there, as it is now."""
    at_once(cast, cents + 5000, key)
    for ask in Ask.objects.open():
        ask.grant(by=cast.ben, at=MONDAY)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([at_once, after_asking]), st.integers(1, 5000)), min_size=2, max_size=3
    ),
    monthly=st.integers(0, 12_000),
)
def test_whoever_gives_in_whatever_order_all_gestures_together_fit_into_the_budgets(
    cast: Cast, steps: list[tuple[Give, int]], monthly: int
) -> None:
    with undone():
        Budget.objects.filter(pk=cast.budget.pk).update(monthly_cents=monthly)
        Budget.objects.filter(pk=cast.pool.pk).update(monthly_cents=2000)
        Limit.objects.filter(role="agent").update(customer_cents=1_000_000)
        for number, (give, cents) in enumerate(steps):
            give(cast, cents, f"k{number}")
        given_ = sum(Offer.objects.exclude(period=None).values_list("cents", flat=True))
        months = list(BudgetPeriod.objects.all())
        assert given_ == sum(month.reserved_cents for month in months)
        assert given_ == sum(Transfer.objects.filter(step=Step.RESERVE).values_list("cents", flat=True))
        assert all(month.reserved_cents <= month.allotted_cents for month in months)
        assert given_ <= monthly + 2000
        assert reconcile() == []
