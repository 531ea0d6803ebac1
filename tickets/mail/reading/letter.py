"""A letter: a mail as it was read – who wrote what to whom, with which files, in answer to what. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import compat32
from typing import Final

from .automatic import BOUNCE, LOOP, RECEIPT, REPORT, automatic, is_of_a_machine
from .header import Address, addresses, decoded, message_ids
from .parts import File, TooMuch, found_in
from .report import Report, report_in
from .words import split, words_of_page

LONGEST_HEADERS: Final = 1024 * 1024
MOST_HEADERS: Final = 2_000
PIECE: Final = 64 * 1024
LONGEST_SUBJECT: Final = 200
LONGEST_QUOTED: Final = 50_000
# Why a mail could not be read. Codes; the words for people stand where people are.
TOO_MANY_PARTS, TOO_MANY_HEADERS, NO_SENDER, BROKEN = (
    "too_many_parts",
    "too_many_headers",
    "no_sender",
    "broken",
)

_RECIPIENTS: Final = ("to", "cc")
_DELIVERED: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")


class Unreadable(ValueError):
    """Nothing to make a message of; `args[0]` is one of the codes above."""


@dataclass(frozen=True, slots=True)
class Letter:
    message_id: str
    answers: tuple[str, ...]  # Message-IDs it refers to, the nearest first
    sender: Address | None
    recipients: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    subject: str
    date: str
    text: str  # what is new in it
    quoted: str  # what was said before, and the signature
    page: str  # the HTML as it came, never to be shown as it is
    files: tuple[File, ...]
    headers: Mapping[str, Sequence[str]]
    automatic: str
    is_of_a_machine: bool
    report: Report | None

    @property
    def identity(self) -> str:
        """The same for every copy of one mail, whichever way it came: what was said, by whom, when – no trace of
        the way."""
        said = [self.message_id, self.sender.email if self.sender else "", self.subject, self.date]
        said += [self.text, self.quoted]
        digest = hashlib.sha256("\x00".join(said).encode("utf-8", "replace"))
        for file in self.files:
            digest.update(f"\x00{file.name}\x00{len(file.data)}\x00".encode("utf-8", "replace"))
        return digest.hexdigest()

    @property
    def all_recipients(self) -> tuple[Address, ...]:
        return (*self.recipients, *self.delivered_to)


def read(raw: bytes, *, own: frozenset[str] = frozenset(), is_ours: str = "") -> Letter:
    """Read a mail as it came. `own` are addresses of the house, `is_ours` the host its Message-IDs end with.

    Raises Unreadable, whatever the bytes are, and nothing else.
    """
    try:
        return _read(raw, own=own, is_ours=is_ours)
    except TooMuch:
        raise Unreadable(TOO_MANY_PARTS)
    except (RecursionError, MemoryError, ValueError, LookupError, AttributeError, TypeError) as error:
        # The library's reader of mail was written for mail; strangers send other things too.
        raise error if isinstance(error, Unreadable) else Unreadable(BROKEN)


def _read(raw: bytes, *, own: frozenset[str], is_ours: str) -> Letter:
    _refuse_endless_headers(raw)
    mail = _parsed(_without_envelope(raw))
    headers = _headers(mail)
    sender = _sender(headers)
    found = found_in(mail)
    whole = "\n\n".join(text.strip("\n") for text in found.texts if text.strip())
    whole = whole or "\n\n".join(filter(None, map(words_of_page, found.pages[:5])))
    subject = decoded(" ".join(headers.get("subject", ())[:1]))[:LONGEST_SUBJECT]
    answers = _nearest_first(headers)
    kind = _kind(headers, mail, subject=subject, sender=sender, own=own, answers=answers, is_ours=is_ours)
    new, quoted = split(whole, subject)
    return Letter(
        message_id=next(iter(message_ids(headers.get("message-id", ()))), ""),
        answers=answers,
        sender=sender,
        recipients=addresses([one for name in _RECIPIENTS for one in headers.get(name, ())]),
        delivered_to=addresses([one for name in _DELIVERED for one in headers.get(name, ())]),
        subject=subject,
        date=decoded(" ".join(headers.get("date", ())[:1]))[:80],
        text=_storable(new),
        quoted=_storable(quoted)[:LONGEST_QUOTED],
        page="\n".join(found.pages),
        files=tuple(found.files),
        headers=headers,
        automatic=kind,
        is_of_a_machine=is_of_a_machine(headers),
        report=report_in(mail, whole) if kind in (BOUNCE, REPORT) else None,
    )


def _kind(
    headers: Mapping[str, Sequence[str]],
    mail: Message,
    *,
    subject: str,
    sender: Address | None,
    own: frozenset[str],
    answers: tuple[str, ...],
    is_ours: str,
) -> str:
    """What kind of machine wrote it, or ""; what comes from ourselves goes round in a circle."""
    email = sender.email if sender else ""
    kind = automatic(
        headers,
        kind=mail.get_content_type(),
        report_type=str(mail.get_param("report-type", "") or "").lower(),
        subject=subject,
        sender=email,
        answers_us=bool(is_ours) and any(name.endswith(f"@{is_ours}") for name in answers),
    )
    if kind in (BOUNCE, REPORT, RECEIPT):
        return kind
    is_own_id = any(name.endswith(f"@{is_ours}") for name in message_ids(headers.get("message-id", ())))
    if (is_ours and is_own_id) or _plain_address(email) in own:
        return LOOP
    return kind


def _sender(headers: Mapping[str, Sequence[str]]) -> Address | None:
    for name in ("from", "reply-to", "sender", "return-path"):
        found = addresses(headers.get(name, ())[:3])
        if found:
            return found[0]
    return None


def _nearest_first(headers: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a mail refers to: what it answers, then what came before that, back to the beginning."""
    direct = message_ids(headers.get("in-reply-to", ()))
    earlier = tuple(reversed(message_ids(headers.get("references", ()))))
    return tuple(dict.fromkeys((*direct, *earlier)))[:50]


