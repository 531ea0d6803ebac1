"""Mail becomes tickets and replies with the rights of every other door, once each; the rest waits for a person."""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta
from email.message import EmailMessage

import pytest
from cast import MONDAY, Cast
from django.core import mail as sent
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Person
from tickets.mail import intake
from tickets.mail.delivery import deliver_now
from tickets.mail.inbox import LEASE
from tickets.mail.intake import receive, take_in_now, try_again
from tickets.mail.reply_address import reply_address, tag_of, ticket_in_addresses
from tickets.models import Event, IncomingMail, Message, OutgoingMail, Ticket, Watcher

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def built(text: str = "Wo ist mein Paket?", *, sender: str = "cem@kulanz.example", **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, headers.pop("To", "service@kulanz.example")
    letter["Subject"] = headers.pop("Subject", "Paket")
    letter["Message-ID"] = headers.pop("Message_ID", "<1@cem.example>")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


def took(raw: bytes, **how: object) -> IncomingMail:
    mail = receive(raw, door="pipe", at=how.pop("at", MONDAY))
    mail.refresh_from_db()
    return mail


def test_somebody_new_costs_no_more_questions_than_a_mail_may(cast: Cast) -> None:
    asked = []
    for name in ("one", "two", "three"):
        with CaptureQueriesContext(connection) as queries:
            assert took(built(sender=f"{name}@neu.example", Message_ID=f"<{name}@neu.example>")).ticket
        asked.append(len(queries))
    assert asked[1] == asked[2] <= 36, asked


def test_a_mail_becomes_a_ticket_of_who_sent_it_with_its_words_and_files(cast: Cast) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = (
        "Cem <CEM@kulanz.example>",
        "Glas",
        "<a@cem.example>",
    )
    letter.set_content("Das Glas ist zerbrochen.\n\n-- \nCem\n")
    letter.add_attachment(PNG, maintype="image", subtype="png", filename="../glas.png")
    letter.add_attachment(b"MZ\0\0", maintype="application", subtype="octet-stream", filename="rechnung.exe")
    mail = took(letter.as_bytes())
    ticket, message = mail.ticket, mail.message
    assert (mail.result, ticket.customer, ticket.subject, ticket.team) == (
        "ticket",
        cast.cem,
        "Glas",
        cast.north,
    )
    assert (message.text, message.quoted, message.channel) == ("Das Glas ist zerbrochen.", "-- \nCem", "mail")
    assert [(file.name, file.content_type) for file in message.attachments.all()] == [
        ("glas.png", "image/png")
    ]
    assert mail.left_out == ["rechnung.exe"]
    assert mail.bytes == letter.as_bytes()


def test_a_stranger_becomes_a_customer_who_is_answered_in_their_language(cast: Cast) -> None:
    mail = took(built("Ich warte auf mein Paket und es ist nicht da.", sender="Fritz <fritz@neu.example>"))
    fritz = Person.objects.get(email="fritz@neu.example")
    assert (fritz.name, fritz.language, fritz.has_usable_password()) == ("Fritz", "de", False)
    assert mail.ticket.customer == Customer.objects.get(person=fritz)
    assert "ist bei uns angekommen" in OutgoingMail.objects.get(to="fritz@neu.example").text


def test_the_same_mail_twice_is_one_message_whichever_way_it_came(cast: Cast) -> None:
    raw = built()
    first, second = took(raw), took(b"Received: from elsewhere\n" + raw)
    assert (second.result, second.reason, second.ticket) == ("ignored", "duplicate", first.ticket)
    assert Message.objects.filter(from_customer=True).count() == 1
    assert took(built("Other words, same id")).result == "ticket"


def test_an_answer_to_the_signed_address_goes_on_with_its_ticket(cast: Cast) -> None:
    ticket = cast.ticket()
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY)
    mail = took(built("Ja, heute.", To=reply_address(ticket.pk), Subject="Something else"))
    ticket.refresh_from_db()
    assert (mail.result, mail.ticket, mail.message.text, ticket.status) == (
        "reply",
        ticket,
        "Ja, heute.",
        "open",
    )
    assert (mail.message.author, mail.message.from_customer) == (cast.cem.person, True)


