"""Access to a mailbox by OAuth 2: a key of an hour, fetched for the lasting one as Microsoft and Google hand it out."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .mailbox import Mailbox

TIMEOUT: Final = 20
MOST_BYTES: Final = 64 * 1024
# A key is not used in its last moments: it would end in the middle of fetching.
SPARE: Final = timedelta(minutes=5)
USUAL: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=1)
# What a provider answers where somebody has to sign in again, and what is wrong with us rather than with them.
ENDED: Final = ("invalid_grant", "interaction_required", "consent_required")
NOT_KNOWN: Final = ("invalid_client", "unauthorized_client")


class NotGiven(Exception):
    """Why there is no key, in words for whoever set the mailbox up."""


def access_token(mailbox: Mailbox, *, at: datetime) -> str:
    """The key at hand while it lasts, else a fresh one; a lasting one the provider puts in place of ours is kept."""
    if mailbox.access_until is not None and mailbox.access_until > at + SPARE and mailbox.access:
        return mailbox.access
    said = _asked(mailbox)
    token, lasting = said.get("access_token"), said.get("refresh_token")
    if not _is_key(token):
        raise NotGiven(_("The provider gave no key. Sign in with the provider again and enter the new one."))
    mailbox.keep_access(
        str(token), until=at + _life(said.get("expires_in")), lasting=str(lasting) if _is_key(lasting) else ""
    )
    return str(token)


def _asked(mailbox: Mailbox) -> dict[str, object]:
    if not mailbox.token_url.startswith("https://"):
        raise NotGiven(_("The address for keys does not begin with https://."))
    body = {
        "grant_type": "refresh_token",
        "refresh_token": mailbox.secret,
        "client_id": mailbox.client_id,
        "client_secret": mailbox.client_secret,
    }
    words = urllib.parse.urlencode({name: value for name, value in body.items() if value}).encode()
    request = urllib.request.Request(mailbox.token_url, words)  # noqa: S310 - checked to be https
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return _read(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as refused:
        with refused:
            raise NotGiven(_why(refused)) from refused
    except (OSError, ValueError, http.client.HTTPException, RecursionError) as trouble:
        raise NotGiven(_("The provider’s address for keys does not answer.")) from trouble


def _why(refused: urllib.error.HTTPError) -> str:
    try:
        error = str(_read(refused.read(MOST_BYTES)).get("error", ""))
    except (OSError, ValueError, http.client.HTTPException, RecursionError):
        error = ""
    if error in ENDED:
        return _(
            "The provider takes the key no longer. Sign in with the provider again and enter the new one."
        )
    if error in NOT_KNOWN:
        return _("The provider does not know this client id with this client secret.")
    return _("The provider gave no key. Sign in with the provider again and enter the new one.")


def _read(raw: bytes) -> dict[str, object]:
    said = json.loads(raw)
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _is_key(said: object) -> bool:
    return isinstance(said, str) and said.isascii() and said.isprintable() and 0 < len(said) <= MOST_BYTES


def _life(said: object) -> timedelta:
    """What the provider says, as far as it is a number one can reckon with."""
    seconds = int(said) if isinstance(said, int | str) and re.fullmatch(r"[0-9]{1,9}", str(said)) else 0
    return min(timedelta(seconds=seconds), LONGEST) if seconds else USUAL


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The keys of a mailbox are handed to the address that was entered, and to no other."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None