def _headers(mail: Message) -> dict[str, tuple[str, ...]]:
    """The headers by name, as they came: what is decoded is decoded where it is needed."""
    found: dict[str, tuple[str, ...]] = {}
    for number, (name, value) in enumerate(mail.raw_items()):
        if number >= MOST_HEADERS:
            raise Unreadable(TOO_MANY_HEADERS)
        found[name.lower()] = (*found.get(name.lower(), ()), str(value))
    return found


def _refuse_endless_headers(raw: bytes) -> None:
    """The headers end at the first empty line; a megabyte of them is an attack on whoever reads them."""
    end = re.search(rb"\r?\n\r?\n", raw[: LONGEST_HEADERS + 4])
    if end is None and len(raw) > LONGEST_HEADERS and b":" in raw[:1000]:
        raise Unreadable(TOO_MANY_HEADERS)


def _parsed(raw: bytes) -> Message:
    """Piece by piece: handed over at once, a mail of 25 MB takes four times its size on the way."""
    parser: BytesFeedParser[Message] = BytesFeedParser(policy=compat32)
    for at in range(0, len(raw), PIECE):
        parser.feed(raw[at : at + PIECE])
    return parser.close()


def _without_envelope(raw: bytes) -> bytes:
    """Without what stands before a mail in a mailbox file, or blank lines in front of it."""
    raw = raw.lstrip(b"\r\n \t\xef\xbb\xbf")
    return raw.split(b"\n", 1)[-1] if raw.startswith((b"From ", b">From ")) else raw


def _plain_address(email: str) -> str:
    """Without the extension a mailbox may carry behind a plus sign."""
    name, at, host = email.partition("@")
    return f"{name.split('+')[0]}{at}{host}"


def _storable(text: str) -> str:
    """Text as a database stores it: no halves of pairs, no controls but tabs and line ends."""
    text = text.encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
