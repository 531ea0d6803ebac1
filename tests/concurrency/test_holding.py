"""Tickets, pauses, pledges and clocks held by several at once: whoever comes second waits, never in a ring."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from harness import PATIENCE_SECONDS, desk, running_clocks, together

from tickets.models import Clock, Event, Mark, Merge, Pledge, Recalculation, Ticket
from tickets.sla import pause
from tickets.sla.sweep import sweep_now
from tickets.together import merge

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time, so nobody can be in between")
def test_while_a_merge_holds_both_tickets_the_sweep_fires_what_is_due_on_them(cast, no_redis, monkeypatch):
    """The sweep holds the clock and writes history to the ticket; the merge holds the ticket and wants the clock."""
    tickets = desk(cast, 2)
    Ticket.objects.update(customer=tickets[0].customer)
    running_clocks(cast, tickets, due_at=timezone.now() - timedelta(minutes=10))
    source, target = Ticket.objects.order_by("pk")
    held, swept = threading.Event(), threading.Event()

    def stand_still(_ticket: Ticket) -> None:
        held.set()
        swept.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(merge, "readers", [stand_still])

    def deed(number: int) -> object:
        if number:
            return Merge.make(source, target, by=cast.anna)
        held.wait(PATIENCE_SECONDS)
        try:
            return sweep_now()
        finally:
            swept.set()

    fired, made = together(2, deed)
    assert (fired, made) == (4, Merge.objects.get())
    assert Event.objects.filter(kind="promise_breached").count() == 2
    assert not Clock.objects.open().filter(ticket=source).exists()


def test_who_moves_pauses_promises_recalculates_and_sweeps_the_same_tickets_at_once_comes_through(
    cast, no_redis
):
    tickets = desk(cast, MANY)
    running_clocks(cast, tickets, due_at=timezone.now() - timedelta(minutes=10))
    for ticket in Ticket.objects.order_by("pk"):
        ticket.move("waiting_customer", by=cast.anna, at=timezone.now() - timedelta(days=8))

    def promise(ticket: Ticket) -> None:
        until = timezone.now() + timedelta(hours=1)
        pledge = Pledge.give(ticket, words="I call you.", until=until, by=cast.anna, key="once")
        pledge.move(until + timedelta(hours=1), reason="It takes longer.", by=cast.anna)
        pledge.keep(by=cast.anna)

    deeds = (
        sweep_now,
        pause.end_due_now,
        lambda: Recalculation.ask_for(reason="New hours", by=cast.ben),
        lambda: [promise(ticket) for ticket in Ticket.objects.order_by("-pk")],
        lambda: [ticket.move("solved", by=cast.anna) for ticket in Ticket.objects.order_by("pk")],
        lambda: [ticket.prioritise(4, by=cast.anna) for ticket in Ticket.objects.order_by("-pk")],
    )
    answers = together(len(deeds), lambda number: deeds[number]())
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    sweep_now()
    assert Mark.objects.due(timezone.now()).count() == 0
    assert Pledge.objects.filter(outcome="kept").count() == MANY
    for ticket in Ticket.objects.all():
        due = (
            Clock.objects.open()
            .filter(ticket=ticket)
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
        assert ticket.next_due_at == due
