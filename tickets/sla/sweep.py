"""The sweep: finds marks that are due, claims them, and does what they say – exactly once, whoever else sweeps.

Many at a time: ten thousand promises that break in the same second are a few statements each thousand. What costs
more than a row – mails, and what an alert does to a ticket – is only written down as owed and follows right after.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.team import Team
from tickets import history
from tickets.event import Event
from tickets.live import relay
from tickets.mail.outbox import one_line
from tickets.notice import Notice
from tickets.table import Table

from . import aftermath
from .alert import Alert
from .clock import Clock
from .course import BREACHED
from .log import ClockEntry
from .mark import BREACH, REMINDER, WARNING, Mark, MarkQuerySet
from .target import ANSWER, BY_WORD, KINDS
from .telling import Staff, Told

# On SQLite a batch is what everybody else waits for, so it stays well below a tenth of a second.
BATCH, SQLITE_BATCH, MOST = 1000, 100, 10_000
# Then the worker has time for its other work; the next beat goes on where this one stopped.
LONGEST_SECONDS = 20
# Python computes in one while PostgreSQL writes for the other; more would only wait for the same two cores.
LANES = 2
ONE_MOMENT = timedelta(seconds=1)
# An answer counts from the moment it was sent; this long it may take to be written before we call it missing.
ANSWERS_SETTLE = timedelta(seconds=2)
# In a call or chat seconds are promised, and who takes it does so in one short write.
LIVE_SETTLES = timedelta(seconds=0.5)
# Said so much after its time, it is said that it comes late.
LATE = timedelta(minutes=2)
SAID = {WARNING: history.PROMISE_WARNED, BREACH: history.PROMISE_BREACHED, REMINDER: history.PROMISE_REMINDED}
EVENT = [field.attname for field in Event._meta.concrete_fields]
logger = logging.getLogger(__name__)


def sweep_now(*, now: datetime | None = None, most: int = MOST) -> int:
    """Fire what is due, oldest first; the number fired. A bad mark waits and is shown, its neighbours go on.

    `now` fires what is due at that very moment; without it, what has been due long enough for answers to settle.
    """
    ends = time.monotonic() + LONGEST_SECONDS
    due = Mark.objects.due(now) if now else _settled(timezone.now())
    fired = _fire_side_by_side(
        list(due.values_list("pk", "clock__ticket", "due_at")[:most]), now=now, ends=ends
    )
    aftermath.act_now(now=now or timezone.now())
    aftermath.mail_now(now=now or timezone.now())
    return fired


def _fire_side_by_side(
    rows: Sequence[tuple[int, int, datetime]], *, now: datetime | None, ends: float
) -> int:
    """Where much is due in one moment and the database takes more than one writer, in two lanes: one computes while
    for the other the database writes. A ticket keeps to its lane, and no lane waits for the other's locks. What became
    due one after the other, while nobody swept, is told in that order, by one.
    """
    batch = min(BATCH, SQLITE_BATCH) if connection.vendor == "sqlite" else BATCH
    # Inside somebody's transaction another connection would see nothing of what is to be fired.
    alone = connection.vendor == "sqlite" or connection.in_atomic_block
    if alone or len(rows) <= batch or rows[-1][2] - rows[0][2] > ONE_MOMENT:
        return _fire_lane([pk for pk, _ticket, _due_at in rows], batch, now=now, ends=ends)
    lanes = [[pk for pk, ticket, _due_at in rows if ticket % LANES == lane] for lane in range(LANES)]
    with ThreadPoolExecutor(LANES - 1) as pool:
        others = [
            pool.submit(_fire_with_own_connection, lane, batch, now=now, ends=ends) for lane in lanes[1:]
        ]
        fired = _fire_lane(lanes[0], batch, now=now, ends=ends)
        return fired + sum(other.result() for other in others)


def _fire_with_own_connection(pks: Sequence[int], batch: int, *, now: datetime | None, ends: float) -> int:
    try:
        return _fire_lane(pks, batch, now=now, ends=ends)
    finally:
        connection.close()  # a thread that ends gives its connection back


def _fire_lane(pks: Sequence[int], batch: int, *, now: datetime | None, ends: float) -> int:
    fired = 0
    for first in range(0, len(pks), batch):
        fired += _fire_each(pks[first : first + batch], now=now or timezone.now())
        if time.monotonic() > ends:
            break
    return fired


def _settled(now: datetime) -> MarkQuerySet:
    """What has been due long enough for an answer of the last moment to be written."""
    long_ago = Q(due_at__lte=now - ANSWERS_SETTLE) | Q(clock__kind=ANSWER)
    return Mark.objects.due(now - LIVE_SETTLES).filter(long_ago)


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


class Held(NamedTuple):
    """What a firing mark has to know of a clock we hold; ten thousand of these cost a tenth of ten thousand models."""

    pk: int
    kind: str
    due_at: datetime | None
    met_at: datetime | None
    cancelled_at: datetime | None
    breached_at: datetime | None
    ticket: int
    team: int
    assignee: int | None

    def owes(self, kind: str) -> bool:
        """Whether a mark of this kind, now due, still has something to say; a breach has it even after the end."""
        if kind == BREACH and self.breached_at:
            return True
        runs = self.met_at is None and self.cancelled_at is None and self.due_at is not None
        return runs and (kind == REMINDER or not self.breached_at)


class Due(NamedTuple):
    """What is known of a mark while it fires."""

    pk: int
    clock: int
    kind: str
    step: int
    due_at: datetime
    tries: int
    alert: Alert | None


def fire(due: Iterable[int], *, now: datetime) -> int:
    """Lock the clocks, look again, then write marks, clocks, log, events and notices in one transaction.

    Clocks before marks, as everybody who answers or moves a ticket takes them. A clock somebody else holds is
    left to them or to the next sweep; PostgreSQL skips it, and on SQLite nobody else writes meanwhile.
    """
    with transaction.atomic():
        pks = set(due)  # of a list each query would look at every number by itself
        clocks = {clock.pk: clock for clock in _hold(pks)}
        # A breach with its warning: where that was left out a moment ago because somebody held the clock, the
        # breach must not overtake it.
        breaking = Mark.objects.due(now).filter(pk__among=pks, kind=BREACH).order_by().values("clock")
        theirs = Q(pk__among=pks) | Q(kind=WARNING, clock__in=breaking)
        marks = _due(Mark.objects.due(now).filter(theirs, clock__among=clocks))
        firing = [mark for mark in marks if clocks[mark.clock].owes(mark.kind)]
        owed = {mark.pk for mark in firing}
        if over := {mark.pk for mark in marks} - owed:
            Mark.objects.filter(pk__among=over).skip(at=now, why="over")
        if not Mark.objects.claim(owed, at=now):
            raise RuntimeError("A mark was changed by somebody who did not hold its clock.")
        _break([clocks[mark.clock] for mark in firing if mark.kind == BREACH], now=now)
        if acting := {mark.pk for mark in firing if mark.alert is not None and mark.alert.acts}:
            Mark.objects.filter(pk__among=acting).update(act_due_at=now)
        _tell([(clocks[mark.clock], mark) for mark in firing], now=now)
        return len(firing)


def _due(marks: MarkQuerySet) -> list[Due]:
    rows = list(marks.values_list("pk", "clock_id", "kind", "step", "due_at", "tries", "alert_id"))
    named = {alert for *_rest, alert in rows if alert is not None}
    alerts = Alert.objects.in_bulk(named) if named else {}
    return [Due(*rest, alerts.get(alert)) for *rest, alert in rows]


def _hold(pks: Collection[int]) -> Iterator[Held]:
    held = Clock.objects.filter(pk__in=Mark.objects.filter(pk__among=pks).values("clock"))
    held = held.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk")
    ends = ("due_at", "met_at", "cancelled_at", "breached_at")
    whose = ("ticket_id", "ticket__team_id", "ticket__assignee_id")
    return (Held(*row) for row in held.values_list("pk", "kind", *ends, *whose))


def _break(broken: Sequence[Held], *, now: datetime) -> None:
    if not broken:
        return
    pks = {clock.pk for clock in broken}
    Clock.objects.filter(pk__among=pks, breached_at=None).update(breached_at=F("due_at"))
    log = Table(ClockEntry, ("clock_id", "kind", "at", "written_at", "cause"))
    log.write((clock.pk, BREACHED, clock.breached_at or clock.due_at, now, "due") for clock in broken)


def _tell(fired: Sequence[tuple[Held, Due]], *, now: datetime) -> None:
    """One event for each mark and a notice for everybody it concerns; the mail is owed to them from now on."""
    teams = Team.objects.in_bulk({clock.team for clock, _mark in fired})
    staff = {pk: Staff(team, now=now) for pk, team in teams.items()}
    promises = {kind: history.in_each_language(lambda label=label: label) for kind, label in KINDS}
    events = Table(Event, ("id", "ticket_id", "kind", "at", "data"))
    notices = Table(Notice, ("person_id", "event_id", "at", "mail_due_at"))
    events.begin(at_once=len(fired))
    keepers = _keepers([clock for clock, _mark in fired], now=now)
    happened: list[tuple[int, int, str, datetime, dict[str, object]]] = []
    known: list[tuple[int, int, datetime, datetime]] = []
    for clock, mark in fired:
        tells = mark.alert.tells if mark.alert else ()
        keeper = keepers.get(clock.pk, clock.assignee)
        told = staff[clock.team].to_tell(keeper, mark.kind, tuple(tells))
        data = _data(clock, mark, told, promises[clock.kind], now=now)
        event = next(events)
        happened.append((event, clock.ticket, SAID[mark.kind], now, data))
        known += [(one.person.pk, event, now, one.mail_at) for one in told]
    events.write(happened)
    notices.write(known)
    _announce([clock for clock, _mark in fired], {row[0] for row in known})
    rows = ((pk, ticket, kind, None, at, data) for pk, ticket, kind, at, data in happened)
    history.let_listen([Event.from_db(connection.alias, EVENT, row) for row in rows])


def _keepers(clocks: Sequence[Held], *, now: datetime) -> dict[int, int]:
    """By clock, whoever gave their word or stands in for them; other promises are the assignee's to keep."""
    given = [clock.pk for clock in clocks if clock.kind == BY_WORD]
    held = (
        Clock.objects.filter(pk__in=given).select_related("pledge__owner", "pledge__ticket") if given else ()
    )
    pledges = {clock.pk: getattr(clock, "pledge", None) for clock in held}
    return {pk: pledge.keeper_at(now).pk for pk, pledge in pledges.items() if pledge is not None}


def _data(
    clock: Held, mark: Due, told: Sequence[Told], promise: dict[str, str], *, now: datetime
) -> dict[str, object]:
    data: dict[str, object] = {"clock": clock.pk, "kind": clock.kind, "promise": promise}
    data["told"] = ", ".join(one.person.name for one in told)
    if mark.step:
        data["step"] = mark.step
    if not mark.tries and now - mark.due_at >= LATE:
        data["late_minutes"] = (now - mark.due_at) // timedelta(minutes=1)
    return data


def _announce(clocks: Sequence[Held], people: set[int]) -> None:
    tickets, teams = {clock.ticket for clock in clocks}, {clock.team for clock in clocks}
    names = {f"ticket-{pk}" for pk in tickets} | {f"team-{pk}" for pk in teams}
    relay.announce(*sorted(names | {f"person-{pk}" for pk in people}))
