"""Drafts on the server: kept while somebody types, with their versions, read by nobody else, gone once sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.utils import timezone

from tickets.composing.held_reply import let_go_now
from tickets.draft import MOST_VERSIONS
from tickets.message import MAX_LENGTH
from tickets.models import Draft, DraftVersion, HeldReply, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, client: Client) -> Ticket:
    client.force_login(cast.anna)
    return cast.ticket("Late")


def keep(client: Client, ticket: Ticket, text: str, kind: str = "public") -> int:
    return client.post(f"{ticket.desk_url()}draft/", {"kind": kind, "text": text}).status_code


def test_a_draft_waits_on_the_server_for_its_author_alone(cast: Cast, client: Client, ticket: Ticket) -> None:
    assert keep(client, ticket, "  Dear Cem,\n\nwe ") == 200
    assert keep(client, ticket, "Ask the carrier", "internal") == 200
    page = client.get(ticket.desk_url()).content.decode()
    assert ">  Dear Cem,\n\nwe </textarea>" in page
    assert ">Ask the carrier</textarea>" in page
    client.force_login(cast.ben)
    for path in (ticket.desk_url(), f"{ticket.desk_url()}draft/versions/"):
        body = client.get(path).content.decode()
        assert "Dear Cem" not in body
        assert "Ask the carrier" not in body


def test_sending_takes_the_draft_of_its_kind_away(cast: Cast, client: Client, ticket: Ticket) -> None:
    keep(client, ticket, "Soon.")
    keep(client, ticket, "Carrier!", "internal")
    client.post(f"{ticket.desk_url()}replies/", {"text": "Soon.", "key": "k", "then": "", "anyway": "yes"})
    assert list(Draft.objects.values_list("kind", flat=True)) == ["internal"]
    client.post(f"{ticket.desk_url()}notes/", {"text": "Carrier!", "key": "n"})
    assert not Draft.objects.exists()


def test_one_that_was_on_its_way_while_the_text_was_sent_brings_nothing_back(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    late = {"kind": "public", "text": "Soo", "key": "k"}
    said = {"text": "Soon.", "key": "k", "then": "", "anyway": "yes"}
    for _held_and_gone in range(2):
        assert client.post(f"{ticket.desk_url()}replies/", said).status_code == 302
        answer = client.post(f"{ticket.desk_url()}draft/", late)
        assert (answer.status_code, answer.content) == (200, b"")
        let_go_now(now=timezone.now() + timedelta(minutes=1))
    client.post(f"{ticket.desk_url()}notes/", {"text": "Carrier!", "key": "n"})
    client.post(f"{ticket.desk_url()}draft/", {"kind": "internal", "text": "Carr", "key": "n"})
    assert not Draft.objects.exists()
    client.post(f"{ticket.desk_url()}draft/", {**late, "key": "of the next form"})
    assert Draft.objects.get().text == "Soo"


def test_emptying_the_field_is_no_draft(client: Client, ticket: Ticket) -> None:
    keep(client, ticket, "Soon.")
    assert keep(client, ticket, " \n ") == 200
    assert not Draft.objects.exists()


def test_what_stood_there_is_kept_once_a_minute_and_the_oldest_make_room(cast: Cast, ticket: Ticket) -> None:
    def at(seconds: int, text: str) -> None:
        Draft.keep(ticket, by=cast.anna, kind="public", text=text, at=MONDAY + timedelta(seconds=seconds))

    for seconds, text in ((0, "one"), (5, "two"), (30, "three"), (66, "four"), (67, "four"), (200, "five")):
        at(seconds, text)
    assert [version.text for version in DraftVersion.objects.all()] == ["four", "three", "one"]
    for minute in range(30):
        at(300 + 60 * minute, f"text {minute}")
    assert DraftVersion.objects.count() == MOST_VERSIONS
    assert DraftVersion.objects.first().text == "text 28"


def test_earlier_versions_can_be_taken_back(cast: Cast, client: Client, ticket: Ticket) -> None:
    Draft.keep(ticket, by=cast.anna, kind="public", text='He said "no" & left', at=MONDAY)
    Draft.keep(ticket, by=cast.anna, kind="public", text="gone", at=MONDAY + timedelta(minutes=2))
    body = client.get(f"{ticket.desk_url()}draft/versions/").content.decode()
    assert 'data-fills="reply-text" value="He said &quot;no&quot; &amp; left"' in body


def test_what_a_note_said_before_is_not_offered_for_a_reply(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    for minute, text in enumerate(("He is difficult", "gone")):
        at = MONDAY + timedelta(minutes=minute)
        Draft.keep(ticket, by=cast.anna, kind="internal", text=text, at=at)
        Draft.keep(ticket, by=cast.anna, kind="public", text="Soon.", at=at)
    place = f"{ticket.desk_url()}draft/versions/"
    body = client.get(place, {"kind": "public"}).content.decode()
    assert "He is difficult" not in body
    assert "Nothing stood here before." in body
    body = client.get(place, {"kind": "internal"}).content.decode()
    assert 'data-fills="note-text" value="He is difficult"' in body


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [
        ("secret", "x", 422),
        ("", "x", 422),
        ("public", "a\x00b", 200),
        ("pub\x00lic", "x", 200),
        ("public", "x" * (MAX_LENGTH + 1), 422),
    ],
)
def test_strange_drafts_harm_nothing(
    client: Client, ticket: Ticket, kind: str, text: str, status: int
) -> None:
    assert keep(client, ticket, text, kind) == status
    assert [draft.text for draft in Draft.objects.all()] == (
        [] if status == 422 else [text.replace("\x00", "")]
    )


def test_what_came_since_is_said_once_before_the_answer_goes_out(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    said = {"text": "Soon.", "key": "k", "then": "", "anyway": "yes"}
    said["seen"] = str(client.get(ticket.desk_url()).context["newest"])
    ticket.note("My own", by=cast.anna)
    ticket.hear("It came!", by=cast.cem.person)
    ticket.note("I called him", by=cast.ben)
    refused = client.post(f"{ticket.desk_url()}replies/", said)
    assert refused.status_code == 422
    assert "2 new messages since you began." in refused.content.decode()
    assert "Soon." in refused.content.decode()
    said["seen"] = str(refused.context["newest"])
    for _twice in range(2):
        assert client.post(f"{ticket.desk_url()}replies/", said).status_code == 302
    assert HeldReply.objects.filter(text="Soon.").count() == 1


@pytest.mark.parametrize("seen", ["", "x", "１", "-1", str(10**30), "1\x00"])
def test_a_strange_seen_is_no_reason_to_lose_an_answer(client: Client, ticket: Ticket, seen: str) -> None:
    said = {"text": "Soon.", "key": "k", "then": "", "anyway": "yes", "seen": seen}
    assert client.post(f"{ticket.desk_url()}replies/", said).status_code in (302, 422)
