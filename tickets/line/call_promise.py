"""What is promised to whoever waits for our call: the half hour they chose, or in turn what a policy says.

That calls and chats are answered within seconds is promised to somebody who sits and waits. Whoever hung up waits for
something else, so their clock is one of its own kind: only a talk meets it, and no policy puts off a time they chose.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Exists, OuterRef

from tickets.sla.clock import Clock, ClockQuerySet
from tickets.sla.course import STARTED
from tickets.sla.target import CALLBACK

from . import words as on
from .course import Course
from .heard import USUAL
from .line_event import LineEvent

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

# From the time somebody chose on, we call within this; it is what the portal offers and says.
WINDOW: Final = timedelta(seconds=USUAL.called_within)
# After these somebody waits for our call.
TO_BE_CALLED: Final = (on.CALLBACK_WANTED, on.POSTPONED, on.LOST, on.FINISHED)


def rung_in_time(clock: Clock) -> list[datetime]:
    """When we rang within the time this promise to call leaves, and nobody picked up. No attempt meets it – only a talk
    does –, but who was rung in time is not told that we forgot them. Found by whose call it is, for a merge moves the
    promise and not the call.
    """
    missed = LineEvent.objects.filter(place=OuterRef("place"), kind=on.NOT_REACHED, at__gte=OuterRef("at"))
    rung = LineEvent.objects.filter(Exists(missed), kind=on.DIALLED, place__customer=clock.ticket.customer_id)
    within = rung.filter(at__gte=clock.started_at, at__lte=clock.due_at)
    return list(within.order_by("at").values_list("at", flat=True))


class CallPromising(models.Model):
    class Meta:
        abstract = True

    @property
    def callback_clock(self) -> Clock | None:
        """The promise to call that still runs; where a merge has put it on another ticket, that one comes first."""
        found = self._callback_clocks().values_list("pk", "ticket").first()
        if found is None:
            return None
        if found[1] != self.ticket_id:
            self._hold_other(found[1])
        return Clock.objects.open().filter(pk=found[0]).select_for_update(no_key=True).first()

    def promised_until(self) -> datetime | None:
        """By when the customer is called, as far as that is promised."""
        return self._callback_clocks().values_list("due_at", flat=True).first()

    def _callback_clocks(self) -> ClockQuerySet:
        """On whichever ticket a merge has put it since."""
        theirs = Clock.objects.open().of_kind(CALLBACK).filter(ticket__customer=self.customer_id)
        return theirs.filter(log__kind=STARTED, log__data__place=self.pk).order_by("-pk")

    def chosen_time(self, kind: str, course: Course, *, at: datetime) -> datetime | None:
        """When the customer wants to be called; that we try again later is no wish of theirs."""
        wished = kind in (on.CALLBACK_WANTED, on.POSTPONED) and course.phase == on.CALLBACK
        return course.not_before if wished and course.not_before and course.not_before > at else None

    def keep_call(self, kind: str, course: Course, *, at: datetime, by: Person | None) -> None:
        """The promise to call says what the course says."""
        clock = self.callback_clock
        if kind in TO_BE_CALLED and course.phase == on.CALLBACK:
            chosen = self.chosen_time(kind, course, at=at)
            if chosen is not None:
                self._promise_time(clock, chosen, at=at, by=by)
            elif clock is None or (clock.until is not None and kind != on.FINISHED):
                self._promise_in_turn(clock, course, at=at, by=by)
        elif clock is not None and course.answered_at and course.answered_at >= clock.started_at:
            clock.meet(at=course.answered_at, by=self.agent, place=self.pk)
            self._refresh(clock)
        elif clock is not None and course.phase in on.OVER:
            cause = "put_in_writing" if course.phase == on.PROMISED else "gave_up"
            clock.cancel(at=course.ended_at or at, by=by, cause=cause)
            self._refresh(clock)

    def end_call(self, cause: str, *, at: datetime, by: Person | None) -> None:
        """Nobody waits for our call any more."""
        clock = self.callback_clock
        if clock is not None:
            clock.cancel(at=at, by=by, cause=cause)
            self._refresh(clock)

    def _promise_time(
        self, clock: Clock | None, chosen: datetime, *, at: datetime, by: Person | None
    ) -> None:
        """What was promised before gives way to the time they chose; what was broken by then stays broken."""
        until = chosen + WINDOW
        said = {"place": self.pk, "chosen": chosen.isoformat()}
        # The warning comes as the half hour begins, however long before it was chosen.
        warn_percent = min(99, max(1, int(100 * ((chosen - at) / (until - at)))))
        if clock is not None and not clock.breached_at and (clock.due_at is None or clock.due_at > at):
            whole = until - clock.started_at
            clock.warn_percent = min(99, max(1, int(100 * ((chosen - clock.started_at) / whole))))
            clock.save(update_fields=["warn_percent"])
            seconds = max(1, round(whole.total_seconds()))
            clock.replace(at=at, by=by, cause="time_chosen", seconds=seconds, until=until, **said)
            self._refresh(clock)
            return
        ticket = self._ticket_of(clock)
        if clock is not None:
            clock.cancel(at=at, by=by, cause="time_chosen")
        # After a merge somebody may wait here for a call of the other ticket; it has room for one such promise.
        if not Clock.objects.open().of_kind(CALLBACK).filter(ticket=ticket).exists():
            how = {"kind": CALLBACK, "cause": "time_chosen", "warn_percent": warn_percent}
            Clock.give_word(ticket, until=until, at=at, by=by, **how, **said)
        ticket.refresh_promise()

    def _promise_in_turn(
        self, clock: Clock | None, course: Course, *, at: datetime, by: Person | None
    ) -> None:
        """From the first arrival, unless they were spoken with since or had chosen a time."""
        start, ticket = at if course.talks or clock is not None else course.arrived_at, self._ticket_of(clock)
        if clock is not None:
            clock.cancel(at=at, by=by, cause="in_turn")
        ticket.owe(CALLBACK, at=start, by=by, cause="call_wanted", place=self.pk)

    def _ticket_of(self, clock: Clock | None) -> Ticket:
        """Where it is promised: on the ticket that stays, if theirs went on in another."""
        if clock is not None:
            return self.ticket if clock.ticket_id == self.ticket_id else clock.ticket
        survivor = self.ticket.survivor
        if survivor is not None:
            self._hold_other(survivor.pk)
        return survivor or self.ticket

    def _hold_other(self, number: int) -> None:
        """A ticket comes before its clocks, whoever takes them."""
        self._meta.get_field("ticket").related_model.objects.hold(number)

    def _refresh(self, clock: Clock) -> None:
        self._ticket_of(clock).refresh_promise()
