"""The ledger over many months of random bookings, with repeats and real failures, is what a naive model says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from policies.ledger.transfer import NotEnough, book
from policies.models import Budget, BudgetPeriod, Transfer
from servicedesk.bench.simulation import Simulation, Wrong

pytestmark = pytest.mark.django_db
STEPS = 1000  # `bin/bench ledger` takes ten thousand
# A wall the entry runs into once its month is changed already: the database itself fails in the middle of a booking.
WALL = {
    "sqlite": [
        "CREATE TRIGGER fails_in_the_middle BEFORE INSERT ON policies_transfer WHEN NEW.key LIKE '%:fails' "
        "BEGIN SELECT RAISE(ABORT, 'fails in the middle'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION fails_in_the_middle() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'fails in the middle'; END $$",
        "CREATE TRIGGER fails_in_the_middle BEFORE INSERT ON policies_transfer FOR EACH ROW "
        "WHEN (NEW.key LIKE '%:fails') EXECUTE FUNCTION fails_in_the_middle()",
    ],
}


class Failing(Simulation):
    """Of the bookings one in eight fails in the middle before it is sent again."""

    failed = 0

    def _booked(self, period: BudgetPeriod, step: str, cents: int, key: str, *, fits: bool) -> bool:
        if self.dice.random() < 1 / 8:
            try:
                with transaction.atomic():
                    book(period, step, cents, key=f"{key}:fails", by=None, at=self.at)
                raise Wrong("It ran through the wall.")
            except NotEnough:
                pass
            except DatabaseError:
                self.failed += 1
        return super()._booked(period, step, cents, key, fits=fits)


@contextmanager
def a_wall() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in WALL[connection.vendor]:
            cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def test_the_ledger_agrees_with_a_naive_model_after_every_step_however_much_fails() -> None:
    budget = Budget.objects.create(name="Simulated", currency="USD", monthly_cents=50_000)
    with a_wall():
        simulation = Failing(budget, random.Random(1))
        done = simulation.run(STEPS)
        assert sum(done.values()) == STEPS
        assert set(done) == {"reserve", "end", "size", "break", "repeat", "tomorrow"}
        assert simulation.failed > STEPS / 20
        assert BudgetPeriod.objects.filter(budget=budget).count() > 3
        assert not Transfer.objects.filter(key__endswith=":fails").exists()


def test_it_finds_a_cent_too_many() -> None:
    budget = Budget.objects.create(name="Simulated", currency="USD", monthly_cents=50_000)
    simulation = Simulation(budget, random.Random(1))
    simulation.run(20)
    BudgetPeriod.objects.filter(budget=budget).update(allotted_cents=F("allotted_cents") + 1)
    with pytest.raises(Wrong):
        simulation.run(1)
