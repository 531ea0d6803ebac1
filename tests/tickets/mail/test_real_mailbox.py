"""Mailboxes on a real IMAP server: what is fetched, what stays as it was there, and what happens when it breaks off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random

import imap_server
import pytest
from cast import MONDAY, Cast
from imap_server import PASSWORD, Dovecot
from token_provider import Provider, provider

from tickets.mail.fetching import fetch_now
from tickets.mail.mailbox import PACE
from tickets.mail.watching import watch
from tickets.models import IncomingMail, Mailbox, Message

pytestmark = [pytest.mark.django_db, pytest.mark.services]
PEOPLE = ["plain", "big", "cut", "twice", "wrong", "idle"]
OAUTH = "oauth@kulanz.example"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with imap_server.running(PEOPLE) as server:
        yield server


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def box(cast: Cast, port: int, user: str, **how: object) -> Mailbox:
    said = {"address": f"{user}@in.example", "cause": cast.broken, "host": "127.0.0.1", "port": port}
    said |= {"security": "none", "username": user, "secret": PASSWORD, "made_by": cast.ben, "next_at": MONDAY}
    return Mailbox.objects.create(**{**said, **how})


def letter(subject: str, data: bytes = b"") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = (
        "cem@kulanz.example",
        subject,
        f"<{subject}@c.example>",
    )
    mail.set_content(f"Grüße zu {subject}")
    if data:
        mail.add_attachment(data, maintype="application", subtype="pdf", filename="Übersicht.pdf")
    return mail.as_bytes(policy=SMTP)


@contextmanager
def cutting(to: int, *, after: int) -> Iterator[int]:
    """A way to a server that breaks off once, after so many bytes of its answer."""

    def carry(come: socket.socket, go: socket.socket, limit: list[int]) -> None:
        with come, go, suppress(OSError):
            while data := come.recv(16_384):
                go.sendall(data)
                limit[0] -= len(data)
                if limit[0] < 0:
                    limit[0] = 2**40
                    for end in (come, go):
                        end.shutdown(socket.SHUT_RDWR)
                    return

    left, endless = [after], [2**40]
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            for _turn in range(2):
                client = door.accept()[0]
                server = socket.create_connection(("127.0.0.1", to))
                threading.Thread(target=carry, args=(server, client, left), daemon=True).start()
                threading.Thread(target=carry, args=(client, server, endless), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]


def subjects() -> list[str]:
    return sorted(IncomingMail.objects.values_list("subject", flat=True))


def test_an_app_password_opens_it_and_every_mail_stays_unseen_and_undeleted(
    cast: Cast, dovecot: Dovecot
) -> None:
    mails = [letter("one"), letter("two")]
    dovecot.put("plain", *mails)
    found = box(cast, dovecot.port, "plain")
    assert fetch_now(now=MONDAY) == 2
    found.refresh_from_db()
    assert (found.trouble, found.fetched_up_to) == ("", 2)
    assert [one.bytes for one in IncomingMail.objects.order_by("pk")] == mails
    there = dovecot.opened("plain")
    assert there.search(None, "UNSEEN", "UNDELETED")[1] == [b"1 2"]
    there.store("1", "+FLAGS", r"(\Seen \Flagged)")  # what a person does there changes nothing here
    there.logout()
    dovecot.put("plain", letter("three"))
    assert fetch_now(now=MONDAY + PACE) == 1
    assert subjects() == ["one", "three", "two"]


def test_a_big_mail_comes_whole_and_one_beyond_our_limit_waits_for_a_person(
    cast: Cast, dovecot: Dovecot, settings: object
) -> None:
    data = Random(1).randbytes(3_000_000)
    big = letter("big", data)
    settings.MAIL_MAX_BYTES = len(big)
    dovecot.put("big", big, letter("bigger", data + b"x" * 1000))
    box(cast, dovecot.port, "big")
    assert fetch_now(now=MONDAY) == 2
    whole, cut = IncomingMail.objects.order_by("pk")
    assert (whole.bytes, whole.result) == (big, "ticket")
    assert whole.message.attachments.get().size == len(data)
    assert (cut.result, cut.reason, cut.size) == ("quarantine", "too_large", len(big) + 1)


def test_a_connection_lost_within_a_mail_loses_none_and_doubles_none(cast: Cast, dovecot: Dovecot) -> None:
    mails = [letter("first"), letter("second", Random(2).randbytes(500_000)), letter("third")]
    dovecot.put("cut", *mails)
    with cutting(dovecot.port, after=200_000) as port:
        found = box(cast, port, "cut")
        assert fetch_now(now=MONDAY) == 1
        found.refresh_from_db()
        assert found.trouble == "The connection ended in the middle of fetching. We try again."
        assert found.fetched_up_to == 1
        assert fetch_now(now=found.next_at) == 2
    found.refresh_from_db()
    assert (found.trouble, found.troubles) == ("", 0)
    assert [one.bytes for one in IncomingMail.objects.order_by("pk")] == mails
    assert Message.objects.count() == 3


def test_the_same_mail_twice_is_one_message(cast: Cast, dovecot: Dovecot) -> None:
    dovecot.put("twice", letter("same"), b"Received: by another way\r\n" + letter("same"))
    box(cast, dovecot.port, "twice")
    assert fetch_now(now=MONDAY) == 2
    assert Message.objects.count() == 1
    assert list(IncomingMail.objects.order_by("pk").values_list("result", "reason")) == [
        ("ticket", ""),
        ("ignored", "duplicate"),
    ]


def test_a_wrong_password_is_said_and_tried_more_seldom(cast: Cast, dovecot: Dovecot) -> None:
    found = box(cast, dovecot.port, "wrong", secret="another")
    fetch_now(now=MONDAY)
    found.refresh_from_db()
    assert found.trouble == "The server does not take this user name with this password or key."
    assert found.next_at == MONDAY + timedelta(minutes=1)


def test_a_server_that_tells_of_new_mail_is_heard_at_once(cast: Cast, dovecot: Dovecot) -> None:
    """Told by the server and not by a clock of ours: a round would last a minute."""
    dovecot.put("idle", letter("before"))
    found, told = box(cast, dovecot.port, "idle"), []

    def on_news() -> None:
        told.append("news")
        if len(told) == 1:
            threading.Timer(0.2, dovecot.put, ("idle", letter("now"))).start()

    assert watch(found, is_over=lambda: len(told) > 1, on_news=on_news, seconds=60) is True
    assert told == ["news", "news"]
    assert fetch_now(now=MONDAY) == 2


# ---- OAuth 2 -------------------------------------------------------------------------------------------------------


@pytest.fixture
def given(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    with provider(tmp_path, judge_port=dovecot.judge_port, email=OAUTH) as told:
        monkeypatch.setenv("SSL_CERT_FILE", str(told.certificate))
        yield told


def by_oauth(cast: Cast, dovecot: Dovecot, given: Provider) -> Mailbox:
    how = {"way": "oauth", "secret": "lasting-1", "token_url": given.url, "client_id": "ours"}
    return box(cast, dovecot.port, OAUTH, **how)


def test_a_key_of_an_hour_is_fetched_once_and_the_lasting_one_is_changed_with_the_provider(
    cast: Cast, dovecot: Dovecot, given: Provider
) -> None:
    found = by_oauth(cast, dovecot, given)
    assert fetch_now(now=MONDAY) == 0
    found.refresh_from_db()
    assert (found.trouble, found.secret, found.access) == ("", "lasting-2", "short-1")
    fetch_now(now=MONDAY + PACE)
    assert given.asked == [{"grant_type": "refresh_token", "refresh_token": "lasting-1", "client_id": "ours"}]
    fetch_now(now=MONDAY + timedelta(minutes=56))
    found.refresh_from_db()
    assert (found.trouble, found.secret, found.access) == ("", "lasting-3", "short-2")
    assert [one["refresh_token"] for one in given.asked] == ["lasting-1", "lasting-2"]


def test_a_key_the_server_takes_no_longer_is_followed_by_a_fresh_one(
    cast: Cast, dovecot: Dovecot, given: Provider
) -> None:
    found = by_oauth(cast, dovecot, given)
    fetch_now(now=MONDAY)
    given.good.clear()
    fetch_now(now=MONDAY + PACE)
    found.refresh_from_db()
    assert found.trouble == "The server does not take this user name with this password or key."
    fetch_now(now=found.next_at)
    found.refresh_from_db()
    assert (found.trouble, found.access) == ("", "short-2")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "invalid_grant",
            "The provider takes the key no longer. Sign in with the provider again and enter the new one.",
        ),
        ("invalid_client", "The provider does not know this client id with this client secret."),
        ("server_error", "The provider gave no key. Sign in with the provider again and enter the new one."),
    ],
)
def test_what_the_provider_refuses_is_said_in_words(
    cast: Cast, dovecot: Dovecot, given: Provider, error: str, words: str
) -> None:
    found = by_oauth(cast, dovecot, given)
    given.error = error
    fetch_now(now=MONDAY)
    found.refresh_from_db()
    assert (found.trouble, found.secret) == (words, "lasting-1")
