"""A held reply: sent by its writer and not gone yet – for ten seconds to think again, or until a planned moment.

There is no message before it goes: no portal, mail, API or live page can show what was not written yet, and no promise
is met by it. The row is the state: it stands here while the reply is held, and is gone when that went or came back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inserted import insert
from accounts.prepared import Prepared
from tickets import history
from tickets.draft import Draft
from tickets.live import relay
from tickets.message import MAX_LENGTH, Message
from tickets.notice import Notice
from tickets.sla.promise import moment_in_words
from tickets.solvable import SETTLED
from tickets.together.merge import Merge

from .staged_file import StagedFile

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

# Nobody remembers what they planned a quarter ahead; and a reply that cannot go is given back after an hour or so.
LONGEST_AHEAD, MOST_TRIES = timedelta(days=92), 8
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=20), timedelta(minutes=20)
logger = logging.getLogger(__name__)


class HeldReplyQuerySet(models.QuerySet["HeldReply"]):
    def of_ticket(self, ticket: Ticket) -> HeldReplyQuerySet:
        """On a ticket, and on those merged into it: there it will be said."""
        return self.filter(_on(ticket))

    def seen_from(self, ticket: Ticket, person: Person) -> list[HeldReply]:
        """On the page of a ticket: what will be said on it (`is_here`), and what its reader just sent elsewhere."""
        found = _SEEN.rows(tickets=[ticket.pk, *Merge.objects.ending_in(ticket)], person=person.pk)
        models.prefetch_related_objects(found, "files")
        return found

    def planned(self) -> HeldReplyQuerySet:
        return self.filter(is_planned=True)

    def going_out_of(self, person: Person) -> list[HeldReply]:
        """What this person sent just now and can still undo."""
        return _GOING_OUT.rows(person=person.pk)

    def takeable_by(self, person: Person) -> HeldReplyQuerySet:
        """The own ones; a planned one by everybody who works on the ticket: its writer may be away when it is wrong."""
        theirs = models.Q(ticket__team_id__in=person.team_ids) & ~models.Q(ticket__customer__person=person)
        return self.filter(theirs, models.Q(author=person) | models.Q(is_planned=True))

    def due(self, now: datetime) -> HeldReplyQuerySet:
        return self.filter(goes_at__lte=now).order_by("goes_at", "pk")


class HeldReply(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="held_replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="held_replies"
    )
    text = models.TextField(max_length=MAX_LENGTH)
    # Where the ticket goes with the answer, and why it goes out against a remark.
    then = models.CharField(max_length=16, blank=True, default="")
    anyway = models.CharField(max_length=200, blank=True, default="")
    is_planned = models.BooleanField(default=False)
    held_at = models.DateTimeField(default=timezone.now)
    goes_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Made by the sender's form before sending; the message that comes of it has the same.
    key = models.CharField(max_length=64)

    objects = HeldReplyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("held reply")
        verbose_name_plural = gettext_lazy("held replies")
        ordering = ["goes_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="held_once_per_key"),
            models.CheckConstraint(
                name="held_before_it_goes", condition=models.Q(goes_at__gte=models.F("held_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.goes_at}"

    @classmethod
    def hold(
        cls,
        ticket: Ticket,
        text: str,
        *,
        by: Person,
        key: str,
        goes_at: datetime | None = None,
        files: Iterable[UploadedFile] = (),
        staged: Sequence[int] = (),
        then: str = "",
        anyway: str = "",
        at: datetime | None = None,
    ) -> HeldReply | None:
        """Keep a reply until it goes: `goes_at` where it is planned, else as long as one may think again.

        The same `key` is the same reply; None when that went out already.
        """
        at = at or timezone.now()
        said = {"text": text, "then": then, "anyway": anyway, "is_planned": goes_at is not None}
        said |= {"held_at": at, "goes_at": goes_at or at + timedelta(seconds=settings.UNDO_SECONDS)}
        try:
            with transaction.atomic():
                Draft.wait_for(ticket)  # one on its way either finds this reply or is dropped with the rest
                held = insert(cls(ticket=ticket, author=by, key=key, **said))
                if cls._went(ticket, key):  # asked when the key is ours: it may have gone a moment ago
                    transaction.set_rollback(True)
                    return None
                held._begin(files, staged)
                return held
        except IntegrityError:
            twin = cls.objects.filter(ticket=ticket, key=key).first()
            if twin is None and not cls._went(ticket, key):
                raise
            return twin

    @staticmethod
    def _went(ticket: Ticket, key: str) -> bool:
        """Whether it is a message already; a ticket merged meanwhile has it where it goes on."""
        return bool(_SAID.rows(ticket=(ticket.survivor or ticket).pk, key=key))

    def _begin(self, files: Iterable[UploadedFile], staged: Sequence[int]) -> None:
        """Its files come along, and the draft has done its work."""
        how = {"by": self.author, "kind": Message.Kind.PUBLIC}
        if staged:
            own = StagedFile.objects.of(self.author, self.ticket, Message.Kind.PUBLIC)
            own.filter(pk__in=staged).update(held=self)
        for file in files:
            StagedFile.keep(file, ticket=self.ticket, held=self, at=self.held_at, **how)
        Draft.drop(self.ticket, **how)
        if self.is_planned:
            goes_at = self.goes_at.isoformat()
            self.ticket.record(history.REPLY_PLANNED, by=self.author, at=self.held_at, goes_at=goes_at)
        relay.announce(f"ticket-{self.ticket_id}")

    def take_back(self, *, by: Person, typed: str | None = None, at: datetime | None = None) -> bool:
        """It does not go, and stands in its writer's draft again, with its files; False when it went already.

        `typed` is what stands in the writer's field meanwhile: it stays, behind what comes back.
        """
        at = at or timezone.now()
        with transaction.atomic():
            self._hold_ticket()
            if not self._claim():
                return False
            self._return(typed=typed, at=at)
            if self.is_planned:
                event = self.ticket.record(history.REPLY_CANCELLED, by=by, at=at, author=self.author.name)
                if by != self.author:
                    Notice.tell(self.author, event)
            relay.announce(f"ticket-{self.ticket_id}")
        return True

    @classmethod
    def stop_planned(cls, ticket: Ticket, *, at: datetime) -> None:
        """The customer wrote: what was planned may be wrong now. It comes back, and its writer is told.

        The caller holds the ticket's row and its transaction.
        """
        for held in cls.objects.of_ticket(ticket).planned().select_related("author", "ticket"):
            if held._claim():
                held._return(typed=None, at=at)
                Notice.tell(
                    held.author,
                    ticket.record(history.REPLY_STOPPED, by=None, at=at, author=held.author.name),
                )

    def let_go(self, *, at: datetime) -> Message | None:
        """It goes: the message, its mail, the promise it keeps and the ticket's status in one transaction.

        None when it was taken back meanwhile, or when its writer may not write here any more: then it comes back.
        """
        with transaction.atomic():
            ticket = self._hold_ticket()
            if not self._claim():
                return None
            if not type(ticket).objects.worked_by(self.author).filter(pk=ticket.pk).exists():
                self._give_up(ticket, at=at)
                return None
            overtaken = ticket.messages.filter(from_customer=True, at__gt=self.held_at).exists()
            files = list(self.files.all())
            said = {"files": files, "key": self.key, "anyway": self.anyway}
            message = ticket.reply(self.text, by=self.author, at=at, **said)
            self._end()
            # Done was to be this ticket, not the one it became part of meanwhile.
            elsewhere = ticket.pk != self.ticket_id and self.then in SETTLED
            # What the customer wrote while it was held nobody has read: the ticket stays where that brought it.
            if self.then and not overtaken and not elsewhere:
                moved = message.ticket.move(self.then, by=self.author, at=at)
                unsolved = self.then in SETTLED and not moved
                missing = message.ticket.say_what_is_missing(at=at) if unsolved else None
                if missing is not None:
                    Notice.tell(self.author, missing)
        return message

    def _hold_ticket(self) -> Ticket:
        """The ticket where it will be said, first its row and then ours: the order of everybody who says something."""
        ticket = self.ticket.survivor or self.ticket
        return type(ticket).objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.pk)

    def _claim(self) -> bool:
        """Whoever changes the row first has it; who comes later finds none."""
        return HeldReply.objects.filter(pk=self.pk).update(tries=models.F("tries") + 1) == 1

    def _return(self, *, typed: str | None, at: datetime) -> None:
        ticket = self.ticket.survivor or self.ticket
        Draft.put_before(ticket, by=self.author, text=self.text, typed=typed, at=at)
        # They wait in the composer from now on: what was planned for weeks is not forgotten at once.
        self.files.update(held=None, ticket=ticket, at=at)
        self._end()

    def _end(self) -> None:
        # Not `self.delete()`: that forgets the number, and a transaction rolled back brings the row back.
        HeldReply.objects.filter(pk=self.pk).delete()

    def _give_up(self, ticket: Ticket, *, at: datetime) -> None:
        """It cannot go: the ticket says so, and so do its writer's notices and whoever works on it."""
        self._return(typed=None, at=at)
        event = ticket.record(history.REPLY_GIVEN_UP, by=None, at=at, author=self.author.name)
        for person in {self.author, ticket.assignee} - {None}:
            Notice.tell(person, event)


