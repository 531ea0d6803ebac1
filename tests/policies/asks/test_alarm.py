"""An alert asks who takes a case over before its promise breaks: once, of somebody else, and no figure counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse

from policies.insight.field import people_asking
from policies.models import Ask, Ruling
from tickets.models import Alert, Event, OutgoingMail, Target, Ticket
from tickets.sla.aftermath import act_now
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
HALF, HOUR = MONDAY + timedelta(hours=2), timedelta(hours=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    target = Target.objects.get(version__policy__name__startswith="North", kind="first_response")
    alert = Alert(target=target, step=1, percent=50, actions=["tell_assignee", "ask_who_takes_over"])
    alert.full_clean()
    alert.save()
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    return ticket


def fire() -> None:
    for _again in range(2):
        sweep_now(now=HALF)
        act_now(now=HALF)


def test_it_is_asked_once_of_somebody_else_until_a_time(cast: Cast, ticket: Ticket) -> None:
    fire()
    ask = Ask.objects.get()
    assert (ask.asked, ask.role, ask.ruling.agent, ask.due_at) == (
        cast.ben,
        "take_over",
        cast.anna,
        HALF + HOUR,
    )
    said = Event.objects.get(kind="ask_opened").sentence
    assert said == "Kulanz asked Ben about A promise kept"
    (mail,) = OutgoingMail.objects.filter(to=cast.ben.email, key__startswith="ask:")
    assert mail.subject.startswith("Can you take over a case of Anna?")
    assert "ends soon or is broken already" in mail.text


def test_whoever_takes_it_has_the_ticket_and_nobody_else_is_asked(cast: Cast, ticket: Ticket) -> None:
    fire()
    assert Ask.objects.get().grant(by=cast.ben, at=HALF + HOUR / 2) is None
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ben


def test_if_nobody_takes_it_it_stays_where_it_is(cast: Cast, ticket: Ticket) -> None:
    fire()
    ask = Ask.objects.get()
    ask.lapse(now=ask.due_at)
    ticket.refresh_from_db()
    assert (Ask.objects.get().answer, ticket.assignee) == ("returned", cast.anna)


def test_the_card_says_who_asks_and_no_figure_counts_it(cast: Cast, ticket: Ticket, client: Client) -> None:
    fire()
    client.force_login(cast.ben)
    page = client.get(reverse("studio:asks")).content.decode()
    assert "An alert asks you to take a case of <b>Anna</b> over" in page
    assert "Whoever has the time to keep it takes the case." in page
    assert "Take over" in page
    page = client.get(reverse("studio:ruling", args=[Ruling.objects.get().pk])).content.decode()
    assert "What an alert asks" in page
    assert (Ruling.objects.of_people().count(), people_asking(at=HALF)) == (0, 0)


def test_with_nobody_else_there_nobody_is_asked(cast: Cast, ticket: Ticket) -> None:
    for person in (cast.ben, cast.dora):
        person.is_active = False
        person.save(update_fields=["is_active"])
    fire()
    assert (Ask.objects.count(), Ruling.objects.count()) == (0, 0)
