"""The ledger at full size: a million random steps, spenders who are killed, and one key asked for a thousand times."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction
from django.utils import timezone

from accounts.models import Person
from policies.facts import Wish, rules_in_force
from policies.ledger.transfer import Step, book, period_at, reconcile
from policies.models import Budget, BudgetPeriod, Offer, Ruling, Transfer
from tickets.models import Ticket

from . import stage
from .simulation import Simulation

SEEDS, STEPS = 100, 10_000
SPENDS, CENTS = 5000, 100
TIMES, THREADS = 1000, 16


def measure_million() -> Iterator[str]:
    """A million random steps in a hundred seeds, each against its model after every step; it takes its time."""
    began = time.perf_counter()
    for seed in range(SEEDS):
        budget = Budget.objects.create(name=f"Simulated {seed}", currency="XXX", monthly_cents=50_000)
        Simulation(budget, random.Random(seed)).run(STEPS)  # noqa: S311 - dice, not secrets
        if (seed + 1) % 10 == 0:
            wall = time.perf_counter() - began
            yield f"{(seed + 1) * STEPS:,} steps in {wall:.0f} s, {seed + 1} seeds, every step agrees with its model"


def measure_spends() -> Iterator[str]:
    """5,000 gestures by processes that are killed at random moments; then one key by sixteen threads at once."""
    stage.crowd(tickets=SPENDS * 2, customers=SPENDS)
    person, team, cause = stage.agent()
    budget = Budget.objects.of_goodwill().get(team=team, person=None)
    Budget.objects.filter(pk=budget.pk).update(monthly_cents=10 * SPENDS * CENTS)
    chosen = {t.customer_id: t.pk for t in Ticket.objects.filter(team=team, cause=cause).order_by("pk")}
    tickets = list(chosen.values())[:SPENDS]
    kind = max(rules_in_force().kinds.values(), key=lambda row: (row.costs_money, row.reversible)).code
    yield _killed(person.pk, kind, tickets)
    yield _same_key(budget)


def _killed(person: int, kind: str, tickets: Sequence[int]) -> str:
    dice, kills, before = random.Random(SPENDS), 0, _given()  # noqa: S311 - dice, not secrets
    fork = multiprocessing.get_context("fork")
    with (
        transaction.atomic()
    ):  # once for nothing: texts and templates are read before the fork, as in a server
        _spend(person, kind, tickets[:1])
        transaction.set_rollback(True)
    began = time.perf_counter()
    while True:
        stage.let_go()
        process = fork.Process(target=_spend, args=(person, kind, tickets))
        process.start()
        process.join(dice.uniform(2.0, 6.0))
        if process.exitcode == 0:
            break
        if process.exitcode is not None:
            raise RuntimeError("A spender ended by itself before it was done.")
        os.kill(process.pid or 0, signal.SIGKILL)
        kills += 1
        process.join()
    outcomes = Counter(_given() - before)
    booked = Transfer.objects.filter(step=Step.RESERVE, key__startswith="ruling:").count()
    held = Offer.objects.exclude(period=None).count()
    whole = booked == held and not reconcile()
    wall = time.perf_counter() - began
    told = ", ".join(f"{count:,} {name}" for name, count in outcomes.most_common())
    return (
        f"{sum(outcomes.values()):,} requests in {wall:.0f} s under {kills} kill -9 ({told}); each wholly there or "
        f"not at all: {'yes' if whole else 'NO'}"
    )


def _given() -> Counter[str]:
    return Counter(Ruling.objects.filter(key__startswith="spend-").values_list("outcome", flat=True))


def _spend(person: int, kind: str, tickets: Sequence[int]) -> None:
    """From where the last one was killed; what was asked for already is found under its key."""
    agent, wish = Person.objects.get(pk=person), Wish(kind, CENTS)
    keys = {f"spend-{pk}" for pk in tickets}
    done = set(Ruling.objects.filter(agent=agent, key__in=keys).values_list("key", flat=True))
    for pk in tickets:
        if f"spend-{pk}" not in done:
            Ruling.request(agent, Ticket.objects.get(pk=pk), wish, key=f"spend-{pk}")


def _same_key(budget: Budget) -> str:
    period = period_at(budget, at=timezone.now())
    before = BudgetPeriod.objects.get(pk=period.pk).reserved_cents

    def again(number: int) -> object:
        try:
            return book(period, Step.RESERVE, CENTS + (number == TIMES), key="a thousand times", by=None).pk
        except ValueError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = Counter(pool.map(again, range(TIMES)))
        other = again(TIMES)
    once = len(answers) == 1 and other == "refused"
    once = once and BudgetPeriod.objects.get(pk=period.pk).reserved_cents == before + CENTS
    return (
        f"one key {TIMES:,} times by {THREADS} threads, then another amount under it: "
        f"{'one entry, the other refused' if once else f'WRONG: {dict(answers)}, {other}'}"
    )
