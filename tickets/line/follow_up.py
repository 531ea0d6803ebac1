"""A follow-up: who gave up, or could not be reached, becomes exactly one ticket with an owner and a deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.person import Person
from tickets import history
from tickets.cause import Cause
from tickets.notice import Notice
from tickets.sla.target import FIRST_RESPONSE, FROM_THE_START, NEXT_RESPONSE, SOLUTION, UPDATE
from tickets.ticket import Ticket

from .call_ticket import is_written_to, leave

if TYPE_CHECKING:
    from .place import Place


class Followable(models.Model):
    class Meta:
        abstract = True

    def follow_up(self, subject: str, text: str, *, at: datetime, key: str) -> Ticket | None:
        """One ticket under this key, given to a lead; None where nobody knows what the contact was about.

        The call's own ticket, where it has one: from now on it owes what every ticket owes.
        """
        if self.call_ticket is not None and not self.call_ticket.is_settled:
            self.call_ticket.owe(*FROM_THE_START, at=at, by=None, cause="put_in_writing")
            self.call_ticket.inform(text, key=key, at=at)
            give_an_owner(self.call_ticket, at=at)
            own: Ticket = self.call_ticket
            return own
        cause = self.cause or self.team.causes.first() or Cause.objects.first()
        if cause is None or self.customer is None:
            return None
        ticket = Ticket.open(
            self.customer, subject=subject, text=text, cause=cause, by=None, channel="desk", key=key, at=at
        )
        give_an_owner(ticket, at=at)
        type(self).objects.filter(pk=self.pk).update(ticket=ticket)
        self.ticket = ticket
        return ticket

    def owe_words(self, *, at: datetime) -> bool:
        """A talk broke off and we have no number: the ticket owes an answer as if they had asked."""
        if self.ticket is None:
            with translation.override(self.reader_language if self.customer else None):
                text = _("Our conversation broke off. We will get in touch with you.")
                key = f"broke-off-{self.pk}-{self.talks}"
                return self.follow_up(_("Your conversation with us"), text, at=at, key=key) is not None
        ticket, talk = self.ticket, {"place": self.pk, "talk": self.talks}
        earlier = ticket.events.filter(kind=history.BROKE_OFF, data__place=self.pk, data__talk=self.talks)
        if ticket.is_settled or earlier.exists():
            return False
        kind = NEXT_RESPONSE if NEXT_RESPONSE in ticket.targets(at=at) else FIRST_RESPONSE
        ticket.owe(kind, UPDATE, SOLUTION, at=at, by=None, cause="broke_off")
        give_an_owner(ticket, at=at)
        event = ticket.record(history.BROKE_OFF, by=None, at=at, **talk)
        if ticket.assignee is not None:
            Notice.tell(ticket.assignee, event)
        return True


def give_an_owner(ticket: Ticket, *, at: datetime) -> None:
    """A lead, or somebody who works there: nobody who sought us is left to a list."""
    owner = Person.objects.leading(ticket.team).first() or Person.objects.working_in(ticket.team).first()
    if owner is not None and ticket.assignee_id is None:
        ticket.assign(owner, by=None, at=at)


def was_answered_later(place: Place) -> bool:
    day = timezone.localtime(place.arrived_at)
    ends = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    later = type(place).objects.filter(customer=place.customer, first_answered_at__gt=place.arrived_at)
    return later.filter(first_answered_at__lt=ends).exists()


def look_after(place: Place, *, now: datetime) -> Ticket | None:
    """Who gave up is written to, unless they were answered later that day or somebody has dealt with it meanwhile."""
    call = place.call_ticket
    if was_answered_later(place) or (call is not None and is_written_to(call)):
        if call is not None:
            leave(call, by=None, at=now)
        return None
    if call is not None and call.is_settled:
        return None
    return write_follow_up(place, now=now)


def write_follow_up(place: Place, *, now: datetime) -> Ticket | None:
    language = place.customer.person.language or settings.LANGUAGE_CODE[:2]
    with translation.override(language):
        tried = timezone.localtime(place.arrived_at)
        said = {"day": date_format(tried, "DATE_FORMAT"), "time": date_format(tried, "TIME_FORMAT")}
        text = (
            _("You tried to reach us on %(day)s at %(time)s and had to wait too long. We will get in touch.")
            % said
        )
        # One for a day, however often somebody tried.
        key = f"missed-{tried:%Y-%m-%d}"
        return place.follow_up(_("You did not reach us"), text, at=now, key=key)
