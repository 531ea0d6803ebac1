"""The ledger over many months of random bookings, with repeats and broken transactions, is what a naive model says."""

from __future__ import annotations

import random

import pytest
from django.db.models import F

from policies.models import Budget, BudgetPeriod
from servicedesk.bench.simulation import Simulation, Wrong

pytestmark = pytest.mark.django_db
STEPS = 700


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ledger_agrees_with_a_naive_model_after_every_step(seed):
    budget = Budget.objects.create(name="Simulated", currency="USD", monthly_cents=50_000)
    done = Simulation(budget, random.Random(seed)).run(STEPS)
    assert sum(done.values()) == STEPS
    assert set(done) == {"reserve", "end", "size", "break", "repeat", "tomorrow"}
    assert BudgetPeriod.objects.filter(budget=budget).count() > 3


def test_it_finds_a_cent_too_many():
    budget = Budget.objects.create(name="Simulated", currency="USD", monthly_cents=50_000)
    simulation = Simulation(budget, random.Random(1))
    simulation.run(20)
    BudgetPeriod.objects.filter(budget=budget).update(allotted_cents=F("allotted_cents") + 1)
    with pytest.raises(Wrong):
        simulation.run(1)
