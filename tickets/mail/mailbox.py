"""A mailbox the house looks into: where it lies, how to get in, and how far its mails were fetched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedField

if TYPE_CHECKING:
    from accounts.person import Person

PACE: Final = timedelta(minutes=1)
# One round is at most this long; whoever dies in it gives the mailbox back when the lease ends.
LEASE: Final = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(minutes=30)


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def managed_by(self, person: Person) -> MailboxQuerySet:
        return self.all() if person.is_staff and person.is_active else self.none()

    def due(self, now: datetime) -> MailboxQuerySet:
        return self.filter(ended_at=None, next_at__lte=now).order_by("next_at", "pk")

    def untroubled(self) -> MailboxQuerySet:
        return self.filter(ended_at=None, trouble="")

    def hasten(self, pk: int, *, now: datetime) -> bool:
        """Its time is now; not while somebody is at it, and not where trouble makes it wait."""
        waiting = self.untroubled().filter(pk=pk, next_at__gt=now, next_at__lte=now + PACE)
        return waiting.update(next_at=now) == 1

    def claim(self, pk: int, *, now: datetime) -> bool:
        return self.filter(pk=pk, ended_at=None, next_at__lte=now).update(next_at=now + LEASE) == 1


class Mailbox(models.Model):
    class Security(models.TextChoices):
        TLS = "tls", _("encrypted (port 993)")
        NONE = "none", _("not encrypted, on this machine only")

    class Way(models.TextChoices):
        PASSWORD = "password", _("a password or app password")
        OAUTH = "oauth", _("OAuth 2 (Microsoft 365, Google)")

    address = models.EmailField(_("address"), unique=True)
    cause = models.ForeignKey(
        "tickets.Cause",
        on_delete=models.PROTECT,
        related_name="mailboxes",
        verbose_name=_("what its mails are about"),
    )
    host = models.CharField(_("server"), max_length=120)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("connection"), max_length=8, choices=Security.choices, default=Security.TLS)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    username = models.CharField(_("user name"), max_length=254)
    way = models.CharField(_("way to sign in"), max_length=8, choices=Way.choices, default=Way.PASSWORD)
    # Handed to the mail server and never shown again. For OAuth 2 it is the refresh token.
    secret = SealedField(blank=True, default="")
    token_url = models.URLField(max_length=300, blank=True, default="")
    client_id = models.CharField(max_length=300, blank=True, default="")
    client_secret = SealedField(blank=True, default="")
    # The key of an hour that the refresh token gave last.
    access = SealedField(blank=True, default="")
    access_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    # The server's number for this folder's numbering, and the highest number fetched under it.
    validity = models.PositiveBigIntegerField(default=0)
    fetched_up_to = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    troubles = models.PositiveSmallIntegerField(default=0)

    is_kept = True  # not while somebody tries what stands in a form

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["address"]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(ended_at=None), name="mailbox_due"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def way_in(self) -> tuple[object, ...]:
        """Where it lies and who signs in; another one of these is another connection."""
        return (self.host, self.port, self.security, self.folder, self.username, self.way)

    def reached(self, validity: int, number: int) -> None:
        """Everything up to `number` is stored here; never backwards within one numbering."""
        rows = type(self).objects.filter(pk=self.pk)
        rows.exclude(validity=validity, fetched_up_to__gte=number).update(
            validity=validity, fetched_up_to=number
        )
        self.validity, self.fetched_up_to = validity, number

    def looked(self, *, at: datetime, trouble: str = "") -> None:
        """The next look is in a minute, or after each failure later."""
        self.troubles = min(self.troubles + 1, 30) if trouble else 0
        wait = min(FIRST_RETRY * 2 ** min(self.troubles - 1, 10), LONGEST_RETRY) if trouble else PACE
        self.trouble, self.looked_at, self.next_at = trouble[:300], at, at + wait
        self.save(update_fields=["troubles", "trouble", "looked_at", "next_at"])

    def end(self, *, at: datetime | None = None) -> None:
        """Nobody looks into it any more; its key is forgotten."""
        self.ended_at, self.secret, self.client_secret, self.access = at or timezone.now(), "", "", ""
        self.save(update_fields=["ended_at", "secret", "client_secret", "access"])

    def keep_access(self, token: str, *, until: datetime, lasting: str = "") -> None:
        """A key the provider gave, and the lasting one it gave in place of ours; a mailbox only tried keeps nothing."""
        asked_with, self.access, self.access_until = self.secret, token, until
        self.secret = lasting or asked_with
        if not self.is_kept:
            return
        with transaction.atomic():
            row = type(self).objects.select_for_update(of=("self",)).filter(pk=self.pk, ended_at=None).first()
            if (
                row is not None and row.secret == asked_with
            ):  # who entered another one meanwhile, or ended it, wins
                self.save(update_fields=["access", "access_until", "secret"])

    def forget_access(self) -> None:
        """The next look asks for a fresh key."""
        type(self).objects.filter(pk=self.pk).update(access="", access_until=None)
