"""Asking a sign-in service: what it says of itself, checked before anything is believed or sent there."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _

TIMEOUT: Final = 8
MOST_BYTES, PIECE = 1_000_000, 16_384
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed with a key only the service has; a shared secret or no signature at all would be anybody's word.
ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)


class NotUsable(Exception):
    """What is wrong with a service, in words for whoever sets it up."""


class Wire(requests.Session):
    """Goes where it was told and nowhere else, and waits no longer than somebody signing in would."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 0

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().request(*args, **(kwargs | {"timeout": TIMEOUT, "stream": True}))
        held = bytearray()
        for piece in answer.iter_content(PIECE):
            held += piece
            if len(held) > MOST_BYTES:
                answer.close()
                raise requests.exceptions.ContentDecodingError("more than a sign-in service has to say")
        answer._content = bytes(held)
        return answer


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


def look(issuer: str) -> None:
    """Ask all that can be asked without somebody signing in. Raises NotUsable."""
    keys = _asked(configuration(issuer)["jwks_uri"]).get("keys")
    if not isinstance(keys, list) or not any(isinstance(key, dict) and key.get("kid") for key in keys):
        raise NotUsable(_("The service shows no keys by which its word could be checked."))


def _asked(url: str) -> dict[str, Any]:
    try:
        with Wire() as wire:
            answer = wire.get(url)
        answer.raise_for_status()
        said = answer.json()
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
