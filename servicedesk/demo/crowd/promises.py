"""The promises of a matter of the crowd: clocks and marks as the verbs would have left them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tickets import history
from tickets.models import Clock, ClockEntry, Mark
from tickets.sla.course import BREACHED, CANCELLED, MET, PAUSED, STARTED
from tickets.sla.mark import BREACH, WARNING
from tickets.sla.target import FIRST_RESPONSE
from tickets.sla.worktime import deadline
from tickets.solvable import SETTLED, Status

from .matter import Author, Matter
from .rows import ClockEntryRow, ClockRow, MarkRow
from .stage import Pledge


class Course(NamedTuple):
    """How a promise went: met, cancelled, paused since, or still running."""

    met_at: datetime | None = None
    cancelled_at: datetime | None = None
    paused_at: datetime | None = None

    @property
    def stopped(self) -> tuple[datetime | None, str]:
        """When its marks stopped waiting, and why."""
        if self.met_at:
            return self.met_at, "met"
        if self.cancelled_at:
            return self.cancelled_at, "cancelled"
        return self.paused_at, "paused" if self.paused_at else ""


def follow(author: Author, matter: Matter) -> None:
    """Add clocks, marks and the events of marks that fired, and say which deadline is the next."""
    owed = []
    for pledge in matter.desk.pledges[matter.priority]:
        target = pledge.target
        full = deadline(pledge.opening, matter.opened_at, target.seconds)
        warns_after = max(1, target.seconds * target.warn_percent // 100)
        warns_at = deadline(pledge.opening, matter.opened_at, warns_after)
        course = _course(matter, pledge, full)
        clock = _clock(author, matter, pledge, full, course)
        matter.clocks.append(clock)
        matter.log += _log(author, matter, clock, course)
        for kind, due_at in ((WARNING, warns_at), (BREACH, full)):
            if due_at:
                _mark(author, matter, clock, course, kind, due_at)
        if clock.due_at and not clock.met_at and not clock.cancelled_at:
            owed.append(clock.due_at)
    matter.next_due_at = min(owed, default=None)


def _course(matter: Matter, pledge: Pledge, full: datetime | None) -> Course:
    """By what happened to the ticket; nobody waits for a customer to keep what is already broken."""
    moved_at = matter.moved_at
    if pledge.target.kind == FIRST_RESPONSE:
        if matter.answered_at is None and matter.status in SETTLED:
            return Course(cancelled_at=moved_at)
        return Course(met_at=matter.answered_at)
    if matter.status in SETTLED:
        return Course(met_at=moved_at)
    if matter.status is Status.WAITING_CUSTOMER and moved_at and (full is None or moved_at <= full):
        return Course(paused_at=moved_at)
    return Course()


def _clock(author: Author, matter: Matter, pledge: Pledge, full: datetime | None, course: Course) -> ClockRow:
    target = pledge.target
    late = full is not None and (course.stopped[0] or author.now) > full
    return ClockRow(
        id=next(author.numbers[Clock]),
        ticket_id=matter.number,
        kind=target.kind,
        hours_id=target.hours_id,
        calendar_id=pledge.calendar.pk,
        target_id=target.pk,
        seconds=target.seconds,
        warn_percent=target.warn_percent,
        started_at=matter.opened_at,
        due_at=None if course.paused_at else full,
        pauses=[[course.paused_at.isoformat(), None]] if course.paused_at else [],
        met_at=course.met_at,
        breached_at=full if late else None,
        cancelled_at=course.cancelled_at,
    )


def _log(author: Author, matter: Matter, clock: ClockRow, course: Course) -> Iterator[ClockEntryRow]:
    """What the clock's log says, so that it adds up to the clock."""
    stopped_at, why = course.stopped
    agent, told = matter.agent.pk if matter.agent else None, []
    told.append(
        (STARTED, clock.started_at, "opened", None, clock.seconds, clock.calendar_id, clock.target_id)
    )
    if clock.breached_at:
        told.append((BREACHED, clock.breached_at, "due", None, None, None, None))
    if why == MET:
        how = "answered" if clock.kind == FIRST_RESPONSE else "solved"
        told.append((MET, stopped_at, how, agent, None, None, None))
    elif why == CANCELLED:
        told.append((CANCELLED, stopped_at, "solved", agent, None, None, None))
    elif why == PAUSED:
        told.append((PAUSED, stopped_at, "waiting_customer", agent, None, None, None))
    for kind, at, cause, by, seconds, calendar, target in told:
        number = next(author.numbers[ClockEntry])
        yield ClockEntryRow(number, clock.id, kind, at, at, cause, by, seconds, calendar, target)


def _mark(
    author: Author, matter: Matter, clock: ClockRow, course: Course, kind: str, due_at: datetime
) -> None:
    stopped_at, why = course.stopped
    fired = due_at < (stopped_at or author.now)
    done_at, skipped = (due_at, "") if fired else (stopped_at, why)
    matter.marks.append(MarkRow(next(author.numbers[Mark]), clock.id, kind, due_at, done_at, skipped))
    if not fired:
        return
    told = matter.agent.name if matter.agent and kind == WARNING else matter.desk.told
    data = {"clock": clock.id, "promise": author.stage.promises[clock.kind], "told": told}
    said = history.PROMISE_BREACHED if kind == BREACH else history.PROMISE_WARNED
    author.record(matter, said, by=None, at=due_at, data=data)
