"""A ticket opened at the desk: for whom, once, with promises from now on; nothing typed is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cast import Cast, person
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer, Person
from tickets.models import Attachment, CustomField, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
KEY = "k" * 32
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def anna(cast: Cast, client: Client, settings: object, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.anna)
    return client


def page() -> str:
    return reverse("desk:new_ticket")


def filled_in(cast: Cast, **changes: object) -> dict[str, object]:
    said = {"customer": cast.cem.pk, "way": "called", "cause": cast.late.pk, "priority": 2, "key": KEY}
    return {**said, "subject": "Lamp is late", "text": "He calls for the third time.", **changes}


def opened(client: Client, cast: Cast, **changes: object) -> Ticket:
    answer = client.post(page(), filled_in(cast, **changes))
    assert answer.status_code == 302, dict(answer.context["form"].errors)
    return Ticket.objects.latest("pk")


def errors(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 422
    assert not Ticket.objects.exists()
    return list(answer.context["form"].errors)


def test_a_call_is_written_down_once_and_promised_from_now_on(cast: Cast, anna: Client) -> None:
    ticket = opened(anna, cast)
    again = anna.post(page(), filled_in(cast))
    assert (again["Location"], Ticket.objects.count()) == (ticket.desk_url(), 1)
    message = ticket.messages.get()
    assert (message.author, message.from_customer, message.kind, message.channel) == (
        *(cast.cem.person, True, "public", "phone"),
    )
    assert (ticket.team, ticket.channel, ticket.language, ticket.assignee) == (cast.north, "desk", "de", None)
    assert ticket.organisation == cast.cem.organisation
    started = {clock.kind: clock.started_at for clock in ticket.clocks.all()}
    assert started == dict.fromkeys(["first_response", "solution"], ticket.created_at)
    assert [event.sentence for event in ticket.events.order_by("pk")] == [
        "Anna opened this ticket",
        "Anna wrote this down (the customer called)",
    ]
    assert not OutgoingMail.objects.exists()
    anna.force_login(cast.cem.person)
    assert "He calls for the third time." in anna.get(ticket.portal_url()).content.decode()


def test_whoever_goes_back_and_changes_a_word_has_written_another(cast: Cast, anna: Client) -> None:
    one, other = opened(anna, cast), opened(anna, cast, text="And the shade is torn.")
    assert one != other


@pytest.mark.parametrize(
    ("way", "kind", "channel", "theirs"),
    [
        ("we_called", "public", "phone", False),
        ("in_person", "public", "desk", True),
        ("note", "internal", "desk", False),
    ],
)
def test_how_we_know_says_who_reads_it(
    cast: Cast, anna: Client, way: str, kind: str, channel: str, theirs: bool
) -> None:
    ticket = opened(anna, cast, way=way)
    message = ticket.messages.get()
    assert (message.kind, message.channel, message.from_customer) == (kind, channel, theirs)
    assert message.author == (cast.cem.person if theirs else cast.anna)
    assert anna.get(ticket.desk_url()).status_code == 200
    anna.force_login(cast.cem.person)
    read = anna.get(ticket.portal_url()).content.decode()
    assert ("He calls for the third time." in read) is (kind == "public")


def test_the_customer_hears_of_it_only_where_it_is_ticked(cast: Cast, anna: Client) -> None:
    ticket = opened(anna, cast, confirm="on", way="note")
    mail = OutgoingMail.objects.get()
    assert (mail.key, mail.to) == (f"confirm:{ticket.pk}", cast.cem.person.email)
    assert "third time" not in mail.text


def test_team_priority_files_and_whose_it_is_are_chosen(cast: Cast, anna: Client) -> None:
    files = [SimpleUploadedFile("lamp.png", PNG, "image/png")]
    ticket = opened(anna, cast, cause=cast.broken.pk, team=cast.north.pk, priority=4, mine="on", files=files)
    assert (ticket.cause, ticket.team, ticket.priority, ticket.assignee) == (
        *(cast.broken, cast.north, 4, cast.anna),
    )
    assert Attachment.objects.get().message.ticket == ticket


def test_what_goes_to_another_team_leads_back_to_the_list(cast: Cast, anna: Client) -> None:
    answer = anna.post(page(), filled_in(cast, cause=cast.broken.pk))
    assert answer["Location"] == reverse("desk:tickets")
    assert Ticket.objects.get().team == cast.south
    refused = anna.post(page(), filled_in(cast, cause=cast.broken.pk, mine="on", key="m" * 32))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["mine"])


def test_somebody_new_becomes_a_customer_once_by_address_or_by_phone_alone(cast: Cast, anna: Client) -> None:
    by_mail = {"customer": "new", "name": "Nina", "email": "Nina@Example.org", "phone": ""}
    ticket = opened(anna, cast, **by_mail)
    assert anna.post(page(), filled_in(cast, **by_mail))["Location"] == ticket.desk_url()
    nina = Person.objects.get(email="nina@example.org")
    assert (ticket.customer.person, nina.is_active, nina.has_usable_password()) == (nina, True, False)
    by_phone = {"customer": "new", "name": "Otto", "phone": "+49 30 123456", "key": "p" * 32}
    called = opened(anna, cast, **by_phone)
    assert anna.post(page(), filled_in(cast, **by_phone))["Location"] == called.desk_url()
    assert (Ticket.objects.count(), Customer.objects.filter(person__name="Otto").count()) == (2, 1)
    assert (called.customer.is_reachable, called.customer.phone) == (False, "+49 30 123456")
    assert found(anna, "123456") == ["Otto"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"customer": ""}, ["who"]),
        ({"customer": "999999"}, ["who"]),
        ({"customer": "9" * 20}, ["who"]),
        ({"customer": "x\x00", "who": "y\x00"}, ["who", "customer"]),
        ({"customer": "new"}, ["name", "email"]),
        ({"customer": "new", "name": "Nina", "email": "nina"}, ["email"]),
        ({"customer": "new", "name": "Nina", "email": "cem@kulanz.example"}, ["email"]),
        ({"customer": "new", "name": "Nina", "email": "dora@kulanz.example"}, ["email"]),
        ({"customer": "new", "name": "Nina", "phone": "030 1", "confirm": "on"}, ["confirm"]),
        ({"subject": " "}, ["subject"]),
        ({"text": ""}, ["text"]),
        ({"cause": "", "team": "999999"}, ["cause", "team"]),
        ({"way": "pigeon"}, ["way"]),
        ({"priority": "9"}, ["priority"]),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(
    cast: Cast, anna: Client, changes: dict[str, str], wrong: list[str]
) -> None:
    answer = anna.post(page(), filled_in(cast, **changes))
    assert set(errors(answer)) <= set(wrong)
    shown = answer.content.decode()
    assert "text" in changes or "He calls for the third time." in shown
    assert "subject" in changes or 'value="Lamp is late"' in shown
    assert "name" not in changes or 'value="Nina"' in shown
    assert f'value="{KEY}"' in shown


def test_nobody_opens_a_ticket_for_themselves_or_for_a_closed_account(cast: Cast, anna: Client) -> None:
    own = Customer.objects.create(person=cast.anna)
    gone = Customer.objects.create(person=person("Gone", is_active=False))
    for customer in (own, gone):
        assert errors(anna.post(page(), filled_in(cast, customer=customer.pk))) == ["who"]
    assert found(anna, "kulanz.example") == ["Cem", "Eva"]


def found(client: Client, typed: str, **said: object) -> list[str]:
    answer = client.post(page(), {"look": "who", "who": typed, **said})
    assert (answer.status_code, dict(answer.context["form"].errors)) == (200, {})
    return [one.person.name for one in answer.context["form"].found]


def test_the_customer_is_found_by_name_address_firm_and_number_with_all_that_was_typed(
    cast: Cast, anna: Client
) -> None:
    for typed in ("cem", "CEM@kulanz", "Sons", f"#{cast.cem.pk}"):
        assert found(anna, typed) == ["Cem"]
    assert found(anna, "c") == found(anna, "nobody") == found(anna, "\x00") == []
    answer = anna.post(page(), {"look": "who", "who": "cem", "text": "Third time.", "subject": "Lamp"})
    assert "Third time." in answer.content.decode()
    piece = anna.post(f"{page()}?look=who", {"who": "cem"}, headers={"HX-Request": "true"})
    assert re.findall(r'value="(\w+)"( checked)?', piece.content.decode())[:2] == [
        (str(cast.cem.pk), " checked"),
        ("new", ""),
    ]
    assert not Ticket.objects.exists()


def test_what_is_open_of_theirs_stands_beside_it_and_the_most_alike_first(cast: Cast, anna: Client) -> None:
    alike, other = cast.ticket("Lamp delivered late"), cast.ticket("Invoice twice")
    cast.ticket("Lamp in the South", cause=cast.broken)
    cast.ticket("Done").move("solved", by=cast.anna)
    said = {"customer": cast.cem.pk, "subject": "The lamp is late"}
    piece = anna.post(f"{page()}?look=alike", said, headers={"HX-Request": "true"})
    assert piece.context["open_tickets"] == [(alike, True), (other, False)]
    assert "South" not in piece.content.decode()


def test_many_customers_and_tickets_cost_what_one_costs(cast: Cast, anna: Client) -> None:
    cast.ticket()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            anna.post(page(), {"look": "who", "who": "kulanz", "customer": cast.cem.pk})
        return len(queries)

    asked()
    few = asked()
    for n in range(30):
        Customer.objects.create(person=person(f"Cem {n}"))
        cast.ticket(f"Lamp {n}")
    assert asked() == few


@pytest.fixture
def asked(cast: Cast) -> list[CustomField]:
    """A number of late deliveries, asked for at once; whether it is a gift, once it has one; a third elsewhere."""
    said = {"by": cast.ben, "kind": "line", "teams": []}
    parcel = CustomField.write(
        **said, key="a", code="parcel", name_en="Parcel", name_de="Paket", causes=[cast.late]
    )
    rows = [{"fact": "field_parcel", "operator": "in", "value": ["17"]}]
    gift = {**said, "kind": "flag", "code": "gift", "name_en": "A gift", "name_de": "Geschenk"}
    of_gift = CustomField.write(**gift, key="b", causes=[cast.late], asked_when=rows)
    CustomField.write(**said, key="c", code="serial", name_en="Serial", name_de="Serie", causes=[cast.broken])
    return [parcel, of_gift]


def test_what_else_is_asked_about_a_cause_is_asked_once_it_is_chosen_and_kept(
    cast: Cast, anna: Client, asked: list[CustomField]
) -> None:
    assert "Parcel" not in anna.get(page()).content.decode()
    said = filled_in(cast)
    piece = anna.post(f"{page()}?look=details", said, headers={"HX-Request": "true"})
    assert [field.label for field in piece.context["form"].details] == ["Parcel"]
    said |= {"field_parcel": "17"}
    piece = anna.post(f"{page()}?look=details", said, headers={"HX-Request": "true"})
    assert [field.label for field in piece.context["form"].details] == ["Parcel", "A gift"]
    ticket = opened(anna, cast, field_parcel="17", field_gift="yes")
    assert {field.code: value for field, value in ticket.custom_values.items()} == {
        "parcel": "17",
        "gift": True,
    }
    assert opened(anna, cast, subject="Without any").custom_values == {}


def test_an_answer_that_cannot_be_is_said_at_its_place_with_all_that_was_typed(
    cast: Cast, anna: Client
) -> None:
    said = {"by": cast.ben, "key": "d", "teams": [], "causes": []}
    CustomField.write(**said, code="bought", kind="day", name_en="Bought on", name_de="Gekauft am")
    answer = anna.post(page(), filled_in(cast, field_bought="31.02.2026", cause=cast.late.pk))
    assert errors(answer) == ["field_bought"]
    assert 'value="31.02.2026"' in answer.content.decode()
    for wrong in ("x", "9" * 30, "-1", ""):
        assert "cause" in anna.post(page(), filled_in(cast, cause=wrong)).context["form"].errors


def test_customers_find_nothing_here(cast: Cast, anna: Client) -> None:
    anna.force_login(cast.cem.person)
    assert anna.get(page()).status_code == 404
    assert anna.post(page(), filled_in(cast)).status_code == 404
