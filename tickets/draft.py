"""A draft: what somebody has begun to write on a ticket and not sent; kept on the server, with its versions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared

from .message import MAX_LENGTH, Message

if TYPE_CHECKING:
    from accounts.person import Person

    from .ticket import Ticket

# Two texts in one field.
BETWEEN = "\n\n"
# A version a minute while somebody writes, and the last twenty: what one deletes by mistake is noticed soon.
APART, MOST_VERSIONS = timedelta(minutes=1), 20


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, person: Person, ticket: Ticket) -> DraftQuerySet:
        """The own ones: nobody reads what another has not said yet."""
        return self.filter(person=person, ticket=ticket)


class Draft(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=8, choices=Message.Kind.choices)
    text = models.TextField(max_length=MAX_LENGTH)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a message")
        verbose_name_plural = _("drafts of messages")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "person", "kind"], name="draft_one_each"),
            models.CheckConstraint(
                name="draft_kind_known", condition=models.Q(kind__in=["public", "internal"])
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"

    @classmethod
    def keep(
        cls, ticket: Ticket, *, by: Person, kind: str, text: str, key: str = "", at: datetime | None = None
    ) -> Draft | None:
        """Keep what stands in the field; an empty field is no draft. The last to write wins, and loses nothing.

        `key` is that of the form around the field: what was sent with it is no draft any more, however late this comes.
        What is still typed on the page of a ticket that goes on in another stands there too.
        """
        at = at or timezone.now()
        with transaction.atomic():
            cls.wait_for(ticket)
            onward = ticket.survivor
            if key and cls._was_sent(ticket, onward, key):
                return None
            if not text.strip():
                cls.drop(ticket, by=by, kind=kind)
                return None
            if onward is not None:
                was = cls.objects.of(by, ticket).filter(kind=kind).values_list("text", flat=True).first()
                cls._exchange(onward, was or "", text, by=by, kind=kind, at=at)
            return cls._put(ticket, text, by=by, kind=kind, at=at)

    @classmethod
    def _put(cls, ticket: Ticket, text: str, *, by: Person, kind: str, at: datetime) -> Draft:
        draft, made = cls.objects.get_or_create(
            ticket=ticket, person=by, kind=kind, defaults={"text": text, "changed_at": at}
        )
        if not made and draft.text != text:
            draft._remember(at)
            draft.text, draft.changed_at = text, at
            draft.save(update_fields=["text", "changed_at"])
        return draft

    @classmethod
    def _exchange(cls, ticket: Ticket, was: str, text: str, *, by: Person, kind: str, at: datetime) -> None:
        """In the draft on the ticket where it goes on: the part that came along says what it says now."""
        there = cls.objects.of(by, ticket).filter(kind=kind).first()
        both = exchanged(there.text if there else "", was, text)
        if there is not None and not both.strip():
            there.delete()
        elif both.strip() and len(both) <= MAX_LENGTH:
            cls._put(ticket, both, by=by, kind=kind, at=at)

    def join(self, ticket: Ticket, *, at: datetime) -> None:
        """Its ticket goes on in another: it stands there too, below what its writer had begun there.

        The row stays where it was, for the two may be taken apart again. Whoever has the other page open writes on
        without what came along; so that is a version there, as it is where both are too long for one field.
        """
        there = Draft.objects.of(self.person, ticket).filter(kind=self.kind).first()
        if there is None:
            there = self._put(ticket, self.text, by=self.person, kind=self.kind, at=at)
            self.versions.update(draft=there)
            return
        both = f"{there.text}{BETWEEN}{self.text}"
        DraftVersion.objects.create(draft=there, text=self.text, at=at)
        if len(both) <= MAX_LENGTH:
            there.text, there.changed_at = both, at
            there.save(update_fields=["text", "changed_at"])

    def part(self, ticket: Ticket, *, since: datetime) -> bool:
        """Taken apart again: what came along and still stands there unchanged goes back; False where it stays.

        What was said there since is no draft any more; what was changed there stays, and so does this.
        """
        there = Draft.objects.of(self.person, ticket).filter(kind=self.kind).first()
        if there is not None and there.text == self.text:
            there.versions.update(draft=self)
            there.delete()
        elif there is not None and there.text.endswith(BETWEEN + self.text):
            there.text = there.text.removesuffix(BETWEEN + self.text)
            there.save(update_fields=["text"])
        elif (
            there is None or ticket.messages.filter(author=self.person, kind=self.kind, at__gt=since).exists()
        ):
            self.delete()
        else:
            return False
        return True

    @staticmethod
    def wait_for(ticket: Ticket) -> None:
        """The ticket's row is ours until the end of the transaction: of keeping and sending one comes first."""
        type(ticket).objects.hold(ticket.pk)

    @classmethod
    def _was_sent(cls, ticket: Ticket, onward: Ticket | None, key: str) -> bool:
        said = Message.objects.filter(ticket=onward or ticket, key=key)
        return said.exists() or ticket.held_replies.filter(key=key).exists()

    @classmethod
    def drop(cls, ticket: Ticket, *, by: Person, kind: str) -> None:
        """Sent, or emptied by its author: the draft has done its work, and so has what went along into a merge."""
        kept = _KEPT.first(person=by.pk, ticket=ticket.pk, kind=str(kind))
        if kept is None:
            return
        with transaction.atomic():
            cls.objects.of(by, ticket).filter(kind=kind).delete()
            onward = ticket.survivor
            if onward is not None:
                cls._exchange(onward, kept[1], "", by=by, kind=kind, at=timezone.now())

    @classmethod
    def put_before(cls, ticket: Ticket, *, by: Person, text: str, typed: str | None, at: datetime) -> None:
        """A reply came back: it stands in the draft again, before what was `typed` or kept there meanwhile.

        Where both are too long for one field, what came back stands there and the rest is a version of it.
        """
        now = cls.objects.of(by, ticket).filter(kind=Message.Kind.PUBLIC).first()
        meanwhile = typed if typed is not None else now.text if now else ""
        both = f"{text}\n\n{meanwhile}" if meanwhile.strip() else text
        fits = len(both) <= MAX_LENGTH
        draft = cls.keep(ticket, by=by, kind=Message.Kind.PUBLIC, text=both if fits else text, at=at)
        if draft is not None and not fits:
            DraftVersion.objects.create(draft=draft, text=meanwhile[:MAX_LENGTH], at=at)

    def _remember(self, at: datetime) -> None:
        """What stood there, once a minute; the oldest make room."""
        last = self.versions.first()
        if last is not None and at - last.at < APART:
            return
        DraftVersion.objects.create(draft=self, text=self.text, at=at)
        kept = list(self.versions.values_list("pk", flat=True)[:MOST_VERSIONS])
        self.versions.exclude(pk__in=kept).delete()


_KEPT = Prepared(
    lambda person, ticket, kind: Draft.objects.filter(person=person, ticket=ticket, kind=kind).values_list(
        "pk", "text"
    )
)


def exchanged(stands: str, was: str, text: str) -> str:
    """What stands there, its end that said `was` now saying `text`; where it is not there any more, `text` follows."""
    if was and stands == was:
        return text
    before = stands.removesuffix(BETWEEN + was) if was else stands
    return f"{before}{BETWEEN}{text}" if before.strip() and text.strip() else before or text


class DraftVersion(models.Model):
    """What a draft said at a moment."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField(max_length=MAX_LENGTH)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a draft")
        verbose_name_plural = _("versions of drafts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.at}"
