"""What is heard of a place: an event written down and folded, once what makes sense is known and the row is locked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction
from django.utils import timezone

from accounts.prepared import Prepared
from tickets.live import relay

from . import words as on
from .call_promise import TO_BE_CALLED
from .call_ticket import TOUCHING
from .course import Course, course_of
from .deadline import Deadline
from .forecast import Forecast
from .heard import Heard
from .line_event import LineEvent, after

if TYPE_CHECKING:
    from accounts.person import Person

# What the row repeats of the fold under the same name.
FOLDED: Final = (
    *("phase", "arrived_at", "queued", "stretch", "waiting_since", "offers", "offered_at", "talks"),
    *("answered_at", "first_answered_at", "holds", "held_since", "transfers", "attempts", "not_before"),
    *("comes_first", "escalated", "ended_at", "ended_by", "drop", "drops", "has_outcome"),
    *("booked_at", "talked_seconds"),
)


# With these a contact leaves whoever had it, or was asked to take it: who that was stands in the event, too.
LEAVING: Final = (on.TRANSFERRED, on.FINISHED, on.LOST, on.NOT_REACHED, on.SLEPT, on.RELIEVED)
LET_GO: Final = (on.DECLINED, on.EXPIRED)
# What may turn a chat into a call we owe.
CALLING_BACK: Final = (*TO_BE_CALLED, on.FINISHED, on.NO_OUTCOME)


class Hearing(models.Model):
    class Meta:
        abstract = True

    def do(self, kind: str, *, at: datetime | None = None, by: Person | None = None, **more: Any) -> bool:
        """Somebody here does this now; False, and nothing written, where it makes no sense any more."""
        with transaction.atomic():
            locked = self.hold_for(kind)
            events = locked.heard_so_far()
            # Two machines' clocks differ a little: what is done now is never before what was heard.
            at, makes_sense = after(events, kind, at or timezone.now()), course_of(events).takes(kind)
            if makes_sense:
                locked._record(kind, events, at=at, by=by, **more)
        self._stand_as(locked)
        return makes_sense

    def hear(self, kind: str, *, at: datetime, by: Person | None = None, **more: Any) -> None:
        """Somebody outside tells what happened, perhaps late; it is kept and put where it belongs."""
        with transaction.atomic():
            locked = self.hold_for(kind)
            locked._record(kind, locked.heard_so_far(), at=at, by=by, **more)
        self._stand_as(locked)

    def hold_for(self, kind: str) -> Any:
        """The row is ours; before it the ticket, where a call may change it, as whoever writes in a chat takes both."""
        may_change = kind in TOUCHING if self.channel != self.Channel.CHAT else kind in CALLING_BACK
        if self.ticket_id and (may_change or kind == on.ESCALATED):
            self._meta.get_field("ticket").related_model.objects.hold(self.ticket_id)
        found = _HELD.first(type(self), pk=self.pk)
        if found is None:
            raise type(self).DoesNotExist
        return found

    def _stand_as(self, locked: Any) -> None:
        """What whoever held the row knows of it; who belongs to it stays at hand where they are the same."""
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(locked, field.attname))
        ticket = self._meta.get_field("ticket")
        for touched in (ticket, *self._meta.related_objects):
            if touched.is_cached(self):
                touched.delete_cached_value(self)

    def heard_so_far(self) -> list[Heard]:
        return [Heard(*told) for told in _HEARD.rows(place=self.pk)]

    def course(self) -> Course:
        return course_of(self.heard_so_far())

    def _record(self, kind: str, events: list[Heard], *, at: datetime, **more: Any) -> None:
        """Write the event, then the row and the deadlines as the fold says. The row is locked."""
        if kind in LEAVING + LET_GO and more.get("agent") is None:
            more = {**more, "agent": self.agent if kind in LEAVING else self.offered_to}
        event = LineEvent.objects.create(place=self, kind=kind, at=at, **more)
        before, course = (self.phase, self.agent_id), course_of([*events, event.heard])
        was_in_line = self.is_in_line
        fields = {name: getattr(course, name) for name in FOLDED}
        fields |= {"agent_id": course.agent, "offered_to_id": course.offered_to}
        # What an agent said of a contact is said for themselves; whoever has it next may say so again.
        fields["needs_time"] = self.needs_time and course.agent == self.agent_id
        fields["trouble"] = ""  # they move on; what is owed still and fails again says so again
        touched = {self.agent_id, self.offered_to_id, course.agent, course.offered_to} - {None}
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:  # a word in a talk moves deadlines alone
            type(self).objects.filter(pk=self.pk).update(**changed)
        Deadline.reconcile(self, course.due(), at=at)
        if self.phase == on.TALKING and before[0] != on.TALKING:
            Forecast.settle(self)
        self.keep_ticket(kind, course, at=at, by=more.get("by"))
        names = [*self._lines(was_in_line), *(f"person-{pk}" for pk in sorted(touched))]
        names += [f"customer-{self.customer_id}"] if self.customer_id else []
        if self.ticket_id and kind == on.HELPED:
            names.append(f"ticket-{self.ticket_id}")  # whose page shows it
        if self.ticket_id and before != (course.phase, course.agent):
            names.append(
                f"request-{self.ticket_id}"
            )  # taken, handed on, ended: the customer reads it at once
        relay.announce(*names)

    def _lines(self, was_in_line: bool) -> list[str]:
        """Whose page shows this contact: every team’s from the bound on, until somebody has it."""
        if not self.escalated or not (was_in_line or self.is_in_line):
            return [f"line-{self.team_id}"]
        team = self._meta.get_field("team").related_model
        return [f"line-{pk}" for pk in team.objects.order_by("pk").values_list("pk", flat=True)]


_HELD = Prepared(lambda places, pk: places.objects.select_for_update(no_key=True).filter(pk=pk))
# In the order in which a `Heard` takes them.
_HEARD = Prepared(
    lambda place: (
        LineEvent.objects.filter(place=place)
        .order_by("at", "pk")
        .values_list("kind", "at", "agent_id", "ended_by", "step", "until", "queued", "is_long", "call")
    )
)