def test_what_we_send_says_where_to_answer_and_what_it_answers(cast: Cast) -> None:
    ticket = took(built()).ticket
    ticket.reply("Es kommt heute.", by=cast.anna, at=MONDAY)
    deliver_now()
    confirmation, answer = (one.message() for one in sent.outbox)
    assert ticket_in_addresses([answer["Reply-To"]]) == ticket.pk
    assert answer["In-Reply-To"] == "<1@cem.example>"
    assert answer["References"].split()[0] == confirmation["Message-ID"]
    assert (confirmation["Auto-Submitted"], answer["Auto-Submitted"]) == ("auto-generated", None)
    assert [one["Precedence"] for one in (confirmation, answer)] == ["auto_reply", None]
    assert [one["List-Id"] is None for one in (confirmation, answer)] == [False, True]
    back = took(built("Danke, aber wann?", In_Reply_To=answer["Message-ID"], Message_ID="<2@cem.example>"))
    assert (back.result, back.ticket) == ("reply", ticket)
    own = took(built("Noch etwas: es eilt.", References="<1@cem.example>", Message_ID="<3@cem.example>"))
    assert (own.result, own.ticket) == ("reply", ticket)


@pytest.mark.parametrize("way", ["subject", "short", "forged", "id"])
def test_nobody_joins_a_ticket_that_is_not_theirs(cast: Cast, way: str) -> None:
    """K6: a number in the subject, a part of a signature, one for another ticket, somebody else's Message-ID."""
    ticket = cast.ticket()
    host = "@kulanz.example"
    said = {
        "subject": {"Subject": f"Re: Paket [#{ticket.pk}]"},
        "short": {"To": f"service+{tag_of(ticket.pk)[:-1]}{host}"},
        "forged": {
            "To": f"service+{tag_of(ticket.pk + 1).replace(f't{ticket.pk + 1}', f't{ticket.pk}')}{host}"
        },
        "id": {"In_Reply_To": OutgoingMail.objects.get(key=f"confirm:{ticket.pk}").message_id},
    }[way]
    mail = took(built("Let me in", sender="eva@kulanz.example", **said))
    assert (mail.result, mail.ticket.customer) == ("ticket", cast.eva)
    assert ticket.messages.count() == 1


def test_somebody_unknown_at_the_right_address_is_read_on_the_desk_alone(cast: Cast) -> None:
    ticket = cast.ticket()
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY)
    letters = OutgoingMail.objects.count()
    mail = took(built("I am his brother", sender="bro@else.example", To=reply_address(ticket.pk)))
    ticket.refresh_from_db()
    assert (mail.result, mail.is_unverified, mail.message.kind) == ("reply", True, "internal")
    assert (ticket.status, ticket.customer, OutgoingMail.objects.count()) == (
        "waiting_customer",
        cast.cem,
        letters,
    )
    assert not Person.objects.filter(email="bro@else.example").exists()


def test_whoever_else_it_was_sent_to_watches_where_they_may_read_it(cast: Cast) -> None:
    there = f"service@kulanz.example, {cast.ben.email}"
    here = f"{cast.dora.email}, eva@kulanz.example, new@else.example, cem@kulanz.example"
    mail = took(built(To=there, Cc=here))
    assert [one.person for one in Watcher.objects.filter(ticket=mail.ticket)] == [cast.ben]
    back = f"{reply_address(mail.ticket_id)}, {cast.anna.email}"
    took(built("Noch etwas", To=back, Message_ID="<2@c>"))
    assert set(Watcher.objects.values_list("person", flat=True)) == {cast.anna.pk, cast.ben.pk}


