"""What a ticket owes its customer: which clock each deed starts, meets, pauses or ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.inserted import update
from accounts.prepared import Prepared

from . import history
from .fields.says import of_values
from .sla.clock import Clock
from .sla.course import STARTED
from .sla.log import ClockEntry
from .sla.pause import Pause
from .sla.target import (
    ANSWER,
    CHAT,
    FROM_THE_START,
    MOVING,
    NEXT_RESPONSE,
    PHONE,
    RESPONSES,
    SOLUTION,
    UPDATE,
    Target,
)
from .sla.terms import chosen

if TYPE_CHECKING:
    from accounts.person import Person

    from .message import Message

# Written to later than this after it was solved, it is a new matter that remembers the old one.
REOPENS_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a merge did to clocks, by their numbers: ended on the one, carried to the other, and which gave way."""

    ended: list[int]
    carried: int | None
    gave_way: int | None


class Promising(models.Model):
    class Meta:
        abstract = True

    def promise(self, *, at: datetime, by: Person | None = None, cause: str = "opened") -> None:
        """From `at` on the customer waits for us: every promise for such a ticket begins. That a call is answered is
        owed by its place in line, and in writing nothing yet."""
        if self.channel == PHONE and cause == "opened":
            return
        targets = self.targets(at=at)
        live = (ANSWER,) if self.channel == CHAT else ()
        kinds = [kind for kind in (*live, *FROM_THE_START) if kind in targets]
        begun = Clock.start_each(self, [targets[kind] for kind in kinds], at=at, by=by, cause=cause)
        # It has no others yet, so nobody need be asked which is the earliest.
        self._is_due(min((clock.due_at for clock in begun if clock.due_at), default=None))

    def owe(self, *kinds: str, at: datetime, by: Person | None, cause: str, **data: object) -> None:
        """These promises begin as far as the policies say so; one that is owed already goes on as it is."""
        targets, owed = self.targets(at=at), {clock.kind for clock in self._open_clocks()}
        new = [targets[kind] for kind in kinds if kind in targets and kind not in owed]
        for clock in Clock.start_each(self, new, at=at, by=by, cause=cause, **data):
            if self.status == "waiting_customer" and clock.kind in (SOLUTION, UPDATE):
                clock.pause(at=at, by=by)
        self.refresh_promise()

    def targets(self, *, at: datetime) -> dict[str, Target]:
        """By kind, what the policies in force at `at` promise for such a ticket."""
        return chosen(
            lambda on: self.facts(on=on),
            lambda on: of_values(self.custom_values, on=on),
            customer=self.customer_id,
            team=self.team_id,
            at=at,
        )

    def facts(self, *, on: date) -> dict[str, object]:
        """What is known of the ticket on a day; names as in the vocabulary of conditions."""
        return {
            "cause": self.cause.code,
            "team": self.team.slug,
            "status": self.status,
            "priority": self.priority,
            "channel": self.channel,
            "customer_status": self.customer.status,
            "tenure_months": self.customer.tenure_months(on),
            "language": self.reader_language,
        }

    def refresh_promise(self) -> None:
        """Bring `next_due_at` in line with the clocks still open."""
        self._is_due(Clock.objects.open().filter(ticket=self).aggregate(due=models.Min("due_at"))["due"])

    def _is_due(self, due: datetime | None) -> None:
        self.next_due_at = due
        update(self, "next_due_at")

    def is_past_reopening(self, at: datetime) -> bool:
        """Whether what the customer writes at `at` is a new matter rather than the old one."""
        return self.is_settled and self.solved_at is not None and at - self.solved_at > REOPENS_WITHIN

    def prioritise(self, priority: int, *, by: Person | None, at: datetime | None = None) -> bool:
        """Make it more or less urgent; False when it was so already.

        Every running promise becomes the kinder of what was and what is now promised, from its original start: what
        the customer was told is never put off.
        """
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(priority=priority)
            if not others.update(priority=priority, changed_at=at):
                return False
            was, self.priority = self.priority, priority
            self.promise_anew(at=at, by=by, cause="priority")
            said = {"priority": history.in_each_language(lambda: self.Priority(priority).label)}
            said["from_priority"] = history.in_each_language(lambda: self.Priority(was).label)
            self.record(history.PRIORITISED, by=by, at=at, to=priority, was=was, **said)
        return True

    def promise_anew(self, *, at: datetime, by: Person | None, cause: str) -> None:
        """What is promised for such a ticket has changed: each open clock keeps the kinder of old and new terms."""
        targets = self.targets(at=at)
        for clock in self._open_clocks():
            target = targets.get(clock.kind)
            if target is not None:
                clock.be_kinder(target, at=at, by=by, cause=cause)
        self.refresh_promise()

    @cached_property
    def awaited_message(self) -> int | None:
        """The customer's message that waits for an answer since we gave our last one."""
        began: ClockEntry | None = _BEGAN.first(ticket=self.pk)
        return began.data.get("message") if began else None

    @property
    def open_pause(self) -> Pause | None:
        """Why and until when we wait for the customer; None while we do not."""
        pause: Pause | None = _PAUSE.first(ticket=self.pk)
        return pause

    def take_as_thanks(self, message: Message, *, by: Person, at: datetime | None = None) -> bool:
        """Somebody read the customer's last words and finds a mere thank-you in them: nobody waits for an answer.

        A ticket which these words had opened again is as solved as before. False when there is nothing to undo.
        """
        at = at or timezone.now()
        with transaction.atomic():
            type(self).objects.hold(self.pk)
            owed = self._open_clocks().of_kind(NEXT_RESPONSE).first()
            if owed is None or owed.log.filter(kind="started", data__message=message.pk).first() is None:
                return False
            owed.cancel(at=at, by=by, cause="thanks")
            moved = self.events.filter(kind=history.MOVED, at=message.at, data__to="open").first()
            if moved is not None and moved.data["was"] in ("solved", "closed"):
                self.move(moved.data["was"], by=by, at=at, quietly=True)
            self.refresh_promise()
            self.record(history.TAKEN_AS_THANKS, by=by, at=at, message=message.pk)
        return True

    def take_over_promises(self, source: Promising, *, by: Person | None, at: datetime) -> TakenOver:
        """`source` is merged into this ticket: its clocks end, and the earlier of both open responses is owed here.

        Whoever wrote first, on whichever of the two, waits no longer for having written twice. What was promised by
        word, and a call somebody waits for, does not end: it moves.
        """
        theirs = list(source._open_clocks().exclude(kind__in=MOVING))
        own = self._open_clocks().of_kind(*RESPONSES).order_by("due_at").first()
        earlier = earlier_response(theirs, own)
        carried = None
        if earlier is not None:
            if own is not None:
                own.cancel(at=at, by=by, cause="merged")
            carried = Clock.carry_over(earlier, self, at=at, by=by)
        for clock in theirs:
            clock.cancel(at=at, by=by, cause="merged", into=self.pk)
        source.refresh_promise()
        self.refresh_promise()
        gave_way = own.pk if own is not None and carried is not None else None
        return TakenOver([clock.pk for clock in theirs], carried and carried.pk, gave_way)

    def hand_back_promises(
        self, source: Promising, taken: TakenOver, *, by: Person | None, at: datetime
    ) -> None:
        """The merge is taken back: every clock that ended for it runs on as if it had never stopped.

        What somebody answered meanwhile stays answered here; on `source` nobody has answered it.
        """
        # An answer to a call may have been told late, and met where it was owed.
        for clock in Clock.objects.filter(pk__in=taken.ended, met_at=None).order_by("pk"):
            Clock.carry_over(clock, source, at=at, by=by, cause="unmerged")
        carried = self._open_clocks().filter(pk=taken.carried).first()
        if carried is not None:
            carried.cancel(at=at, by=by, cause="unmerged", back_to=source.pk)
            for clock in Clock.objects.filter(pk=taken.gave_way):
                Clock.carry_over(clock, self, at=at, by=by, cause="unmerged")
        source.refresh_promise()
        self.refresh_promise()

    def answered(self, *, by: Person | None, at: datetime, message: Message) -> None:
        """A person of ours has written to the customer; what a machine sends meets nothing."""
        if by is not None:
            self._meet_answers(by=by, at=at, message=message.pk)

    def spoken(self, *, by: Person | None, at: datetime, place: int) -> None:
        """A person of ours speaks with the customer; `by` is who, where the telephone system says so."""
        self._meet_answers(by=by, at=at, place=place)

    def _meet_answers(self, *, by: Person | None, at: datetime, **data: object) -> None:
        begun = [clock for clock in _ANSWERABLE.rows(ticket=self.pk) if clock.started_at <= at]
        for clock in begun:
            clock.meet(at=at, by=by, cause="answered", **data)
            if clock.kind == UPDATE and not self.is_settled:
                self._start(UPDATE, at=at, by=by, cause="answered")
        if begun:
            self.refresh_promise()

    def await_answer(self, message: Message) -> None:
        """The customer has written and waits: from the oldest message nobody has answered yet."""
        clocks = _CLOCKS.rows(ticket=self.pk)
        if not clocks:  # we opened it ourselves; from now on somebody waits for us
            self.promise(at=message.at, by=message.author, cause="customer_wrote")
        elif not any(clock.is_open and clock.kind in RESPONSES for clock in clocks):
            self._start(
                NEXT_RESPONSE, at=message.at, by=message.author, cause="customer_wrote", message=message.pk
            )
        self.refresh_promise()

    def _start(self, kind: str, *, at: datetime, by: Person | None, cause: str, **data: object) -> None:
        target = self.targets(at=at).get(kind)
        if target is not None:
            Clock.start(self, target, at=at, by=by, cause=cause, **data)

    def _stand_clocks(self, status: str, *, at: datetime, by: Person | None, was: str) -> None:
        """Waiting for the customer pauses what only they can let go on; being solved ends everything."""
        settled = ("solved", "closed")
        for clock in self._open_clocks():
            if status in settled:
                clock.resume(at=at, by=by, cause=status)
                if clock.kind == SOLUTION:
                    clock.meet(at=at, by=by, cause=status)
                elif clock.kind not in MOVING:
                    clock.cancel(at=at, by=by, cause=status)
            elif status == "waiting_customer" and clock.kind in (SOLUTION, UPDATE):
                clock.pause(at=at, by=by)
            else:
                wrote = self.is_served_to(by)
                clock.resume(at=at, by=by, cause="customer_wrote" if wrote else "went_on")
        if was in settled and status not in settled:
            self._reopen_clocks(at=at, by=by)

    def _reopen_clocks(self, *, at: datetime, by: Person | None) -> None:
        solution = self.clocks.select_for_update(no_key=True).filter(kind=SOLUTION).order_by("-pk").first()
        if solution is not None and solution.met_at is not None:
            solution.reopen(at=at, by=by)
        elif solution is None and self.channel == PHONE:  # as a mere call it owed none
            self._start(SOLUTION, at=at, by=by, cause="reopened")
        if not self._open_clocks().of_kind(UPDATE).exists() and self.clocks.exists():
            self._start(UPDATE, at=at, by=by, cause="reopened")

    def _open_clocks(self) -> models.QuerySet[Clock]:
        return Clock.objects.open().filter(ticket=self).select_for_update(no_key=True).order_by("pk")


