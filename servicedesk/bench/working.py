"""How fast the product works when many want the same: bookings on one budget, and a sweep of many due promises."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from django.db import connection, connections, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Person
from policies.facts import Wish, rules_in_force
from policies.ledger.transfer import NotEnough, Step, book, period_at, reconcile
from policies.models import Budget, BudgetPeriod, Ruling, Transfer
from tickets.models import Ticket

from . import stage

BOOKERS, EACH, CENTS = 32, 50, 100
GESTURES = 320
T = TypeVar("T")


def measure_book() -> Iterator[str]:
    """32 processes book on one budget that holds half of what they want; then whole gestures, with all they bring."""
    stage.crowd(tickets=1000, customers=500)
    tries = BOOKERS * EACH
    holds = tries // 2 * CENTS
    budget = Budget.objects.create(name="Bench", currency="XXX", monthly_cents=holds)
    period = period_at(budget, at=timezone.now())
    wall, answers = in_processes(partial(_entries, period.pk), rehearsed=partial(_entries, period.pk, each=1))
    booked = sum(count for count, _slowest in answers)
    taken = Transfer.objects.filter(period=period, step=Step.RESERVE).aggregate(sum=Sum("cents"))["sum"]
    exact = booked * CENTS == taken == holds and not reconcile([BudgetPeriod.objects.get(pk=period.pk)])
    yield (
        f"{tries / wall:,.0f} bookings/s by {BOOKERS} processes on one budget, {booked} of {tries} fitted; "
        f"sum {'exact' if exact else 'WRONG'}, slowest {max(slowest for _count, slowest in answers):.2f} s"
    )
    yield from _gestures()


def _entries(period: int, number: int, *, each: int = EACH) -> tuple[int, float]:
    """How many of one booker's bookings the budget still held, and the seconds of the slowest."""
    month, booked, slowest = BudgetPeriod.objects.get(pk=period), 0, 0.0
    for turn in range(each):
        began = time.perf_counter()
        try:
            book(month, Step.RESERVE, CENTS, key=f"bench:{number}:{turn}", by=None)
            booked += 1
        except NotEnough:
            pass
        slowest = max(slowest, time.perf_counter() - began)
    return booked, slowest


def _gestures() -> Iterator[str]:
    person, team, cause = stage.agent()
    chosen = {t.customer_id: t.pk for t in Ticket.objects.filter(team=team, cause=cause).order_by("pk")}
    pks = list(chosen.values())[:GESTURES]
    kind = max(rules_in_force().kinds.values(), key=lambda row: (row.costs_money, row.reversible)).code
    shares = [pks[number::BOOKERS] for number in range(BOOKERS)]
    first = [share[:1] for share in shares]
    wall, answers = in_processes(
        partial(_requests, person.pk, kind, shares), rehearsed=partial(_requests, person.pk, kind, first)
    )
    outcomes = Counter(outcome for share, _own in answers for outcome in share)
    computing = sum(own for _share, own in answers) / len(pks)
    found = "nothing differs" if reconcile() == [] else "the ledger DIFFERS"
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    yield (
        f"{len(pks) / wall:,.0f} gestures/s by {BOOKERS} processes, weighed, booked or asked for, and told ({told}); "
        f"{computing * 1e3:.0f} ms of computing each; {found}"
    )


def _requests(
    person: int, kind: str, shares: Sequence[Sequence[int]], number: int
) -> tuple[list[str], float]:
    """The outcomes of one booker's requests, and the seconds this process computed for them."""
    agent, wish, began = Person.objects.get(pk=person), Wish(kind, CENTS), time.process_time()
    tickets = Ticket.objects.filter(pk__in=shares[number])
    outcomes = [Ruling.request(agent, ticket, wish, key=f"bench-{ticket.pk}").outcome for ticket in tickets]
    return outcomes, time.process_time() - began


def in_processes(
    deed: Callable[[int], T], *, rehearsed: Callable[[int], object] | None = None, count: int = BOOKERS
) -> tuple[float, list[T]]:
    """The deed by so many processes let go together, each with its own connection; seconds, and their answers.

    What is `rehearsed` is done before, and undone: a server that runs has read its texts and templates long ago.
    On PostgreSQL each process does it, for there each connection has its own memory of tables.
    """
    if rehearsed:
        _rehearse(rehearsed, 0)
    if connection.vendor == "sqlite":
        rehearsed = None
    stage.let_go()
    fork = multiprocessing.get_context("fork")
    gate, answers = fork.Barrier(count + 1), fork.SimpleQueue()
    people = [fork.Process(target=_take_part, args=(deed, rehearsed, n, gate, answers)) for n in range(count)]
    for person in people:
        person.start()
    gate.wait()
    began = time.perf_counter()
    got = [answers.get() for _person in people]
    wall = time.perf_counter() - began
    for person in people:
        person.join()
    failed = [answer for _number, answer in got if isinstance(answer, Exception)]
    if failed:
        raise failed[0]
    return wall, [answer for _number, answer in sorted(got)]


def _take_part(
    deed: Callable[[int], object],
    rehearsed: Callable[[int], object] | None,
    number: int,
    gate: Barrier,
    answers: SimpleQueue[tuple[int, object]],
) -> None:
    try:
        connection.ensure_connection()
        if rehearsed:
            _rehearse(rehearsed, number)
        gate.wait()
        answers.put((number, deed(number)))
    except Exception as error:
        gate.abort()
        answers.put((number, error))
    finally:
        connections.close_all()


def _rehearse(deed: Callable[[int], object], number: int) -> None:
    with transaction.atomic():
        deed(number)
        transaction.set_rollback(True)
