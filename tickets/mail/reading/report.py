"""What a mail server says of a mail of ours: which one, to whom, whether it arrived, and why not. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from .header import message_ids, plain
from .parts import MOST_PARTS, raw_header

_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE: Final = re.compile(r"\b(5\d\d)[ -]")


@dataclass(frozen=True, slots=True)
class Report:
    """`action` is failed, delayed, delivered, relayed or expanded; `about` the Message-IDs it may speak of."""

    action: str
    recipient: str
    status: str
    words: str
    about: tuple[str, ...]

    @property
    def is_failure(self) -> bool:
        return self.action == "failed" and not self.status.startswith(("2.", "4."))


def report_in(mail: Message, text: str) -> Report:
    """Read a delivery report, or a bounce of a server that writes none and says it in its own words."""
    told: dict[str, str] = {}
    about: list[str] = []
    for part in _some_parts(mail):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            told = {**_fields(part), **told}
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            about += message_ids([_original_id(part)])
    about += message_ids([raw_header(mail, "in-reply-to"), raw_header(mail, "references")])
    about += message_ids(re.findall(r"(?im)^[> ]*message-id:\s*(<[^<>\s]{1,300}>)", text[:100_000]))
    status = told.get("status", "") or _first(_STATUS, text)
    action = told.get("action", "").lower() or (
        "failed" if status.startswith("5") or _CODE.search(text) else ""
    )
    recipient = told.get("final-recipient", "") or told.get("original-recipient", "")
    recipient = recipient.split(";")[-1].strip() or plain(raw_header(mail, "x-failed-recipients"))
    words = told.get("diagnostic-code", "").split(";", 1)[-1].strip()
    return Report(
        action or "failed",
        recipient.lower()[:254],
        _first(_STATUS, status),
        (words or status)[:300],
        tuple(dict.fromkeys(about)),
    )


def _some_parts(mail: Message) -> list[Message]:
    found: list[Message] = []
    waiting = [mail]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop()
        found.append(part)
        inside = part.get_payload()
        if isinstance(inside, list) and part.get_content_type().startswith("multipart/"):
            waiting += [one for one in inside if isinstance(one, Message)]
    return found


def _fields(part: Message) -> dict[str, str]:
    """The groups of fields of a report; the library reads each group as a mail of its own."""
    inside = part.get_payload()
    groups = inside if isinstance(inside, list) else []
    found: dict[str, str] = {}
    for group in groups:
        if isinstance(group, Message):
            for name, value in group.raw_items():
                found.setdefault(name.lower(), plain(str(value)))
    return found


def _original_id(part: Message) -> str:
    inside = part.get_payload()
    if isinstance(inside, list) and inside and isinstance(inside[0], Message):
        return raw_header(inside[0], "message-id")
    data = part.get_payload(decode=True)
    text = data.decode("latin-1") if isinstance(data, bytes) else ""
    found = re.search(r"(?im)^message-id:\s*(<[^<>\s]{1,300}>)", text[:100_000])
    return found[1] if found else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text[:100_000])
    return found[1] if found else ""