def _seen(tickets: Sequence[int], person: int) -> models.QuerySet[HeldReply]:
    own, on_it = models.Q(author=person, is_planned=False), models.Q(ticket__among=tickets)
    here = models.Case(models.When(on_it, then=True), default=False)
    found = HeldReply.objects.filter(own | on_it).annotate(is_here=here)
    return found.select_related("author", "ticket__customer__person")


_SEEN = Prepared(_seen)
_SAID = Prepared(lambda ticket, key: Message.objects.filter(ticket=ticket, key=key).values_list("pk"))
_GOING = HeldReply.objects.filter(is_planned=False).select_related("ticket__customer__person")
_GOING_OUT = Prepared(lambda person: _GOING.filter(author=person))


def _on(ticket: Ticket) -> models.Q:
    """On the ticket itself, on those merged into it, and on those merged into these before."""
    return models.Q(ticket__in=[ticket.pk, *Merge.objects.ending_in(ticket)])


def planned_on(ticket: Ticket) -> list[str]:
    """What would still go out to the customer of a ticket that is done."""
    words = _(
        "A reply of %(author)s is planned and goes out %(moment)s. Take it back if it is no longer right."
    )
    zone, now = timezone.get_current_timezone(), timezone.now()
    return [
        words % {"author": held.author.name, "moment": moment_in_words(held.goes_at, zone=zone, now=now)}
        for held in HeldReply.objects.of_ticket(ticket).planned().select_related("author")
    ]


def let_go_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Let every reply go whose moment has come; the number that went. One that fails waits, and stops no other."""
    started, went = now or timezone.now(), 0
    due = HeldReply.objects.due(started).select_related("ticket", "author")
    for held in list(due[:most]):
        at = now or timezone.now()
        try:
            went += held.let_go(at=at) is not None
        except Exception:  # whatever is wrong with one must not stop the next
            logger.exception("held reply %s did not go", held.pk)
            _wait(held, at=at)
    return went


def _wait(held: HeldReply, *, at: datetime) -> None:
    """Later once more; after too many tries it comes back to its writer."""
    wait = min(FIRST_RETRY * 2 ** min(held.tries, 10), LONGEST_RETRY)
    HeldReply.objects.filter(pk=held.pk).update(tries=held.tries + 1, goes_at=at + wait)
    if held.tries + 1 >= MOST_TRIES:
        with transaction.atomic():
            ticket = held._hold_ticket()
            if held._claim():
                held._give_up(ticket, at=at)
