"""Promises when those who watch over them are killed, doubled, or alone: each mark fires once, and none is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
import redis as redis_client
from django.utils import timezone
from harness import NOWHERE, Beat, Wire, Worker, at_once, desk, running_clocks, together, wait_until

from tickets.models import Clock, ClockEntry, Event, Mark, Notice, OutgoingMail, Ticket
from tickets.sla import sweep
from tickets.sla.sweep import sweep_now

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 200
KILLED = ("child", "beat", "child", "emptied", "worker", "refusing", "child", "broker", "child")


@pytest.fixture
def clocks(cast):
    """Two hundred promises of Anna's, all broken ten minutes ago, and nobody has looked yet."""
    return running_clocks(cast, desk(cast, MANY), due_at=timezone.now() - timedelta(minutes=10))


def each_once(cast, clocks):
    """One event and one line of the log for each mark, one notice for each person it concerns, and no mail owed."""
    assert Mark.objects.exclude(done_at=None).filter(skipped="").count() == 2 * len(clocks)
    fired = Counter((event.kind, event.data["clock"]) for event in Event.objects.all())
    kinds = ("promise_warned", "promise_breached")
    assert fired == {(kind, clock.pk): 1 for kind in kinds for clock in clocks}
    told = Counter(Notice.objects.values_list("person__name", "event__kind", "event__ticket_id"))
    assert told == {
        (who, kind, clock.ticket_id): 1
        for who, kind in zip(("Anna", "Ben"), kinds, strict=True)
        for clock in clocks
    }
    assert not Notice.objects.exclude(mail_due_at=None).exists()
    written = Counter(OutgoingMail.objects.values_list("to", flat=True))
    assert set(written) == {cast.anna.email, cast.ben.email}
    broken = Counter(ClockEntry.objects.filter(kind="breached").values_list("clock", flat=True))
    assert broken == {clock.pk: 1 for clock in clocks}
    assert not Clock.objects.filter(breached_at=None).exists()


def pending() -> int:
    return Mark.objects.pending().count()


@pytest.mark.timeout(300)  # it starts a worker and a beat twice each, which takes long where others work too
def test_worker_beat_and_broker_killed_again_and_again_fire_each_mark_once(cast, clocks, redis, tmp_path):
    """Each kill waits until something was done since the last one, so that it comes in the middle of the work."""
    dice, in_the_middle = random.Random(20_260_302), 0
    wire = Wire(tmp_path)
    crew = {"worker": Worker(wire.ours.url), "beat": Beat(wire.ours.url, tmp_path)}
    try:
        for what in KILLED:
            before = pending()
            wait_until(lambda before=before: pending() < before or not before)
            time.sleep(dice.uniform(0, 0.1))
            in_the_middle += pending() > 0
            if what == "child":
                crew["worker"].kill_a_child(dice)
            elif what == "emptied":
                redis_client.Redis.from_url(wire.ours.url).flushall()
            elif what == "refusing":
                wire.refuse(seconds=1.5)
            elif what == "broker":
                wire.kill()
                wire.begin()
            else:
                crew[what].kill()
                crew[what] = Worker(wire.ours.url) if what == "worker" else Beat(wire.ours.url, tmp_path)
        wait_until(lambda: pending() == 0 and not Notice.objects.exclude(mail_due_at=None).exists())
    finally:
        for one in (*crew.values(), wire):
            one.kill()
    assert in_the_middle >= len(KILLED) // 2
    each_once(cast, clocks)


def test_two_sweepers_at_once_fire_each_mark_once(cast, clocks):
    at_once("sweep", 2, redis_url=NOWHERE)
    each_once(cast, clocks)


def test_where_much_is_due_at_once_two_lanes_fire_each_mark_once_and_a_tickets_in_order(
    cast, clocks, no_redis, monkeypatch
):
    """On PostgreSQL in two connections at once; on SQLite, which takes one writer, one after the other."""
    monkeypatch.setattr(sweep, "BATCH", 20)
    monkeypatch.setattr(sweep, "ONE_MOMENT", timedelta(days=1))
    assert sweep_now() == 2 * MANY
    each_once(cast, clocks)
    happened = Event.objects.filter(kind__startswith="promise_").order_by("pk")
    for ticket in {clock.ticket_id for clock in clocks}:
        kinds = list(happened.filter(ticket=ticket).values_list("kind", flat=True))
        assert kinds == ["promise_warned", "promise_breached"]


