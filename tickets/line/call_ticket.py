"""The ticket of a call: where the house promises how fast calls are answered, a known customer's call has one.

A clock hangs on a ticket, and all that tells, explains and counts promises reads it there: so the call gets one with
the place, as a chat does. It owes the answer and nothing else, is closed with the call unless somebody made more of
it, and is the one that goes on where nobody answered. A house that promises no answer opens none, and who is not known
to us is guarded by the bounds of the line alone: there is nobody to promise anything to.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tickets import history
from tickets.cause import Cause
from tickets.mail.outbox import one_line
from tickets.message import Message
from tickets.sla.clock import Clock
from tickets.sla.course import CANCELLED, STARTED
from tickets.sla.target import ANSWER, CALLBACK, SOLUTION, UPDATE
from tickets.solvable import Status
from tickets.ticket import Ticket

from . import words as on
from .call_promise import TO_BE_CALLED, CallPromising
from .course import Course

if TYPE_CHECKING:
    from accounts.person import Person

    from .place import Place

# After these the promise, the team, the assignee or the end of the ticket may have to follow the call.
TOUCHING: Final = (
    *(
        on.ENTERED,
        on.ANSWERED,
        on.TRANSFERRED,
        on.FINISHED,
        on.WITHDRAWN,
        on.PROMISE,
        on.OUTCOME,
        on.NO_OUTCOME,
    ),
    *TO_BE_CALLED,
)
# What a call writes into its ticket's history by itself.
BY_ITSELF: Final = (
    *(history.OPENED, history.ASSIGNED, history.TAKEN, history.HANDED_OVER, history.NOTED),
    *(history.PROMISE_WARNED, history.PROMISE_BREACHED, history.PROMISE_REMINDED, history.WAITED_TOO_LONG),
)
PHONE: Final = Message.Channel.PHONE
logger = logging.getLogger(__name__)


class Ticketed(CallPromising, models.Model):
    class Meta:
        abstract = True

    @property
    def call_ticket(self) -> Ticket | None:
        """The ticket this call brought with it; None where it has none, or that of a chat."""
        return self.ticket if self.ticket is not None and self.ticket.channel == PHONE else None

    @property
    def reader_language(self) -> str:
        return self.customer.person.language or settings.LANGUAGE_CODE[:2]

    def keep_ticket(self, kind: str, course: Course, *, at: datetime, by: Person | None = None) -> None:
        """After `kind` was heard the call stands as in `course`: its ticket and what it promises follow."""
        if self.channel == self.Channel.CHAT and course.phase == on.CALLBACK:
            self._go_to_channel(self.Channel.PORTAL)  # where the customer sees when they are called
        if kind not in TOUCHING or self.customer_id is None or self.channel == self.Channel.CHAT:
            return
        # Told late, an answer may be heard before the arrival; only from then on it is known when it began to ring.
        rings = kind == on.ENTERED and self.channel == self.Channel.PHONE
        if self.ticket_id is None and (rings or (kind in TO_BE_CALLED and course.phase == on.CALLBACK)):
            self._try_to_open_ticket(kind, chosen=self.chosen_time(kind, course, at=at))
        if self.ticket is None:
            return
        self._keep_answer(kind, course, at=at, by=by)
        self.keep_call(kind, course, at=at, by=by)
        call = self.call_ticket
        if call is None:
            return
        if kind == on.ANSWERED and self.agent is not None and not call.is_settled:
            give_to(call, self.agent, at=at)
        if course.phase == on.ENDED and not course.drop and (course.has_outcome or _said_enough(course)):
            leave(call, by=self.agent, at=at)

    def _go_to_channel(self, channel: str) -> None:
        type(self).objects.filter(pk=self.pk).update(channel=channel)
        self.channel = channel

    def _try_to_open_ticket(self, kind: str, *, chosen: datetime | None) -> None:
        """Whoever calls stands in line whatever becomes of the ticket; that it failed is shown like all we owe them."""
        try:
            with transaction.atomic():
                self._open_ticket(ANSWER if kind == on.ENTERED else CALLBACK, chosen=chosen)
        except Exception as error:
            logger.exception("call %s has no ticket", self.pk)
            self.ticket, self.trouble = None, one_line(f"{type(error).__name__}: {error}")[:200]
            type(self).objects.filter(pk=self.pk).update(trouble=self.trouble)

    def _open_ticket(self, owed: str, *, chosen: datetime | None) -> None:
        """From the first arrival on; whoever gave up today and calls again goes on with the ticket of that call."""
        ticket = self._given_up() or self._new_ticket(owed, chosen=chosen)
        if ticket is not None:
            type(self).objects.filter(pk=self.pk).update(ticket=ticket)
            self.ticket = ticket
            if owed == ANSWER:
                self._owe_answer(at=self.arrived_at, cause="opened")

    def _given_up(self) -> Ticket | None:
        earlier = type(self).objects.given_up_before(self).first()
        if earlier is None:
            return None
        Ticket.objects.hold(earlier.ticket_id)
        theirs = Ticket.objects.unsettled().filter(pk=earlier.ticket_id)
        waits = Clock.objects.open().filter(ticket=earlier.ticket_id, kind=ANSWER)
        return None if waits.exists() else theirs.first()

    def _new_ticket(self, owed: str, *, chosen: datetime | None) -> Ticket | None:
        """Where nothing is promised there is none; a time the customer chose is a promise, whatever policies say."""
        cause = self.cause or self.team.causes.first() or Cause.objects.first()
        if cause is None:
            return None
        at, language = self.arrived_at, self.reader_language
        asked = Ticket(customer=self.customer, team=self.team, cause=cause, channel=PHONE, language=language)
        if chosen is None and owed not in asked.targets(at=at):
            return None
        with translation.override(language):
            local = at.astimezone(self.customer.person.zone)
            said = {"day": date_format(local, "DATE_FORMAT"), "time": date_format(local, "TIME_FORMAT")}
            if self.channel == self.Channel.PORTAL:
                subject = _("Your callback")
                text = _("You asked us on %(day)s at %(time)s to call you back.") % said
            else:
                subject = _("Call on %(day)s, %(time)s") % said
                text = _("You called us on %(day)s at %(time)s.") % said
            how = {"channel": PHONE, "key": f"call-{self.pk}", "quietly": True, "at": at}
            ticket = Ticket.open(
                self.customer, subject=self.matter or subject, text=text, cause=cause, by=None, **how
            )
        if ticket.team_id != self.team_id:
            ticket.hand_over(self.team, by=None, at=at)
        return ticket

    def _owe_answer(self, *, at: datetime, cause: str) -> None:
        self.ticket.owe(ANSWER, at=at, by=None, cause=cause, place=self.pk)

    def _keep_answer(self, kind: str, course: Course, *, at: datetime, by: Person | None) -> None:
        """The clock says what the course says, whatever was told first."""
        clock = self.answer_clock
        answered = course.first_answered_at
        if kind in TO_BE_CALLED and course.phase == on.CALLBACK:
            if clock is not None and clock.is_open:
                cause = "line_broke" if kind == on.LOST else "call_wanted"
                clock.cancel(at=at, by=by, cause=cause)
                self.ticket.refresh_promise()
            return
        if clock is not None:
            self._put_right(clock, course, kind, at=at)
        elif kind == on.ENTERED and course.phase == on.WAITING and answered is None:
            self._owe_answer(at=at, cause="called_themselves")
        if answered is not None:
            told_late = self.call_ticket is not None and (kind == on.ENTERED or (clock and clock.is_open))
            if kind == on.ANSWERED or told_late:
                self._is_spoken_with(course, answered)
        elif clock is not None and course.phase in on.OVER:
            cause = "put_in_writing" if course.phase == on.PROMISED else "gave_up"
            clock.cancel(at=course.ended_at or at, cause=cause)
            self.ticket.refresh_promise()

    def _rang_earlier(self, clock: Clock, course: Course) -> bool:
        """Whether the arrival told now lies before the one the clock counts from; whoever was to be called and called
        in counts from then."""
        began = clock.log.filter(kind=STARTED).exclude(cause="called_themselves").exists()
        return self.call_ticket is not None and began and clock.started_at > course.arrived_at

    def _is_spoken_with(self, course: Course, answered: datetime) -> None:
        """That somebody took a chat is no answer yet; on the telephone it is."""
        owed = Clock.objects.open().filter(ticket=self.ticket_id, kind=ANSWER).exists()
        first = owed and self.call_ticket is not None
        at = answered if first else course.answered_at or answered
        self.ticket.spoken(by=self.agent, at=at, place=self.pk)

    @property
    def answer_clock(self) -> Clock | None:
        """The clock of this call's answer, the last one where it began anew; that of a chat is its ticket's."""
        theirs = Clock.objects.filter(ticket=self.ticket_id, kind=ANSWER)
        if self.call_ticket is not None:
            theirs = theirs.filter(log__kind=STARTED, log__data__place=self.pk)
        return theirs.select_for_update(no_key=True, of=("self",)).order_by("-pk").first()

    def _put_right(self, clock: Clock, course: Course, kind: str, *, at: datetime) -> None:
        """What was told late: an earlier arrival, or an answer after the call seemed to be given up. And whoever is
        to be called and calls instead waits on the line again."""
        waits = Clock.objects.open().filter(ticket=self.ticket_id, kind=ANSWER).exists()
        if clock.cancelled_at is not None and not waits:
            left = clock.log.filter(kind=CANCELLED).order_by("-pk").values_list("cause", flat=True).first()
            is_called = left in ("call_wanted", "line_broke")
            waits_again = kind == on.ENTERED and course.phase == on.WAITING
            if waits_again and (is_called or left == "gave_up"):
                clock.reopen(at=at, cause="called_themselves")
                self.ticket.refresh_promise()
            elif not is_called and course.first_answered_at is not None:
                clock.reopen(at=clock.cancelled_at, cause="told_late")
        elif clock.is_open and self._rang_earlier(clock, course):
            clock.cancel(at=at, cause="told_late")
            self._owe_answer(at=course.arrived_at, cause="told_late")


def _said_enough(course: Course) -> bool:
    """Whoever hung up themselves has what they wanted; where we did, what came of it is still to be said."""
    return course.ended_by != on.BY_AGENT


def give_to(ticket: Ticket, agent: Person, *, at: datetime) -> None:
    """Whoever has the call has its ticket."""
    if ticket.team_id not in agent.team_ids:
        theirs = agent.teamuserobjectpermission_set.select_related("content_object").first()
        if theirs is None:
            return
        ticket.hand_over(theirs.content_object, by=agent, at=at)
    ticket.assign(agent, by=agent, at=at)


def leave(ticket: Ticket, *, by: Person | None, at: datetime) -> None:
    """The call is over: a ticket that held nothing but the call is closed with it; what somebody made of it stays open
    and owes what it owes in writing."""
    if ticket.is_settled:
        return
    if is_untouched(ticket):
        ticket.move(Status.CLOSED, by=by, at=at, quietly=True)
    else:
        ticket.owe(UPDATE, SOLUTION, at=at, by=by, cause="call_over")


def is_untouched(ticket: Ticket) -> bool:
    """Whether it holds nothing but what the call itself wrote; what rules did without anybody is no matter."""
    said = ticket.messages.exclude(channel=PHONE).exists()
    return not said and not ticket.events.exclude(kind__in=BY_ITSELF).exclude(by=None).exists()


def is_written_to(ticket: Ticket) -> bool:
    """Whether somebody of ours has answered the customer in writing."""
    return ticket.messages.public().filter(from_customer=False).exclude(author=None).exists()


def go_on_in_chat(place: Place, *, at: datetime) -> None:
    """Whoever waited for our call writes now: that call is owed no more, and they are answered as everybody who
    writes. A ticket that held nothing but the wish for it is closed."""
    place.end_call("writes_instead", at=at, by=place.customer.person)
    rung = place.answer_clock
    # Whoever rang, or was heard as if they called, is answered in writing: nobody can answer that call any more.
    if rung is not None and rung.is_open:
        rung.cancel(at=at, by=place.customer.person, cause="writes_instead")
        place.ticket.refresh_promise()
    call = place.call_ticket
    if call is not None and not call.is_settled and is_untouched(call):
        call.move(Status.CLOSED, by=None, at=at, quietly=True)


def answers_due(places: Iterable[Place]) -> dict[int, datetime]:
    """By place, until when we promised to answer or call those who wait; one query."""
    of_ticket = {place.ticket_id: place.pk for place in places if place.ticket_id}
    owed = Clock.objects.open().of_kind(ANSWER, CALLBACK).filter(ticket__in=of_ticket).exclude(due_at=None)
    due = owed.order_by("-due_at").values_list("ticket", "due_at")
    return {of_ticket[ticket]: due_at for ticket, due_at in due}
