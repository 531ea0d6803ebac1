"""Mail by providers: what one hands over is stored whole, once it proved who it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tickets.models import IncomingMail

pytestmark = pytest.mark.django_db
# Bytes of a charset that is none of a form's: whoever decodes the form loses them.
HEAD = b"From: cem@kulanz.example\r\nSubject: Gru\xdf\r\nContent-Type: text/plain; charset=latin-1\r\n"
RAW = HEAD + b"\r\nGr\xfc\xdfe\r\n"
PLAIN = b"From: cem@kulanz.example\r\nSubject: Paket\r\n\r\nWo ist es?\r\n"
PASSWORD, KEY = "postbote:geheim", "key-17"
BASIC = f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"


@pytest.fixture(autouse=True)
def _open(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.MAIL_WEBHOOK_PASSWORD, settings.MAIL_WEBHOOK_SIGNING_KEY = PASSWORD, KEY


def signed(**fields: object) -> dict[str, object]:
    said = {"timestamp": str(fields.pop("at", int(time.time()))), "token": fields.pop("token", uuid4().hex)}
    signature = hmac.new(KEY.encode(), "".join(said.values()).encode(), hashlib.sha256).hexdigest()
    return {**said, "signature": signature, **fields}


def hand(provider: str, data: object, kind: str = "", authorization: str = BASIC) -> HttpResponse:
    how = {"content_type": kind} if kind else {}
    headers = {"authorization": authorization} if authorization else {}
    return Client(enforce_csrf_checks=True).post(f"/mail/in/{provider}/", data, headers=headers, **how)


def test_each_provider_hands_a_mail_over_byte_for_byte(cast: Cast) -> None:
    as_file = SimpleUploadedFile("mail", RAW, content_type="text/plain")
    answers = [
        hand("raw", RAW, "message/rfc822"),
        hand("mailgun", signed(**{"body-mime": PLAIN.decode()}), authorization=""),
        hand("sendgrid", {"from": "cem@kulanz.example", "email": as_file}),
        hand("postmark", json.dumps({"From": "x", "RawEmail": PLAIN.decode()}), "application/json"),
    ]
    assert [(one.status_code, one.json()) for one in answers] == [
        (200, {"result": "ticket"}),
        (200, {"result": "ticket"}),
        (200, {"result": "ignored"}),  # the same mail by two ways is one
        (200, {"result": "ignored"}),
    ]
    assert [one.bytes.strip() for one in IncomingMail.objects.order_by("pk")] == [
        raw.strip() for raw in (RAW, PLAIN, RAW, PLAIN)
    ]
    assert set(IncomingMail.objects.values_list("door", flat=True)) == {"webhook"}
    assert IncomingMail.objects.earliest("pk").message.text == "Grüße"


def test_a_form_with_letters_of_any_charset_is_read_byte_for_byte(cast: Cast) -> None:
    """Mailgun sends a mail without files as a plain form, with the sender's name beside it."""
    said = {**signed(**{"body-mime": RAW}), "from": "Cem Çelik <cem@kulanz.example>"}
    answer = hand("mailgun", urlencode(said), "application/x-www-form-urlencoded", authorization="")
    assert (answer.status_code, answer.json()) == (200, {"result": "ticket"})
    assert IncomingMail.objects.get().bytes == RAW


def test_a_mail_larger_than_any_form_of_ours_comes_through(cast: Cast, settings: object) -> None:
    large = PLAIN + b"x" * 3_000_000
    assert hand("mailgun", signed(**{"body-mime": large.decode()}), authorization="").status_code == 200
    assert IncomingMail.objects.get().size > 3_000_000
    settings.MAIL_MAX_BYTES = 1000
    assert hand("raw", b"x" * 2001, "text/plain").status_code == 413


@pytest.mark.parametrize(
    ("provider", "data", "authorization", "status"),
    [
        ("raw", PLAIN, "", 401),
        ("raw", PLAIN, "Basic cG9zdGJvdGU6ZmFsc2No", 401),
        ("raw", PLAIN, "Basic ÄÖ", 401),
        ("raw", b" ", BASIC, 422),
        ("postmark", b'{"RawEmail": 17}', BASIC, 422),
        ("postmark", b'["RawEmail"]', BASIC, 422),
        ("postmark", b"{" * 100_000, BASIC, 422),
        ("mailgun", b"\xff\xfe", BASIC, 401),
        ("nobody", PLAIN, BASIC, 404),
    ],
)
def test_who_is_not_the_provider_or_sends_no_mail_is_told_so_and_nothing_is_stored(
    cast: Cast, provider: str, data: bytes, authorization: str, status: int
) -> None:
    kind = "application/json" if provider == "postmark" else "text/plain"
    assert hand(provider, data, kind, authorization).status_code == status
    assert IncomingMail.objects.count() == 0


def test_a_changed_signature_is_none_and_a_shut_door_is_no_door(cast: Cast, settings: object) -> None:
    said = signed(**{"body-mime": PLAIN.decode()})
    assert hand("mailgun", {**said, "token": "b" * 50}).status_code == 401
    assert hand("mailgun", {"body-mime": PLAIN.decode()}).status_code == 401
    assert hand("mailgun", signed()).status_code == 422
    settings.MAIL_WEBHOOK_PASSWORD = settings.MAIL_WEBHOOK_SIGNING_KEY = ""
    assert (hand("mailgun", said).status_code, hand("raw", PLAIN, "text/plain").status_code) == (404, 404)
    assert IncomingMail.objects.count() == 0


def test_what_was_signed_long_ago_proves_nothing_and_a_call_said_twice_is_stored_once(cast: Cast) -> None:
    now, mail = int(time.time()), {"body-mime": PLAIN.decode()}
    old = [
        hand("mailgun", signed(at=at, **mail)).status_code for at in (now - 13 * 3600, now + 3600, "x", "")
    ]
    assert (old, IncomingMail.objects.count()) == ([401] * 4, 0)
    twice = signed(**mail)
    assert [hand("mailgun", twice).json()["result"] for _time in range(2)] == ["ticket", "ignored"]
    assert IncomingMail.objects.count() == 1
