"""Mail by Amazon SES: what comes in and what became of ours, from nobody but Amazon, and once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import MONDAY, Cast
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tickets.mail import sns
from tickets.models import IncomingMail, OutgoingMail

pytestmark = pytest.mark.django_db
PASSWORD = "postbote:geheim"
BASIC = f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"
URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
RAW = b"From: cem@kulanz.example\r\nSubject: Paket\r\n\r\nWo ist es?\r\n"
Sign = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def sign() -> Sign:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    certificate = made.not_valid_after(datetime(2099, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())

    def signed(message: object = "", *, version: str = "2", **words: str) -> dict[str, str]:
        cache.set(f"amazon-certificate:{URL}", certificate.public_bytes(serialization.Encoding.PEM))
        said = {"Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "SigningCertURL": URL}
        said |= {"Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        said |= {"Message": message if isinstance(message, str) else json.dumps(message), **words}
        text = "".join(f"{one}\n{said[one]}\n" for one in sns._SIGNED[said["Type"]] if one in said)
        how = hashes.SHA1() if version == "1" else hashes.SHA256()
        signature = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), how)).decode()
        return {**said, "SignatureVersion": version, "Signature": signature}

    return signed


@pytest.fixture(autouse=True)
def _open(settings: object, tmp_path: Path) -> None:
    cache.clear()
    settings.MEDIA_ROOT, settings.MAIL_WEBHOOK_PASSWORD = tmp_path, PASSWORD


def hand(said: object, authorization: str = BASIC) -> HttpResponse:
    body = said if isinstance(said, bytes) else json.dumps(said)
    headers = {"authorization": authorization} if authorization else {}
    client = Client(enforce_csrf_checks=True)
    return client.post("/mail/amazon/", body, content_type="text/plain; charset=utf-8", headers=headers)


def received(raw: bytes = RAW) -> dict[str, object]:
    action = {"type": "SNS", "encoding": "BASE64"}
    said = {"notificationType": "Received", "receipt": {"action": action}, "mail": {"messageId": "a"}}
    return {**said, "content": base64.b64encode(raw).decode()}


def test_a_mail_is_stored_byte_for_byte_and_once(cast: Cast, sign: Sign) -> None:
    answers = [
        hand(sign(received())),
        hand(sign(received(), version="1")),  # the same notice
        hand(sign(received(), MessageId="m-2", Subject="Amazon SES Email Receipt Notification")),
    ]
    assert [(one.status_code, one.json()["result"]) for one in answers] == [
        (200, "ticket"),
        (200, "ignored"),
        (200, "ignored"),
    ]
    assert [mail.bytes for mail in IncomingMail.objects.all()] == [RAW, RAW]
    assert hand(sign({**received(), "content": None}, MessageId="m-3")).status_code == 422
    assert hand(sign("Successfully validated SNS topic.", MessageId="m-4")).json() == {"result": "ignored"}


def test_what_became_of_our_mails_is_noted_and_an_answer_finds_its_ticket(cast: Cast, sign: Sign) -> None:
    message = cast.ticket(at=MONDAY).reply("Es kommt heute.", by=cast.anna, at=MONDAY)
    OutgoingMail.objects.filter(key=f"answer:{message.pk}").update(sent_at=MONDAY)
    letter = OutgoingMail.objects.get(key=f"answer:{message.pk}")
    named = {"messageId": "0102018f-1", "headers": [{"name": "Message-ID", "value": letter.message_id}]}
    away = {"bounceType": "Transient", "bounceSubType": "General"}
    away["bouncedRecipients"] = [{"emailAddress": letter.to}]  # an automatic answer, as Amazon tells it
    said = {"eventType": "Bounce", "mail": named, "bounce": away}
    assert hand(sign(said, MessageId="m-0")).json() == {"result": "ignored"}
    bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
    bounce["bouncedRecipients"] = [{"emailAddress": letter.to, "diagnosticCode": "smtp; 550 nobody"}]
    complaint = {"complainedRecipients": [{"emailAddress": letter.to}]}
    assert hand(sign({"eventType": "Bounce", "mail": named, "bounce": bounce})).json() == {"noted": 1}
    by_theirs = {"eventType": "Complaint", "mail": {"messageId": "0102018f-1"}, "complaint": complaint}
    assert hand(sign(by_theirs, MessageId="m-2")).json() == {"noted": 1}
    letter.refresh_from_db()
    assert (letter.trouble, letter.carried_as, letter.unwanted_at is not None) == (
        "smtp; 550 nobody",
        "0102018f-1",
        True,
    )
    answer = b"In-Reply-To: <0102018f-1@eu-central-1.amazonses.com>\r\n" + RAW
    assert hand(sign(received(answer), MessageId="m-3")).json() == {"result": "reply"}


def test_what_amazon_holds_back_has_not_arrived(cast: Cast, sign: Sign) -> None:
    """It does so for everybody who reported a mail once; nobody reported this one."""
    message = cast.ticket(at=MONDAY).reply("Es kommt heute.", by=cast.anna, at=MONDAY)
    OutgoingMail.objects.filter(key=f"answer:{message.pk}").update(sent_at=MONDAY, carried_as="0102018f-2")
    letter = OutgoingMail.objects.get(key=f"answer:{message.pk}")
    complaint = {"complainedRecipients": [{"emailAddress": letter.to}]}
    complaint["complaintSubType"] = "OnAccountSuppressionList"
    said = {"eventType": "Complaint", "mail": {"messageId": "0102018f-2"}, "complaint": complaint}
    assert hand(sign(said)).json() == {"noted": 1}
    letter.refresh_from_db()
    assert (letter.is_undelivered, letter.unwanted_at) == (True, None)
    assert letter.trouble == "on the suppression list of Amazon SES"


def test_nobody_but_amazon_and_whoever_knows_the_password_is_heard(
    cast: Cast, sign: Sign, settings: object
) -> None:
    said = sign(received())
    refused = hand(said, "")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Basic realm="mail"')
    long_ago = (datetime.now(UTC) - timedelta(hours=13)).isoformat()
    elsewhere = [
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "http" + URL.removeprefix("https"),
        URL.replace(".com/", ".com@evil.example/"),
        URL.replace(".com/", ".com/../"),
        URL + "\n",
    ]
    for wrong in (
        {**said, "Message": json.dumps(received(b"From: x@y.example\r\n\r\nother"))},
        {**said, "SignatureVersion": "3"},
        {**said, "Signature": "ä"},
        sign(received(), Timestamp=long_ago),
        sign(received(), Timestamp="2026-03-02"),
        *({**said, "SigningCertURL": url} for url in elsewhere),
    ):
        assert hand(wrong).status_code == 401
    for odd in (b"[]", b"\xff", b"[" * 100_000, b'{"Type": "x"}', b'{"Type": ["x"]}'):
        assert hand(odd).status_code == 422
    for broken in ({"eventType": 17}, {"eventType": "Bounce"}, {"eventType": "Delivery", "mail": 5}):
        assert hand(sign(broken, MessageId="m-9")).status_code == 422
    assert hand(b"x" * (1024 * 1024 + 1)).status_code == 413
    settings.MAIL_WEBHOOK_PASSWORD = ""
    assert (hand(said).status_code, IncomingMail.objects.count()) == (404, 0)


def test_only_a_whole_certificate_is_one(sign: Sign) -> None:
    sign()
    whole = cache.get(f"amazon-certificate:{URL}")
    said = [sns.is_certificate(one) for one in (whole, whole[: len(whole) // 2], b"<html>", b"", b"\xff")]
    assert said == [True, False, False, False, False]


def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else(cast: Cast, sign: Sign) -> None:
    begins = {"Type": "SubscriptionConfirmation", "Token": "t", "MessageId": "m-5"}
    for url in ("https://evil.example/?Action=ConfirmSubscription&Token=t", "https://127.0.0.1/", "x"):
        assert hand(sign("You have chosen…", **begins, SubscribeURL=url)).status_code == 401
    good = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=a:b&Token=t"
    assert sns.CONFIRMATION.fullmatch(good) is not None
    ends = {**begins, "Type": "UnsubscribeConfirmation", "SubscribeURL": good}
    assert hand(sign("Gone.", **ends)).json() == {"result": "ignored"}
