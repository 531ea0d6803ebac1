"""The outbox: every mail leaves at least once, each repeat can be told, and no stranger writes its headers."""

from __future__ import annotations

import smtplib
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from cast import MONDAY, person
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from accounts.models import Customer
from tickets.mail import delivery, outbox
from tickets.mail.delivery import FIRST_RETRY, LONGEST_RETRY, MOST_TRIES, deliver_now
from tickets.mail.outbox import LEASE, in_one_statement, one_line
from tickets.mail.reply_address import reply_address
from tickets.models import OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
HERE = __name__


class Trouble(EmailBackend):
    """A mail server that answers as told: `error` before a mail is taken, `last_words` after it."""

    error: BaseException | None = None
    last_words: BaseException | None = None
    only = ""
    tries = 0

    def send_messages(self, messages):
        type(self).tries += 1
        if self.error and self.only in messages[0].to[0]:
            raise self.error
        number = super().send_messages(messages)
        if self.last_words:
            raise self.last_words
        return number


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{HERE}.Trouble"
    Trouble.error, Trouble.last_words, Trouble.only, Trouble.tries = None, None, "", 0
    return Trouble


@pytest.fixture
def write():
    def write(key: str = "answer:1", **how: object) -> OutgoingMail:
        fields = {"to": "cem@kulanz.example", "subject": "Hello", "text": "We are on it.\n", **how}
        OutgoingMail.write(key=key, **fields)
        OutgoingMail.objects.filter(key=key).update(due_at=MONDAY)
        return OutgoingMail.objects.get(key=key)

    return write


def test_the_same_key_is_one_mail(write, server):
    write("answer:1")
    write("answer:1", to="somebody@else.example", subject="Other", text="Other")
    assert deliver_now(now=MONDAY) == 1
    assert [m.to for m in sent.outbox] == [["cem@kulanz.example"]]


def test_a_key_already_there_does_not_break_the_transaction_of_who_writes_it(write):
    write("answer:1")
    with transaction.atomic():
        OutgoingMail.write(key="answer:1", to="x@kulanz.example", subject="x", text="x")
        assert OutgoingMail.objects.count() == 1


def test_what_is_rolled_back_was_never_written():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        OutgoingMail.write(key="answer:1", to="x@kulanz.example", subject="x", text="x")
        raise ZeroDivisionError
    assert not OutgoingMail.objects.exists()


