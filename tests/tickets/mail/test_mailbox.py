"""Mailboxes: looked into by the beat, each mail stored once and never deleted there, trouble said in words."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from tickets.mail.fetching import fetch_now
from tickets.mail.mailbox import LEASE, PACE
from tickets.mail.watching import watch
from tickets.models import IncomingMail, Mailbox, Message

pytestmark = pytest.mark.django_db


@dataclass
class Server:
    """As much of an IMAP server as one looks into: a password, a folder, mails by number."""

    port: int = 0
    password: str = "right"
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _space, command = line.partition(" ")
            self.server.told.commands.append(command)
            self.answer(command, self.server.told)
            if not self.wfile.closed:
                given = command.replace('"', "").split()
                refused = given[0] == "LOGIN" and given[1:] != ["service", self.server.told.password]
                refused = refused or (command.startswith("SELECT") and "INBOX" not in command)
                self.say(f"{tag} {'NO no' if refused else 'OK done'}")
            if command == "LOGOUT":
                return

    def answer(self, command: str, told: Server) -> None:
        if command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command.startswith("STATUS"):
            self.say(f'* STATUS "INBOX" (UIDVALIDITY {told.validity})')
        elif command.startswith("SELECT"):
            self.say(f"* {len(told.mails)} EXISTS")
        elif command == "LOGOUT":
            self.say("* BYE")
        elif command.startswith("UID SEARCH"):
            self.say(f"* SEARCH {' '.join(map(str, told.mails))}".rstrip())
        elif command.upper().startswith("UID FETCH"):
            number = int(re.findall(r"\d+", command)[0])
            raw = told.mails[number]
            self.say(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw)
            self.say(")")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server(settings, tmp_path) -> Iterator[Server]:
    settings.MEDIA_ROOT = tmp_path
    told = Server()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as listening:
        listening.daemon_threads = True
        listening.told = told
        told.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        yield told
        listening.shutdown()


def box(cast: Cast, server: Server, **how: object) -> Mailbox:
    said = {
        "address": "service@kulanz.example",
        "cause": cast.broken,
        "host": "127.0.0.1",
        "port": server.port,
    }
    said |= {
        "security": "none",
        "username": "service",
        "secret": "right",
        "made_by": cast.ben,
        "next_at": MONDAY,
    }
    return Mailbox.objects.create(**{**said, **how})


def mail(number: int) -> bytes:
    head = f"From: cem@kulanz.example\r\nSubject: {number}\r\nMessage-ID: <{number}@c>"
    return f"{head}\r\n\r\nHello {number}\r\n".encode()


def test_what_is_new_is_stored_once_and_nothing_is_changed_on_the_server(cast: Cast, server: Server) -> None:
    box(cast, server)
    server.mails = {3: mail(3), 5: mail(5)}
    assert fetch_now(now=MONDAY) == 2
    server.mails[6] = mail(6)
    assert fetch_now(now=MONDAY) == 0  # not before its time
    assert fetch_now(now=MONDAY + PACE) == 1
    assert sorted(Message.objects.values_list("text", flat=True)) == ["Hello 3", "Hello 5", "Hello 6"]
    assert {one.ticket.team for one in IncomingMail.objects.all()} == {cast.south}  # the mailbox's own cause
    assert IncomingMail.objects.earliest("pk").bytes == mail(3)
    assert [one for one in server.commands if re.search(r"STORE|EXPUNGE|MOVE", one, re.IGNORECASE)] == []


def test_a_new_numbering_fetches_again_and_makes_nothing_twice(cast: Cast, server: Server) -> None:
    box(cast, server)
    server.mails = {3: mail(3)}
    fetch_now(now=MONDAY)
    server.validity, server.mails = 8, {1: mail(3), 2: mail(4)}
    assert fetch_now(now=MONDAY + PACE) == 2
    assert Message.objects.count() == 2


def test_whoever_died_in_it_gives_the_mailbox_back(cast: Cast, server: Server) -> None:
    found = box(cast, server)
    server.mails = {3: mail(3)}
    assert Mailbox.objects.claim(found.pk, now=MONDAY) is True
    assert Mailbox.objects.claim(found.pk, now=MONDAY) is False
    assert fetch_now(now=MONDAY) == 0
    assert fetch_now(now=MONDAY + LEASE) == 1


def test_news_hasten_a_look_but_nobody_who_is_at_it_and_no_trouble(cast: Cast, server: Server) -> None:
    found = box(cast, server)
    assert watch(found, is_over=lambda: True, on_news=lambda: None) is False  # it tells of nothing by itself
    server.mails = {3: mail(3)}
    assert fetch_now(now=MONDAY) == 1
    assert Mailbox.objects.hasten(found.pk, now=MONDAY) is True
    assert Mailbox.objects.claim(found.pk, now=MONDAY) is True
    assert Mailbox.objects.hasten(found.pk, now=MONDAY) is False
    Mailbox.objects.update(next_at=MONDAY + PACE, trouble="Nobody answers.")
    assert Mailbox.objects.hasten(found.pk, now=MONDAY) is False


def test_a_key_that_comes_late_puts_back_nothing_that_was_entered_or_forgotten_meanwhile(
    cast: Cast, server: Server
) -> None:
    found = box(cast, server)
    late = {"until": MONDAY + PACE, "lasting": "lasting-2"}
    asking = Mailbox.objects.get()
    Mailbox.objects.update(secret="entered")
    asking.keep_access("short", **late)
    found.refresh_from_db()
    assert (found.secret, found.access) == ("entered", "")
    Mailbox.objects.get().keep_access("short", **late)
    found.refresh_from_db()
    assert (found.secret, found.access) == ("lasting-2", "short")
    asking = Mailbox.objects.get()
    found.end(at=MONDAY)
    asking.keep_access("shorter", **late)
    found.refresh_from_db()
    assert (found.secret, found.access) == ("", "")


def test_trying_asks_with_what_stands_in_the_form_and_not_with_a_key_at_hand(
    cast: Cast, server: Server, client: Client
) -> None:
    Person.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    client.force_login(cast.ben)
    shut = {"token_url": "https://127.0.0.1:1/token", "way": "oauth"}
    until = timezone.now() + timedelta(hours=1)
    found = box(cast, server, access="short", access_until=until, **shut)
    said = {"address": found.address, "cause": cast.late.pk, "host": found.host, "port": found.port}
    said |= {"security": "none", "folder": "INBOX", "username": "service", "secret": "mistyped", **shut}
    page = client.post(f"/desk/setup/mailboxes/{found.pk}/", {**said, "test": "1"})
    assert "The provider’s address for keys does not answer." in page.text
    found.refresh_from_db()
    assert (found.secret, found.access) == ("right", "short")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"secret": "wrong"}, "The server does not take this user name with this password or key."),
        ({"folder": "Nowhere"}, "The server knows no folder “Nowhere”."),
        ({"port": 1}, "Nobody answers at this server and port."),
        ({"host": "mail.example"}, "Without encryption only a server on this machine is asked."),
        (
            {"way": "oauth", "token_url": "http://x.example"},
            "The address for keys does not begin with https://.",
        ),
    ],
)
def test_trouble_is_said_in_words_and_waits_longer_each_time(
    cast: Cast, server: Server, how: dict[str, object], words: str
) -> None:
    found = box(cast, server, **how)
    fetch_now(now=MONDAY)
    found.refresh_from_db()
    assert (found.trouble, found.next_at) == (words, MONDAY + timedelta(minutes=1))
    fetch_now(now=found.next_at)
    found.refresh_from_db()
    assert found.next_at == MONDAY + timedelta(minutes=3)


def test_an_administrator_tries_a_mailbox_before_keeping_it(
    cast: Cast, server: Server, client: Client
) -> None:
    Person.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    client.force_login(cast.ben)
    server.mails = {1: mail(1)}
    said = {
        "address": "Service@kulanz.example",
        "cause": cast.late.pk,
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "folder": "INBOX",
        "username": "service",
        "way": "password",
        "secret": "wrong",
    }
    page = client.post("/desk/setup/mailboxes/new/", {**said, "test": "1"})
    assert "The server does not take this user name" in page.text
    page = client.post("/desk/setup/mailboxes/new/", {**said, "secret": "right", "test": "1"})
    assert "It works. Mails in this folder: 1" in page.text
    assert not Mailbox.objects.exists()
    assert client.post("/desk/setup/mailboxes/new/", {**said, "secret": "right"}).status_code == 302
    kept = Mailbox.objects.get()
    page = client.get(f"/desk/setup/mailboxes/{kept.pk}/")
    assert "right" not in page.text.replace("copyright", "").replace("arrow-right", "").replace(
        "icon-right", ""
    )
    client.post(f"/desk/setup/mailboxes/{kept.pk}/", {**said, "secret": ""})
    kept.refresh_from_db()
    assert (kept.address, kept.secret) == ("service@kulanz.example", "right")
    elsewhere = {**said, "secret": "", "host": "localhost", "test": "1"}
    page = client.post(f"/desk/setup/mailboxes/{kept.pk}/", elsewhere)
    assert "without it the mailbox stays shut" in page.text  # and nothing was sent there
    client.post(f"/desk/setup/mailboxes/{kept.pk}/end/")
    kept.refresh_from_db()
    assert kept.secret == ""
    assert fetch_now(now=MONDAY + timedelta(days=1000)) == 0


def test_a_mail_from_one_of_our_own_mailboxes_went_round_in_a_circle(cast: Cast, server: Server) -> None:
    box(cast, server, address="help@else.example")
    server.mails = {1: b"From: help@else.example\r\n\r\nHello"}
    fetch_now(now=MONDAY)
    assert IncomingMail.objects.get().reason == "loop"
