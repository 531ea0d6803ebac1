"""What providers report of our mails: taken only from them, noted once at the mail, shown at its message."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tickets import news
from tickets.feedback.silence import Silence
from tickets.mail import views
from tickets.mail.carrier import Carrier
from tickets.models import Event, KeptNews, NewsWish, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
KEY = "signing-17"


def carrier(cast: Cast, kind: str) -> Carrier:
    made = Carrier(kind=kind, secret="k", signing_key=KEY)
    made.keep(by=cast.ben)
    return made


def report(provider: Carrier, said: object, *, password: str | None = None, **how: object) -> HttpResponse:
    given = provider.password if password is None else password
    basic = f"Basic {base64.b64encode(given.encode()).decode()}"
    how = {"content_type": "application/json", "headers": {"authorization": basic}, **how}
    body = said if isinstance(said, bytes) else json.dumps(said)
    return Client(enforce_csrf_checks=True).post(f"/mail/reports/{provider.kind}/", body, **how)


@pytest.fixture
def letter(cast: Cast) -> OutgoingMail:
    message = cast.ticket(at=MONDAY).reply("Es kommt heute.", by=cast.anna, at=MONDAY)
    OutgoingMail.objects.filter(key=f"answer:{message.pk}").update(carried_as="0a1b2c3d", sent_at=MONDAY)
    return OutgoingMail.objects.get(key=f"answer:{message.pk}")


def bounce(**how: object) -> dict[str, object]:
    said = {"RecordType": "Bounce", "Type": "HardBounce", "MessageID": "0a1b2c3d", "ID": 17}
    said |= {
        "Email": "cem@kulanz.example",
        "Details": "550 no such user",
        "BouncedAt": "2026-03-02T10:00:00Z",
    }
    return {**said, **how}


def delivery(**how: object) -> dict[str, object]:
    said = {"RecordType": "Delivery", "MessageID": "0a1b2c3d", "Recipient": "cem@kulanz.example"}
    return {**said, "DeliveredAt": "2026-03-02T11:00:00Z", **how}


def test_a_bounce_is_told_at_the_message_and_on_the_ticket_once(
    cast: Cast, letter: OutgoingMail, client: Client
) -> None:
    postmark = carrier(cast, "postmark")
    answers = [report(postmark, bounce()) for _time in range(2)]
    assert [(one.status_code, one.json()) for one in answers] == [(200, {"noted": 1}), (200, {"noted": 0})]
    told = Event.objects.get(kind="mail_bounced")
    assert told.sentence == "A mail to cem@kulanz.example came back: 550 no such user"
    client.force_login(cast.anna)
    page = client.get(Ticket.objects.get().desk_url()).text
    assert ("not delivered" in page, "550 no such user" in page, "Send again" in page) == (True, True, True)
    # A full mailbox that took it after all.
    report(postmark, delivery())
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.trouble, letter.delivered_at.hour) == (None, "", 11)
    assert "<span>delivered <time" in client.get(Ticket.objects.get().desk_url()).text


def test_whoever_reports_a_mail_as_spam_is_asked_and_told_no_more_than_must_be(
    cast: Cast, letter: OutgoingMail, client: Client
) -> None:
    postmark = carrier(cast, "postmark")
    said = {"RecordType": "SpamComplaint", "MessageID": "0a1b2c3d", "Email": "cem@kulanz.example", "ID": 17}
    answers = [report(postmark, said).json() for _time in range(2)]
    assert (answers, Silence.is_kept_for(cast.cem)) == ([{"noted": 1}, {"noted": 0}], True)
    told = Event.objects.get(kind="mail_unwanted")
    assert told.sentence.startswith("cem@kulanz.example reported a mail of ours as spam")
    client.force_login(cast.anna)
    assert "reported as spam" in client.get(Ticket.objects.get().desk_url()).text
    message = Ticket.objects.get().reply("Noch etwas.", by=cast.anna)
    NewsWish.say(cast.cem.person, watched_mail="daily")
    news.watched_wrote(message, cast.cem.person)
    news.watched_wrote(message, cast.eva.person)
    assert KeptNews.objects.count() == 0
    assert list(OutgoingMail.objects.filter(key__startswith="heard:").values_list("to", flat=True)) == [
        "eva@kulanz.example"
    ]
    assert OutgoingMail.objects.filter(key=f"answer:{message.pk}").count() == 1  # an answer still goes there


def test_a_spam_filter_is_nobody_who_reports_anything(cast: Cast, letter: OutgoingMail) -> None:
    postmark = carrier(cast, "postmark")
    assert report(postmark, bounce(Type="SpamNotification", Details="550 spam")).json() == {"noted": 1}
    letter.refresh_from_db()
    assert (letter.bounced_at is None, letter.unwanted_at, letter.trouble) == (False, None, "550 spam")
    assert Silence.is_kept_for(cast.cem) is False


def test_a_report_of_many_events_at_once_is_read_and_one_without_end_is_not(
    cast: Cast, letter: OutgoingMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    postmark = carrier(cast, "postmark")
    assert report(postmark, bounce(Content="x" * 3_000_000)).json() == {"noted": 1}
    monkeypatch.setattr(views, "MOST_REPORTED", 1000)
    assert report(postmark, bounce(Content="x" * 1000)).status_code == 413


def test_a_report_older_than_the_bounce_takes_nothing_back(cast: Cast, letter: OutgoingMail) -> None:
    postmark = carrier(cast, "postmark")
    report(postmark, bounce(BouncedAt="2026-03-02T12:00:00Z"))
    assert report(postmark, delivery()).json() == {"noted": 0}


def test_a_bounce_older_than_the_delivery_is_none_any_more(cast: Cast, letter: OutgoingMail) -> None:
    postmark = carrier(cast, "postmark")
    report(postmark, delivery())
    assert report(postmark, bounce()).json() == {"noted": 0}
    assert report(postmark, bounce(BouncedAt="2026-03-02T12:00:00Z")).json() == {"noted": 1}


def test_sent_again_it_waits_for_news_of_its_own(cast: Cast, letter: OutgoingMail) -> None:
    postmark = carrier(cast, "postmark")
    report(postmark, bounce())
    letter.refresh_from_db()
    assert letter.send_again(to="cem@new.example") is True
    assert report(postmark, bounce()).json() == {"noted": 0}


def signed(said: dict[str, object], key: str = KEY) -> dict[str, object]:
    proof = {"timestamp": str(int(time.time())), "token": "t" * 50}
    made = hmac.new(key.encode(), "".join(proof.values()).encode(), hashlib.sha256).hexdigest()
    return {"signature": {**proof, "signature": made}, "event-data": said}


def test_mailgun_signs_and_names_our_own_id(cast: Cast, letter: OutgoingMail) -> None:
    mailgun = carrier(cast, "mailgun")
    OutgoingMail.objects.update(carried_as="")  # noted before its id was
    said = {"event": "failed", "severity": "permanent", "id": "e", "recipient": "cem@kulanz.example"}
    said |= {"timestamp": timezone.now().timestamp(), "delivery-status": {"message": "no", "code": 550}}
    said |= {"message": {"headers": {"message-id": letter.message_id.strip("<>")}}}
    assert report(mailgun, signed(said, key="another")).status_code == 401
    assert report(mailgun, {"event-data": said}).status_code == 401
    assert report(mailgun, signed(said)).json() == {"noted": 1}
    letter.refresh_from_db()
    assert letter.bounced_at is not None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"[]", 422),
        (b'{"RecordType": ["x"]}', 422),
        (b'{"RecordType": "Bounce", "Type": {"a": 1}}', 422),
        (b'{"RecordType": "Delivery", "DeliveredAt": 17, "MessageID": "x"}', 422),
        (b'{"RecordType": "Delivery", "MessageID": {"a": "b"}, "DeliveredAt": "9999-99-99"}', 200),
        (b'{"RecordType": "Delivery", "MessageID": "\\u0000x", "Recipient": "\\u0000"}', 200),
        (b'{"RecordType": "Open", "MessageID": "0a1b2c3d"}', 200),
        (b"[" * 100_000, 422),
        (b"\xff\xfe", 422),
    ],
    ids=ascii,
)
def test_what_is_no_report_changes_nothing(
    cast: Cast, letter: OutgoingMail, said: bytes, status: int
) -> None:
    assert report(carrier(cast, "postmark"), said).status_code == status
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.delivered_at) == (None, None)


def test_only_the_provider_in_use_is_heard(cast: Cast, letter: OutgoingMail) -> None:
    postmark = carrier(cast, "postmark")
    answers = [
        report(postmark, bounce(), password="kulanz:falsch"),
        report(postmark, bounce(), headers={}),
        report(postmark, bounce(), content_type="text/plain"),
        report(postmark, bounce(Email="eva@kulanz.example")),
    ]
    assert [one.status_code for one in answers] == [401, 401, 415, 200]
    postmark.end(at=MONDAY + timedelta(days=1))
    assert report(postmark, bounce()).status_code == 404
    assert Event.objects.filter(kind="mail_bounced").count() == 0


def test_the_address_for_reports_holds_the_password_only_where_nothing_is_signed(
    cast: Cast, settings: object
) -> None:
    settings.BASE_URL = "https://desk.example"
    brevo = carrier(cast, "brevo")
    assert brevo.report_address == f"https://{brevo.password}@desk.example/mail/reports/brevo/"
    assert carrier(cast, "mailgun").report_address == "https://desk.example/mail/reports/mailgun/"
