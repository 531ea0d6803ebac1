"""The short signed token a page hands its live stream: which names this person may hear, and until when.

The stream holds no database connection, so it trusts only this; rights are checked again when fragments
are fetched.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest

SALT = "kulanz.live"
MAX_AGE_SECONDS = 3600
MAX_TOPICS = 60


def pass_for(request: HttpRequest, topics: Iterable[str]) -> str:
    """A pass for the page that answers this request: what was said since it came may be news to it."""
    return admit(topics, since=getattr(request, "began_at", None))


class Pass(NamedTuple):
    """Which names somebody may hear, and the moment, in seconds since 1970, of which their page knows everything."""

    names: frozenset[str] = frozenset()
    since: float = 0.0


def admit(topics: Iterable[str], *, since: float | None = None) -> str:
    """A pass for these names, the most important first: of too many, the last ones are left out.

    `since` is when whoever made the page began to look; unless said, now.
    """
    names = list(dict.fromkeys(topics))[:MAX_TOPICS]
    return signing.dumps([time.time() if since is None else since, names], salt=SALT, compress=True)


def admitted(token: str) -> Pass:
    """What a token admits to; no names for a forged, stale or broken one."""
    try:
        since, names = signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS)
        return Pass(frozenset(names), float(since))
    except (signing.BadSignature, ValueError, TypeError):
        return Pass()
