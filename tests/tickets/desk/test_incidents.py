"""Incidents on the desk: reported and linked from a ticket, filled by pasting and picking, seen by their team alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from tickets.models import Incident, IncidentTicket, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
KEY = "k" * 32


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def fault(cast: Cast) -> Incident:
    happened = timezone.now() - timedelta(days=1)
    said = {"name": "Van broke down", "cause": cast.late, "team": cast.north, "happened_at": happened}
    return Incident.report(**said, by=cast.anna, key="k")


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def toast(response: HttpResponse) -> str:
    return str(json.loads(response["HX-Trigger"])["toast"]["message"])


def typed(**said: str) -> dict[str, str]:
    moment = timezone.localtime(timezone.now() - timedelta(hours=2))
    return {"name": "Van broke down", "happened_at": f"{moment:%Y-%m-%dT%H:%M}", "key": KEY, **said}


def of_ticket(client: Client, ticket: Ticket, deed: str, data: dict[str, str], **how: object) -> HttpResponse:
    how = {"headers": HTMX, **how}
    return client.post(reverse(f"desk:{deed}", args=[ticket.pk]), data, **how)


def test_a_ticket_without_incident_asks_whether_it_hit_others(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    page = anna.get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert f'hx-get="{reverse("desk:incident_of_ticket", args=[ticket.pk])}"' in page
    piece = anna.get(reverse("desk:incident_of_ticket", args=[ticket.pk]))
    assert "Did it hit others too?" in words(piece)


def test_reporting_links_the_ticket_once(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    for _twice in range(2):
        piece = of_ticket(anna, ticket, "report_incident", typed(words_de="Unser Wagen blieb liegen."))
        assert "Van broke down 1 customer was hit, 1 of them wrote." in words(piece)
    found = Incident.objects.get()
    assert (found.name, found.cause, found.team, found.by) == (
        "Van broke down",
        cast.late,
        cast.north,
        cast.anna,
    )
    assert found.words_de == "Unser Wagen blieb liegen."
    assert IncidentTicket.objects.get().ticket == ticket


def test_without_scripts_it_leads_back_to_the_ticket(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    response = of_ticket(anna, ticket, "report_incident", typed(), headers={})
    assert (response.status_code, response["Location"]) == (302, ticket.desk_url())


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("name", "\u200b", "This field is required."),
        ("name", "x" * 121, "at most 120 characters"),
        ("happened_at", "", "This field is required."),
        ("happened_at", "yesterday", "Enter a valid date/time."),
        ("happened_at", "2999-01-01T10:00", "This has not happened yet."),
        ("happened_at", "1999-01-01T10:00", "That is too long ago."),
        ("words_en", "x" * 301, "at most 300 characters"),
        ("note", "x" * 2001, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_stays_typed_with_a_word_at_its_field(
    anna: Client, cast: Cast, field: str, value: str, error: str
) -> None:
    ticket = cast.ticket()
    said = typed(note="Tell the drivers", **{field: value}) if field != "note" else typed(note=value)
    page = of_ticket(anna, ticket, "report_incident", said, headers={})
    assert page.status_code == 422
    assert error in words(page)
    assert KEY in page.content.decode()
    assert of_ticket(anna, ticket, "report_incident", said).status_code == 200
    assert Incident.objects.count() == 0


def test_it_can_be_linked_to_one_that_is_there(anna: Client, cast: Cast, fault: Incident) -> None:
    ticket = cast.ticket()
    assert "Van broke down" in anna.get(reverse("desk:incident_of_ticket", args=[ticket.pk])).content.decode()
    of_ticket(anna, ticket, "link_incident", {"incident": str(fault.pk)})
    assert IncidentTicket.objects.get().incident == fault
    of_ticket(anna, ticket, "unlink_incident", {})
    assert IncidentTicket.objects.count() == 0


@pytest.mark.parametrize("which", ["0", "999999", "x", ""])
def test_no_such_incident(anna: Client, cast: Cast, fault: Incident, which: str) -> None:
    response = of_ticket(anna, cast.ticket(), "link_incident", {"incident": which})
    assert response.status_code == 200
    assert IncidentTicket.objects.count() == 0


def test_only_incidents_of_the_tickets_team_can_be_chosen(anna: Client, cast: Cast) -> None:
    now = timezone.now()
    theirs = Incident.report(
        name="South", cause=cast.broken, team=cast.south, happened_at=now, by=cast.dora, key="d"
    )
    ticket = cast.ticket()
    assert "South" not in words(anna.get(reverse("desk:incident_of_ticket", args=[ticket.pk])))
    of_ticket(anna, ticket, "link_incident", {"incident": str(theirs.pk)})
    assert IncidentTicket.objects.count() == 0


def test_what_is_linked_elsewhere_meanwhile_says_so(anna: Client, cast: Cast, fault: Incident) -> None:
    ticket = cast.ticket()
    said = {"name": "Other", "cause": cast.late, "team": cast.north, "happened_at": fault.happened_at}
    Incident.report(**said, by=cast.ben, key="o").link(ticket, by=cast.ben)
    response = of_ticket(anna, ticket, "link_incident", {"incident": str(fault.pk)})
    assert toast(response) == "This ticket belongs to another incident already."


def test_a_ticket_we_opened_for_it_stays_with_it(anna: Client, cast: Cast, fault: Incident) -> None:
    ticket, _opened = fault.reach(cast.eva, subject="S", text="T", by=cast.anna, at=timezone.now())
    response = of_ticket(anna, ticket, "unlink_incident", {})
    assert toast(response) == "We opened this ticket for the incident, so it stays with it."
    assert IncidentTicket.objects.count() == 1


# ---- the page of an incident -----------------------------------------------------------------------------------


def page_of(client: Client, fault: Incident, **query: str) -> HttpResponse:
    return client.get(reverse("desk:incident", args=[fault.pk]), query)


def paste(client: Client, fault: Incident, text: str) -> HttpResponse:
    return client.post(reverse("desk:paste_affected", args=[fault.pk]), {"entries": text})


def test_a_pasted_list_says_line_by_line_what_became_of_it(anna: Client, cast: Cast, fault: Incident) -> None:
    fault.add([cast.eva], by=cast.anna)
    page = paste(anna, fault, f"cem@kulanz.example\n{cast.cem.pk}\nnobody@x.example, eva@kulanz.example")
    read = words(page)
    assert "1 customer put on the list" in read
    assert "1 on it already" in read and "1 named twice" in read and "1 unknown" in read
    assert "3. nobody@x.example – nobody we know" in read
    assert f"2. {cast.cem.pk} – Cem, named above" in read
    assert fault.affected.count() == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "This field is required."),
        (" ,;\n", "There is no address and no number in it."),
        ("\u200b", "required"),
    ],
)
def test_an_empty_list_is_none(anna: Client, fault: Incident, text: str, error: str) -> None:
    page = paste(anna, fault, text)
    assert (page.status_code, error in words(page)) == (422, True)


def test_a_list_has_an_end(anna: Client, fault: Incident) -> None:
    page = paste(anna, fault, "\n".join(str(n) for n in range(2001)))
    assert (page.status_code, "2001 entries; 2000 at once" in words(page)) == (422, True)
    assert paste(anna, fault, "\n".join(str(n) for n in range(2000))).status_code == 200


def test_hostile_entries_are_shown_and_never_run(anna: Client, fault: Incident) -> None:
    page = paste(anna, fault, "a<script>alert(1)</script>b").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_customers_are_found_by_what_one_knows_and_ticked(anna: Client, cast: Cast, fault: Incident) -> None:
    assert "Cemal &amp; Sons" in page_of(anna, fault, find="cemal").content.decode()
    for query in ("CEM", "cem@kulanz", str(cast.cem.pk), f"#{cast.cem.pk}"):
        assert f'name="customer" value="{cast.cem.pk}"' in page_of(anna, fault, find=query).content.decode()
    response = anna.post(
        reverse("desk:pick_affected", args=[fault.pk]), {"customer": [cast.cem.pk, cast.eva.pk]}
    )
    assert response.status_code == 302
    assert fault.affected.count() == 2
    assert "2 customers added." in words(page_of(anna, fault))
    assert "Nobody of that name" in words(page_of(anna, fault, find="cem"))


def test_tickets_that_look_alike_are_ticked(anna: Client, cast: Cast, fault: Incident) -> None:
    alike, other = cast.ticket("Also late"), cast.ticket("Broken", cause=cast.broken)
    old = cast.ticket("Long ago", at=timezone.now() - timedelta(days=40))
    page = page_of(anna, fault).content.decode()
    assert [f'name="ticket" value="{ticket.pk}"' in page for ticket in (alike, other, old)] == [
        True,
        False,
        False,
    ]
    anna.post(reverse("desk:pick_affected", args=[fault.pk]), {"ticket": [alike.pk]})
    assert IncidentTicket.objects.get().ticket == alike
    response = anna.post(reverse("desk:pick_affected", args=[fault.pk]), {"ticket": [other.pk]}, follow=True)
    assert "Something you ticked is not there any more." in words(response)
    assert IncidentTicket.objects.count() == 1


def test_somebody_can_be_taken_off(anna: Client, cast: Cast, fault: Incident) -> None:
    fault.link(cast.ticket(), by=cast.anna)
    fault.add([cast.eva], by=cast.anna)
    for customer, left in ((cast.eva, 1), (cast.cem, 1)):
        anna.post(reverse("desk:take_off", args=[fault.pk, customer.pk]))
        assert fault.affected.count() == left
    assert anna.post(reverse("desk:take_off", args=[fault.pk, cast.eva.pk])).status_code == 404


def test_its_words_can_be_said_better(anna: Client, cast: Cast, fault: Incident) -> None:
    where = reverse("desk:amend_incident", args=[fault.pk])
    assert anna.post(where, typed(name="")).status_code == 422
    assert anna.post(where, typed(name="Van stolen", words_en="Our van was stolen.")).status_code == 302
    fault.refresh_from_db()
    assert (fault.name, fault.words_en) == ("Van stolen", "Our van was stolen.")


@pytest.mark.parametrize("who", ["dora", "cem", "eva"])
def test_strangers_find_no_incident(client: Client, cast: Cast, fault: Incident, who: str) -> None:
    client.force_login(cast.people[who])
    ticket = cast.ticket()
    fault.link(ticket, by=cast.anna)
    for name, args in [("incident", [fault.pk]), ("incident_of_ticket", [ticket.pk])]:
        assert client.get(reverse(f"desk:{name}", args=args)).status_code == 404
    for name in ("paste_affected", "pick_affected", "amend_incident"):
        assert client.post(reverse(f"desk:{name}", args=[fault.pk]), {"entries": "1"}).status_code == 404
    for name in ("report_incident", "link_incident", "unlink_incident"):
        assert client.post(reverse(f"desk:{name}", args=[ticket.pk]), typed()).status_code == 404
    if who == "dora":
        assert "Van broke down" not in words(client.get(reverse("desk:incidents")))


def test_lists_take_as_many_queries_for_thirty_as_for_one(anna: Client, cast: Cast, fault: Incident) -> None:
    said = {"cause": cast.late, "team": cast.north, "happened_at": fault.happened_at}

    def more(number: int) -> None:
        customer = Customer.objects.create(person=person(f"New {number}"))
        fault.add([customer], by=cast.anna)
        fault.link(cast.ticket(customer=customer, by=customer.person), by=cast.anna)
        cast.ticket(customer=customer, by=customer.person)
        Incident.report(name=f"More {number}", **said, by=cast.anna, key=f"m{number}")

    look = reading(anna, reverse("desk:incidents"), reverse("desk:incident", args=[fault.pk]))
    as_often_for_thirty(look, more, most=60)
