"""Providers who carry our mails over the web: what each asks for, and how it proves its reports. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

TIMEOUT: Final = 20


@dataclass(frozen=True, slots=True)
class Provider:
    """One that django-anymail knows; `key`, `name` and `domain` are what it calls them."""

    code: str
    label: str
    key: str = "api_key"
    name: str = ""
    domain: str = ""
    european: str = ""  # its address for accounts kept in the European Union
    # Leaves our Message-ID as it is. Where one does not, ours is not even said: an answer is known again by the
    # References of the whole ticket, by the signed address, and by the id the provider gave in its place.
    keeps_id: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    # What it writes itself: it refuses a mail that brings one of these along.
    refuses: frozenset[str] = frozenset()
    # What it signs its reports with; one that signs none signs in with a name and a password of ours.
    signs_with: str = ""

    @property
    def backend(self) -> str:
        return f"anymail.backends.{self.code}.EmailBackend"

    @property
    def reader(self) -> str:
        """Who reads its reports."""
        return f"anymail.webhooks.{self.code}.{self.label}TrackingWebhookView"

    def options(self, *, key: str, name: str, domain: str, is_european: bool) -> dict[str, object]:
        """What its backend is made with."""
        said: dict[str, object] = {self.key: key, "timeout": TIMEOUT}
        if self.name:
            said[self.name] = name
        if self.domain and domain:
            said[self.domain] = domain
        if self.european and is_european:
            said["api_url"] = self.european
        return said

    def proof(self, *, signing_key: str, password: str) -> dict[str, object]:
        """What its reports are checked against; never nothing."""
        return {self.signs_with: signing_key} if self.signs_with else {"webhook_secret": [password]}


PROVIDERS: Final = {
    one.code: one
    for one in (
        Provider(
            "mailgun",
            "Mailgun",
            domain="sender_domain",
            european="https://api.eu.mailgun.net/v3",
            keeps_id=True,
            signs_with="webhook_signing_key",
        ),
        Provider("brevo", "Brevo"),
        Provider("mailjet", "Mailjet", key="secret_key", name="api_key", refuses=frozenset({"List-Id"})),
        Provider("postmark", "Postmark", key="server_token", keeps_id=True, headers={"X-PM-KeepID": "true"}),
        Provider("resend", "Resend"),
        Provider("sparkpost", "SparkPost", european="https://api.eu.sparkpost.com/api/v1"),
    )
}
