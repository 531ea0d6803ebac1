"""A crowd is valid: whatever it holds could have been written by the verbs of the product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import translation

from accounts.models import Customer, Person
from policies.facts import forget_rules
from policies.ledger.transfer import reconcile
from policies.models import BudgetPeriod, Offer, Ruling, Transfer
from policies.weigh.decide import weigh
from policies.weigh.decision import Outcome
from servicedesk.demo.crowd.fill import Size, fill
from tickets.models import Clock, Event, Mark, Message, OutgoingMail, Rating, Ticket
from tickets.solvable import SETTLED

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
SIZE = Size(tickets=1500, customers=120, messages=4500)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker) -> Iterator[int]:
    """One crowd for the tests that only look; the number of gestures given."""
    # Begun before the fixtures of the first test: whatever language the last one spoke is still on.
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        forget_rules()
        yield fill(SIZE, seed=1, now=NOW, report=lambda _done: None)
        transaction.set_rollback(True)


def test_there_are_as_many_as_asked_for(filled):
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (1500, 4500, 120)
    assert Offer.objects.count() == filled > 5
    assert OutgoingMail.objects.count() == 0


def test_every_row_is_one_the_models_would_take(filled):
    for model in (Ticket, Message, Clock, Mark, Event, Rating, Ruling, Offer):
        for row in model.objects.order_by("?")[:60]:
            empty = [
                field.name for field in row._meta.fields if getattr(row, field.attname) in (None, "", {}, [])
            ]
            row.full_clean(exclude=empty, validate_unique=False)


def test_tickets_stand_in_every_state_and_of_both_languages_and_teams(filled):
    for name, wanted in (("status", 5), ("language", 2), ("team", 2), ("priority", 4), ("cause", 8)):
        assert Ticket.objects.values(name).distinct().count() == wanted, name
    assert Ticket.objects.filter(created_at__lt=NOW - timedelta(days=2 * 365)).count() > 300
    assert Message.objects.values("text").distinct().count() > 1000


def test_clocks_and_marks_fit_the_state_of_their_ticket(filled):
    settled, open_clocks = Q(ticket__status__in=SETTLED), Q(met_at=None, cancelled_at=None)
    assert Clock.objects.filter(settled & open_clocks).count() == 0
    assert Clock.objects.filter(~settled & open_clocks).count() > 20
    solution = Clock.objects.filter(kind="solution")
    assert solution.filter(settled).exclude(met_at=F("ticket__solved_at")).count() == 0
    paused = solution.filter(ticket__status="waiting_customer", breached_at=None)
    assert paused.exclude(due_at=None).count() == 0
    assert Mark.objects.due(NOW).count() == 0
    assert Mark.objects.pending().exclude(clock__in=Clock.objects.open()).count() == 0
    assert Mark.objects.filter(done_at__gt=NOW).count() == 0
    for clock in Clock.objects.filter(met_at=None, cancelled_at=None, breached_at=None).exclude(due_at=None):
        assert clock.due_at == clock.deadline_of(clock.seconds) > NOW


def test_a_broken_promise_is_broken_by_its_own_times(filled):
    ended_late = Q(met_at__gt=F("due_at")) | Q(cancelled_at__gt=F("due_at"))
    overdue = Q(met_at=None, cancelled_at=None, due_at__lt=NOW)
    assert Clock.objects.filter(ended_late | overdue, breached_at=None).count() == 0
    assert Clock.objects.exclude(ended_late | overdue).exclude(breached_at=None).count() == 0
    broken = Clock.objects.exclude(breached_at=None).count()
    assert 0 < broken == Event.objects.filter(kind="promise_breached").count()


def test_the_next_deadline_of_each_ticket_is_its_earliest(filled):
    due = Min("clocks__due_at", filter=Q(clocks__met_at=None, clocks__cancelled_at=None))
    tickets = Ticket.objects.annotate(due=due)
    assert tickets.exclude(due=F("next_due_at")).exclude(due=None, next_due_at=None).count() == 0
    assert tickets.exclude(next_due_at=None).count() > 10


def test_history_tells_what_messages_and_states_say(filled):
    assert Event.objects.filter(kind="opened").count() == 1500
    written = Event.objects.filter(kind__in=["replied", "noted"])
    assert written.count() == 4500 - 1500
    pks = set(Message.objects.values_list("pk", flat=True))
    assert {event.data["message"] for event in written} <= pks
    for ticket in Ticket.objects.filter(status__in=SETTLED)[:40]:
        last = ticket.events.filter(kind="moved").last()
        assert last.data["to"] == ticket.status
        assert ticket.assignee.name in {event.data.get("to") for event in ticket.events.all()}
    for model in (Event, Message):
        assert model.objects.filter(Q(at__gt=NOW) | Q(at__lt=F("ticket__created_at"))).count() == 0
    assert Ticket.objects.annotate(last=Min("events__at")).exclude(last=F("created_at")).count() == 0


def test_an_event_reads_as_a_sentence(filled):
    assert {event.sentence.count("–") for event in Event.objects.order_by("?")[:80]} == {0}


def test_customers_are_no_newer_than_what_they_wrote(filled):
    fresh = Customer.objects.filter(status__in=["new", "prospect"])
    assert Ticket.objects.filter(customer__in=fresh, created_at__lt=NOW - timedelta(days=170)).count() == 0
    crowd = Person.objects.filter(email__endswith="@crowd.example")
    assert not any(person.has_usable_password() for person in crowd)


def test_gestures_are_within_the_rules_and_the_ledger_agrees(filled):
    assert reconcile() == []
    for ruling in Ruling.objects.select_related("offer"):
        assert weigh(ruling.weighed).to_json() == ruling.decision
        assert Outcome(ruling.outcome) in (Outcome.DO, Outcome.DO_AND_TELL)
        assert (ruling.offer.cents, ruling.offer.kind) == (ruling.weighed.cents, ruling.weighed.kind)
    booked = Offer.objects.exclude(period=None)
    assert Transfer.objects.filter(step="reserve").count() == booked.count() > 0
    assert Transfer.objects.filter(step="confirm").count() == booked.filter(state="delivered").count()
    spent = sum(booked.filter(state="delivered").values_list("cents", flat=True))
    assert spent == sum(BudgetPeriod.objects.values_list("spent_cents", flat=True))
