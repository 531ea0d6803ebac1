"""What a condition finds in the database is what it says of each ticket, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person
from django.utils import timezone

from accounts.models import Customer, Person
from tickets.automation import group, known
from tickets.models import Ticket, Watcher
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
    Ticket.objects.filter(pk=asked.pk).update(asleep_since=MONDAY)
    solved = cast.ticket("solved", cause=cast.broken, at=MONDAY)
    solved.move("solved", by=cast.dora, at=MONDAY + timedelta(days=1))
    solved.hear("Danke!", by=cast.cem.person, at=MONDAY + timedelta(days=2))
    prospect = Customer.objects.create(person=person("Pia Äußerst"), status="prospect")
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
    said += [
        ("assignee", operator, whom)
        for operator in ("is", "is_not")
        for whom in ("nobody", *map(str, Person.objects.values_list("pk", flat=True)))
    ]
    said.append(("assignee", "in", ["nobody", str(Person.objects.get(name="Anna").pk)]))
    said += [("snoozed", "is", value) for value in (True, False)]
    texts = {
        "subject": ("PLAIN", "asked again", "again asked", "aske", "100 %", "a_b", "\\"),
        "organisation": ("cemal & sons", "SONS", "nothing", "&"),
        "customer": (
            "cem",
            "EVA@kulanz",
            "pia Äußerst",
            "äußerst",
            "Äußerst p",
            *map(str, range(4)),
            "#1",
            "01",
        ),
    }
    texts["customer"] += tuple(str(pk) for pk in Customer.objects.values_list("pk", flat=True))
    for fact, values in texts.items():
        said += [
            (fact, operator, value) for operator in ("contains", "contains_not", "is") for value in values
        ]
    days = ("1900-01-01", "2026-03-01", "2026-03-02", "2026-03-05", "2199-12-31")
    said += [("opened_on", operator, day) for operator in ("is", "at_least", "at_most") for day in days]
    return [{"fact": fact, "operator": operator, "value": value} for fact, operator, value in said]


def test_the_database_and_the_rules_agree_about_every_condition(cast: Cast) -> None:
    a_crowd(cast)
    tickets = list(known.with_facts(Ticket.objects.with_people()))
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


def test_me_is_whoever_looks_and_nobody_where_nobody_does(cast: Cast) -> None:
    a_crowd(cast)
    plain = Ticket.objects.get(subject="plain")
    Watcher.add(Ticket.objects.get(subject="asked again"), cast.ben, by=cast.ben)

    def found(fact: str, operator: str, value: object, by: Person | None) -> set[str]:
        said = {"join": "all", "parts": [{"fact": fact, "operator": operator, "value": value}]}
        return {ticket.subject for ticket in asked_of(Ticket.objects.all(), said, now=NOW, by=by)}

    everything = {ticket.subject for ticket in Ticket.objects.all()}
    mine = {ticket.subject for ticket in Ticket.objects.filter(assignee=cast.anna)}
    assert plain.subject in mine
    assert found("assignee", "is", "me", cast.anna) == mine
    assert found("assignee", "is_not", "me", cast.anna) == everything - mine
    assert found("assignee", "is", "me", cast.ben) == set()
    assert found("assignee", "is", "me", None) == set()
    nobodys = {ticket.subject for ticket in Ticket.objects.filter(assignee=None)}
    assert found("assignee", "in", ["me", "nobody"], cast.anna) == mine | nobodys
    assert found("watched", "is", True, cast.ben) == {"asked again"}
    assert found("watched", "is", False, cast.ben) == everything - {"asked again"}
    assert found("watched", "is", True, cast.anna) == set()


def test_a_day_begins_when_the_clocks_of_whoever_looks_say_so(cast: Cast) -> None:
    cast.ticket("late in the evening", at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))

    def found(day: str, operator: str = "is") -> int:
        said = {"join": "all", "parts": [{"fact": "opened_on", "operator": operator, "value": day}]}
        return asked_of(Ticket.objects.all(), said, now=NOW).count()

    for zone, day, before, after in [
        ("UTC", "2026-03-02", "2026-03-01", "2026-03-03"),
        ("Europe/Berlin", "2026-03-03", "2026-03-02", "2026-03-04"),
    ]:
        with timezone.override(zone):
            assert [found(one) for one in (before, day, after)] == [0, 1, 0]
            assert [found(one, "at_least") for one in (before, day, after)] == [1, 1, 0]
            assert [found(one, "at_most") for one in (before, day, after)] == [0, 1, 1]
