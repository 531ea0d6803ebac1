"""The inbox: every mail that came is stored as it is before anybody reads it, and what became of it is said."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.cause import Cause

    from .reading.letter import Letter

LEASE: Final = timedelta(minutes=2)
# A mail that ended whoever read it so often is set aside for a person.
MOST_TRIES: Final = 3
MOST_ANSWERED: Final = 5

REASONS: Final = {
    "too_large": _("The mail is larger than we take."),
    "too_many_parts": _("The mail has more parts, or parts deeper in each other, than can be read safely."),
    "too_many_headers": _("The mail has more headers than can be read safely."),
    "no_sender": _("Nobody is named as its sender."),
    "broken": _("The mail is so broken that it could not be read."),
    "trouble": _("Reading it ended in an error of ours; the details are in the log."),
    "not_verified": _("The mail server says that the sender’s address may be forged."),
    "of_the_desk": _(
        "The sender works on the desk. Answers to customers are written there, where rights are checked."
    ),
    "closed_account": _("The sender’s account is closed."),
    "too_many": _("This sender wrote very many mails within an hour; the rest waits here."),
    "duplicate": _("The same mail came before."),
    "auto_reply": _("An automatic reply; nobody waits for an answer."),
    "bounce": _("A mail of ours came back."),
    "delivery_report": _("A report of a mail server about a mail of ours."),
    "receipt": _("A receipt that a mail of ours was shown."),
    "loop": _("The mail came from ourselves, or went round in a circle."),
    "unknown_sender": _("It came to a ticket’s own address from somebody we do not know there."),
    "on_copy": _("It came from somebody who is on copy; the desk reads it."),
    "put_aside": _("Somebody here looked at it and put it aside."),
}


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def managed_by(self, person: Person) -> IncomingMailQuerySet:
        """Administrators look after the inbox: whatever could not be read may hold anything."""
        return self.all() if person.is_staff and person.is_active else self.none()

    def quarantined(self) -> IncomingMailQuerySet:
        return self.filter(result=IncomingMail.Result.QUARANTINE)

    def due(self, now: datetime) -> IncomingMailQuerySet:
        return self.filter(result=IncomingMail.Result.WAITING, due_at__lte=now).order_by("due_at", "pk")

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take a lease by pushing the row ahead; whoever dies with it gives it back when the lease ends."""
        free = self.filter(pk=pk, result=IncomingMail.Result.WAITING, due_at__lte=now)
        return free.update(due_at=now + LEASE, tries=models.F("tries") + 1) == 1


def _place(_mail: models.Model, _name: str) -> str:
    name = secrets.token_hex(16)
    return f"mail/{name[:2]}/{name}"


class IncomingMail(models.Model):
    class Result(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TICKET = "ticket", _("new ticket")
        REPLY = "reply", _("reply")
        QUARANTINE = "quarantine", _("set aside")
        IGNORED = "ignored", _("ignored")

    class Door(models.TextChoices):
        PIPE = "pipe", _("piped in")
        MAILBOX = "mailbox", _("fetched from a mailbox")
        WEBHOOK = "webhook", _("sent by a provider")

    raw = models.FileField(upload_to=_place, max_length=80)
    size = models.PositiveBigIntegerField(_("size"))
    door = models.CharField(_("way"), max_length=8, choices=Door.choices)
    # What it is about before anybody has read it, where the mailbox it lay in says so.
    cause = models.ForeignKey(
        "tickets.Cause", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    arrived_at = models.DateTimeField(_("arrived"), default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, default=Result.WAITING)
    reason = models.CharField(max_length=20, blank=True, default="")
    # The same for every copy of one mail; the second copy finds it taken.
    identity = models.CharField(max_length=64, unique=True, null=True, blank=True)
    header_id = models.CharField(max_length=300, blank=True, default="")
    sender = models.CharField(_("sender"), max_length=254, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=200, blank=True, default="")
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_mails"
    )
    message = models.OneToOneField(
        "tickets.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="mail"
    )
    # Whoever wrote it as somebody on copy, by the name they are on copy with.
    called = models.CharField(max_length=120, blank=True, default="")
    # Who else it was sent to, where the customer wrote it: names and addresses.
    beside = models.JSONField(default=list, blank=True)
    # Files of it that nobody shall be handed; their names are shown.
    left_out = models.JSONField(default=list, blank=True)

    letter: Letter | None = None  # as it was read, for whoever read it

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(result="waiting"), name="incoming_waiting"),
            models.Index(fields=["header_id"], name="incoming_by_id"),
            models.Index(fields=["sender", "arrived_at"], name="incoming_by_sender"),
            models.Index(
                fields=["-arrived_at"], condition=models.Q(result="quarantine"), name="incoming_aside"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incoming_result_known",
                condition=models.Q(result__in=["waiting", "ticket", "reply", "quarantine", "ignored"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender or '?'}: {self.subject}"

    @classmethod
    def store(
        cls, raw: bytes, *, door: str, cause: Cause | None = None, at: datetime | None = None
    ) -> IncomingMail:
        """Keep a mail byte for byte. Committed before anybody tries to read it; who stores it holds the lease."""
        at = at or timezone.now()
        too_large = len(raw) > settings.MAIL_MAX_BYTES
        fate = {"result": cls.Result.QUARANTINE, "reason": "too_large"} if too_large else {}
        return cls.objects.create(
            raw=ContentFile(raw, name="mail"),
            size=len(raw),
            door=door,
            cause=cause,
            arrived_at=at,
            due_at=at + LEASE,
            tries=1,
            **fate,
        )

    @classmethod
    def ids_on(cls, ticket_id: int | None) -> list[str]:
        """The Message-IDs of the latest mails on a ticket, the newest first: what a letter of ours answers."""
        named = cls.objects.filter(ticket_id=ticket_id, message__from_customer=True).exclude(header_id="")
        return list(named.order_by("-pk").values_list("header_id", flat=True)[:MOST_ANSWERED])

    @property
    def bytes(self) -> bytes:
        with self.raw.open("rb") as file:
            return bytes(file.read())

    @property
    def reason_in_words(self) -> str:
        return str(REASONS.get(self.reason, ""))

    @property
    def is_unverified(self) -> bool:
        return self.reason == "unknown_sender"

    def end(self, result: str, reason: str = "", **fields: object) -> None:
        """Say what became of it, once."""
        fields |= {"result": result, "reason": reason}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))

    def set_aside(self, reason: str) -> None:
        """For a person to look at; nothing of it was kept but what it says of itself."""
        self.identity = None
        said = {"sender": self.sender, "subject": self.subject, "header_id": self.header_id}
        self.end(self.Result.QUARANTINE, reason, identity=None, **said)
