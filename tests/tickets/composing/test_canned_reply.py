"""Canned replies: whose they are, in the customer's language with names in them, and never sent with a gap."""

from __future__ import annotations

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.test import Client

from tickets.models import CannedReply, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
TEXTS = {
    "text_de": "Guten Tag {customer}, Ihr {agent} zu {number}",
    "text_en": "Hello {customer}, {agent} on {number}",
}


@pytest.fixture
def ticket(cast: Cast, client: Client) -> Ticket:
    client.force_login(cast.anna)
    return cast.ticket("Late")


def write(cast: Cast, name: str = "Hello", **said: object) -> CannedReply:
    said = {"by": cast.anna, "key": f"{said.get('by', cast.anna)} {name}", "scope": "own", **TEXTS, **said}
    return CannedReply.write(name=name, **said)


def names(found: object) -> list[str]:
    return [reply.name for reply in found]


def test_mine_my_teams_and_everybodys_can_be_used_others_not(cast: Cast, ticket: Ticket) -> None:
    write(cast, "mine")
    write(cast, "ben's", by=cast.ben)
    write(cast, "north", by=cast.ben, scope="team", team=cast.north)
    write(cast, "south", by=cast.dora, scope="team", team=cast.south)
    write(cast, "all", by=person("Ada", is_staff=True), scope="all")
    usable = CannedReply.objects.usable_by
    assert names(usable(cast.anna)) == ["all", "mine", "north"]
    assert names(usable(cast.dora)) == ["all", "south"]
    cast.south.welcome(cast.anna)
    assert names(usable(cast.anna).fitting(ticket)) == ["all", "mine", "north"]
    managed = CannedReply.objects.managed_by
    assert names(managed(cast.ben)) == ["ben's", "north"]
    assert names(managed(person("Bea", is_staff=True))) == ["all", "north", "south"]
    cast.ben.is_active = False
    assert names(managed(cast.ben)) == []


def test_it_reads_as_the_customer_would_read_it_in_their_language(cast: Cast, ticket: Ticket) -> None:
    reply = write(cast)
    assert reply.on(ticket, writer=cast.anna).text == f"Guten Tag Cem, Ihr Anna zu #{ticket.pk}"
    cast.cem.person.language = "en"
    cast.cem.person.save()
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert reply.on(fresh, writer=cast.ben).text == f"Hello Cem, Ben on #{ticket.pk}"


def test_a_name_in_braces_is_no_second_placeholder(cast: Cast, ticket: Ticket) -> None:
    cast.cem.person.name = "{agent}"
    cast.cem.person.save()
    text = write(cast).on(Ticket.objects.get(pk=ticket.pk), writer=cast.anna).text
    assert text == f"Guten Tag {{agent}}, Ihr Anna zu #{ticket.pk}"