def earlier_response(theirs: Iterable[Clock], own: Clock | None) -> Clock | None:
    """Of two tickets that become one, the open response of the other where it is due before the own one."""
    owed = [clock for clock in theirs if clock.kind in RESPONSES and clock.due_at]
    earliest = min(owed, key=lambda clock: clock.due_at, default=None)
    if earliest is None or own is None:
        return earliest
    return earliest if own.due_at and earliest.due_at < own.due_at else None


def _began(ticket: int) -> models.QuerySet[ClockEntry, Any]:
    waiting = Clock.objects.open().filter(ticket=ticket, kind=NEXT_RESPONSE)
    return ClockEntry.objects.filter(clock__in=waiting, kind=STARTED)[:1]


def _answerable(ticket: int) -> models.QuerySet[Clock]:
    open_ones = Clock.objects.open().of_kind(ANSWER, *RESPONSES, UPDATE).filter(ticket=ticket)
    return open_ones.select_related("calendar").select_for_update(no_key=True, of=("self",)).order_by("pk")


_CLOCKS = Prepared(lambda ticket: Clock.objects.filter(ticket=ticket))
_BEGAN, _ANSWERABLE = Prepared(_began), Prepared(_answerable)
_PAUSE = Prepared(lambda ticket: Pause.objects.open().filter(ticket=ticket)[:1])
