"""The sweep: finds marks that are due, claims them, and does what they say – exactly once, whoever else sweeps."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.person import Person
from accounts.team import Team
from tickets import history
from tickets.event import Event
from tickets.live import relay
from tickets.mail import letters
from tickets.mail.outbox import in_one_statement, one_line
from tickets.notice import Notice

from .clock import Clock
from .course import BREACHED
from .log import ClockEntry
from .mark import BREACH, WARNING, Mark
from .target import BY_WORD

# On SQLite a batch is what everybody else waits for, so it stays well below half a second.
BATCH, MOST = 100, 10_000
# Then the worker has time for its other work; the next beat goes on where this one stopped.
LONGEST_SECONDS = 20
# An answer counts from the moment it was sent; this long it may take to be written before we call it missing.
ANSWERS_SETTLE = timedelta(seconds=2)
logger = logging.getLogger(__name__)


def sweep_now(*, now: datetime | None = None, most: int = MOST) -> int:
    """Fire what is due, oldest first; the number fired. A bad mark waits and is shown, its neighbours go on.

    `now` fires what is due at that very moment; without it, what has been due long enough for answers to settle.
    """
    ends = time.monotonic() + LONGEST_SECONDS
    due = Mark.objects.due(now or timezone.now() - ANSWERS_SETTLE)
    pks = list(due.values_list("pk", flat=True)[:most])
    fired = 0
    for first in range(0, len(pks), BATCH):
        fired += _fire_each(pks[first : first + BATCH], now=now or timezone.now())
        if time.monotonic() > ends:
            break
    return fired


def _fire_each(pks: Sequence[int], *, now: datetime) -> int:
    """All in one transaction; if one is bad, half and half again, until it is found and stands alone."""
    try:
        return fire(pks, now=now)
    except Exception as error:  # a poisoned row must never stop the sweep
        if len(pks) > 1:
            half = len(pks) // 2
            return _fire_each(pks[:half], now=now) + _fire_each(pks[half:], now=now)
        logger.exception("mark %s could not be fired", pks[0])
        trouble = one_line(f"{type(error).__name__}: {error}")
        for mark in Mark.objects.filter(pk__in=pks):
            mark.push_ahead(now=now, trouble=trouble)
        return 0


def fire(pks: Sequence[int], *, now: datetime) -> int:
    """Lock the clocks, look again, then write marks, clocks, events, notices and mails in one transaction.

    Clocks before marks, as everybody who answers or moves a ticket takes them. A clock somebody else holds is
    left to them or to the next sweep; PostgreSQL skips it, and on SQLite nobody else writes meanwhile.
    """
    with transaction.atomic():
        held = Clock.objects.filter(pk__in=Mark.objects.filter(pk__in=pks).values("clock")).with_story()
        clocks = {c.pk: c for c in held.select_for_update(skip_locked=True, of=("self",)).order_by("pk")}
        # A breach with its warning: where that was left out a moment ago because somebody held the clock, the
        # breach must not overtake it.
        breaking = Mark.objects.due(now).filter(pk__in=pks, kind=BREACH).order_by().values("clock")
        theirs = Q(pk__in=pks) | Q(kind=WARNING, clock__in=breaking)
        marks = list(Mark.objects.due(now).filter(theirs, clock__in=clocks))
        firing = [mark for mark in marks if clocks[mark.clock_id].owes(mark.kind)]
        over = [mark.pk for mark in marks if mark not in firing]
        Mark.objects.filter(pk__in=over).skip(at=now, why="over")
        if not Mark.objects.claim([mark.pk for mark in firing], at=now):
            raise RuntimeError("A mark was changed by somebody who did not hold its clock.")
        broken = [mark.clock_id for mark in firing if mark.kind == BREACH]
        Clock.objects.filter(pk__in=broken, breached_at=None).update(breached_at=F("due_at"))
        ClockEntry.objects.bulk_create(_broken(clocks[pk], now=now) for pk in broken)
        _tell([(clocks[mark.clock_id], mark) for mark in firing], now=now)
        return len(firing)


def _broken(clock: Clock, *, now: datetime) -> ClockEntry:
    at = clock.breached_at or clock.due_at
    return ClockEntry(clock=clock, kind=BREACHED, at=at, written_at=now, cause="due")


def _tell(fired: Sequence[tuple[Clock, Mark]], *, now: datetime) -> None:
    """One event for each mark, a notice for everybody it concerns, and a mail where there is still something to do."""
    staff = {clock.ticket.team_id: _Staff(clock.ticket.team) for clock, _mark in fired}
    told = [staff[clock.ticket.team_id].to_tell(clock, mark, now=now) for clock, mark in fired]
    events = [_event(clock, mark, people, now=now) for (clock, mark), people in zip(fired, told, strict=True)]
    _record(events)
    pairs = [(person, event) for event, people in zip(events, told, strict=True) for person in people]
    Notice.objects.bulk_create([Notice(person=person, event=event, at=now) for person, event in pairs])
    relay.announce(*sorted({f"person-{person.pk}" for person, _event in pairs}))
    with in_one_statement():
        for (clock, mark), people in zip(fired, told, strict=True):
            for person in people if clock.is_open else []:
                letters.promise(clock, mark, person)


def _event(clock: Clock, mark: Mark, people: Sequence[Person], *, now: datetime) -> Event:
    data = {
        "clock": clock.pk,
        "kind": clock.kind,
        "promise": history.in_each_language(clock.get_kind_display),
        "told": ", ".join(person.name for person in people),
    }
    kind = history.PROMISE_BREACHED if mark.kind == BREACH else history.PROMISE_WARNED
    return Event(ticket=clock.ticket, kind=kind, at=now, data=data)


def _record(events: Sequence[Event]) -> None:
    """What `Ticket.record` does for one event, for many at once: a thousand tickets are a few statements."""
    Event.objects.bulk_create(events)
    for event in events:
        for listener in history.listeners:
            listener(event)
    names = {f"ticket-{event.ticket_id}" for event in events}
    relay.announce(*sorted(names | {f"team-{event.ticket.team_id}" for event in events}))


class _Staff:
    """Who works in one team and who leads it, asked once for all its marks."""

    def __init__(self, team: Team) -> None:
        self.team = team

    @cached_property
    def working(self) -> list[Person]:
        return list(Person.objects.working_in(self.team))

    @cached_property
    def leads(self) -> list[Person]:
        return list(Person.objects.leading(self.team)) or self.working

    def to_tell(self, clock: Clock, mark: Mark, *, now: datetime) -> list[Person]:
        """Who is to keep it hears the warning; the leads hear the breach, and a warning nobody else would hear."""
        keeper = _keeper(clock, now=now)
        return [keeper] if mark.kind == WARNING and keeper in self.working else self.leads


def _keeper(clock: Clock, *, now: datetime) -> Person | None:
    """Whoever gave their word or stands in for them, where somebody did; else who works on the ticket."""
    pledge = getattr(clock, "pledge", None) if clock.kind == BY_WORD else None
    return pledge.keeper_at(now) if pledge else clock.ticket.assignee