def test_a_stranger_at_the_right_address_makes_nobody_watch(cast: Cast) -> None:
    ticket = took(built()).ticket
    back = f"{reply_address(ticket.pk)}, {cast.ben.email}"
    took(built("Hallo", sender="who@else.example", To=back, Message_ID="<2@c>"))
    assert Watcher.objects.count() == 0


def test_who_works_on_the_desk_cannot_answer_customers_by_mail(cast: Cast) -> None:
    ticket = cast.ticket()
    mail = took(built("It is on us.", sender="anna@kulanz.example", To=reply_address(ticket.pk)))
    assert (mail.result, mail.reason, ticket.messages.count()) == ("quarantine", "of_the_desk", 1)


def test_a_closed_account_and_an_address_our_server_calls_forged_wait_for_a_person(
    cast: Cast, settings
) -> None:
    Person.objects.filter(pk=cast.eva.person_id).update(is_active=False)
    assert took(built(sender="eva@kulanz.example")).reason == "closed_account"
    settings.MAIL_AUTHENTICATION_SERVER = "mx.kulanz.example"
    said = {"Authentication_Results": "mx.kulanz.example; dmarc=fail header.from=kulanz.example"}
    assert took(built(**said)).reason == "not_verified"
    assert took(built(Authentication_Results="mx.elsewhere.example; dmarc=fail")).result == "ticket"


def test_machines_are_not_answered_and_two_of_them_end_by_themselves(cast: Cast) -> None:
    assert took(built(Auto_Submitted="auto-replied")).reason == "auto_reply"
    listed = took(built("News", Message_ID="<l@x>", List_Id="<news.example>"))
    assert listed.result == "ticket"
    assert not OutgoingMail.objects.exists()
    eva = {"sender": "eva@kulanz.example"}
    for number in range(5):  # no header says that a machine wrote these: the hour does
        took(built(f"We got your mail {number}", Message_ID=f"<{number}@robot>", **eva))
    assert OutgoingMail.objects.filter(to="eva@kulanz.example").count() == 1


