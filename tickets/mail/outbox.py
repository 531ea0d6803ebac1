"""The outbox: a mail is written in the transaction that causes it and delivered after it, found again by the beat."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.inserted import insert_each
from tickets.nudge import nudge

from .carrier import Post, WayOut, by_machine
from .inbox import IncomingMail
from .reply_address import house_host, reply_address, tag_of

LEASE = timedelta(minutes=2)
LONGEST_ID = 200
_THREAD = re.compile(r"confirm:([0-9]{1,18})")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: datetime) -> OutgoingMailQuerySet:
        waiting = self.filter(sent_at=None, failed_at=None, due_at__lte=now)
        return waiting.order_by("due_at", "pk")

    def undelivered(self) -> OutgoingMailQuerySet:
        """Given up, or sent and come back."""
        return self.exclude(failed_at=None, bounced_at=None)

    def stuck(self) -> OutgoingMailQuerySet:
        """Tried in vain, and tried again."""
        return self.filter(sent_at=None, failed_at=None).exclude(trouble="")

    def with_a_fate(self) -> OutgoingMailQuerySet:
        """Undelivered, or delivered or unwanted as a provider says."""
        return self.exclude(failed_at=None, bounced_at=None, delivered_at=None, unwanted_at=None)

    def unwanted_by(self, email: str) -> OutgoingMailQuerySet:
        """What was reported as spam by whoever reads there."""
        return self.filter(to=email, unwanted_at__isnull=False)

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take a lease by pushing the row ahead; a dispatcher that dies gives it back when the lease ends."""
        free = self.filter(pk=pk, sent_at=None, failed_at=None, due_at__lte=now)
        return free.update(due_at=now + LEASE, tries=models.F("tries") + 1) == 1


