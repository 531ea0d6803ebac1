"""The signed address by which a reader of a mail wants no more of its kind: one click, nobody signs in (RFC 8058)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

QUESTIONS, WATCHING = "questions", "watching"
_SIGNER: Final = Signer(salt="kulanz.unsubscribe")
_TOKEN: Final = re.compile(
    r"(questions|watching)-([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?-([\w-]{43})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Of questions: which customer; of watching: which ticket, and which person."""

    kind: str
    number: int
    person: int = 0

    @property
    def token(self) -> str:
        name = self._name()
        return f"{name}-{_SIGNER.signature(name)}"

    @property
    def path(self) -> str:
        return reverse("portal:unsubscribe", args=[self.token])

    def _name(self) -> str:
        return f"{self.kind}-{self.number}" + (f"-{self.person}" if self.person else "")


def of_token(token: str) -> Unsubscription | None:
    """What a link stands for; None where we did not sign it."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    meant = Unsubscription(found[1], int(found[2]), int(found[3] or 0))
    return meant if constant_time_compare(meant.token, token) else None
