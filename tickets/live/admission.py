"""The short signed token a page hands its live stream: which names this person may hear, and until when.

The stream holds no database connection, so it trusts only this; rights are checked again when fragments
are fetched.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing

SALT = "kulanz.live"
MAX_AGE_SECONDS = 3600
MAX_TOPICS = 60


def admit(topics: Iterable[str]) -> str:
    """A pass for these names, the most important first: of too many, the last ones are left out."""
    return signing.dumps(list(dict.fromkeys(topics))[:MAX_TOPICS], salt=SALT, compress=True)


def topics_of(token: str) -> frozenset[str]:
    """The names a token admits to; empty for a forged, stale or broken one."""
    try:
        return frozenset(signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        return frozenset()
