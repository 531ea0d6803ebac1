"""What a sign-in service said about somebody, and whether that is enough to let them in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from math import isfinite

LONGEST_ADDRESS = 254
LONGEST_UID = 190


@dataclass(frozen=True, slots=True)
class Claim:
    """Who it is: the number the service knows them by, an address it has proven, and a name."""

    uid: str
    email: str
    name: str


def claim_of(said: Mapping[str, object], *, nonce: object, client_id: str) -> Claim | None:
    """None where anything is missing, or was said for another sign-in, another program or about an unproven address."""
    uid, email = said.get("sub"), said.get("email")
    if not isinstance(uid, str) or not is_uid(uid):
        return None
    if not _is_text(nonce) or not _is_text(said.get("nonce")):
        return None
    if not compare_digest(str(nonce).encode(), str(said["nonce"]).encode()):
        return None
    if said.get("azp", client_id) != client_id or "exp" not in said:
        return None
    if said.get("email_verified") is not True or not _is_text(email):
        return None
    address = str(email).strip().lower()
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or address.count("@") != 1:
        return None
    name = said.get("name")
    return Claim(uid, address, str(name) if _is_text(name) else "")


def is_uid(said: object) -> bool:
    """Whether somebody can be known by it: a database may not even look for other letters."""
    return isinstance(said, str) and said.isprintable() and 0 < len(said) <= LONGEST_UID


def is_plain(said: object) -> bool:
    """Whether it is one word, number or yes or no, of letters that can be shown and stored."""
    if isinstance(said, str):
        return all(letter == "\u00a0" or letter.isprintable() for letter in said)
    return said is None or isinstance(said, (bool, int)) or (isinstance(said, float) and isfinite(said))


def _is_text(said: object) -> bool:
    return isinstance(said, str) and bool(said)
