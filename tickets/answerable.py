"""What can be said on a ticket: replies, internal notes, and what each does to status and promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.inserted import insert
from accounts.prepared import Prepared

from . import history, whose
from .attachment import Attachment
from .composing import mention
from .composing.held_reply import HeldReply
from .composing.staged_file import StagedFile
from .mail import copied, letters
from .message import Message
from .search.words import TicketWords
from .solvable import Status
from .thanks import is_mere_thanks
from .together.mergeable import GoesOnElsewhere, lands_in_survivor

if TYPE_CHECKING:
    from accounts.person import Person


class Answerable(models.Model):
    # While whoever wrote them down still has them at hand: the first message, and the latest.
    _began_with: Message | None = None
    _wrote: Message | None = None

    class Meta:
        abstract = True

    @property
    def first_message(self) -> Message:
        return self._began_with or self.messages.order_by("pk")[0]

    @lands_in_survivor
    def reply(
        self,
        text: str,
        *,
        by: Person,
        files: Iterable[UploadedFile | StagedFile] = (),
        channel: str = Message.Channel.DESK,
        key: str | None = None,
        anyway: str = "",
        at: datetime | None = None,
    ) -> Message:
        """An agent answers the customer: meets the response they wait for, and the mail goes out with the message.

        The same `key` returns the message already written. `anyway` is why it goes out against a remark.
        """
        at = at or timezone.now()

        def then(message: Message) -> None:
            self.answered(by=by, at=at, message=message)
            why = {"anyway": anyway} if anyway else {}
            self.record(history.REPLIED, by=by, at=at, message=message.pk, **why)
            if channel != Message.Channel.CHAT:  # read as it is written, or mailed once they are gone
                letters.answer(message)

        return self._say(text, by=by, files=files, channel=channel, key=key, at=at, then=then)

    @property
    def is_unanswered(self) -> bool:
        """Whether the customer wrote last and waits: what the house sent by itself is no answer, thanks ask none."""
        last = self.messages.public().exclude(channel=Message.Channel.AUTO).order_by("-at", "-pk").first()
        if last is None or not last.from_customer:
            return False
        return not self.events.filter(kind__in=history.THANKS, data__message=last.pk).exists()

    @lands_in_survivor
    def inform(self, text: str, *, key: str, at: datetime | None = None) -> Message:
        """The house tells the customer something by itself: marked as automatic, and no promise is met by it."""
        at = at or timezone.now()

        def then(message: Message) -> None:
            self.record(history.INFORMED, by=None, at=at, message=message.pk)
            letters.answer(message)

        return self._say(text, by=None, channel=Message.Channel.AUTO, key=key, at=at, then=then)

    @lands_in_survivor
    def note(
        self,
        text: str,
        *,
        by: Person | None,
        files: Iterable[UploadedFile | StagedFile] = (),
        channel: str = Message.Channel.DESK,
        key: str | None = None,
        at: datetime | None = None,
    ) -> Message:
        """An internal note; the customer never sees it, no promise is met by it, whom it mentions is told."""
        at = at or timezone.now()

        def then(message: Message) -> None:
            told = mention.tell(message, at=at)
            mentions = {"mentions": told} if told else {}
            self.record(history.NOTED, by=by, at=at, message=message.pk, **mentions)

        return self._say(
            text, by=by, kind="internal", files=files, channel=channel, key=key, at=at, then=then
        )

    @lands_in_survivor
    def hear(
        self,
        text: str,
        *,
        by: Person,
        files: Iterable[UploadedFile | StagedFile] = (),
        channel: str = Message.Channel.PORTAL,
        key: str | None = None,
        at: datetime | None = None,
    ) -> Message:
        """The customer writes again: a waiting or solved ticket opens at the moment of the message.

        Long after it was solved, the message begins a ticket of its own that goes on from this one; so look at
        `message.ticket`. A mere thank-you for what was solved opens nothing.
        """
        at = at or timezone.now()
        if self.is_past_reopening(at):
            with transaction.atomic():
                HeldReply.stop_planned(self, at=at)
                return self.follow_up(text, by=by, files=files, channel=channel, key=key, at=at)

        def then(message: Message) -> None:
            # The row is ours since `touch`: only now does its status say what an agent may have set meanwhile.
            self.refresh_from_db(fields=["status", "status_name", "solved_at"])
            thanks = self.is_settled and is_mere_thanks(text) and not message.attachments.exists()
            wrote = self.record(history.REPLIED, by=by, at=at, message=message.pk)
            if thanks:
                self.record(history.THANKED, by=by, at=at, message=message.pk)
            else:
                if self.status in (Status.WAITING_CUSTOMER, Status.SOLVED, Status.CLOSED):
                    self.move(Status.OPEN, by=by, at=at)
                self.await_answer(message)
            HeldReply.stop_planned(self, at=at)
            if channel != Message.Channel.CHAT:
                whose.customer_wrote(message, wrote)

        return self._say(
            text, by=by, from_customer=True, files=files, channel=channel, key=key, at=at, then=then
        )

    @lands_in_survivor
    def hear_copy(self, text: str, *, name: str, key: str, at: datetime) -> Message:
        """Somebody on copy writes by mail: only the desk reads it, whoever works on it is told, and a ticket that
        waited for the customer's side waits no longer. Nothing else is theirs to move."""

        def then(message: Message) -> None:
            self.refresh_from_db(fields=["status", "status_name"])
            self.record(history.WROTE_ON_COPY, by=None, at=at, message=message.pk, **{"from": name})
            if self.status == Status.WAITING_CUSTOMER:
                self.move(Status.OPEN, by=None, at=at)

        how = {"kind": Message.Kind.INTERNAL, "channel": Message.Channel.MAIL}
        return self._say(text, by=None, key=key, at=at, then=then, **how)

    def follow_up(self, text: str, *, by: Person, key: str | None, at: datetime, **how: object) -> Message:
        """A new ticket that goes on from this one, with promises of its own; its first message."""
        fresh = type(self).open(
            self.customer,
            subject=self.subject,
            text=text,
            cause=self.cause,
            by=by,
            follows=self,
            key=key and f"after:{key}"[:64],
            at=at,
            **how,
        )
        copied.go_along(self, fresh, at=at)
        return fresh.first_message

    def _say(self, text: str, *, key: str | None, at: datetime, then: object, **how: object) -> Message:
        try:
            with transaction.atomic():
                self.touch(at)  # first the ticket's own row: whoever else changes both begins with that
                survivor = self.survivor
                if survivor is not None:
                    raise GoesOnElsewhere(survivor)
                message = self.write(text, key=key, at=at, **how)
                TicketWords.add(self, text)
                then(message)
                return message
        except IntegrityError:
            twin = Message.objects.filter(ticket=self, key=key).first() if key else None
            if twin is None:
                raise
            return twin

    def write(
        self,
        text: str,
        *,
        by: Person | None,
        at: datetime,
        kind: str = Message.Kind.PUBLIC,
        from_customer: bool = False,
        files: Iterable[UploadedFile | StagedFile] = (),
        channel: str = Message.Channel.DESK,
        key: str | None = None,
    ) -> Message:
        """Store one message with its files; what follows from it is the caller's verb."""
        said = {"kind": kind, "from_customer": from_customer, "channel": channel, "text": text}
        message = insert(Message(ticket=self, author=by, at=at, key=key, **said))
        for file in files:
            if isinstance(file, StagedFile):
                file.attach(message)
            else:
                Attachment.keep(file, message=message)
        self._wrote = message
        return message

    def written(self, number: int) -> Message:
        """One of its messages, for whoever hears in its history that it was written."""
        found: Message = (
            self._wrote if self._wrote and self._wrote.pk == number else _WRITTEN.first(pk=number)
        )
        return found


_WRITTEN = Prepared(lambda pk: Message.objects.select_related("author").filter(pk=pk))
