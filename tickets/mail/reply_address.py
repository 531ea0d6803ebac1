"""The signed address an answer comes back to, and the Message-ID that says the same: which ticket it is about."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Final

from django.conf import settings

LARGEST_ID: Final = 2**63 - 1
# 128 bits in letters that survive a mail server which writes addresses in small ones.
_TAG: Final = re.compile(r"t([1-9][0-9]{0,18})-([a-z2-7]{26})")
_ID: Final = re.compile(r"(t[1-9][0-9]{0,18}-[a-z2-7]{26})\.[0-9a-f]{32}@(.+)")


def house_address() -> str:
    """The address we write from, in small letters."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def house_host() -> str:
    """What our Message-IDs end with."""
    return str(settings.BASE_URL).split("://")[-1].split("/")[0].split(":")[0].lower()


def tag_of(ticket_id: int) -> str:
    """“t17-…”: the number of a ticket and a signature nobody else can write."""
    return f"t{ticket_id}-{_signature(ticket_id)}"


def reply_address(ticket_id: int) -> str:
    """Where an answer to a ticket goes, or "" where the mail server knows no extensions of an address."""
    name, at, host = house_address().partition("@")
    if not settings.MAIL_REPLY_EXTENSIONS or not at:
        return ""
    return f"{name}+{tag_of(ticket_id)}@{host}"


def ticket_in_addresses(addresses: Iterable[str]) -> int | None:
    """The ticket a signed reply address among these stands for; None when none is, or it is not ours that signed."""
    for address in addresses:
        name, plus, extension = address.lower().partition("@")[0].partition("+")
        found = _ticket_of(extension) if plus and name else None
        if found is not None:
            return found
    return None


def tickets_in_ids(message_ids: Iterable[str]) -> list[int]:
    """The tickets of those Message-IDs that are ours, in order."""
    found = []
    for message_id in message_ids:
        ours = _ID.fullmatch(message_id.lower())
        ticket_id = _ticket_of(ours[1]) if ours and ours[2] == house_host() else None
        if ticket_id is not None and ticket_id not in found:
            found.append(ticket_id)
    return found


def _ticket_of(tag: str) -> int | None:
    """Compared over its full length and in constant time: a part of a signature is none."""
    found = _TAG.fullmatch(tag)
    if found is None or int(found[1]) > LARGEST_ID:
        return None
    return int(found[1]) if hmac.compare_digest(found[2], _signature(int(found[1]))) else None


def _signature(ticket_id: int) -> str:
    key = hashlib.sha256(b"kulanz.reply:" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, str(ticket_id).encode(), hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
