"""What mails begin and end with: a team's, else the house's, in the reader's language, in both parts of the mail."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from django.test import Client

from accounts.models import Person, SetupChange
from tickets.mail.stationery import Stationery, paper_for
from tickets.models import OutgoingMail
from tickets.ticket import Ticket

pytestmark = pytest.mark.django_db
PAGE = "/desk/setup/stationery/"


@pytest.fixture
def english(cast: Cast) -> Cast:
    Person.objects.filter(pk=cast.cem.person_id).update(language="en")
    cast.cem.person.refresh_from_db()
    return cast


def letter(key: str) -> OutgoingMail:
    return OutgoingMail.objects.get(key=key)


def answered(cast: Cast, ticket: Ticket, text: str = "Es kommt **heute**.") -> OutgoingMail:
    return letter(f"answer:{ticket.reply(text, by=cast.anna, at=MONDAY).pk}")


def test_a_team_s_own_words_stand_over_those_of_the_house_and_the_language_is_the_reader_s(
    cast: Cast,
) -> None:
    said = {"signature": "Herzlich\n{agent}, Team {team}", "footer": "Kulanz GmbH\nHRB 17"}
    Stationery.say(None, "de", greeting="Moin {customer},", **said)
    Stationery.say(cast.north, "de", greeting="Guten Tag {customer},")
    Stationery.say(cast.north, "en", greeting="Dear {customer},")
    ticket = cast.ticket("Glas", at=MONDAY)
    text = letter(f"confirm:{ticket.pk}").text
    assert text.startswith("Guten Tag Cem,\n\n")
    assert text.endswith("Herzlich\nIhr Serviceteam, Team North\n\n-- \nKulanz GmbH\nHRB 17\n")
    html = letter(f"confirm:{ticket.pk}").html
    assert ("<p>Guten Tag Cem,</p>" in html, "Kulanz GmbH<br>HRB 17" in html) == (True, True)
    elsewhere = cast.ticket("Anderswo", cause=cast.broken, at=MONDAY)
    assert letter(f"confirm:{elsewhere.pk}").text.startswith("Moin Cem,")


def test_a_reply_is_signed_by_whoever_wrote_it_and_greeted_only_where_that_is_wished(english: Cast) -> None:
    ticket = english.ticket(at=MONDAY)
    Stationery.say(english.north, "en", greeting="Dear {customer},", signature="Yours\n{agent}")
    mail = answered(english, ticket)
    assert mail.text.startswith("Es kommt **heute**.\n\nYours\nAnna\n\nAnswer here:\n")
    said = {"greeting": "Dear <b>{customer}</b>,", "signature": "", "greets_replies": True}
    Stationery.say(english.north, "en", **said)
    mail = answered(english, ticket)
    assert mail.text.startswith(
        "Dear <b>Cem</b>,\n\nEs kommt **heute**.\n\nAnna wrote this to you.\n\nAnswer"
    )
    order = [mail.html.index(words) for words in ("Dear &lt;b&gt;Cem", ">heute<", "Anna wrote")]
    assert order == sorted(order)


def test_the_question_after_a_ticket_has_them_too_and_what_says_nothing_here_is_left_out(
    english: Cast,
) -> None:
    footer = "You hear from us by {promise}.\nKulanz GmbH"
    Stationery.say(None, "en", greeting="Dear {customer},", signature="{agent}", footer=footer)
    ticket = english.ticket(at=MONDAY)
    ticket.assign(english.anna, by=english.ben)
    ticket.move("solved", by=english.anna, at=MONDAY)
    mail = OutgoingMail.objects.get(key__startswith="solved:")
    assert mail.text.startswith("Dear Cem,\n")
    assert mail.text.endswith("\n\nAnna\n\n-- \nKulanz GmbH\n")


def test_where_nobody_said_anything_mails_are_as_they_were(english: Cast) -> None:
    text = letter(f"confirm:{english.ticket(at=MONDAY).pk}").text
    assert text.startswith("Hello Cem,\n\n")
    assert text.endswith("\n\nKind regards\nYour service team\n")


def test_whoever_else_wrote_for_the_organisation_reads_it_in_their_own_language(cast: Cast) -> None:
    Stationery.say(cast.north, "en", greeting="Dear {customer}, about “{cause}”:")
    Person.objects.filter(pk=cast.eva.person_id).update(language="en")
    Person.objects.filter(pk=cast.cem.person_id).update(language="de")
    cast.eva.person.refresh_from_db()
    ticket = Ticket.objects.with_people().get(pk=cast.ticket(at=MONDAY).pk)
    paper = paper_for(ticket, cast.eva.person, language="en")
    assert paper.begun() == "Dear Eva, about “Late delivery”:"


@pytest.fixture
def ben(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben)
    return client


def test_a_lead_sees_both_mails_before_keeping_them(cast: Cast, ben: Client) -> None:
    address = f"{PAGE}{cast.north.pk}/de/"
    said = {"greeting": "Hallo {customer},", "signature": "Gruß\n{agent}", "footer": "Kulanz GmbH"}
    page = ben.post(address, {**said, "preview": "1"}).text
    for words in ("Hallo Alex Beispiel,", "Gruß<br>Robin Beispiel", "<small>Kulanz GmbH</small>"):
        assert words in page
    assert Stationery.objects.count() == 0
    assert ben.post(address, said).status_code == 302
    assert ben.post(address, said).status_code == 302
    kept = Stationery.objects.get()
    assert (kept.team, kept.language, kept.greeting) == (cast.north, "de", "Hallo {customer},")
    assert SetupChange.objects.get().called == "North, German"


def test_a_placeholder_that_does_not_exist_is_an_error_at_its_place_and_nothing_typed_is_lost(
    cast: Cast, ben: Client
) -> None:
    said = {"greeting": "Hallo {kunde},", "signature": "Gruß", "footer": "x" * 3000}
    answer = ben.post(f"{PAGE}{cast.north.pk}/de/", said)
    errors = answer.context["form"].errors
    assert (answer.status_code, sorted(errors), Stationery.objects.count()) == (
        422,
        ["footer", "greeting"],
        0,
    )
    assert "There is no placeholder {kunde}." in errors["greeting"][0]
    assert ("Hallo {kunde}," in answer.text, "Gruß" in answer.text) == (True, True)


def test_the_house_is_an_administrator_s_and_a_team_its_lead_s(cast: Cast, ben: Client) -> None:
    there = [f"{PAGE}0/de/", f"{PAGE}{cast.south.pk}/de/", f"{PAGE}{cast.north.pk}/xx/", f"{PAGE}{9**40}/de/"]
    assert [ben.get(one).status_code for one in there] == [404] * 4
    assert "The whole house" not in ben.get(PAGE).text
    Person.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    assert [ben.get(one).status_code for one in there] == [200, 200, 404, 404]
    ben.post(f"{PAGE}0/en/", {"footer": "Kulanz Ltd\x00"})
    assert Stationery.objects.get().footer == "Kulanz Ltd"
