"""A row written at once is the one the usual way would have written, on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inserted import FEW, insert, insert_each, update
from tickets.models import Clock, Event, Mark, Message, OutgoingMail, Ticket, Webhook

pytestmark = pytest.mark.django_db


def columns_of(thing):
    own = thing.__class__.objects.values().get(pk=thing.pk)
    own.pop("id")
    return own


def test_every_kind_of_value_is_stored_as_ever(cast):
    ticket, at = cast.ticket(), timezone.now()
    for make in (
        lambda: Event(ticket=ticket, kind="noted", by=cast.anna, at=at, data={"ä": [1, None, "\\"]}),
        lambda: Event(ticket=ticket, kind="noted", by=None, at=at),
        lambda: Message(ticket=ticket, author=cast.anna, kind=Message.Kind.PUBLIC, text="50 % “ß”", at=at),
        lambda: Mark(clock=ticket.clocks.first(), kind="reminder", step=make_step(), due_at=at),
        lambda: Ticket(
            subject="One", customer=cast.cem, team=cast.north, cause=cast.broken, created_at=at, changed_at=at,
            priority=Ticket.Priority.HIGH, status="open",
        ),
    ):  # fmt: skip
        usual, ours = make(), insert(make())
        usual.save()
        assert (ours.pk, ours._state.adding) == (ours.pk, False)
        left, right = columns_of(usual), columns_of(ours)
        assert left | {"step": 0} == right | {"step": 0}


STEPS = iter(range(7, 100))


def make_step():
    return next(STEPS)


@pytest.mark.parametrize("count", [1, 3, FEW + 2])
def test_several_get_their_keys_in_their_order(cast, count):
    ticket = cast.ticket()
    with CaptureQueriesContext(connection) as seen:
        made = insert_each([Event(ticket=ticket, kind="noted", data={"n": n}) for n in range(count)])
    assert [Event.objects.get(pk=event.pk).data for event in made] == [{"n": n} for n in range(count)]
    assert len([one for one in seen if one["sql"].startswith("INSERT")]) == 1


def test_an_update_writes_the_named_fields_of_its_row_and_no_others(cast):
    ticket, other, at = cast.ticket("One"), cast.ticket("Other"), timezone.now()
    Ticket.objects.filter(pk=ticket.pk).update(subject="Changed meanwhile")
    ticket.next_due_at, ticket.status = at, "solved"
    with CaptureQueriesContext(connection) as seen:
        update(ticket, "next_due_at")
    assert len(seen) == 1
    told = list(Ticket.objects.order_by("pk").values_list("subject", "next_due_at", "status"))
    assert told == [("Changed meanwhile", at, "open"), ("Other", other.next_due_at, "open")]
    ticket.next_due_at = None
    update(ticket, "next_due_at", "status")
    assert Ticket.objects.filter(pk=ticket.pk).values_list("next_due_at", "status").get() == (None, "solved")


def test_of_none_nothing_is_written():
    with CaptureQueriesContext(connection) as seen:
        assert insert_each([]) == []
    assert len(seen) == 0


def test_what_is_there_is_left_out_where_that_is_meant_and_an_error_elsewhere():
    def mail():
        return OutgoingMail(key="answer:1", to="cem@example.org", subject="Hello", text="Hello")

    insert_each([mail()], unless_there=True)
    insert_each([mail(), mail()], unless_there=True)
    assert OutgoingMail.objects.filter(key="answer:1").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(mail())
    assert OutgoingMail.objects.filter(key="answer:1").count() == 1


def test_a_row_that_breaks_a_rule_of_its_table_is_refused(cast):
    clock = cast.ticket().clocks.first()
    at = timezone.now() + timedelta(hours=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Clock(ticket=clock.ticket, kind=clock.kind, seconds=0, started_at=at, due_at=at))


def test_a_field_that_seals_what_it_keeps_does_so_here_too():
    hook = insert(Webhook(name="Shop", url="https://shop.example/", secret="open sesame"))
    kept = Cast("secret", TextField())
    (said,) = Webhook.objects.filter(pk=hook.pk).annotate(kept=kept).values_list("kept", flat=True)
    assert ("sesame" in said, Webhook.objects.get(pk=hook.pk).secret) == (False, "open sesame")
