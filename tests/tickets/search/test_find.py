"""What is found, by whom, in which order."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast, person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from tickets.models import Ticket, TicketWords
from tickets.search.find import search, ways
from tickets.search.query import parse

pytestmark = pytest.mark.django_db


def found(cast: Cast, typed: str) -> set[str]:
    tickets = search(Ticket.objects.worked_by(cast.anna), parse(typed), by=cast.anna)
    return {ticket.subject for ticket in tickets}


def test_words_are_found_wherever_they_were_written(cast: Cast) -> None:
    lamp = cast.ticket("Broken lamp", text="It flickered twice in a row, then nothing.")
    lamp.reply("We send you a Ersatzleuchte.", by=cast.anna)
    lamp.note("Schalter-Serie 4711 betroffen", by=cast.anna)
    cast.ticket(
        "Late parcel", customer=cast.eva, by=cast.eva.person, text="In a row of two, the second is missing"
    )
    expected = {
        "flicker": {"Broken lamp"},
        "ERSATZLEUCHTE": {"Broken lamp"},
        "leuchte": set(),  # inside a word only where the index of subjects finds it
        "roke": {"Broken lamp"},
        "schalter 4711": {"Broken lamp"},
        "lamp nothing cem": {"Broken lamp"},
        "lamp parcel": set(),
        '"twice in a row"': {"Broken lamp"},
        '"row twice"': set(),
        "row": {"Broken lamp", "Late parcel"},
        "row -flickered": {"Late parcel"},
        "-flickered": {"Late parcel"},
        "row customer:eva": {"Late parcel"},
        "row -customer:eva": {"Broken lamp"},
        "betreff:lamp": {"Broken lamp"},
    }
    assert {typed: found(cast, typed) for typed in expected} == expected


def test_operators_ask_where_a_ticket_stands(cast: Cast) -> None:
    mine, done = cast.ticket("mine", at=MONDAY), cast.ticket("done")
    mine.assign(cast.anna, by=cast.anna)
    done.move("solved", by=cast.anna)
    expected = {
        "status:open": {"mine"},
        "status:gelöst": {"done"},
        "wer:ich": {"mine"},
        "assignee:none": {"done"},
        "assignee:ann": {"mine"},
        "team:north cause:Verspätete": {"mine", "done"},
        "team:south": set(),
        "before:2026-03-03 since:2026-03-02": {"mine"},
        "since:2026-03-03": {"done"},
    }
    assert {typed: found(cast, typed) for typed in expected} == expected


@pytest.mark.parametrize(
    "typed", ["status:great", "since:yesterday", "before:2026-02-30", "since:２０２６-01-01"]
)
def test_what_cannot_be_asked_is_said(cast: Cast, client: Client, typed: str) -> None:
    cast.ticket("one")
    client.force_login(cast.anna)
    page = client.get("/desk/", {"q": typed})
    assert [len(page.context["troubles"]), len(page.context["page"].rows)] == [1, 1]
    assert typed.partition(":")[2] in page.context["troubles"][0]


def test_several_ways_to_one_ticket_show_it_once_and_in_the_order_of_promise(
    cast: Cast, client: Client
) -> None:
    second = cast.ticket("Cem asks", at=MONDAY.replace(hour=10))
    first = cast.ticket("Cem asks again", at=MONDAY)
    assert len(ways(Ticket.objects.all(), parse("Cem"), by=cast.anna)[0]) == 3
    client.force_login(cast.anna)
    rows = client.get("/desk/", {"q": "Cem"}).context["page"].rows
    assert [row.pk for row in rows] == [first.pk, second.pk]


def test_no_word_of_a_note_helps_a_customer_to_find_it(cast: Cast, client: Client) -> None:
    ticket = cast.ticket("Late again")
    ticket.note("Kulanzrahmen besprochen", by=cast.anna)
    for reader, typed, count in (
        (cast.cem.person, "Kulanzrahmen", 0),
        (cast.cem.person, "late", 1),
        (cast.anna, "Kulanzrahmen", 1),
        (cast.dora, "Kulanzrahmen", 0),
    ):
        client.force_login(reader)
        assert len(client.get("/api/v1/tickets/", {"q": typed}).json()["results"]) == count, (reader, typed)


def test_the_words_follow_what_is_written_and_go_with_the_ticket(cast: Cast) -> None:
    ticket = cast.ticket("Broken lamp", text="dark")
    ticket.reply("light", by=cast.anna, key="once")
    ticket.reply("light", by=cast.anna, key="once")
    assert TicketWords.objects.get(ticket=ticket).words.split()[-2:] == ["dark", "light"]
    assert TicketWords.objects.get(ticket=ticket).words.count("light") == 1
    TicketWords.objects.filter(ticket=ticket).delete()
    assert found(cast, "dark") == set()


def test_a_search_costs_the_same_with_one_and_with_thirty_rows(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/", {"q": "lamp dark"})
        return len(asked)

    cast.ticket("lamp", text="dark")
    cost()  # the first time it is remembered as what was looked at last
    one = cost()
    for number in range(29):
        customer = Customer.objects.create(person=person(f"Dark {number}"), status="new")
        cast.ticket(f"lamp {number}", text="dark", customer=customer, by=customer.person)
    assert cost() == one


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL guesses by a sample")
@pytest.mark.django_db
def test_the_database_looks_at_enough_tickets_to_know_a_rare_word() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstattarget FROM pg_attribute"
            " WHERE attrelid = 'tickets_ticketwords'::regclass AND attname = 'vector'"
        )
        assert cursor.fetchone() == (1000,)
