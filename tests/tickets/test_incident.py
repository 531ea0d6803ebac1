"""One fault, everybody it hit – also those who never wrote."""

from datetime import timedelta

import pytest
from cast import MONDAY, person
from django.utils import timezone

from accounts.models import Customer
from tickets.affected_list import Fate, entries_of, look_up, newcomers, number_in
from tickets.models import (
    Affected,
    Cause,
    Clock,
    Event,
    Incident,
    IncidentTicket,
    Message,
    OutgoingMail,
    Ticket,
)

pytestmark = pytest.mark.django_db


def incident(cast, **how):
    how = {"name": "Van broke down", "cause": cast.late, "team": cast.north, "happened_at": MONDAY, **how}
    return Incident.report(by=how.pop("by", cast.anna), key=how.pop("key", "k1"), **how)


def customers(count, **fields):
    return [Customer.objects.create(person=person(f"Quiet {at}", **fields)) for at in range(count)]


def test_the_same_key_reports_once(cast):
    first = incident(cast)
    assert incident(cast, name="Something else") == first
    assert incident(cast, by=cast.ben) != first
    assert Incident.objects.count() == 2


def test_a_linked_ticket_puts_its_customer_on_the_list(cast):
    fault, ticket = incident(cast), cast.ticket()
    assert fault.link(ticket, by=cast.anna)
    assert fault.link(ticket, by=cast.ben)
    assert list(fault.affected.values_list("customer", flat=True)) == [cast.cem.pk]
    event = Event.objects.get(kind="incident_linked")
    assert event.sentence == "Anna linked this ticket to the incident “Van broke down”"


def test_a_ticket_is_about_one_incident(cast):
    first, second, ticket = incident(cast), incident(cast, key="k2"), cast.ticket()
    assert first.link(ticket, by=cast.anna)
    assert not second.link(ticket, by=cast.anna)
    assert list(second.affected.all()) == []


def test_taking_a_ticket_out_keeps_its_customer_on_the_list(cast):
    fault, ticket = incident(cast), cast.ticket()
    fault.link(ticket, by=cast.anna)
    assert fault.unlink(ticket, by=cast.anna)
    assert not fault.unlink(ticket, by=cast.anna)
    assert (IncidentTicket.objects.count(), Affected.objects.count()) == (0, 1)


def test_naming_somebody_twice_is_once(cast):
    fault = incident(cast)
    assert fault.add([cast.cem, cast.eva, cast.cem], by=cast.anna) == 2
    assert fault.add([cast.cem], by=cast.ben) == 0
    assert fault.affected.count() == 2


def test_the_list_keeps_the_order_in_which_people_were_named(cast):
    fault, named = incident(cast), customers(12)[::-1]
    fault.add([*named, named[3]], by=cast.anna)
    assert [row.customer for row in fault.affected.all()] == named


def test_only_who_did_not_write_can_be_taken_off(cast):
    fault = incident(cast)
    fault.link(cast.ticket(), by=cast.anna)
    fault.add([cast.eva], by=cast.anna)
    assert not fault.take_off(cast.cem)
    assert fault.take_off(cast.eva)
    assert not fault.take_off(cast.eva)
    assert list(fault.affected.values_list("customer", flat=True)) == [cast.cem.pk]


def test_an_incident_is_read_by_its_team_alone(cast):
    fault = incident(cast)
    for who, sees in [(cast.anna, True), (cast.ben, True), (cast.dora, False), (cast.cem.person, False)]:
        assert Incident.objects.worked_by(who).filter(pk=fault.pk).exists() is sees


def test_counts_do_not_multiply(cast):
    fault = incident(cast)
    fault.link(cast.ticket(), by=cast.anna)
    fault.link(cast.ticket(), by=cast.anna)
    fault.add([cast.eva, *customers(3)], by=cast.anna)
    found = Incident.objects.with_counts().get()
    assert (found.affected_count, found.ticket_count) == (5, 2)


def test_whoever_wrote_is_reached_on_their_own_ticket(cast):
    fault, done, own = incident(cast), cast.ticket("First"), cast.ticket("Second")
    for ticket in (own, done):
        fault.link(ticket, by=cast.anna)
    done.move("solved", by=cast.anna)
    assert fault.reach(cast.cem, subject="S", text="T", by=cast.anna, at=MONDAY) == (own, False)


