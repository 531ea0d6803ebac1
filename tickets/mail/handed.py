"""A mail as a provider hands it over by webhook: whether it is the provider, and the mail byte for byte. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final
from urllib.parse import parse_qsl

# By provider: where in what it sends the whole mail lies, as it came. "" is: it sends nothing else.
RAW: Final = {"mailgun": "body-mime", "sendgrid": "email", "postmark": "RawEmail", "raw": ""}
MOST_FIELDS: Final = 200
# Mailgun tries again for eight hours; clocks may differ by minutes.
LONGEST_AGE: Final = 12 * 3600
AHEAD: Final = 10 * 60
_SECONDS: Final = re.compile(rb"[0-9]{1,12}")


class NotTheirs(Exception):
    """Whoever sent this is not the provider."""


class NoMail(Exception):
    """It holds no whole mail; `args[0]` says to whoever set the provider up what to change there."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail, and what names this one handing over where a signature covers it; "" where none does."""

    raw: bytes
    token: str = ""


def mail_in(
    provider: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    password: str,
    signing_key: str,
    now: float,
) -> Handed:
    """The mail, from a provider who proved to be the one, and lately. Raises NotTheirs or NoMail.

    Mailgun signs; the others sign in with a name and a password in the address they were given.
    """
    if provider != "mailgun":  # before anything of it is read
        check_password(headers.get("authorization", ""), password)
    fields = _fields(body, headers.get("content-type", "")) if RAW[provider] else {}
    if provider == "mailgun":
        _check_signature(fields, signing_key, now=now)
    raw = fields.get(RAW[provider], b"") if RAW[provider] else body
    if not raw.strip():
        raise NoMail(_ADVICE[provider])
    return Handed(raw, fields["token"].decode("latin-1") if provider == "mailgun" else "")


_ADVICE: Final = {
    "mailgun": "No field “body-mime”: let the address of the route end with “mime”.",
    "sendgrid": "No field “email”: tick “POST the raw, full MIME message”.",
    "postmark": "No field “RawEmail”: tick “Include raw email content in JSON payload”.",
    "raw": "The body is empty: send the mail itself as the body.",
}


def _check_signature(fields: Mapping[str, bytes], key: str, *, now: float) -> None:
    said = fields.get("timestamp", b"") + fields.get("token", b"")
    right = hmac.new(key.encode(), said, hashlib.sha256).hexdigest().encode()
    if not key or not said or not hmac.compare_digest(right, fields.get("signature", b"")):
        raise NotTheirs
    # The signature covers the moment and not the mail: what somebody kept of an old call proves nothing any more.
    moment = fields.get("timestamp", b"")
    if not _SECONDS.fullmatch(moment) or not -AHEAD <= now - int(moment) <= LONGEST_AGE:
        raise NotTheirs


def check_password(authorization: str, password: str) -> None:
    kind, _space, packed = authorization.partition(" ")
    try:
        given = base64.b64decode(packed.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    if not password or not hmac.compare_digest(given, password.encode()):
        raise NotTheirs


def _fields(body: bytes, kind: str) -> dict[str, bytes]:
    """The fields of a form or an object, as bytes: the framework would decode them, and has a smaller limit."""
    name = kind.partition(";")[0].strip().lower()
    try:
        if name == "application/json":
            said = json.loads(body)
            return {key: _as_bytes(value) for key, value in said.items()} if isinstance(said, dict) else {}
        if name == "application/x-www-form-urlencoded":
            return _form(body)
        return _parts(body, kind) if name == "multipart/form-data" else {}
    except (ValueError, RecursionError):
        return {}


def _form(body: bytes) -> dict[str, bytes]:
    """Of bytes the reader takes ASCII only, so each is shown to it as one letter: “Müller” sends mails too."""
    pairs = parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=MOST_FIELDS)
    return {key: value.encode("latin-1") for key, value in pairs}


def _as_bytes(value: object) -> bytes:
    """What was a mail of bytes travels in an object as text; letters beyond ASCII were bytes of UTF-8, or are now."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else b""


def _parts(body: bytes, kind: str) -> dict[str, bytes]:
    head = f"Content-Type: {' '.join(kind.split())}\r\n\r\n".encode("utf-8", "replace")
    parts = BytesParser(policy=compat32).parsebytes(head + body).get_payload()
    found: dict[str, bytes] = {}
    for part in parts[:MOST_FIELDS] if isinstance(parts, list) else []:
        if not isinstance(part, Message):
            continue
        name = part.get_param("name", "", "content-disposition")
        if isinstance(name, str) and name:
            data = part.get_payload(decode=True)
            found.setdefault(name, data if isinstance(data, bytes) else _whole(part))
    return found


def _whole(part: Message) -> bytes:
    """A part that says it is a mail was read as one; it is written again."""
    inside = part.get_payload()
    return (
        b"".join(one.as_bytes() for one in inside if isinstance(one, Message))
        if isinstance(inside, list)
        else b""
    )