class OutgoingMail(models.Model):
    # What the mail means, e.g. `answer:17`; it makes the Message-ID, so a repeat can be told by its receiver.
    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField()
    # Who gets the same letter on copy, as a mail names them: addresses with commas between.
    copies = models.TextField(blank=True, default="")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    thread = models.CharField(max_length=120, blank=True, default="")
    secret = models.BooleanField(
        default=False
    )  # holds a code: its text, and a code in its subject, go once sent
    # Where a reader who wants no more of its kind says so with one click; "" where there is no such choice.
    unsubscribe = models.CharField(max_length=200, blank=True, default="")
    answerable = models.BooleanField(default=False)  # an answer to it comes back to its ticket
    by_hand = models.BooleanField(default=False)  # a person's words, not to be answered as a machine's
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    unwanted_at = models.DateTimeField(null=True, blank=True)  # its reader reported it as spam
    # The id a provider gave it, which its reports and, where it replaces ours, the answers name.
    carried_as = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    trouble = models.CharField(max_length=300, blank=True, default="")

    # Copies a mail server did not take while it was sent: address and why.
    refused: Sequence[tuple[str, str]] = ()

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None, failed_at=None), name="mail_waiting"
            ),
            models.Index(fields=["thread"], condition=~models.Q(thread=""), name="mail_of_thread"),
            models.Index(fields=["to"], name="mail_to_address"),
            models.Index(fields=["carried_as"], condition=~models.Q(carried_as=""), name="mail_carried_as"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.to}"

    @classmethod
    def write(
        cls,
        *,
        key: str,
        to: str,
        subject: str,
        text: str,
        html: str = "",
        thread: str = "",
        secret: bool = False,
        answerable: bool = False,
        by_hand: bool = False,
        unsubscribe: str = "",
        copies: Sequence[str] = (),
        due_at: datetime | None = None,
    ) -> None:
        """Put a mail into the outbox; the same key twice is one mail. It leaves after the commit, or when it is due.

        An address under .invalid is nobody's by the rules of the net: nothing is written to it.
        """
        if to.endswith(".invalid"):
            return
        fields = {
            "to": one_line(to),
            "copies": ", ".join(map(one_line, copies)),
            "subject": one_line(subject)[:250],
            "text": text,
            "html": html,
            "thread": thread,
            "secret": secret,
            "answerable": answerable,
            "by_hand": by_hand,
            "unsubscribe": unsubscribe,
            **({"due_at": due_at} if due_at else {}),
        }
        gathered = _gathered.get()
        if gathered is None:
            _put([OutgoingMail(key=key, **fields)])
        else:
            gathered.append(OutgoingMail(key=key, **fields))

    @property
    def is_undelivered(self) -> bool:
        return self.failed_at is not None or self.bounced_at is not None

    @property
    def on_copy(self) -> list[str]:
        return self.copies.split(", ") if self.copies else []

    @property
    def message_id(self) -> str:
        return message_id(self.key, self.ticket_id)

    @property
    def ticket_id(self) -> int | None:
        """The ticket it belongs to, as its thread says."""
        found = _THREAD.fullmatch(self.thread)
        return int(found[1]) if found else None

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Message-ID": self.message_id}
        if not self.by_hand:
            headers |= by_machine()  # a person's answer has none of them: whoever is away shall say so
        if self.unsubscribe:
            headers |= {
                "List-Unsubscribe": f"<{settings.BASE_URL}{self.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        if self.thread:
            root = message_id(self.thread, self.ticket_id)
            earlier = [f"<{one}>" for one in reversed(IncomingMail.ids_on(self.ticket_id))]
            headers |= {
                "References": " ".join([root, *earlier]),
                "In-Reply-To": earlier[-1] if earlier else root,
            }
        return headers

    def send_again(self, *, to: str, at: datetime | None = None) -> bool:
        """Once more, to the address as it is now, without the copies; False when it is on its way already."""
        at = at or timezone.now()
        fresh = {
            "sent_at": None,
            "failed_at": None,
            "bounced_at": None,
            "delivered_at": None,
            "carried_as": "",
            "tries": 0,
            "trouble": "",
            "due_at": at,
        }
        undelivered = OutgoingMail.objects.undelivered().filter(pk=self.pk, secret=False)
        if not undelivered.update(to=one_line(to), copies="", **fresh):
            return False
        transaction.on_commit(_nudge)
        return True

    def send(self, way: WayOut) -> str:
        """The id a provider gave it, or ""."""
        validate_email(self.to)  # one address and nothing else, whoever wrote it down
        back = reply_address(self.ticket_id) if self.answerable and self.ticket_id else ""
        way.open()
        mail = Post(
            self.subject,
            self.text,
            settings.DEFAULT_FROM_EMAIL,
            [self.to],
            cc=self.on_copy,
            headers=way.worded(self.headers),
            reply_to=[back] if back else None,
            connection=way.connection,
        )
        if self.html:
            mail.attach_alternative(self.html, "text/html")
        self.refused = way.carry(mail)
        return bare_id(getattr(getattr(mail, "anymail_status", None), "message_id", None))


_gathered: ContextVar[list[OutgoingMail] | None] = ContextVar("gathered", default=None)


@contextmanager
def in_one_statement() -> Iterator[None]:
    """What is written inside is put into the outbox at its end, all at once: a sweep has a hundred mails to write."""
    mails: list[OutgoingMail] = []
    token = _gathered.set(mails)
    try:
        yield
        _put(mails)
    finally:
        _gathered.reset(token)


def _put(mails: list[OutgoingMail]) -> None:
    # The key decides in one statement; two writers at once leave one row, and neither transaction breaks.
    insert_each(mails, unless_there=True)
    if mails and not any(waiting[1] is _nudge for waiting in connection.run_on_commit):
        transaction.on_commit(_nudge)  # one for a transaction, however many mails it writes


def _nudge() -> None:
    nudge("tickets.jobs.deliver_mail")


def message_id(key: str, ticket_id: int | None = None) -> str:
    """A stable, unguessable Message-ID for what a mail means; one about a ticket says which, signed."""
    digest = hashlib.blake2b(key.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()
    return f"<{tag_of(ticket_id)}.{digest}@{house_host()}>" if ticket_id else f"<{digest}@{house_host()}>"


def bare_id(said: object) -> str:
    """An id as it is kept and looked for: without its brackets; "" for what is none."""
    return one_line(str(said)).strip("<> ")[:LONGEST_ID] if isinstance(said, str | int) else ""


def one_line(text: str) -> str:
    """A header's worth of text: line breaks of any alphabet become spaces, what no database stores is left out."""
    return " ".join(text.replace("\x00", "").split()).encode("utf-8", "replace").decode()
