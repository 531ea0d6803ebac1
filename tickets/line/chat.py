"""A chat: a live contact in the line and a conversation on a ticket at once; neither ever ends by itself.

What is written are the ticket's public messages. The place says whose turn it is, the ticket keeps every word, and this
row knows who has read what and whether somebody is still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from tickets.cause import Cause
from tickets.live import relay
from tickets.message import Message, MessageQuerySet
from tickets.refused import Refused
from tickets.solvable import Status
from tickets.ticket import Ticket

from . import words as on
from .call_ticket import give_to
from .heard import USUAL
from .place import Place
from .rest import Restable
from .said import newest_in, thread_of

if TYPE_CHECKING:
    from accounts.person import Person
    from accounts.team import Team

# A page that stands open says so every fifteen seconds; a telephone in a pocket stops saying it.
GONE: Final = timedelta(seconds=120)
# The page is there and we spoke last: after this long it is a ticket again, and an agent has room for somebody else.
QUIET: Final = timedelta(minutes=15)
LIVE: Final = (on.WAITING, on.TALKING, on.HELD)
SUBJECT: Final = 80


class ChatQuerySet(models.QuerySet["Chat"]):
    def worked_by(self, person: Person) -> ChatQuerySet:
        """Whoever may see the place in line: the own teams, whoever holds it, everybody once it overflowed."""
        return self.filter(place__in=Place.objects.worked_by(person))

    def written(self) -> ChatQuerySet:
        """Not those that became a call: the page they left behind says nothing of the telephone."""
        return self.filter(place__channel=Place.Channel.CHAT)

    def held_by(self, person: Person) -> ChatQuerySet:
        """What this person has in hand or is offered now; sleeping ones are tickets for the moment."""
        mine = Q(place__agent=person, place__phase__in=on.WITH_AGENT) | Q(place__offered_to=person)
        return self.written().filter(mine)

    def owned_by(self, person: Person) -> ChatQuerySet:
        return self.filter(ticket__customer__person=person) if person.is_active else self.none()

    def going_on(self) -> ChatQuerySet:
        """Live, or asleep and ready to wake."""
        return self.filter(place__phase__in=(*LIVE, on.ASLEEP))

    def quiet(self, now: datetime) -> ChatQuerySet:
        """Where the customer is gone, or has not answered what we said last for a long time."""
        gone = Q(seen_at__lte=now - GONE)
        silent = Q(waits_for_customer=True, spoken_at__lte=now - QUIET, place__phase__in=on.WITH_AGENT)
        return self.written().filter(gone | silent, place__phase__in=LIVE)

    def with_people(self) -> ChatQuerySet:
        return self.select_related(
            "ticket__customer__person", "ticket__team", "ticket__cause", "place__agent", "place__team"
        )

    def with_unread(self) -> ChatQuerySet:
        """Each with how much the customer said that nobody here has seen, as `unread_by_desk`."""
        said = Message.objects.public().filter(ticket=OuterRef("ticket"), from_customer=True)
        unseen = said.filter(pk__gt=OuterRef("desk_read")).order_by().values("ticket")
        count = Subquery(unseen.annotate(count=Count("pk")).values("count"))
        return self.annotate(unread_by_desk=Coalesce(count, 0))


class Chat(Restable, models.Model):
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, related_name="chat", verbose_name=_("ticket")
    )
    place = models.OneToOneField(
        Place, on_delete=models.PROTECT, related_name="chat", verbose_name=_("place in line")
    )
    seen_at = models.DateTimeField(_("customer last heard of"), default=timezone.now)
    spoken_at = models.DateTimeField(_("last said"), default=timezone.now)
    waits_for_customer = models.BooleanField(_("waits for the customer"), default=False)
    # The newest message each side has seen.
    customer_read = models.BigIntegerField(default=0)
    desk_read = models.BigIntegerField(default=0)

    objects = ChatQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        indexes = [models.Index(fields=["seen_at"], name="chat_seen")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.ticket}"

    @property
    def topic(self) -> str:
        return f"chat-{self.pk}"

    @property
    def said(self) -> MessageQuerySet:
        """What both may read."""
        return self.ticket.messages.public()

    @property
    def is_left_alone(self) -> bool:
        """We owe an answer for four minutes and more, and nobody could step in: now it is the customer's to choose."""
        last = self.place.holds * 10 + len(USUAL.silence) - 1
        return (
            self.place.held_since is not None and self.place.events.filter(kind=on.SILENT, step=last).exists()
        )

    @property
    def may_become_a_call(self) -> bool:
        """Who waits may rather be called, and whom we have left without a word for too long."""
        phase = self.place.phase
        return phase == on.WAITING or (phase == on.TALKING and self.is_left_alone)

    @classmethod
    def start(
        cls,
        customer: Customer,
        *,
        cause: Cause,
        text: str,
        files: Iterable[UploadedFile] = (),
        key: str,
        at: datetime | None = None,
    ) -> Chat:
        """A customer wants to talk now. One chat at a time: who has one says this in it."""
        at, person = at or timezone.now(), customer.person
        with transaction.atomic():
            # The customer's row is the lock: of two windows, the second finds the first one's chat.
            Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
            theirs = cls.objects.owned_by(person).going_on().written()
            earlier = theirs.order_by("-pk").first()
            if earlier is not None:
                return earlier.say(text, by=person, files=files, key=key, at=at)
            subject = " ".join(text.split())[:SUBJECT]
            how: dict[str, Any] = {"files": files, "key": key, "channel": Message.Channel.CHAT, "at": at}
            ticket = Ticket.open(customer, subject=subject, text=text, cause=cause, by=person, **how)
            begun = cls.objects.filter(ticket=ticket).first()
            if begun is not None:
                return begun
            about = {"channel": Place.Channel.CHAT, "cause": cause, "matter": subject, "key": key}
            place = Place.enter(cause.team, customer=customer, at=at, **about)
            cls.stand_at(place, ticket, at=at)
            return cls.objects.create(ticket=ticket, place=place, seen_at=at, spoken_at=at)

    def say(
        self,
        text: str,
        *,
        by: Person,
        files: Iterable[UploadedFile] = (),
        key: str | None = None,
        at: datetime | None = None,
    ) -> Chat:
        """The customer writes; a sleeping chat wakes. What follows from it hears the history, whatever the door."""
        at = at or timezone.now()
        with transaction.atomic():
            self.ticket.hear(text, by=by, files=files, channel=Message.Channel.CHAT, key=key, at=at)
            if type(self).objects.filter(pk=self.pk, seen_at__lt=at).update(seen_at=at):
                self.seen_at = at
        return self

    def answer(
        self,
        text: str,
        *,
        by: Person,
        files: Iterable[UploadedFile] = (),
        key: str | None = None,
        anyway: str = "",
        at: datetime | None = None,
    ) -> Message:
        """Whoever has the chat writes to the customer; no mail goes out while they are there to read it."""
        how: dict[str, Any] = {"files": files, "channel": Message.Channel.CHAT, "key": key, "anyway": anyway}
        return self.ticket.reply(text, by=by, at=at, **how)

    def accept(self, *, by: Person, at: datetime | None = None) -> bool:
        """Taken from the line: the ticket is theirs too, and from now on the silence is ours."""
        at = at or timezone.now()
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True).get(pk=self.ticket_id)
            if not self.place.accept(by=by, at=at):
                return False
            give_to(ticket, by, at=at)
            if self.place.channel == Place.Channel.CHAT:
                self.place.do(on.ASKED, at=at)
        self.refresh_from_db()
        return True

    def transfer(self, team: Team, *, by: Person, at: datetime | None = None) -> bool:
        """On to another team with everything that was said, at the first arrival."""
        at = at or timezone.now()
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True).get(pk=self.ticket_id)
            if not self.place.transfer(team, by=by, at=at):
                return False
            ticket.hand_over(team, by=by, at=at)
        return True

    def end(self, outcome: str, *, by: Person, solved: bool = False, at: datetime | None = None) -> bool:
        """Whoever has it says what came of it. What the customer has not read yet goes to them as a mail."""
        at = at or timezone.now()
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True).get(pk=self.ticket_id)
            if not self.place.conclude(outcome, by=by, at=at):
                return False
            self.place.finish(on.BY_AGENT, by=by, at=at)
            self.write_what_was_missed()
            if solved:
                ticket.move(Status.SOLVED, by=by, at=at)
        relay.announce(self.topic)
        return True

    def step_in(self, *, by: Person, instead_of: int | None, at: datetime | None = None) -> bool:
        """A colleague goes on in place of whoever is silent or lost; the place and every word stay.

        Said is whom they saw there: of two who step in at once, the second takes nothing away from the first.
        """
        at = at or timezone.now()
        with transaction.atomic():
            Ticket.objects.hold(self.ticket_id)
            self.place.refresh_from_db()
            if self.place.agent_id != instead_of or not self.place.do(on.RELIEVED, at=at, by=by):
                return False
            if self.place.offer(by, at=at) and self.accept(by=by, at=at):
                return True
            transaction.set_rollback(True)  # nothing moved: whoever had it still has it
        self.refresh_from_db()
        return False

    def become_a_call(self, number: str, *, by: Person) -> bool:
        """Rather by telephone: the place stays what it is. False when somebody has taken it meanwhile."""
        with transaction.atomic():
            Ticket.objects.hold(self.ticket_id)
            self.place.refresh_from_db()
            if not self.may_become_a_call:
                return False
            if self.place.phase == on.TALKING:
                self.place.do(on.RELIEVED, by=by)
            Place.objects.filter(pk=self.place_id).update(channel=Place.Channel.PORTAL, caller=number)
            if self.place.want_callback(by=by):
                return True
            transaction.set_rollback(True)
        return False

    def read(self, *, by_customer: bool, thread: Sequence[Message] | None = None) -> None:
        """One side has the page in front of it, with this on it; the other hears of it where that is news."""
        field = "customer_read" if by_customer else "desk_read"
        thread = thread_of(self.ticket_id) if thread is None else thread
        newest = newest_in(thread, from_customer=not by_customer)
        behind = type(self).objects.filter(**{"pk": self.pk, f"{field}__lt": newest})
        if newest > getattr(self, field) and behind.update(**{field: newest}):
            setattr(self, field, newest)
            relay.announce(self.topic, *([] if by_customer else [f"person-{self.place.agent_id}"]))

    def typing(self, *, by_customer: bool) -> None:
        """A name on the wire and nothing else: whoever does not hear it misses nothing."""
        relay.publish(f"types-{'customer' if by_customer else 'desk'}-{self.pk}")

    def hear(self, message: Message, *, at: datetime) -> None:
        """Something public was said on the ticket, by whatever door."""
        theirs = message.from_customer
        kind = on.ASKED if theirs else on.SPOKE
        self.spoken_at, self.waits_for_customer = at, not theirs
        type(self).objects.filter(pk=self.pk).update(spoken_at=at, waits_for_customer=not theirs)
        if self.place.channel != Place.Channel.CHAT:
            return  # on the telephone nobody is silent because something was written beside it
        # Only whoever holds the row of the place knows whether it sleeps.
        if not self.place.do(kind, at=at, by=message.author) and theirs and self.place.phase == on.ASLEEP:
            self.refresh_from_db(fields=["place"])  # from another window it may have come to a new one
            if self.place.phase == on.ASLEEP:
                self.wake(at=at)
            self.place.do(kind, at=at, by=message.author)


def stands_in_the_way(ticket: Ticket) -> Refused | None:
    """A ticket on which somebody chats right now is not merged: both sides would write past each other."""
    if not Chat.objects.going_on().filter(ticket=ticket).exists():
        return None
    words = _("In #%(number)s a chat is going on, or may wake again. End it first.")
    return Refused("chat", str(words) % {"number": ticket.pk})
