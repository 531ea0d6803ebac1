"""Asking a sign-in service: what it says of itself, checked before anything is believed or sent there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.outside.address import trouble_with
from accounts.outside.post import NotSent, Unclear, call

TIMEOUT: Final = 8
# A sign-in asks up to four times; whoever waits for it has given up by then.
LONGEST: Final = 15
MOST_BYTES: Final = 1_000_000
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed with a key only the service has; a shared secret or no signature at all would be anybody's word.
ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)


class NotUsable(Exception):
    """What is wrong with a service, in words for whoever sets it up."""


class Forbidden(requests.ConnectionError):
    """It leads into a network or to a port of its own, and nobody said that it may."""


@dataclass(frozen=True, slots=True)
class _Trip:
    """`private` is an administrator's word that the service stands in the own network."""

    private: bool
    ends: float


_trip: ContextVar[_Trip | None] = ContextVar("trip", default=None)


@contextmanager
def trip(*, private: bool) -> Iterator[None]:
    """All that is asked inside, of whatever addresses the service names, ends together."""
    token = _trip.set(_Trip(private, time.monotonic() + LONGEST))
    try:
        yield
    finally:
        _trip.reset(token)


class Wire(requests.Session):
    """Goes where it was told and nowhere else, never into a network, and waits no longer than somebody signing in."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 0
        self.headers["Accept-Encoding"] = "identity"
        self.adapters.clear()
        self.mount("https://", _Checked())


class _Checked(requests.adapters.BaseAdapter):
    def send(
        self, request: requests.PreparedRequest, verify: bool | str = True, **_how: Any
    ) -> requests.Response:
        now = _trip.get()
        private, left = (now.private, now.ends - time.monotonic()) if now else (False, TIMEOUT)
        url, body = str(request.url), request.body
        if left <= 0:
            raise requests.Timeout("the whole way took too long")
        trouble = trouble_with(url, own=settings.BASE_URL, private=private)
        if trouble:
            raise (Forbidden if trouble in ("private", "own", "port") else requests.exceptions.InvalidURL)(
                trouble
            )
        try:
            answer = call(
                str(request.method),
                url,
                body.encode() if isinstance(body, str) else body,
                {**request.headers, "Connection": "close"},
                private=private,
                seconds=min(TIMEOUT, left),
                most=MOST_BYTES,
                trusted=verify if isinstance(verify, str) else requests.certs.where(),
            )
        except (NotSent, Unclear) as trouble:
            kind = Forbidden if str(trouble) == "ForbiddenAddress" else requests.ConnectionError
            raise kind(str(trouble)) from trouble
        said = requests.Response()
        said.status_code, said.url, said.request = answer.status, url, request
        said.headers.update(answer.headers)
        said.encoding = requests.utils.get_encoding_from_headers(said.headers)
        said._content = answer.body
        return said

    def close(self) -> None:
        """Nothing stays open."""


def configuration(issuer: str) -> dict[str, Any]:
    """What the service says of itself. Raises NotUsable."""
    said = _asked(f"{issuer}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != issuer:
        words = _("The service calls itself %(name)s. Please enter exactly this address.")
        raise NotUsable(words % {"name": str(said.get("issuer", "–"))[:200]})
    for name in NEEDED:
        if not _is_safe(said.get(name)):
            raise NotUsable(_("The service does not say where to go on (%(name)s).") % {"name": name})
    if "userinfo_endpoint" in said and not _is_safe(said["userinfo_endpoint"]):
        raise NotUsable(
            _("The service does not say where to go on (%(name)s).") % {"name": "userinfo_endpoint"}
        )
    return said


def look(issuer: str, *, private: bool) -> None:
    """Ask all that can be asked without somebody signing in. Raises NotUsable."""
    with trip(private=private):
        keys = _asked(configuration(issuer)["jwks_uri"]).get("keys")
    if not isinstance(keys, list) or not any(isinstance(key, dict) and key.get("kid") for key in keys):
        raise NotUsable(_("The service shows no keys by which its word could be checked."))


def _asked(url: str) -> dict[str, Any]:
    try:
        with Wire() as wire:
            answer = wire.get(url)
        answer.raise_for_status()
        said = answer.json()
    except Forbidden as trouble:
        words = _(
            "%(url)s leads into a network, or to another port than 443 or 8443. If it is your own, say so below."
        )
        raise NotUsable(words % {"url": url[:200]}) from trouble
    except (requests.RequestException, ValueError, RecursionError) as trouble:
        raise NotUsable(_("Nothing we understand comes from %(url)s.") % {"url": url[:200]}) from trouble
    if not isinstance(said, dict):
        raise NotUsable(_("Nothing we understand comes from %(url)s.") % {"url": url[:200]})
    return said


def _is_safe(said: object) -> bool:
    try:
        parts = urlsplit(said) if isinstance(said, str) else urlsplit("")
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username