def test_what_became_due_while_nobody_swept_is_told_in_that_order(cast, clocks, no_redis, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 20)
    for number, mark in enumerate(Mark.objects.filter(kind="breach").order_by("-pk")):
        Mark.objects.filter(pk=mark.pk).update(due_at=timezone.now() - timedelta(hours=2, minutes=number))
    assert sweep_now() == 2 * MANY
    told = Event.objects.filter(kind="promise_breached").order_by("pk").values_list("data__clock", flat=True)
    due = Mark.objects.filter(kind="breach").order_by("due_at").values_list("clock", flat=True)
    assert list(told) == list(due)


def test_without_any_redis_everything_fires(cast, clocks, no_redis):
    assert sweep_now() == 2 * MANY
    each_once(cast, clocks)


def test_a_sweeper_does_not_wait_for_a_clock_somebody_else_holds(cast, clocks, no_redis):
    """Whoever answers a ticket holds its clock; the sweep goes on with the others and comes back for it."""
    answers = together(
        6, lambda n: sweep_now() if n % 2 else [t.reply("Here I am.", by=cast.anna) for t in _some(n)]
    )
    assert [a for a in answers if isinstance(a, Exception)] == []
    sweep_now()
    assert pending() == 0
    breached = Counter(Event.objects.filter(kind="promise_breached").values_list("data__clock", flat=True))
    assert breached == {clock.pk: 1 for clock in clocks}
    assert Clock.objects.exclude(met_at=None).count() == 30
    assert not Clock.objects.filter(breached_at=None).exists()


def _some(number):
    first = number // 2 * 10
    return Ticket.objects.order_by("pk")[first : first + 10]


def test_an_answer_and_its_mark_in_the_same_moment(cast, no_redis):
    """A hundred races: what decides is when the answer was sent, not who wrote first."""
    tickets, due_at = desk(cast, 100), timezone.now() - timedelta(seconds=30)
    clocks = running_clocks(cast, tickets, due_at=due_at)
    Mark.objects.filter(kind="warning").delete()
    marks = dict(Mark.objects.values_list("clock_id", "pk"))
    dice = random.Random(7)
    sent = {
        clock.pk: due_at + timedelta(microseconds=dice.choice([-900_000, -1, 0, 1, 900_000]))
        for clock in clocks
    }

    def race(number):
        for clock in clocks[number // 2 :: 2]:
            if number % 2:
                sweep.fire([marks[clock.pk]], now=due_at + timedelta(seconds=1))
            else:
                Ticket.objects.get(pk=clock.ticket_id).reply("Just in time?", by=cast.anna, at=sent[clock.pk])

    assert together(4, race) == [None] * 4
    sweep_now()
    told = Counter(Event.objects.filter(kind="promise_breached").values_list("data__clock", flat=True))
    for clock in Clock.objects.all():
        in_time = sent[clock.pk] <= due_at
        assert clock.met_at == sent[clock.pk]
        assert (clock.breached_at is None) is in_time
        assert clock.breached_at in (None, due_at)
        if not in_time:
            assert told[clock.pk] == 1
    assert pending() == 0


def test_an_answer_that_is_being_written_is_waited_for(cast, no_redis):
    """In production nobody is called late before an answer of the last moment had its time to be written."""
    due_at = timezone.now()
    (ticket,) = desk(cast, 1)
    running_clocks(cast, [ticket], due_at=due_at)
    Mark.objects.filter(kind="warning").delete()
    assert sweep_now() == 0
    ticket.reply("Sent before, written after.", by=cast.anna, at=due_at)
    wait_until(lambda: timezone.now() > due_at + sweep.ANSWERS_SETTLE)
    assert sweep_now() == 0
    assert not Event.objects.filter(kind="promise_breached").exists()
    clock = Clock.objects.get()
    assert (clock.met_at, clock.breached_at) == (due_at, None)


def test_in_a_live_contact_no_two_seconds_are_waited(cast, no_redis):
    """A promise of seconds is called broken half a second after it broke; one of hours still waits for its answer."""
    tickets = desk(cast, 2)
    live, _hours = running_clocks(cast, tickets, due_at=timezone.now() - sweep.LIVE_SETTLES)
    Mark.objects.filter(kind="warning").delete()
    Clock.objects.filter(pk=live.pk).update(kind="answer")
    assert sweep_now() == 1
    broken = Event.objects.filter(kind="promise_breached").values_list("data__clock", flat=True)
    assert list(broken) == [live.pk]