def test_who_did_not_write_gets_a_ticket_from_us(cast):
    fault = incident(cast)
    fault.add([cast.eva], by=cast.anna)
    mails = OutgoingMail.objects.count()
    ticket, opened = fault.reach(cast.eva, subject="Late", text="It was us.", by=cast.anna, at=MONDAY)
    assert opened
    assert ticket.words.words == "late eva eva kulanz example it was us"
    assert fault.reach(cast.eva, subject="Late", text="It was us.", by=cast.anna, at=MONDAY) == (
        ticket,
        False,
    )
    assert (ticket.team, ticket.cause, ticket.status, ticket.assignee) == (
        cast.north,
        cast.late,
        "solved",
        None,
    )
    message = Message.objects.get(ticket=ticket)
    assert (message.text, message.author, message.from_customer, message.kind) == (
        "It was us.",
        cast.anna,
        False,
        "public",
    )
    assert Clock.objects.filter(ticket=ticket).count() == 0
    assert OutgoingMail.objects.count() == mails
    assert not fault.unlink(ticket, by=cast.anna)


def test_our_promise_begins_when_they_answer(cast):
    fault = incident(cast)
    ticket, _opened = fault.reach(cast.eva, subject="Late", text="It was us.", by=cast.anna, at=MONDAY)
    ticket.hear("Thank you, but it is broken too.", by=cast.eva.person, at=MONDAY + timedelta(hours=1))
    ticket.refresh_from_db()
    assert ticket.status == "open"
    clock = Clock.objects.get(ticket=ticket, kind="first_response")
    assert clock.started_at == MONDAY + timedelta(hours=1)
    assert ticket.next_due_at == MONDAY + timedelta(hours=5)
    ticket.hear("And the box.", by=cast.eva.person, at=MONDAY + timedelta(hours=2))
    assert Clock.objects.filter(ticket=ticket).count() == 2


@pytest.mark.parametrize(
    ("own", "last", "expected"), [("de", "en", "de"), ("", "de", "de"), ("", None, "en")]
)
def test_the_language_is_the_customers(cast, own, last, expected):
    customer = Customer.objects.create(person=person("Lena", language=own))
    if last:
        Ticket.objects.create(customer=customer, cause=cast.late, team=cast.north, subject="x", language=last)
    ticket, _opened = incident(cast).reach(customer, subject="S", text="T", by=cast.anna, at=MONDAY)
    assert ticket.language == expected


def test_customers_read_the_cause_where_nobody_wrote_words():
    fault = Incident(
        cause=Cause(name_en="Late delivery", name_de="Verspätete Lieferung"), words_en="Our van broke down."
    )
    assert (fault.words_in("en"), fault.words_in("de")) == ("Our van broke down.", "Verspätete Lieferung")


# ---- the pasted list -----------------------------------------------------------------------------------------


def test_a_list_is_read_however_it_was_pasted():
    text = " cem@kulanz.example ;\r\n#17,\t<eva@kulanz.example>\n\n , 'x' \n"
    assert entries_of(text) == ["cem@kulanz.example", "#17", "eva@kulanz.example", "x"]


@pytest.mark.parametrize(
    ("entry", "number"),
    [
        ("17", 17),
        ("#17", 17),
        ("١٧", None),
        ("17a", None),
        ("", None),
        ("#", None),
        ("9" * 30, None),
        (str(2**63), None),
    ],
)
def test_a_customer_number(entry, number):
    assert number_in(entry) == number


def test_every_entry_says_what_became_of_it(cast):
    fault = incident(cast)
    fault.add([cast.eva], by=cast.anna)
    fay, gus = customers(2)
    written = [
        "CEM@kulanz.example",
        str(cast.cem.pk),
        "nobody@x.example",
        "eva@kulanz.example",
        f"#{fay.pk}",
        "99999999",
    ]
    found = look_up(fault, written)
    assert [(entry.place, str(entry.fate), entry.customer) for entry in found] == [
        (1, "found", cast.cem),
        (2, "doubled", cast.cem),
        (3, "unknown", None),
        (4, "listed", cast.eva),
        (5, "found", fay),
        (6, "unknown", None),
    ]
    assert newcomers(found) == [cast.cem, fay]
    assert gus not in newcomers(found)


def test_what_was_named_twice_and_is_unknown_stays_unknown(cast):
    assert [entry.fate for entry in look_up(incident(cast), ["no@x.example", "no@x.example"])] == [
        Fate.UNKNOWN
    ] * 2


def test_a_long_list_takes_as_many_queries_as_a_short_one(cast, django_assert_num_queries):
    fault = incident(cast)
    known = [customer.person.email for customer in customers(30)]
    for written in (known[:1], known):
        with django_assert_num_queries(3):
            look_up(fault, [*written, "17"])


def test_incidents_of_the_future_and_the_past_sort_by_when_they_happened(cast):
    old = incident(cast, happened_at=timezone.now() - timedelta(days=9), key="old")
    new = incident(cast, happened_at=timezone.now(), key="new")
    assert list(Incident.objects.worked_by(cast.anna)) == [new, old]