def test_typing_finds_by_name_and_text_and_shows_it_filled(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    write(cast, "Parcel", text_de='"Bald" <b>da</b>, {customer}')
    write(cast, "Photo")
    write(cast, "A parcel lost")
    write(cast, "Better a parcel than none", text_en="A photo, please")
    assert names(CannedReply.objects.like("photo")) == ["Photo", "Better a parcel than none"]
    CannedReply.objects.exclude(name__in=["Parcel", "Photo"]).delete()
    page = client.get(f"{ticket.desk_url()}canned/?q=parc", headers={"HX-Request": "true"})
    assert page.content.decode().count('role="option"') == 1
    assert 'data-puts="&quot;Bald&quot; &lt;b&gt;da&lt;/b&gt;, Cem"' in page.content.decode()
    assert client.get(f"{ticket.desk_url()}canned/?q=%00guten").context["found"][0].reply.name == "Photo"
    whole = client.get(f"{ticket.desk_url()}canned/").content.decode()
    assert "Guten Tag Cem, Ihr Anna" in whole


def test_it_is_found_by_whatever_letters(cast: Cast) -> None:
    reply = write(cast, "Größe & Äußeres", text_de="ÖLFLECK auf der STRASSE")
    for typed in ("größe", "ÄUSS", "ölfleck", "straße"):
        assert names(CannedReply.objects.like(typed)) == [reply.name]
    reply.revise(by=cast.anna, name="Übergabe")
    assert names(CannedReply.objects.like("über")) == ["Übergabe"]
    assert names(CannedReply.objects.like("größe")) == []
    assert names(CannedReply.objects.like("strasse")) == ["Übergabe"]


def test_the_list_asks_the_database_as_often_for_thirty_as_for_one(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    look = reading(client, f"{ticket.desk_url()}canned/", headers={"HX-Request": "true"})
    said = {"by": cast.ben, "scope": "team", "team": cast.north}
    as_often_for_thirty(look, lambda number: write(cast, f"{number}", **said))


def test_without_a_script_it_goes_behind_the_draft(cast: Cast, client: Client, ticket: Ticket) -> None:
    reply = write(cast)
    Draft.keep(ticket, by=cast.anna, kind="public", text="One more thing.\n")
    answer = client.post(f"{ticket.desk_url()}canned/{reply.pk}/")
    assert answer["Location"] == f"{ticket.desk_url()}#reply-text"
    assert Draft.objects.get().text == f"One more thing.\n\nGuten Tag Cem, Ihr Anna zu #{ticket.pk}"
    Draft.keep(ticket, by=cast.anna, kind="public", text="x" * 50_000)
    assert client.post(f"{ticket.desk_url()}canned/{reply.pk}/")["Location"].endswith("/canned/")
    assert Draft.objects.get().text == "x" * 50_000


def test_a_gap_is_named_and_does_not_go_out(cast: Cast, client: Client, ticket: Ticket) -> None:
    ticket.reply("Soon.", by=cast.anna)  # nothing is promised any more
    found = write(cast, text_de="Bis {promise}.").on(ticket, writer=cast.anna)
    assert (found.text, found.gaps) == ("Bis {promise}.", ["{promise}"])
    said = {"text": found.text, "key": "k", "then": "", "anyway": "yes"}
    refused = client.post(f"{ticket.desk_url()}replies/", said)
    assert refused.status_code == 422
    assert "{promise} still stands in your text" in refused.content.decode()
    assert ">Bis {promise}.</textarea>" in refused.content.decode()
    assert not Message.objects.filter(text__contains="{promise}").exists()


def test_it_is_written_in_both_languages_and_unknown_placeholders_are_refused(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.ben)
    said = {"name": "Hi", "whose": str(cast.north.pk), **TEXTS, "key": "once"}
    refused = client.post("/desk/setup/canned-replies/new/", {**said, "text_de": "{custommer}"})
    assert refused.status_code == 422
    assert "There is no placeholder {custommer}." in refused.content.decode()
    assert client.post("/desk/setup/canned-replies/new/", {**said, "text_en": ""}).status_code == 422
    assert client.post("/desk/setup/canned-replies/new/", {**said, "whose": "all"}).status_code == 422
    for _twice in range(2):
        assert client.post("/desk/setup/canned-replies/new/", said).status_code == 302
    reply = CannedReply.objects.get()
    assert (reply.scope, reply.team, reply.owner) == ("team", cast.north, cast.ben)


def test_who_makes_it_their_own_owns_it(cast: Cast, client: Client) -> None:
    reply = write(cast, by=cast.anna, scope="team", team=cast.north)
    client.force_login(cast.ben)
    path = f"/desk/setup/canned-replies/{reply.pk}/"
    page = client.get(path).content.decode()
    assert page.count("Guten Tag {customer}") == 1
    assert "<p>Guten Tag Alex Beispiel, Ihr Robin Beispiel zu #1234</p>" in page
    assert "<p>Hello Alex Example, Robin Example on #1234</p>" in page
    assert client.post(path, {"name": "Hi", "whose": "own", **TEXTS}).status_code == 302
    reply.refresh_from_db()
    assert (reply.scope, reply.team, reply.owner, reply.name) == ("own", None, cast.ben, "Hi")
    assert client.post(f"{path}removal/").status_code == 302
    assert not CannedReply.objects.exists()
