"""A replay: a call log through the line, in virtual time, deadlines and estimates included. Pure.

Nothing is decided here. The course of each contact, its deadlines, the drop detector and the estimators are the ones
that decide in production; this file only moves the clock and keeps the contacts in memory instead of in tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from . import words as on
from .call_log import Call
from .course import Course
from .estimate import History, Line, Range, bucket_of, estimate, estimators, patience_of
from .heard import USUAL, Bounds, Due, Heard

USUAL_TALK = 180.0
TALKS_REMEMBERED = 200


@dataclass(frozen=True)
class Forecast:
    """What a contact was told on arrival, and what the other estimators would have said."""

    by_name: dict[str, float]
    range: Range
    bucket: int


@dataclass
class Contact:
    """One contact of the log and its course."""

    call: Call
    course: Course = field(default_factory=Course)
    forecast: Forecast | None = None
    fired: list[Due] = field(default_factory=list)
    channel: str = ""

    @property
    def wait_seconds(self) -> float:
        """From the first arrival to the first answer, or to giving up."""
        until, came = self.course.first_answered_at or self.course.ended_at, self.course.arrived_at
        if until is None or came is None:
            return 0.0
        # Nobody waits before the time they chose to be called.
        return max(0.0, (until - max(came, self.course.booked_at or came)).total_seconds())


class Floor:
    """The line as it stands now: who waits in order of arrival, who talks, what is due."""

    def __init__(self, bounds: Bounds = USUAL) -> None:
        self.bounds = bounds
        self.history = History()
        self.waiting: dict[int, Contact] = {}
        self.talking = 0
        self.last_wait = 0.0
        self.abandoned, self.waited_seconds = 0, 0.0
        self.talk_seconds: list[float] = []
        self._due: list[tuple[Due, int, Contact]] = []
        self._set: set[tuple[int, Due]] = set()

    def hear(self, number: int, contact: Contact, heard: Heard) -> None:
        """An event of the log: the deadlines that passed before it come first."""
        self.pass_time(heard.at)
        if heard.kind == on.ENTERED and heard.queued:
            contact.forecast = self.forecast(heard.at)
            is_long = contact.forecast.by_name["announced"] > self.bounds.callback_after
            heard = Heard(on.ENTERED, heard.at, queued=True, is_long=is_long)
        contact.course.hear(heard, self.bounds)
        self._move(number, contact, heard)
        self._set_deadlines(number, contact)

    def pass_time(self, until: datetime | None) -> None:
        """Keep what fell due before `until`. In the same second people come before deadlines."""
        while self._due and (until is None or self._due[0][0].at < until):
            due, number, contact = heappop(self._due)
            self._set.discard((number, due))
            if due in contact.course.due(self.bounds):
                contact.course.hear(Heard(due.kind, due.at, step=due.step), self.bounds)
                contact.fired.append(due)

    def forecast(self, at: datetime) -> Forecast:
        """What somebody who comes now is told."""
        head = next(iter(self.waiting.values()), None)
        arrived = head.course.arrived_at if head else None
        mean_talk = sum(self.talk_seconds) / len(self.talk_seconds) if self.talk_seconds else USUAL_TALK
        line = Line(
            ahead=len(self.waiting),
            last_wait=self.last_wait,
            head_waited=(at - arrived).total_seconds() if arrived else 0.0,
            serving=max(1, self.talking) / max(1.0, mean_talk),
            patience=patience_of(self.abandoned, self.waited_seconds),
        )
        bucket = bucket_of(estimate(line))
        return Forecast(estimators(line), self.history.range_of(bucket), bucket)

    def _move(self, number: int, contact: Contact, heard: Heard) -> None:
        """What the whole line learns from one event."""
        if heard.kind == on.ENTERED:
            self.waiting[number] = contact
        elif heard.kind == on.ANSWERED:
            self._leave(number, contact)
            self.talking += contact.course.agent is not None
            if contact.forecast is not None and contact.wait_seconds > 0:
                self.last_wait = contact.wait_seconds
                self.history.learn(contact.forecast.bucket, contact.wait_seconds)
        elif contact.course.phase == on.ABANDONED:
            self._leave(number, contact)
            self.abandoned += 1
        elif contact.course.agent is not None:
            self.talking -= 1
            self.talk_seconds = [*self.talk_seconds[1 - TALKS_REMEMBERED :], contact.course.talk_seconds]

    def _leave(self, number: int, contact: Contact) -> None:
        self.waiting.pop(number, None)
        self.waited_seconds += contact.wait_seconds

    def _set_deadlines(self, number: int, contact: Contact) -> None:
        for due in contact.course.due(self.bounds):
            if (number, due) not in self._set:
                self._set.add((number, due))
                heappush(self._due, (due, number, contact))


def replay(calls: Iterable[Call], bounds: Bounds = USUAL) -> list[Contact]:
    """Everything the line did with these calls."""
    contacts = [Contact(call) for call in calls]
    agents: dict[str, int] = {}
    story = [
        (heard, number)
        for number, contact in enumerate(contacts)
        for heard in events_of(contact.call, agents)
    ]
    story.sort(key=lambda line: (line[0].at, on.KINDS.index(line[0].kind), line[1]))
    floor = Floor(bounds)
    for heard, number in story:
        floor.hear(number, contacts[number], heard)
    floor.pass_time(None)
    return contacts


def events_of(call: Call, agents: dict[str, int]) -> Iterable[Heard]:
    """What a telephone system would have told of this call. Who hung up the log does not say."""
    over = call.arrived_at + timedelta(seconds=call.wait_seconds)
    yield Heard(on.ENTERED, call.arrived_at, queued=call.queued)
    if not call.answered:
        yield Heard(on.FINISHED, over, ended_by=on.BY_CUSTOMER)
        return
    agent = agents.setdefault(call.agent, len(agents) + 1) if call.agent else None
    yield Heard(on.ANSWERED, over, agent=agent)
    yield Heard(on.FINISHED, over + timedelta(seconds=call.talk_seconds))
