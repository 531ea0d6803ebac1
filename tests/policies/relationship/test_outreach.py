"""Quiet customers of a week: drawn by lot, half of them left alone, called, and compared after three months."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from policies.models import Outreach
from policies.relationship.outreach import MOST_A_WEEK, Group, draw_now, outcome
from tickets.feedback.silence import Silence
from tickets.forgetting import forget
from tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db


def quiet_customer(cast: Cast, name: str) -> Customer:
    """Three years with us, a middling answer, one request this year after two the year before."""
    today = timezone.localdate()
    customer = Customer.objects.create(
        person=person(name), status="established", since=today - timedelta(days=1100)
    )
    old = [cast.ticket(f"Old {n}", customer=customer, by=customer.person) for n in range(2)]
    Ticket.objects.filter(pk__in=[one.pk for one in old]).update(
        created_at=timezone.now() - timedelta(days=500)
    )
    ticket = cast.ticket("New", customer=customer, by=customer.person)
    Rating.objects.create(ticket=ticket, score=3, at=timezone.now())
    return customer


def test_c59_a_few_are_drawn_each_week_and_as_many_are_left_alone(cast: Cast) -> None:
    people = {quiet_customer(cast, f"Quiet{number}").pk for number in range(4)}
    now = timezone.now()
    assert (draw_now(now=now), draw_now(now=now)) == (4, 0)
    drawn = Outreach.objects.all()
    assert ({row.customer_id for row in drawn}, sorted(row.held_out for row in drawn)) == (
        people,
        [False, False, True, True],
    )
    assert {row.team for row in drawn} == {cast.north}
    assert "requests and orders: 1 after 2" in drawn[0].words
    assert draw_now(now=now + timedelta(weeks=2)) == 0
    assert MOST_A_WEEK == 5


def test_whoever_wishes_for_no_questions_is_neither_called_nor_counted(cast: Cast) -> None:
    Silence.keep(quiet_customer(cast, "Quiet"))
    assert draw_now() == 0


def test_c59_whoever_was_called_is_compared_with_whoever_was_left_alone(cast: Cast) -> None:
    today = timezone.localdate()
    week = today - timedelta(days=100)
    made: dict[str, Any] = {"team": cast.north, "week": week, "this_year": 1, "year_before": 4}
    Outreach.objects.create(customer=cast.cem, **made)
    Outreach.objects.create(customer=cast.eva, held_out=True, **made)
    ticket = cast.ticket("Back")
    Ticket.objects.filter(pk=ticket.pk).update(created_at=timezone.now() - timedelta(days=50))
    assert outcome(Outreach.objects.all(), on=today) == (Group(1, 1), Group(1, 0))
    assert outcome(Outreach.objects.all(), on=today - timedelta(days=30)) == (Group(0, 0), Group(0, 0))
    assert [Group(known, back).percent for known, back in ((29, 29), (30, 10))] == [None, 33]


def test_a_lead_reads_the_list_and_notes_who_was_spoken_with(cast: Cast, client: Client) -> None:
    made: dict[str, Any] = {"week": timezone.localdate(), "this_year": 1, "year_before": 4}
    row = Outreach.objects.create(customer=cast.cem, team=cast.north, **made)
    out = Outreach.objects.create(customer=cast.eva, team=cast.north, held_out=True, **made)
    other = Outreach.objects.create(customer=quiet_customer(cast, "Gül"), team=cast.south, **made)
    client.force_login(cast.ben)
    page = client.get(reverse("studio:quiet")).content.decode()
    assert [f"<h3>{one.customer.person.name}</h3>" in page for one in (row, out, other)] == [
        True,
        False,
        False,
    ]
    reached = [
        client.post(reverse("studio:reach", args=[one.pk])).status_code for one in (row, row, out, other)
    ]
    assert reached == [302, 302, 404, 404]
    row.refresh_from_db()
    assert (row.reached_by, row.reach(by=cast.anna)) == (cast.ben, False)
    assert "Ben spoke with them" in client.get(reverse("studio:quiet")).content.decode()
    client.force_login(cast.anna)
    assert client.get(reverse("studio:quiet")).status_code == 404


def test_the_page_asks_the_same_for_thirty_on_the_list_as_for_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    drawn: dict[str, Any] = {"team": cast.north, "week": timezone.localdate(), "this_year": 1}

    def draw(number: int) -> None:
        customer = Customer.objects.create(person=person(f"Quiet {number}"), status="established")
        cast.ticket(f"Old {number}", customer=customer, by=customer.person)
        Outreach.objects.create(customer=customer, year_before=4, **drawn)

    as_often_for_thirty(reading(client, reverse("studio:quiet")), draw, most=60)


def test_who_is_forgotten_stands_on_no_list(cast: Cast) -> None:
    quiet = quiet_customer(cast, "Quiet")
    draw_now()
    forget(quiet, at=timezone.now(), keep="")
    assert not Outreach.objects.exists()
