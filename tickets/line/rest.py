"""A chat at rest: the customer went quiet; it goes on as a ticket with its promise, and wakes when they write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models, transaction
from django.utils import timezone

from tickets.live import relay
from tickets.mail import letters
from tickets.message import Message
from tickets.ticket import Ticket

from . import words as on
from .call_ticket import go_on_in_chat
from .follow_up import give_an_owner
from .kept import SAME_MATTER
from .offering import may_go_on
from .place import Place

if TYPE_CHECKING:
    from accounts.person import Person

NOTED_EVERY: Final = timedelta(seconds=5)


class Restable(models.Model):
    class Meta:
        abstract = True

    def sleep(self, *, by: Person | None = None, at: datetime | None = None, if_quiet: bool = False) -> bool:
        """The customer is gone or quiet: it goes on as a ticket with its promise, and wakes when they write."""
        at = at or timezone.now()
        with transaction.atomic():
            Ticket.objects.hold(self.ticket_id)  # before the place, as whoever writes on it holds both
            this = type(self).objects.filter(pk=self.pk)
            if not (this.quiet(at) if if_quiet else this.written()).exists():
                return False  # meanwhile they wrote, or rang
            if not self.place.do(on.SLEPT, by=by, at=at):
                return False
            if self.place.phase == on.WAITING:  # on the telephone
                Place.objects.filter(pk=self.place_id).update(channel=Place.Channel.PHONE)
                self.place.refresh_from_db()
            elif self.place.talks:
                self.write_what_was_missed()
            else:
                give_an_owner(self.ticket, at=at)
                letters.confirm(self.ticket)
        relay.announce(self.topic)
        return True

    def wake(self, *, at: datetime | None = None) -> bool:
        """To whoever had it, if they are there and have room for it; else into the line at the first arrival."""
        at = at or timezone.now()
        with transaction.atomic():
            here = may_go_on(self.place, now=at)
            if not here and self.place.arrived_at <= at - SAME_MATTER:
                self._arrive_again(at=at)
                return True
            return self.place.do(on.WOKEN, agent=self.place.agent if here else None, at=at)

    def _arrive_again(self, *, at: datetime) -> None:
        """After a night the old place would pass everybody of today: who comes back then has just arrived."""
        about = {"channel": Place.Channel.CHAT, "cause": self.ticket.cause, "matter": self.ticket.subject}
        place = Place.enter(self.ticket.team, customer=self.ticket.customer, at=at, **about)
        self.stand_at(place, self.ticket, at=at)
        self.place = place
        self.save(update_fields=["place"])

    @classmethod
    def stand_at(cls, place: Place, ticket: Ticket, *, at: datetime) -> None:
        """A place kept from a call or an earlier chat is this one's now: the first arrival counts, and where they were
        handed on to the ticket follows."""
        cls._default_manager.filter(place=place).delete()
        if place.ticket_id not in (None, ticket.pk):
            Ticket.objects.hold(place.ticket_id, ticket.pk)
            go_on_in_chat(place, at=at)
        Place.objects.filter(pk=place.pk).update(channel=Place.Channel.CHAT, ticket=ticket)
        place.refresh_from_db()
        if ticket.team_id != place.team_id:
            ticket.hand_over(place.team, by=None, at=at)

    def be_seen(self, *, at: datetime) -> None:
        """The customer's page stands open; who waited for nobody yet and comes back waits again."""
        known = at - NOTED_EVERY
        if self.seen_at < known:
            type(self).objects.filter(pk=self.pk, seen_at__lt=known).update(seen_at=at)
        if self.place.phase == on.ASLEEP and not self.place.talks:
            self.wake(at=at)

    def write_what_was_missed(self) -> None:
        missed = self.said.filter(from_customer=False, pk__gt=self.customer_read)
        last = missed.filter(channel=Message.Channel.CHAT).order_by("-pk").first()
        if last is not None:
            letters.answer(last)
