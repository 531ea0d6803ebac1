"""Who is meant: a number or a whole address is nobody else’s, one form is of one person, and names are forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from tickets.forgetting import forget
from tickets.models import KeptNews, OutgoingMail, Ticket
from tickets.news import daily_now

pytestmark = pytest.mark.django_db


def given_to(client: Client, ticket: Ticket, typed: str) -> int:
    said = {"subject": ticket.subject, "cause": ticket.cause_id, "priority": 2, "team": ticket.team_id}
    answer = client.post(
        reverse("desk:correct", args=[ticket.pk]),
        {**said, **{f"initial-{name}": value for name, value in said.items()}, "customer": typed},
    )
    return int(answer.status_code)


def test_a_number_or_a_whole_address_is_never_somebody_who_merely_holds_it(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.anna)
    ticket = cast.ticket("Lamp")
    nina = Customer.objects.create(person=person("Nina 987654"))
    for typed in ("987654", "#987654", "ina.987654@kulanz.example"):
        assert given_to(client, ticket, typed) == 422, typed
        ticket.refresh_from_db()
        assert ticket.customer == cast.cem
    others = [Customer.objects.create(person=person(f"A{number} {nina.pk}")) for number in range(5)]
    assert given_to(client, ticket, str(nina.pk)) == 302
    ticket.refresh_from_db()
    assert ticket.customer == nina
    assert given_to(client, ticket, f"#{others[4].pk}") == 302


def test_the_same_form_with_another_name_in_it_is_of_another_person(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    said = {"customer": "new", "phone": "+49 30 123456", "way": "called", "cause": cast.late.pk}
    said |= {"priority": 2, "key": "k" * 32, "subject": "Lamp is late", "text": "For the third time."}
    for name in ("Otto", "Paula", "Otto"):
        assert client.post(reverse("desk:new_ticket"), {**said, "name": name}).status_code == 302
    whose = Ticket.objects.order_by("pk").values_list("customer__person__name", flat=True)
    assert list(whose) == ["Otto", "Paula"]


def test_somebody_who_is_forgotten_is_not_named_where_a_ticket_went_through_their_hands(cast: Cast) -> None:
    ticket, third = cast.ticket("Lamp"), Customer.objects.create(person=person("Nina"))
    ticket.belong_to(cast.eva, by=cast.anna)
    ticket.belong_to(third, by=cast.anna)
    forget(cast.eva, at=timezone.now(), keep="")
    told = [event.sentence for event in ticket.events.filter(kind="customer_changed").order_by("pk")]
    assert len(told) == 2
    assert "Eva" not in " ".join(told)


def test_nobody_is_mailed_what_the_desk_did_with_what_became_their_own_request(cast: Cast) -> None:
    ticket = cast.ticket("Lamp", at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    ticket.belong_to(Customer.objects.create(person=cast.anna), by=cast.ben, at=MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.anna)
    assert KeptNews.objects.filter(person=cast.anna).exists()
    assert daily_now(now=MONDAY + timedelta(minutes=2)) == 0
    assert not OutgoingMail.objects.filter(to=cast.anna.email).exists()


def test_one_mail_about_many_tickets_asks_what_one_about_two_asks(cast: Cast) -> None:
    asked = []
    for many in (2, 5):
        for _each in range(many):
            cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert daily_now(now=MONDAY + timedelta(minutes=2)) == 1
        asked.append(len(queries))
    assert asked[0] == asked[1]