def test_very_many_from_one_sender_wait_and_leave_the_desk_usable(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(intake, "MOST_PER_SENDER", 2)
    results = [took(built(Message_ID=f"<{number}@cem>")).reason for number in range(4)]
    assert results == ["", "", "too_many", "too_many"]
    assert took(built(Message_ID="<9@cem>"), at=MONDAY + timedelta(hours=2)).result == "ticket"


def test_a_mail_that_came_back_is_told_at_the_mail_and_on_its_ticket(cast: Cast) -> None:
    ticket = cast.ticket()
    letter = OutgoingMail.objects.get(key=f"confirm:{ticket.pk}")
    raw = (
        "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"
        "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 no such user\n\n--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: {letter.message_id}\n\n--b--\n"
    )
    mail = took(raw.encode())
    letter.refresh_from_db()
    assert (mail.result, mail.reason, mail.ticket) == ("ignored", "delivery_report", ticket)
    assert (letter.bounced_at, letter.trouble) == (MONDAY, "550 no such user")
    told = Event.objects.get(kind="mail_bounced")
    assert told.sentence == "A mail to cem@kulanz.example came back: 550 no such user"


def test_an_answer_that_came_back_says_so_and_is_sent_again_to_the_address_of_now(
    cast: Cast, client: Client
) -> None:
    ticket = cast.ticket()
    said = ticket.reply("Es kommt heute.", by=cast.anna, at=MONDAY)
    letter = OutgoingMail.objects.get(key=f"answer:{said.pk}")
    client.force_login(cast.anna)
    again = f"/desk/tickets/{ticket.pk}/messages/{said.pk}/again/"
    assert client.post(again).status_code == 404  # nothing to mend
    OutgoingMail.objects.filter(pk=letter.pk).update(
        sent_at=MONDAY, bounced_at=MONDAY, trouble="550 no such user"
    )
    assert "550 no such user" in client.get(f"/desk/tickets/{ticket.pk}/").text
    Person.objects.filter(pk=cast.cem.person_id).update(email="cem@new.example")
    client.post(again)
    letter.refresh_from_db()
    assert (letter.to, letter.sent_at, letter.bounced_at) == ("cem@new.example", None, None)
    assert Event.objects.filter(kind="mail_sent_again", by=cast.anna).count() == 1
    assert client.post(again).status_code == 404


def test_what_could_not_be_read_waits_and_can_be_read_again(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    mail = took(built(sender="anna@kulanz.example"))
    client.force_login(cast.ben)
    page = client.get("/desk/setup/inbox/")
    assert page.status_code == 200
    assert "The sender works on the desk" in page.text
    Customer.objects.create(person=cast.anna)
    client.post(f"/desk/setup/inbox/{mail.pk}/retry/")
    mail.refresh_from_db()
    assert (mail.result, mail.ticket.customer.person) == ("ticket", cast.anna)
    assert client.get(f"/desk/setup/inbox/{mail.pk}/raw/").getvalue() == mail.bytes
    other = took(b"nothing at all")
    client.post(f"/desk/setup/inbox/{other.pk}/removal/")
    other.refresh_from_db()
    assert (other.result, other.reason) == ("ignored", "put_aside")
    assert other.bytes == b"nothing at all"
    assert try_again(other, by=cast.ben).result == "ignored"


def test_the_designed_mail_is_shown_harmless_in_a_sandbox_to_who_works_the_ticket(
    cast: Cast, client: Client
) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "cem@kulanz.example", "Hallo & <ihr>"
    letter.set_content(
        '<p>Hallo<img src="cid:x"><img src="https://evil.example/"></p><script>1</script>', subtype="html"
    )
    mail = took(letter.as_bytes())
    address = f"/desk/tickets/{mail.ticket_id}/messages/{mail.message_id}/mail/"
    client.force_login(cast.anna)
    page = client.get(address)
    assert page.text.startswith('<!doctype html><html lang="')
    assert f"<title>#{mail.ticket_id} Hallo &amp; &lt;ihr&gt;</title>" in page.text
    assert "<main><h1>Hallo &amp; &lt;ihr&gt;</h1><p>Hallo<img><img></p>" in page.text
    assert "script" not in page.text
    assert "evil" not in page.text
    assert page["Content-Security-Policy"].startswith("sandbox")
    client.force_login(cast.dora)
    assert client.get(address).status_code == 404


def test_a_mail_whose_reader_died_is_read_by_the_next(cast: Cast) -> None:
    IncomingMail.store(built(), door="pipe", at=MONDAY)
    assert take_in_now(now=MONDAY + LEASE - timedelta(seconds=1)) == 0
    assert take_in_now(now=MONDAY + LEASE) == 1
    assert Ticket.objects.get().messages.get().text == "Wo ist mein Paket?"


def test_the_pipe_answers_with_a_line_of_json_whatever_comes(cast: Cast, monkeypatch, capsysbinary) -> None:
    class Stdin:
        buffer = io.BytesIO(built())

    monkeypatch.setattr(sys, "stdin", Stdin)
    call_command("receive_mail")
    said = json.loads(capsysbinary.readouterr().out)
    ticket = Ticket.objects.get()
    assert said == {
        "result": "ticket",
        "ticket": str(ticket.pk),
        "subject": "Paket",
        "from": "cem@kulanz.example",
        "text": "Wo ist mein Paket?",
        "attachments": [],
        "reason": None,
    }
    Stdin.buffer = io.BytesIO(b"\xff\x00" * 100)
    call_command("receive_mail")
    said = json.loads(capsysbinary.readouterr().out)
    assert (said["result"], said["ticket"], bool(said["reason"])) == ("quarantine", None, True)


def test_an_empty_house_takes_mail_too(db: None) -> None:
    mail = took(built(""))
    assert (mail.ticket.cause.code, mail.ticket.team.slug, mail.message.text) == ("other", "service", "")
