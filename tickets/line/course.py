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

from .calling import Calling
from .heard import USUAL, Bounds, Due, Heard
from .spans import Spans
from .tally import Tally
from .words import *


@dataclass
class Course(Spans, Calling, Tally):
    """Where a contact stands after everything heard so far."""

    phase: str = NEW
    arrived_at: datetime | None = None
    queued: bool = False
    is_long: bool = False
    stretch: int = 0  # how often it began to wait
    offers: int = 0
    offered_to: int | None = None
    offered_at: datetime | None = None
    agent: int | None = None
    talks: int = 0
    holds: int = 0  # how often we were silent: a call on hold, a chat in which we owe an answer
    held_since: datetime | None = None
    transfers: int = 0
    escalated: bool = False  # every team is asked, until somebody who answered hands them on
    ended_by: str = NOT_SAID
    has_outcome: bool = False
    done: set[tuple[str, int]] = field(default_factory=set)

    def takes(self, kind: str) -> bool:
        """Whether this makes sense where the contact stands."""
        return self.phase in _HEAR[kind][0]

    def hear(self, heard: Heard, bounds: Bounds = USUAL) -> bool:
        """Take in one event; what makes no sense where the contact stands changes nothing and is False."""
        if self.arrived_at is None:
            self.arrived_at = heard.at
        phases, take_in = _HEAR[heard.kind]
        if heard.kind in (FINISHED, LOST):
            self.hang_up(heard.call)
        if self.phase not in phases or (heard.kind in OF_A_LEG and heard.call in self.left):
            return False
        take_in(self, heard, bounds)
        if heard.kind == ENTERED and not heard.call:
            self.go_beside()  # by another way than the telephone: that they hang up there says nothing here
        if heard.kind in (ENTERED, ANSWERED, DIALLED):
            self.stand_on(heard.call)
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
        if self.phase == CALLBACK and self.waiting_since:
            since = max(self.waiting_since, self.not_before or self.waiting_since)
            yield Due.after(since, bounds.called_within, ESCALATED, self.stretch)
        if self.kept_since and self.phase in (RESERVED, DIALLING):
            most = bounds.reserved if self.phase == RESERVED else bounds.dialling
            yield Due.after(self.kept_since, most, RELIEVED, self.kept)
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
        ours = self.phase == DIALLING and heard.call and heard.call == self.leg  # the leg we dialled begins
        if self.phase in (NEW, *OWED_A_CALL, ASLEEP, *OVER) and not ours:
            self._wait(heard.at)

    def _wait(self, at: datetime, phase: str = WAITING) -> None:
        self._stop_waiting(at)
        self.stop_talking(at)
        if phase == CALLBACK:
            self.leave_leg()
        self.phase, self.waiting_since, self.stretch = phase, at, self.stretch + 1
        self.agent = self.offered_to = self.offered_at = self.held_since = self.not_before = None
        self.ended_at, self.ended_by = None, NOT_SAID

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
        self.is_owed = False
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
        """The customer went quiet: nothing ends, the place and whoever had it are remembered. Whoever waited on the
        telephone beside it, and did not hang up, waits there still."""
        if self.phase == WAITING and self.beside:
            self.stand_on(self.beside)
            return
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
        """Lost to whoever had it. A call of theirs is our loss and no attempt: the next one is asked at once."""
        if self.phase in (RESERVED, DIALLING):
            self.attempts -= self.phase == DIALLING
            self.phase, self.agent = CALLBACK, None
        else:
            self._wait(heard.at)

    def _transfer(self, heard: Heard, bounds: Bounds) -> None:
        self.transfers, self.escalated = self.transfers + 1, False
        self._wait(heard.at)

    def _lose(self, heard: Heard, bounds: Bounds) -> None:
        """The connection broke: we call back, and whoever was talking already comes first."""
        if self.phase != WAITING:
            self.suspect("connection")
        self._wait(heard.at, CALLBACK)
        self.begin_anew()

    def _finish(self, heard: Heard, bounds: Bounds) -> None:
        if self.phase == DIALLING:
            self._miss(heard, bounds)  # it rang and nobody answered
            return
        if self.phase == WAITING and self.is_owed:
            self._wait(heard.at, CALLBACK)  # they came by themselves and went again: the call is still owed
            self.not_before = self.wished
            return
        talked = self.phase in (TALKING, HELD) or (self.phase == ASLEEP and self.talks > 0)
        self._stop_waiting(heard.at)
        self.stop_talking(heard.at)
        self.is_owed = False
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
            self.begin_anew()
        self.not_before = self.wished = heard.until
        self.book(heard.until)

    def _postpone(self, heard: Heard, bounds: Bounds) -> None:
        """At another time: whoever was just being asked is asked no longer, the place stays what it was."""
        if self.offered_at is not None:
            self._withdraw(heard, bounds)
        self.not_before = self.wished = heard.until
        self.book(heard.until)

    def _reserve(self, heard: Heard, bounds: Bounds) -> None:
        """The agent is kept free for this callback before anybody's telephone rings."""
        self.phase, self.agent = RESERVED, heard.agent
        self.kept, self.kept_since = self.kept + 1, heard.at
        self.offered_to = self.offered_at = None

    def _dial(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.attempts, self.kept_since = DIALLING, self.attempts + 1, heard.at

    def _miss(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.agent = CALLBACK, None
        self.not_before = heard.at + timedelta(seconds=bounds.attempt_again)

    def _promise(self, heard: Heard, bounds: Bounds) -> None:
        self._stop_waiting(heard.at)
        self.phase = PROMISED if heard.kind == PROMISE else UNREACHED
        self.offered_to, self.offered_at, self.is_owed = None, None, False

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
    in_order = sorted(events, key=lambda heard: (heard.at, KINDS.index(heard.kind)))
    for _at, together in groupby(in_order, key=lambda heard: heard.at):
        left = list(together)
        while left:
            sensible = (heard for heard in left if course.takes(heard.kind))
            heard = next(sensible, left[0])
            course.hear(heard, bounds)
            left.remove(heard)
    return course


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
    FINISHED: ((WAITING, DIALLING, TALKING, HELD, ASLEEP), Course._finish),
    WITHDRAWN: ((CALLBACK,), Course._finish),
    CALLBACK_WANTED: ((NEW, *IN_LINE, TALKING, HELD, ASLEEP, *OVER), Course._want_callback),
    POSTPONED: ((CALLBACK,), Course._postpone),
    RESERVE: ((CALLBACK,), Course._reserve),
    DIALLED: ((RESERVED,), Course._dial),
    NOT_REACHED: ((RESERVED, DIALLING), Course._miss),
    PROMISE: (IN_LINE, Course._promise),
    GIVE_UP: ((CALLBACK,), Course._promise),
    ASKED: ((TALKING,), Course._ask),
    SPOKE: ((TALKING, HELD), Course._speak),
    SLEPT: ((WAITING, TALKING, HELD), Course._sleep),
    WOKEN: ((ASLEEP,), Course._wake),
    RELIEVED: ((RESERVED, DIALLING, TALKING, HELD), Course._relieve),
    OUTCOME: ((TALKING, HELD, ASLEEP, *OVER), Course._conclude),
    **dict.fromkeys((CALLBACK_OFFERED, ESCALATED, HELPED, SILENT, NO_OUTCOME), (EVERYWHERE, Course._keep)),
}