def test_a_transaction_asks_for_one_delivery_however_many_mails_it_writes(
    monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(outbox, "nudge", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(20):
            OutgoingMail.write(key=f"answer:{number}", to="x@kulanz.example", subject="x", text="x")
    assert asked == ["tickets.jobs.deliver_mail"]


def test_many_written_together_are_one_statement_and_a_key_among_them_counts_once(django_assert_num_queries):
    fields = {"to": "x@kulanz.example", "subject": "x", "text": "x"}
    OutgoingMail.write(key="answer:1", **fields)
    with django_assert_num_queries(1), in_one_statement():
        for number in (1, 2, 2, 3):
            OutgoingMail.write(key=f"answer:{number}", **fields)
    assert sorted(OutgoingMail.objects.values_list("key", flat=True)) == ["answer:1", "answer:2", "answer:3"]


def test_of_many_written_together_none_is_kept_when_one_cannot_be_written():
    with pytest.raises(ZeroDivisionError), in_one_statement():
        OutgoingMail.write(key="answer:1", to="x@kulanz.example", subject="x", text="x")
        raise ZeroDivisionError
    assert not OutgoingMail.objects.exists()


def test_killed_between_sending_and_noting_it_repeats_under_the_same_id(write, server):
    mail = write(thread="confirm:1")
    server.last_words = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        deliver_now(now=MONDAY)
    mail.refresh_from_db()
    assert mail.sent_at is None
    server.last_words = None
    assert deliver_now(now=MONDAY + LEASE - timedelta(seconds=1)) == 0  # somebody may still be at it
    assert deliver_now(now=MONDAY + LEASE) == 1
    first, second = (m.message() for m in sent.outbox)
    assert first["Message-ID"] == second["Message-ID"] == mail.message_id
    assert first["References"] == second["References"] == outbox.message_id("confirm:1", 1)
    assert deliver_now(now=MONDAY + 10 * LEASE) == 0


def test_a_mail_that_ends_every_process_is_given_up_at_last(write, server):
    mail, other = write("deadly"), write("harmless", to="eva@kulanz.example")
    server.only, server.error = "cem@", KeyboardInterrupt()
    now = MONDAY
    for _try in range(MOST_TRIES + 1):
        OutgoingMail.objects.filter(pk=other.pk, sent_at=None).update(due_at=now + LEASE)
        if mail.tries < MOST_TRIES:
            with pytest.raises(KeyboardInterrupt):
                deliver_now(now=now)
        else:
            deliver_now(now=now)
        mail.refresh_from_db()
        now += LEASE
    assert mail.failed_at is not None
    assert deliver_now(now=now + LEASE) == 1
    assert [m.to for m in sent.outbox] == [["eva@kulanz.example"]]


def test_while_the_server_is_away_the_outbox_waits_and_then_all_leave_once(write, server):
    keys = [f"answer:{n}" for n in range(5)]
    for key in keys:
        write(key)
    server.error, now = ConnectionRefusedError("nobody listens"), MONDAY
    while now < MONDAY + timedelta(hours=4):
        deliver_now(now=now)
        now += timedelta(seconds=30)
    assert not sent.outbox
    assert OutgoingMail.objects.filter(sent_at=None, failed_at=None).count() == 5
    assert (
        OutgoingMail.objects.exclude(trouble="").first().trouble == "ConnectionRefusedError: nobody listens"
    )
    server.error = None
    while OutgoingMail.objects.filter(sent_at=None).exists() and now < MONDAY + timedelta(hours=6):
        deliver_now(now=now)
        now += timedelta(seconds=30)
    ids = Counter(m.extra_headers["Message-ID"] for m in sent.outbox)
    assert ids == {outbox.message_id(key): 1 for key in keys}
    assert not OutgoingMail.objects.exclude(trouble="").exists()


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPConnectError(421, b"too busy"),
        smtplib.SMTPAuthenticationError(535, b"no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_silent_server_is_asked_once_a_round_not_once_a_mail(write, server, error):
    for number in range(5):
        write(f"answer:{number}")
    server.error = error
    assert deliver_now(now=MONDAY) == 0
    assert server.tries == 1
    assert deliver_now(now=MONDAY + FIRST_RETRY - timedelta(seconds=1)) == 0
    assert server.tries == 1


def test_one_refused_recipient_stops_nobody_and_waits_longer_each_time(write, server):
    bad, good = write("a", to="nobody@kulanz.example"), write("b", to="eva@kulanz.example")
    server.only = "nobody@"
    server.error = smtplib.SMTPRecipientsRefused({"nobody@kulanz.example": (550, b"no such user")})
    waits, now = [], MONDAY
    while bad.failed_at is None:
        deliver_now(now=now)
        bad.refresh_from_db()
        waits.append(bad.due_at - now)
        now = bad.due_at
    good.refresh_from_db()
    assert good.sent_at == MONDAY
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_RETRY
    assert len(waits) == bad.tries == MOST_TRIES
    assert "no such user" in bad.trouble
    assert deliver_now(now=now + LONGEST_RETRY) == 0


def test_a_slow_server_does_not_keep_the_worker_for_ever(write, server, monkeypatch):
    for number in range(3):
        write(f"answer:{number}")
    monkeypatch.setattr(delivery, "LONGEST_SECONDS", 0)
    assert deliver_now(now=MONDAY) <= 1
    assert OutgoingMail.objects.filter(sent_at=None, due_at=MONDAY, tries=0).count() >= 2


def test_what_a_server_says_can_always_be_kept(write, server):
    mail = write()
    server.error = ValueError("bad \x00 words \ud800 of\r\n several lines " + "x" * 500)
    deliver_now(now=MONDAY)
    mail.refresh_from_db()
    assert mail.trouble.startswith("ValueError: bad words ? of several lines x")
    assert len(mail.trouble) <= 300


@pytest.mark.parametrize("fate", ["sent", "given up"])
def test_a_secret_is_erased_when_it_has_left_or_never_will(write, server, fate):
    said = {"subject": "123456 is your code", "text": "Your code is 123456.", "html": "<p>123456</p>"}
    mail = write("code:1", **said, secret=True)
    if fate == "sent":
        assert deliver_now(now=MONDAY) == 1
        assert "123456" in sent.outbox[0].body
    else:
        server.error = smtplib.SMTPRecipientsRefused({})
        OutgoingMail.objects.update(tries=MOST_TRIES - 1)
        deliver_now(now=MONDAY)
    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html) == ("… is your code", "", "")


def test_what_is_no_secret_stays_readable(write, server):
    mail = write()
    deliver_now(now=MONDAY)
    mail.refresh_from_db()
    assert mail.text == "We are on it.\n"


# ---- headers -------------------------------------------------------------------------------------------------

HOSTILE = [
    "Hello\r\nBcc: victim@evil.example",
    "Hello\nBcc: victim@evil.example\n\nA body of my own",
    "Hello\rBcc: victim@evil.example",
    "Hello\u2028Bcc: victim@evil.example",
    "Hello\x85Bcc: victim@evil.example\x0b\x0c\x1c",
    "=?utf-8?q?Hello=0D=0ABcc:_victim@evil.example?=",
    "Grüße\r\nBcc: victim@evil.example",
]


def parsed() -> list[object]:
    """Every mail as its receiver reads it: from the bytes, strictly."""
    return [message_from_bytes(m.message().as_bytes(), policy=policy.default) for m in sent.outbox]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_subject_adds_a_header(cast, server, text):
    cast.ticket(text)
    deliver_now()
    (letter,) = parsed()
    assert letter["Bcc"] is None
    assert letter["To"] == "cem@kulanz.example"
    assert letter["Cc"] is None
    assert [one.addr_spec for one in letter["Reply-To"].addresses] == [reply_address(Ticket.objects.get().pk)]
    assert letter.get_body(("plain",)).get_content().count("A body of my own") <= 1
    assert sent.outbox[0].recipients() == ["cem@kulanz.example"]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_name_adds_a_header(cast, server, name):
    stranger = Customer.objects.create(person=person("Stranger"))
    stranger.person.name = name
    stranger.person.save()
    ticket = cast.ticket(customer=stranger, by=stranger.person, at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben)
    ticket.hear("Still waiting.", by=stranger.person)
    deliver_now()
    letters = parsed()
    assert sorted(letter["To"] for letter in letters) == ["anna@kulanz.example", "stranger@kulanz.example"]
    assert all(letter["Bcc"] is None for letter in letters)


@pytest.mark.parametrize("to", ["cem@kulanz.example, eve@evil.example", "a@b.example\nBcc: eve@evil.example"])
def test_no_address_becomes_two(write, server, to):
    write(to=to)
    assert deliver_now(now=MONDAY) == 0
    assert not sent.outbox
    assert "ValidationError" in OutgoingMail.objects.get().trouble


def test_a_header_holds_one_line_of_text():
    assert one_line(" a\r\n\tb\u2029c\x00d \ud83d ") == "a b cd ?"
