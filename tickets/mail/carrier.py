"""The carrier: the mail server or the provider our mails leave by, as an administrator entered it. One row.

While nobody entered one, the environment says how mails leave.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.signing import Signer
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sealed import SealedField

from .provider import PROVIDERS, TIMEOUT, Provider
from .reply_address import house_address, house_host

if TYPE_CHECKING:
    from accounts.person import Person

SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
HERE: Final = ("localhost", "127.0.0.1", "::1")
# The name providers without a signature sign in with when they report.
REPORTS_AS: Final = "kulanz"
_SIGNER = Signer(salt="kulanz.carrier")


class NotCarried(Exception):
    """Why no mail at all can leave, in words for whoever set it up."""


class Post(EmailMultiAlternatives):
    """A mail that can be handed over for one of its readers alone; its headers name all of them."""

    only: str = ""

    def recipients(self) -> list[str]:
        return [self.only] if self.only else super().recipients()


@dataclass(frozen=True, slots=True)
class WayOut:
    """How mails leave in this round, and what is said to whoever takes them."""

    connection: BaseEmailBackend
    keeps_id: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    stays_open: bool = False

    def open(self) -> None:
        """One connection for many mails; a folder of files has none."""
        if self.stays_open:
            self.connection.open()

    def close(self) -> None:
        if self.stays_open:
            self.connection.close()

    def carry(self, mail: Post) -> list[tuple[str, str]]:
        """Copies that were refused, and why. A mail server is asked for each reader alone: where it takes one of many
        it says nothing of the others, and whoever it is to would miss it because a copy got through."""
        copies = list(mail.cc) if isinstance(self.connection, EmailBackend) else []
        mail.only = mail.to[0] if copies else ""
        mail.send()
        refused = []
        for mail.only in copies:
            try:
                mail.send()
            except Exception as error:  # whatever a copy runs into, the customer has the letter
                refused.append((mail.only, _words(error)))
        return refused

    def worded(self, headers: dict[str, str]) -> dict[str, str]:
        unsaid = self.refuses if self.keeps_id else {*self.refuses, "Message-ID"}
        said = {name: text for name, text in headers.items() if name not in unsaid}
        return {**said, **self.headers}


class Carrier(models.Model):
    class Kind(models.TextChoices):
        SMTP = "smtp", gettext_lazy("a mail server (SMTP)")
        MAILGUN = "mailgun", "Mailgun"
        BREVO = "brevo", "Brevo"
        MAILJET = "mailjet", "Mailjet"
        POSTMARK = "postmark", "Postmark"
        RESEND = "resend", "Resend"
        SPARKPOST = "sparkpost", "SparkPost"

    class Security(models.TextChoices):
        STARTTLS = "starttls", gettext_lazy("encrypted by STARTTLS (port 587)")
        TLS = "tls", gettext_lazy("encrypted from the start (port 465)")
        NONE = "none", gettext_lazy("not encrypted, on this machine only")

    kind = models.CharField(gettext_lazy("way"), max_length=10, choices=Kind.choices, default=Kind.SMTP)
    host = models.CharField(gettext_lazy("server"), max_length=120, blank=True, default="")
    port = models.PositiveIntegerField(
        gettext_lazy("port"), default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        gettext_lazy("connection"), max_length=8, choices=Security.choices, default=Security.STARTTLS
    )
    username = models.CharField(gettext_lazy("user name"), max_length=254, blank=True, default="")
    # Handed to who carries and never shown again.
    secret = SealedField(blank=True, default="")
    domain = models.CharField(gettext_lazy("domain"), max_length=253, blank=True, default="")
    is_european = models.BooleanField(gettext_lazy("in the European Union"), default=False)
    signing_key = SealedField(blank=True, default="")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("carrier of mails")
        verbose_name_plural = gettext_lazy("carriers of mails")
        constraints = [models.CheckConstraint(name="carrier_stands_once", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.host if self.provider is None else self.provider.label

    @classmethod
    def known(cls) -> Carrier | None:
        """As somebody entered it, in use or not; None while nobody has."""
        return cls.objects.filter(pk=1).first()

    @classmethod
    def in_use(cls) -> Carrier | None:
        return cls.objects.filter(pk=1, ended_at=None).first()

    @property
    def provider(self) -> Provider | None:
        """None is a mail server."""
        return PROVIDERS.get(self.kind)

    @property
    def password(self) -> str:
        """What a provider that signs nothing signs in with: made of our own key, so it is kept nowhere."""
        return f"{REPORTS_AS}:{_SIGNER.signature(self.kind)}"

    @property
    def report_address(self) -> str:
        """Where a provider reports what became of our mails; holds the password where it signs nothing."""
        if self.provider is None:
            return ""
        scheme, _sep, rest = settings.BASE_URL.partition("://")
        proof = "" if self.provider.signs_with else f"{self.password}@"
        return f"{scheme}://{proof}{rest}/mail/reports/{self.kind}/"

    def keep(self, *, by: Person, at: datetime | None = None) -> None:
        """Mails leave this way from now on."""
        self.pk, self.set_by, self.set_at, self.ended_at = 1, by, at or timezone.now(), None
        self.save()

    def end(self, *, at: datetime | None = None) -> None:
        """The environment says again how mails leave; the keys are forgotten."""
        self.ended_at, self.secret, self.signing_key = at or timezone.now(), "", ""
        self.save(update_fields=["ended_at", "secret", "signing_key"])

    def way(self) -> WayOut:
        """Raises NotCarried where no key of today opens what is kept."""
        if self.provider is not None:
            if not self.secret:
                raise NotCarried(_("No key is kept here that can still be read. Please enter it again."))
            said = {"name": self.username, "domain": self.domain, "is_european": self.is_european}
            options = self.provider.options(key=self.secret, **said)
            return WayOut(
                get_connection(self.provider.backend, **options),
                keeps_id=self.provider.keeps_id,
                headers=self.provider.headers,
                refuses=self.provider.refuses,
                stays_open=True,
            )
        if self.username and not self.secret:
            raise NotCarried(_("No password is kept here that can still be read. Please enter it again."))
        return WayOut(get_connection(SMTP, **self._server()), stays_open=True)

    def _server(self) -> dict[str, object]:
        return {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": self.secret,
            "use_tls": self.security == self.Security.STARTTLS,
            "use_ssl": self.security == self.Security.TLS,
            "timeout": TIMEOUT,
        }

    def try_out(self, *, to: str, subject: str, text: str) -> str:
        """Send one mail now, marked as most of ours are; what is wrong, in words, or "" when it was taken."""
        try:
            way = self.way()
            mail = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to], connection=way.connection)
            mail.extra_headers = way.worded(by_machine())
            mail.send()
        except NotCarried as reason:
            return str(reason)
        except Exception as trouble:  # whatever a server or its library does is told, in words
            return why_not(trouble)
        return ""


def by_machine() -> dict[str, str]:
    """What says that no person wrote a mail."""
    return {
        # Both words, because half of the mail programs heed the one and half the other.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        # And a third and fourth, by which vacation programs know what is written to nobody in particular.
        "Precedence": "auto_reply",
        "List-Id": f"<automatic.{house_host()}>",
    }


def way_out() -> WayOut:
    """As an administrator entered it, else as the environment says. Raises NotCarried."""
    carrier = Carrier.in_use()
    if carrier is not None:
        return carrier.way()
    return WayOut(get_connection(), stays_open=settings.EMAIL_BACKEND == SMTP)


def why_not(trouble: Exception) -> str:
    """What is wrong, said to whoever entered it; the server's own words where only it knows."""
    status = getattr(trouble, "status_code", None)
    if isinstance(status, int):
        return _why_the_provider_does_not(status, trouble)
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return _("The server does not take this user name with this password.")
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return _("The server does not offer this: no encryption by STARTTLS, or no signing in without it.")
    if isinstance(trouble, smtplib.SMTPSenderRefused | smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        said = {"address": house_address(), "words": _words(trouble)}
        return _("The server takes no mail from %(address)s: %(words)s") % said
    if isinstance(trouble, ssl.SSLError):
        return _("The server’s certificate is not one we can trust, or it speaks no TLS on this port.")
    if isinstance(trouble, smtplib.SMTPServerDisconnected):
        return _("The server broke off. Does it want another encryption or another port?")
    if hasattr(trouble, "esp_name"):
        return _("The provider does not answer, or takes no such mail: %(words)s") % {
            "words": _words(trouble)
        }
    if isinstance(trouble, OSError):
        return _("Nobody answers at this server and port.")
    return _("The server refused: %(words)s") % {"words": _words(trouble)}


def _why_the_provider_does_not(status: int, trouble: Exception) -> str:
    if status in (401, 403):
        return _("The provider does not take this key.")
    if status == 404:
        return _("The provider does not know this domain, or keeps the account in another region.")
    if status == 429 or status >= 500:
        return _("The provider takes no mails at the moment. Please try again later.")
    said = {"address": house_address(), "words": _words(trouble)}
    return _("The provider takes no mail from %(address)s: %(words)s") % said


def _words(trouble: Exception) -> str:
    said = " ".join(str(trouble).replace("\x00", "").split())
    return said.encode("utf-8", "replace").decode()[:300]
