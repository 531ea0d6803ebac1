"""A seeded simulation of the ledger: random bookings, repeats and failures in the middle, against a naive model."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from policies.ledger.budget import Budget, BudgetPeriod, month_of
from policies.ledger.carry import bring_back, turn_months_now
from policies.ledger.transfer import NotEnough, Step, book, period_at, reconcile
from policies.models import Transfer

START = datetime(2026, 1, 2, 9, tzinfo=UTC)
STEPS = 10_000
A_DAY = timedelta(days=1)


class Broken(Exception):
    """What a killed process leaves: the transaction never ends."""


class Wrong(Exception):
    """The ledger and the model do not say the same."""


@dataclass
class Month:
    """What a month should hold, by adding and taking away."""

    own: int = 0
    carried: int = 0
    reserved: int = 0
    spent: int = 0

    @property
    def left(self) -> int:
        return self.own + self.carried - self.reserved - self.spent


@dataclass
class Simulation:
    budget: Budget
    dice: random.Random
    at: datetime = START
    months: dict[int, Month] = field(default_factory=dict)
    # Reserved and spent amounts by their key: (month, cents).
    reserved: dict[str, tuple[int, int]] = field(default_factory=dict)
    spent: dict[str, tuple[int, int]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def run(self, steps: int) -> Counter[str]:
        """So many steps, compared after each; raises Wrong at the first difference."""
        self._open()
        before = self.done.total()
        for number in range(before, before + steps):
            deed = self.dice.choices(
                (self._reserve, self._end, self._size, self._break, self._repeat, self._tomorrow),
                (40, 30, 5, 10, 10, 5),
            )[0]
            self.done[deed.__name__.strip("_")] += 1
            deed(f"step-{number}")
            self._compare()
        if differences := reconcile():
            raise Wrong(differences)
        return self.done

    def _open(self) -> BudgetPeriod:
        period = period_at(self.budget, at=self.at)
        self.months.setdefault(period.pk, Month(own=self.budget.monthly_cents))
        return period

    def _reserve(self, key: str) -> None:
        period, cents = self._open(), self.dice.randrange(1, 4000)
        month = self.months[period.pk]
        if self._booked(period, Step.RESERVE, cents, key, fits=month.left >= cents):
            month.reserved += cents
            self.reserved[key] = period.pk, cents

    def _end(self, key: str) -> None:
        """Confirm or release what is reserved, or give back what was spent; afterwards it cannot be done again."""
        step = self.dice.choice((Step.CONFIRM, Step.CONFIRM, Step.RELEASE, Step.REVERSE))
        held = self.spent if step == Step.REVERSE else self.reserved
        if not held:
            return
        name = self.dice.choice(sorted(held))
        pk, cents = held.pop(name)
        period, month = BudgetPeriod.objects.select_related("budget").get(pk=pk), self.months[pk]
        self._booked(period, step, cents, f"{name}:{step}", fits=True)
        if step == Step.CONFIRM:
            month.reserved, month.spent = month.reserved - cents, month.spent + cents
            self.spent[name] = pk, cents
            return
        if step == Step.RELEASE:
            month.reserved -= cents
        else:
            month.spent -= cents
        bring_back(period, cents, key=f"{key}:back", by=None, at=self.at)
        if period.starts < month_of(self.at)[0]:
            self._move(period.pk, self._open().pk, cents)

    def _size(self, key: str) -> None:
        period, cents = self._open(), self.dice.randrange(1, 20_000)
        step = self.dice.choice((Step.ALLOT, Step.CUT))
        month = self.months[period.pk]
        if self._booked(period, step, cents, key, fits=step == Step.ALLOT or month.left >= cents):
            month.own += cents if step == Step.ALLOT else -cents

    def _break(self, key: str) -> None:
        """Somebody dies with any of it in hand, a month that turns among it: nothing of it ever was."""
        deed = self.dice.choice((self._reserve, self._end, self._size, self._tomorrow))
        at, reserved, spent = self.at, dict(self.reserved), dict(self.spent)
        months = {pk: replace(month) for pk, month in self.months.items()}
        with suppress(Broken), transaction.atomic():
            deed(key)
            raise Broken
        self.at, self.months, self.reserved, self.spent = at, months, reserved, spent

    def _repeat(self, _key: str) -> None:
        """What was booked is sent a second time, in the same words."""
        if self.reserved:
            name = self.dice.choice(sorted(self.reserved))
            pk, cents = self.reserved[name]
            self._booked(BudgetPeriod.objects.get(pk=pk), Step.RESERVE, cents, name, fits=True)

    def _tomorrow(self, _key: str) -> None:
        """A day or a fortnight passes; with a new month the rest of the old one comes along, once."""
        before = self._open()
        self.at += A_DAY * self.dice.choice((1, 14))
        after = self._open()
        turn_months_now(now=self.at)
        if after.pk != before.pk and before.ends + A_DAY == after.starts:
            month = self.months[before.pk]
            self._move(before.pk, after.pk, min(month.left, max(month.own, 0)))

    def _move(self, source: int, target: int, cents: int) -> None:
        self.months[source].own -= cents
        self.months[target].carried += cents

    def _booked(self, period: BudgetPeriod, step: str, cents: int, key: str, *, fits: bool) -> bool:
        try:
            book(period, step, cents, key=key, by=None, at=self.at)
        except NotEnough:
            if fits:
                raise Wrong(f"{key}: refused though it fits") from None
            return False
        if not fits:
            raise Wrong(f"{key}: booked though it does not fit")
        return True

    def _compare(self) -> None:
        stored = BudgetPeriod.objects.filter(budget=self.budget).values_list(
            "pk", "allotted_cents", "carried_cents", "reserved_cents", "spent_cents"
        )
        told = {pk: rest for pk, *rest in stored}
        model = {
            pk: [month.own + month.carried, month.carried, month.reserved, month.spent]
            for pk, month in self.months.items()
        }
        if told != model:
            raise Wrong(f"{told} is not {model}")


def measure_ledger() -> Iterator[str]:
    """Random bookings over many months, with repeats and broken transactions, compared after every one."""
    budget = Budget.objects.create(name="Simulated", currency="XXX", monthly_cents=50_000)
    began = time.perf_counter()
    done = Simulation(budget, random.Random(STEPS)).run(STEPS)  # noqa: S311 - dice, not secrets
    wall = time.perf_counter() - began
    told = ", ".join(f"{count} {name}" for name, count in sorted(done.items()))
    entries = Transfer.objects.filter(period__budget=budget).count()
    yield f"{STEPS:,} steps in {wall:.0f} s ({told}); {entries:,} entries agree with the model after each of them"
