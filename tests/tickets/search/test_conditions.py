"""What a condition finds in the database is what it says of each ticket, one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import MONDAY, Cast, person
from django.utils import timezone

from accounts.models import Customer
from tickets.automation import group, known
from tickets.models import Ticket
from tickets.search.conditions import asked_of

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(days=3, hours=2, minutes=30)
NUMBERS = (0, 1, 3, 24, 26, 74, 83, 84, 10**12)


def a_crowd(cast: Cast) -> None:
    """Tickets at every stage: new, answered, thanked, waiting, solved; of customers of every age and language."""
    plain = cast.ticket("plain", at=MONDAY)
    plain.assign(cast.anna, by=cast.anna, at=MONDAY)
    answered = cast.ticket("answered", at=MONDAY + timedelta(hours=1), customer=cast.eva, by=cast.eva.person)
    answered.reply("Soon.", by=cast.anna, at=MONDAY + timedelta(days=2))
    asked = cast.ticket("asked again", at=MONDAY)
    asked.reply("Soon.", by=cast.anna, at=MONDAY + timedelta(hours=2))
    asked.hear("How soon?", by=cast.cem.person, at=MONDAY + timedelta(days=3))
    solved = cast.ticket("solved", cause=cast.broken, at=MONDAY)
    solved.move("solved", by=cast.dora, at=MONDAY + timedelta(days=1))
    solved.hear("Danke!", by=cast.cem.person, at=MONDAY + timedelta(days=2))
    prospect = Customer.objects.create(person=person("Pia"), status="prospect")
    cast.ticket("prospect", customer=prospect, by=prospect.person, at=NOW)
    fresh = Customer.objects.create(person=person("Neo"), status="new", since=date(2026, 2, 5))
    cast.ticket("fresh", customer=fresh, by=cast.anna, priority=4, at=NOW - timedelta(minutes=59)).move(
        "waiting_customer", by=cast.anna, at=NOW
    )


def rows() -> list[dict[str, object]]:
    said: list[tuple[str, str, object]] = [
        ("cause", "is", "broken"),
        ("cause", "is_not", "broken"),
        ("cause", "in", ["broken", "late-delivery"]),
        ("team", "is", "north"),
        ("status", "in", ["solved", "open"]),
        ("customer_status", "is_not", "established"),
        ("channel", "is", "portal"),
        ("channel", "is_not", "api"),
        ("language", "is", "de"),
        ("language", "is_not", "de"),
        ("language", "in", ["de", "en"]),
        *((fact, "is", value) for fact in ("assigned", "unanswered") for value in (True, False)),
        *(("priority", operator, 2) for operator in ("is", "at_least", "at_most")),
    ]
    counted = ("tenure_months", *(fact.name for fact in known.FACTS if fact.name.startswith("hours")))
    said += [
        (fact, operator, number)
        for fact in counted
        for operator in ("is", "at_least", "at_most")
        for number in NUMBERS
    ]
    return [{"fact": fact, "operator": operator, "value": value} for fact, operator, value in said]


def test_the_database_and_the_rules_agree_about_every_condition(cast: Cast) -> None:
    a_crowd(cast)
    tickets = list(known.with_moments(Ticket.objects.with_people()))
    facts = {ticket.subject: known.of_moment(ticket, now=NOW) for ticket in tickets}
    assert len(facts) == 6
    for row in rows():
        said = {"join": "all", "parts": [row]}
        found = {ticket.subject for ticket in asked_of(Ticket.objects.all(), said, now=NOW)}
        assert found == {name for name, known_of in facts.items() if group.holds(said, known_of)}, row


def test_groups_stand_inside_each_other(cast: Cast) -> None:
    a_crowd(cast)
    one = {"fact": "cause", "operator": "is", "value": "broken"}
    two = {"fact": "priority", "operator": "is", "value": 4}
    three = {"fact": "assigned", "operator": "is", "value": True}
    said = {
        "join": "any",
        "parts": [{"join": "all", "parts": [one, two]}, three, {"join": "any", "parts": [two]}],
    }
    found = {ticket.subject for ticket in asked_of(Ticket.objects.all(), said, now=timezone.now())}
    assert found == {"plain", "answered", "asked again", "fresh"} & {
        ticket.subject for ticket in Ticket.objects.all() if ticket.assignee or ticket.priority == 4
    }
    assert asked_of(Ticket.objects.all(), {"join": "all", "parts": []}, now=NOW).count() == 6
