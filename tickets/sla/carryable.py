"""A clock carried to another ticket: the same promise with its start, terms and pauses, in a log of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from .course import BREACHED, PAUSED, RESUMED, STARTED, begin, step
from .log import ClockEntry
from .mark import Mark

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

    from .clock import Clock


class Carryable(models.Model):
    class Meta:
        abstract = True

    @classmethod
    def carry_over(
        cls, clock: Clock, ticket: Ticket, *, at: datetime, by: Person | None, cause: str = "merged"
    ) -> Clock:
        """The same promise owed on `ticket` from now on; what was told of its breach is not told again.

        While it paused it pauses here too, so that its marks wait for the same moment.
        """
        own = cls(ticket=ticket, kind=clock.kind, hours=clock.hours, calendar=clock.calendar)
        own.warn_percent, own.target = clock.warn_percent, clock.target
        entries = list(_as_it_went(clock, at=at, by=by, cause=cause))
        waits = entries.pop() if clock.is_paused else None
        own._stand(begin(entries[0]))
        for entry in entries[1:]:
            own._stand(step(own.course, entry, own.opening))
        own.save()
        for entry in entries:
            entry.clock = own
            entry.save()
        told = clock.marks.exclude(alert=None).select_related("alert")
        Mark.set_for(own, [mark.alert for mark in told if mark.alert], now=at)
        if own.breached_at:
            own.marks.pending().filter(due_at__lte=at).skip(at=at, why="passed")
        if waits is not None:
            own._take(waits)
            own.marks.pending().skip(at=at, why="paused")
        return own


def _as_it_went(clock: Clock, *, at: datetime, by: Person | None, cause: str) -> Iterator[ClockEntry]:
    """Its log as one would write it today: under the terms it has now, with its pauses and its breach."""
    said = {"by": by, "cause": cause, "written_at": at}
    terms = {"seconds": clock.seconds, "until": clock.until, "calendar": clock.calendar}
    began = clock.log.filter(kind=STARTED).first()
    data = {**(began.data if began else {}), "carried_over": clock.pk}
    yield ClockEntry(kind=STARTED, at=clock.started_at, target=clock.target, data=data, **terms, **said)
    for since, until in clock.course.pauses:
        yield ClockEntry(kind=PAUSED, at=since, **said)
        if until is not None:
            yield ClockEntry(kind=RESUMED, at=until, **said)
    broken = clock.log.filter(kind=BREACHED).first()
    if broken is not None and clock.breached_at is not None:
        yield ClockEntry(kind=BREACHED, at=broken.at, **said)
