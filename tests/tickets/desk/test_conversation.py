"""One ticket on the desk: what is said reaches whom it should, once; what is refused stays in the form."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from cast import MONDAY, Cast
from counting import as_often_for_thirty, queries, reading
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tickets.composing.held_reply import let_go_now
from tickets.desk.conversation import thread_of
from tickets.models import Attachment, Event, Message, Notice, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
KEY = "k" * 32
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def anna(cast: Cast, client: Client, settings: object, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.anna)
    return client


def send(client: Client, name: str, ticket: Ticket, **data: object) -> HttpResponse:
    return client.post(reverse(f"desk:{name}", args=[ticket.pk]), data)


def test_a_reply_reaches_the_customer_and_the_ticket_has_somebody(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    response = send(anna, "reply", ticket, text="We are on it.", key=KEY, then="")
    assert (response.status_code, response["Location"]) == (302, ticket.desk_url())
    let_it_go()
    message = ticket.messages.last()
    assert (
        message.text,
        message.kind,
        message.author,
        message.from_customer,
        message.channel,
        message.key,
    ) == (
        "We are on it.",
        "public",
        cast.anna,
        False,
        "desk",
        KEY,
    )
    mail = OutgoingMail.objects.get(key=f"answer:{message.pk}")
    assert mail.to == cast.cem.person.email
    assert "We are on it." in mail.text
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (cast.anna, "open")
    assert [str(m) for m in client_messages(anna)] == []


def client_messages(client: Client) -> list[object]:
    return list(client.get("/desk/").context["messages"])


@pytest.mark.parametrize("then", ["waiting_customer", "solved"])
def test_the_button_says_where_the_ticket_stands_then(cast: Cast, anna: Client, then: str) -> None:
    ticket = cast.ticket()
    send(anna, "reply", ticket, text="Done.", key=KEY, then=then)
    let_it_go()
    ticket.refresh_from_db()
    assert ticket.status == then


def test_whoever_has_it_keeps_it(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    ticket.assign(cast.ben, by=cast.ben)
    send(anna, "reply", ticket, text="Just this once.", key=KEY, then="")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ben


def test_a_note_reaches_nobody_outside(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    before = OutgoingMail.objects.count()
    assert send(anna, "note", ticket, text="He calls every day.", key=KEY).status_code == 302
    message = ticket.messages.last()
    assert (message.text, message.kind) == ("He calls every day.", "internal")
    assert OutgoingMail.objects.count() == before
    assert not Message.objects.visible_to(cast.cem.person).filter(pk=message.pk).exists()


@pytest.mark.parametrize("name", ["reply", "note"])
def test_sent_twice_is_said_once(cast: Cast, anna: Client, name: str) -> None:
    ticket = cast.ticket()
    for _ in range(3):
        upload = SimpleUploadedFile("a.png", PNG)
        sent = send(anna, name, ticket, text="Once.", key=KEY, then="solved", files=[upload])
        assert sent.status_code == 302
    let_it_go()
    assert ticket.messages.filter(text="Once.").count() == 1
    assert Attachment.objects.count() == 1
    assert OutgoingMail.objects.filter(key__startswith="answer:").count() == (1 if name == "reply" else 0)
    assert Event.objects.filter(ticket=ticket, kind="moved").count() == (1 if name == "reply" else 0)


def test_the_same_words_from_another_form_are_said_again(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for key in ("a" * 32, "b" * 32):
        send(anna, "note", ticket, text="Called again.", key=key)
    assert ticket.messages.filter(text="Called again.").count() == 2


def test_a_form_without_a_key_loses_nothing(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for text in ("one", "two"):
        assert send(anna, "note", ticket, text=text).status_code == 302
    assert list(ticket.messages.filter(kind="internal").values_list("text", flat=True)) == ["one", "two"]


@pytest.mark.parametrize("name", ["reply", "note"])
def test_what_is_refused_is_still_in_the_form_with_its_key(cast: Cast, anna: Client, name: str) -> None:
    ticket = cast.ticket()
    upload = SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 60)
    response = send(anna, name, ticket, text="A long <b>answer</b>.", key=KEY, then="", files=[upload])
    assert response.status_code == 422
    body = response.content.decode()
    form = body[body.index(f'id="{name}-text"') :]
    assert "A long &lt;b&gt;answer&lt;/b&gt;.</textarea>" in form
    assert f'name="key" value="{KEY}"' in body
    assert "“a.exe” is a program. We do not take programs." in body
    assert f'value="{name}" checked' in body
    assert ticket.messages.count() == 1


def test_a_refused_form_without_a_key_gets_one(cast: Cast, anna: Client) -> None:
    body = send(anna, "note", cast.ticket(), text="").content.decode()
    keys = re.findall(r'name="key" value="([^"]*)"', body)
    assert len(keys) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def test_somebody_of_the_team_is_given_the_ticket(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    send(anna, "assign", ticket, to=cast.ben.pk)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ben
    send(anna, "assign", ticket, to=cast.ben.pk)
    assert ticket.events.filter(kind="assigned").count() == 1


def test_nobody_else_is(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for to in (cast.dora.pk, cast.cem.person.pk, 0, -1, 10**30, "", "x", "1 OR 1=1", "\x00", None):
        response = send(anna, "assign", ticket, **({"to": to} if to is not None else {}))
        assert response.status_code == 302
        assert [str(m) for m in client_messages(anna)] == ["This person does not work in the ticket’s team."]
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert ticket.events.filter(kind="assigned").count() == 0


def test_a_status_that_does_not_exist_is_none(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for status in ("", "deleted", "OPEN", "solved\n", "1", "\x00", "<b>"):
        assert send(anna, "move", ticket, status=status).status_code == 302
        assert [str(m) for m in client_messages(anna)] == ["This status does not exist."]
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.events.filter(kind="moved").count() == 0


def test_moving_twice_is_moving_once(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for _ in range(2):
        send(anna, "move", ticket, status="solved")
    assert ticket.events.filter(kind="moved").count() == 1
    assert OutgoingMail.objects.filter(key__startswith="solved:").count() == 1


def test_messages_and_what_happened_stand_in_the_order_of_time(cast: Cast) -> None:
    ticket = cast.ticket(text="first", at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY + timedelta(minutes=1))
    ticket.reply("second", by=cast.anna, at=MONDAY + timedelta(minutes=2))
    ticket.note("third", by=cast.anna, at=MONDAY + timedelta(minutes=3))
    ticket.move("solved", by=cast.anna, at=MONDAY + timedelta(minutes=4))
    said = [item.text if isinstance(item, Message) else item.kind for item in thread_of(ticket)]
    assert said == ["first", "assigned", "second", "third", "moved"]


def test_opening_a_ticket_is_seeing_what_was_to_be_known(cast: Cast, anna: Client) -> None:
    ticket, other = cast.ticket("one"), cast.ticket("two")
    for about in (ticket, other):
        Notice.tell(cast.anna, about.events.last())
    anna.get(ticket.desk_url())
    assert [n.event.ticket for n in Notice.objects.unseen_by(cast.anna)] == [other]


def test_the_customers_other_tickets_are_counted_and_shown_where_one_may(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("this")
    cast.ticket("ours")
    cast.ticket("South’s secret", cause=cast.broken)
    context = anna.get(ticket.desk_url()).context
    assert [old.subject for old in context["earlier"]] == ["ours"]
    assert context["earlier_count"] == 2
    assert "secret" not in anna.get(ticket.desk_url()).content.decode()


def test_the_pieces_of_the_page_are_the_page(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket(text="hello")
    page = anna.get(ticket.desk_url()).content.decode()
    for name in ("conversation", "head"):
        piece = anna.get(reverse(f"desk:{name}", args=[ticket.pk])).content.decode()
        assert "<!doctype html>" not in piece
        assert without_tokens(piece) in without_tokens(page)


def without_tokens(page: str) -> str:
    return re.sub(r'value="[\w-]{64}"', "", page).strip()


def test_a_conversation_of_thirty_messages_costs_what_one_of_three_costs(cast: Cast, anna: Client) -> None:
    """And a customer with thirty other tickets what one with three costs."""
    ticket = cast.ticket()
    paths = [ticket.desk_url(), *(reverse(f"desk:{n}", args=[ticket.pk]) for n in ("conversation", "head"))]

    def talk(turn: int) -> None:
        ticket.hear("And?", by=cast.cem.person, files=[SimpleUploadedFile("a.png", PNG)])
        ticket.reply("Soon.", by=(cast.anna, cast.ben)[turn % 2], files=[SimpleUploadedFile("b.png", PNG)])
        ticket.move("solved", by=cast.anna)
        ticket.note("Hm.", by=cast.ben)
        for number in range(3):
            cast.ticket(f"Another {turn} {number}")

    as_often_for_thirty(reading(anna, *paths), talk, many=10)
    assert len(queries(reading(anna, paths[0]))) <= 25


def let_it_go() -> None:
    """The ten seconds are over in which a reply can be undone."""
    let_go_now(now=timezone.now() + timedelta(seconds=30))


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
