"""The course of one contact: what was heard of it, folded into where it stands and which deadlines it owes.

Pure. The same fold decides in production and when a log is replayed: events in the order they happened go in, and
whatever is asked afterwards follows from them. The place in line is the first arrival; nothing a contact goes through
– hold, callback, another channel, a transfer, a lost connection – changes it. Nothing here ever ends a contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from .heard import USUAL, Bounds, Due, Heard
from .tally import Tally

WAITING, CALLBACK, RESERVED, DIALLING = "waiting", "callback", "reserved", "dialling"
TALKING, HELD, ASLEEP = "talking", "held", "asleep"
ABANDONED, ENDED, PROMISED = "abandoned", "ended", "promised"
NEW: Final = "new"
IN_LINE: Final = (WAITING, CALLBACK)
WITH_AGENT: Final = (RESERVED, DIALLING, TALKING, HELD)
OVER: Final = (ABANDONED, ENDED, PROMISED)

# What is heard of a contact, by whoever says it: a telephone system, the portal, the desk or the house itself.
ENTERED, OFFERED, DECLINED, EXPIRED, ANSWERED = "entered", "offered", "declined", "expired", "answered"
HOLD, RESUMED, TRANSFERRED, LOST, FINISHED = "held", "resumed", "transferred", "lost", "ended"
CALLBACK_OFFERED, CALLBACK_WANTED, POSTPONED = "callback_offered", "callback_wanted", "postponed"
RESERVE, DIALLED, NOT_REACHED, PROMISE = "reserved", "dialled", "not_reached", "promised"
ESCALATED, HELPED, SILENT, OUTCOME, NO_OUTCOME = "escalated", "helped", "silent", "outcome", "no_outcome"
# In a chat: the customer wrote, we wrote, the customer went quiet, came back; and whoever had it is lost to it.
ASKED, SPOKE, SLEPT, WOKEN, RELIEVED = "asked", "spoke", "slept", "woken", "relieved"
KINDS: Final = (
    *(ENTERED, OFFERED, DECLINED, EXPIRED, ANSWERED, HOLD, RESUMED, TRANSFERRED, LOST, FINISHED),
    *(CALLBACK_OFFERED, CALLBACK_WANTED, POSTPONED, RESERVE, DIALLED, NOT_REACHED, PROMISE),
    *(ESCALATED, HELPED, SILENT, OUTCOME, NO_OUTCOME),
    *(ASKED, SPOKE, SLEPT, WOKEN, RELIEVED),
)
# Who may end a contact. There is no word for the system, because it never does.
BY_CUSTOMER, BY_AGENT, BY_CONNECTION, NOT_SAID = "customer", "agent", "connection", ""
ENDED_BY: Final = (BY_CUSTOMER, BY_AGENT, BY_CONNECTION, NOT_SAID)


@dataclass
class Course(Tally):
    """Where a contact stands after everything heard so far."""

    phase: str = NEW
    arrived_at: datetime | None = None
    queued: bool = False
    is_long: bool = False
    stretch: int = 0  # how often it began to wait
    waiting_since: datetime | None = None
    waited_seconds: float = 0.0
    offers: int = 0
    offered_to: int | None = None
    offered_at: datetime | None = None
    agent: int | None = None
    talks: int = 0
    answered_at: datetime | None = None
    holds: int = 0  # how often we were silent: a call on hold, a chat in which we owe an answer
    held_since: datetime | None = None
    transfers: int = 0
    attempts: int = 0
    not_before: datetime | None = None  # a booked time, or when to try again
    escalated: bool = False  # every team is asked, until somebody who answered hands them on
    ended_at: datetime | None = None
    ended_by: str = NOT_SAID
    has_outcome: bool = False
    done: set[tuple[str, int]] = field(default_factory=set)

    @property
    def talk_seconds(self) -> float:
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.answered_at).total_seconds()

    def takes(self, kind: str) -> bool:
        """Whether this makes sense where the contact stands."""
        return self.phase in _HEAR[kind][0]

    def hear(self, heard: Heard, bounds: Bounds = USUAL) -> bool:
        """Take in one event; what makes no sense where the contact stands changes nothing and is False."""
        if self.arrived_at is None:
            self.arrived_at = heard.at
        phases, take_in = _HEAR[heard.kind]
        if self.phase not in phases:
            return False
        take_in(self, heard, bounds)
        return True

    def due(self, bounds: Bounds = USUAL) -> Iterator[Due]:
        """Every deadline it owes now, whether or not it has passed."""
        for due in self._all_due(bounds):
            if (due.kind, due.step) not in self.done:
                yield due

    def _all_due(self, bounds: Bounds) -> Iterator[Due]:
        if self.phase == WAITING and self.waiting_since:
            at_once = 0 if self.is_long else bounds.callback_after
            yield Due.after(self.waiting_since, at_once, CALLBACK_OFFERED, self.stretch)
            yield Due.after(self.waiting_since, bounds.bound, ESCALATED, self.stretch)
        if self.offered_at and self.phase in IN_LINE:
            yield Due.after(self.offered_at, bounds.offer, EXPIRED, self.offers)
        if self.phase in (TALKING, HELD) and self.answered_at:
            yield Due.after(self.answered_at, bounds.help_after, HELPED, self.talks)
        if self.phase in (TALKING, HELD) and self.held_since:
            for rung, seconds in enumerate(bounds.silence):
                yield Due.after(self.held_since, seconds, SILENT, self.holds * 10 + rung)
        if self.phase == ENDED and self.ended_by == BY_AGENT and self.ended_at and not self.has_outcome:
            yield Due.after(self.ended_at, bounds.outcome_within, NO_OUTCOME, self.talks)

    # What each kind of event does; where it makes sense stands in the table below.

    def _enter(self, heard: Heard, bounds: Bounds) -> None:
        """Somebody who comes again – after a callback that failed, from another channel – keeps the first arrival."""
        self.arrived_at = min(self.arrived_at or heard.at, heard.at)
        self.queued = bool(heard.queued) or self.queued
        self.is_long = heard.is_long
        self.come_earlier(heard.at)
        if self.phase in (NEW, CALLBACK, RESERVED, DIALLING, ASLEEP, *OVER):
            self._wait(heard.at)

    def _wait(self, at: datetime, phase: str = WAITING) -> None:
        self._stop_waiting(at)
        self.stop_talking(at)
        self.phase, self.waiting_since, self.stretch = phase, at, self.stretch + 1
        self.agent = self.offered_to = self.offered_at = self.held_since = self.not_before = None
        self.ended_at, self.ended_by = None, NOT_SAID

    def _stop_waiting(self, at: datetime) -> None:
        if self.waiting_since is not None:
            self.waited_seconds += max(0.0, (at - self.waiting_since).total_seconds())
        self.waiting_since = None

    def _offer(self, heard: Heard, bounds: Bounds) -> None:
        self.offered_to, self.offered_at, self.offers = heard.agent, heard.at, self.offers + 1

    def _withdraw(self, heard: Heard, bounds: Bounds) -> None:
        self.done.add((EXPIRED, self.offers))
        self.offered_to = self.offered_at = None

    def _answer(self, heard: Heard, bounds: Bounds) -> None:
        self._stop_waiting(heard.at)
        self.phase, self.agent, self.answered_at = TALKING, heard.agent, heard.at
        self.start_talking(heard.at)
        self.first_answered_at = self.first_answered_at or heard.at
        self.talks += 1
        self.comes_first, self.drop, self.has_outcome = False, "", False
        self.offered_to = self.offered_at = self.not_before = None
        self.queued = self.queued or self.waited_seconds > 0

    def _hold(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.held_since, self.holds = HELD, heard.at, self.holds + 1

    def _resume(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.held_since = TALKING, None

    def _ask(self, heard: Heard, bounds: Bounds) -> None:
        """The customer wrote: until we do, the silence is ours."""
        if self.held_since is None:
            self.held_since, self.holds = heard.at, self.holds + 1

    def _speak(self, heard: Heard, bounds: Bounds) -> None:
        """Whoever writes goes on, also where they had said “hold”."""
        self.phase, self.held_since = TALKING, None

    def _sleep(self, heard: Heard, bounds: Bounds) -> None:
        """The customer went quiet: nothing ends, the place and whoever had it are remembered."""
        self._stop_waiting(heard.at)
        self.stop_talking(heard.at)
        self.phase, self.offered_to, self.offered_at, self.held_since = ASLEEP, None, None, None

    def _wake(self, heard: Heard, bounds: Bounds) -> None:
        """Back to the same person if they are there, else into the line at the first arrival."""
        if heard.agent is None:
            self._wait(heard.at)
        else:
            self.phase, self.agent = TALKING, heard.agent
            self.start_talking(heard.at)

    def _relieve(self, heard: Heard, bounds: Bounds) -> None:
        self._wait(heard.at)

    def _transfer(self, heard: Heard, bounds: Bounds) -> None:
        self.transfers, self.escalated = self.transfers + 1, False
        self._wait(heard.at)

    def _lose(self, heard: Heard, bounds: Bounds) -> None:
        """The connection broke: we call back, and whoever was talking already comes first."""
        if self.phase != WAITING:
            self.suspect("connection")
        self._wait(heard.at, CALLBACK)

    def _finish(self, heard: Heard, bounds: Bounds) -> None:
        talked = self.phase in (TALKING, HELD) or (self.phase == ASLEEP and self.talks > 0)
        self._stop_waiting(heard.at)
        self.stop_talking(heard.at)
        self.phase, self.ended_at, self.ended_by = ENDED if talked else ABANDONED, heard.at, heard.ended_by
        self.offered_to = self.offered_at = self.held_since = None
        short = self.agent is not None and self.talk_seconds < bounds.short_talk
        if talked and heard.ended_by == BY_CONNECTION:
            self.suspect("connection")
        elif talked and short and heard.ended_by != BY_CUSTOMER:
            self.suspect("short")

    def _want_callback(self, heard: Heard, bounds: Bounds) -> None:
        if self.phase != CALLBACK:
            self._wait(heard.at, CALLBACK)
        self.not_before = heard.until
        self.book(heard.until)

    def _postpone(self, heard: Heard, bounds: Bounds) -> None:
        """At another time: whoever was just being asked is asked no longer, the place stays what it was."""
        if self.offered_at is not None:
            self._withdraw(heard, bounds)
        self.not_before = heard.until
        self.book(heard.until)

    def _reserve(self, heard: Heard, bounds: Bounds) -> None:
        """The agent is kept free for this callback before anybody's telephone rings."""
        self.phase, self.agent = RESERVED, heard.agent
        self.offered_to = self.offered_at = None

    def _dial(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.attempts = DIALLING, self.attempts + 1

    def _miss(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.agent = CALLBACK, None
        self.not_before = heard.at + timedelta(seconds=bounds.attempt_again)

    def _promise(self, heard: Heard, bounds: Bounds) -> None:
        self._stop_waiting(heard.at)
        self.phase, self.offered_to, self.offered_at = PROMISED, None, None

    def _keep(self, heard: Heard, bounds: Bounds) -> None:
        """A deadline was kept."""
        self.done.add((heard.kind, heard.step or self.stretch))  # a telephone system counts no stretches
        if heard.kind == ESCALATED and heard.step == self.stretch:
            self.escalated = True
        if heard.kind == NO_OUTCOME and self.phase == ENDED:
            self.suspect("no_outcome")

    def _conclude(self, heard: Heard, bounds: Bounds) -> None:
        self.has_outcome = True


def course_of(events: Iterable[Heard], bounds: Bounds = USUAL) -> Course:
    """Everything heard, in the order it happened and not in the order it came.

    Telephone systems tell whole seconds. Of several things in one second, the first one that makes sense goes first:
    “transferred” and “answered” by the next, whichever came before.
    """
    course = Course()
    for _at, together in groupby(sorted(events, key=_when), key=lambda heard: heard.at):
        left = list(together)
        while left:
            sensible = (heard for heard in left if course.takes(heard.kind))
            heard = next(sensible, left[0])
            course.hear(heard, bounds)
            left.remove(heard)
    return course


def _when(heard: Heard) -> tuple[datetime, int]:
    return heard.at, KINDS.index(heard.kind)


EVERYWHERE: Final = (NEW, *IN_LINE, *WITH_AGENT, ASLEEP, *OVER)
_HEAR: Final = {
    ENTERED: (EVERYWHERE, Course._enter),
    OFFERED: (IN_LINE, Course._offer),
    DECLINED: (IN_LINE, Course._withdraw),
    EXPIRED: (IN_LINE, Course._withdraw),
    ANSWERED: ((NEW, *IN_LINE, RESERVED, DIALLING), Course._answer),
    HOLD: ((TALKING,), Course._hold),
    RESUMED: ((HELD,), Course._resume),
    TRANSFERRED: ((TALKING, HELD), Course._transfer),
    LOST: ((WAITING, TALKING, HELD), Course._lose),
    FINISHED: ((*IN_LINE, *WITH_AGENT, ASLEEP), Course._finish),
    CALLBACK_WANTED: ((NEW, *IN_LINE, TALKING, HELD, ASLEEP, *OVER), Course._want_callback),
    POSTPONED: ((CALLBACK,), Course._postpone),
    RESERVE: ((CALLBACK,), Course._reserve),
    DIALLED: ((RESERVED,), Course._dial),
    NOT_REACHED: ((RESERVED, DIALLING), Course._miss),
    PROMISE: (IN_LINE, Course._promise),
    ASKED: ((TALKING,), Course._ask),
    SPOKE: ((TALKING, HELD), Course._speak),
    SLEPT: ((WAITING, TALKING, HELD), Course._sleep),
    WOKEN: ((ASLEEP,), Course._wake),
    RELIEVED: ((TALKING, HELD), Course._relieve),
    OUTCOME: ((TALKING, HELD, ASLEEP, *OVER), Course._conclude),
    **dict.fromkeys((CALLBACK_OFFERED, ESCALATED, HELPED, SILENT, NO_OUTCOME), (EVERYWHERE, Course._keep)),
}
