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

from . import words as on
from .calling import Calling
from .heard import USUAL, Bounds, Due, Heard
from .spans import Spans
from .tally import Tally


@dataclass
class Course(Spans, Calling, Tally):
    """Where a contact stands after everything heard so far."""

    phase: str = on.NEW
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
    ended_by: str = on.NOT_SAID
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
        if heard.kind in (on.FINISHED, on.LOST):
            self.hang_up(heard.call)
        if self.phase not in phases or (heard.kind in on.OF_A_LEG and heard.call in self.left):
            return False
        take_in(self, heard, bounds)
        if heard.kind == on.ENTERED and not heard.call:
            self.go_beside()  # by another way than the telephone: that they hang up there says nothing here
        if heard.kind in (on.ENTERED, on.ANSWERED, on.DIALLED):
            self.stand_on(heard.call)
        return True

    def due(self, bounds: Bounds = USUAL) -> Iterator[Due]:
        """Every deadline it owes now, whether or not it has passed."""
        for due in self._all_due(bounds):
            if (due.kind, due.step) not in self.done:
                yield due

    def _all_due(self, bounds: Bounds) -> Iterator[Due]:
        if self.phase == on.WAITING and self.waiting_since:
            at_once = 0 if self.is_long else bounds.callback_after
            yield Due.after(self.waiting_since, at_once, on.CALLBACK_OFFERED, self.stretch)
            yield Due.after(self.waiting_since, bounds.bound, on.ESCALATED, self.stretch)
        if self.phase == on.CALLBACK and self.waiting_since:
            since = max(self.waiting_since, self.not_before or self.waiting_since)
            yield Due.after(since, bounds.called_within, on.ESCALATED, self.stretch)
        if self.kept_since and self.phase in (on.RESERVED, on.DIALLING):
            most = bounds.reserved if self.phase == on.RESERVED else bounds.dialling
            yield Due.after(self.kept_since, most, on.RELIEVED, self.kept)
        if self.offered_at and self.phase in on.IN_LINE:
            yield Due.after(self.offered_at, bounds.offer, on.EXPIRED, self.offers)
        if self.phase in (on.TALKING, on.HELD) and self.answered_at:
            yield Due.after(self.answered_at, bounds.help_after, on.HELPED, self.talks)
        if self.phase in (on.TALKING, on.HELD) and self.held_since:
            for rung, seconds in enumerate(bounds.silence):
                yield Due.after(self.held_since, seconds, on.SILENT, self.holds * 10 + rung)
        if self.phase == on.ENDED and self.ended_by == on.BY_AGENT and self.ended_at and not self.has_outcome:
            yield Due.after(self.ended_at, bounds.outcome_within, on.NO_OUTCOME, self.talks)

    # What each kind of event does; where it makes sense stands in the table below.

    def _enter(self, heard: Heard, bounds: Bounds) -> None:
        """Somebody who comes again – after a callback that failed, from another channel – keeps the first arrival."""
        self.arrived_at = min(self.arrived_at or heard.at, heard.at)
        self.queued = bool(heard.queued) or self.queued
        self.is_long = heard.is_long
        self.come_earlier(heard.at)
        # The leg we dialled begins.
        ours = self.phase == on.DIALLING and heard.call and heard.call == self.leg
        if self.phase in (on.NEW, *on.OWED_A_CALL, on.ASLEEP, *on.OVER) and not ours:
            self._wait(heard.at)

    def _wait(self, at: datetime, phase: str = on.WAITING) -> None:
        self._stop_waiting(at)
        self.stop_talking(at)
        if phase == on.CALLBACK:
            self.leave_leg()
        self.phase, self.waiting_since, self.stretch = phase, at, self.stretch + 1
        self.agent = self.offered_to = self.offered_at = self.held_since = self.not_before = None
        self.ended_at, self.ended_by = None, on.NOT_SAID

    def _offer(self, heard: Heard, bounds: Bounds) -> None:
        self.offered_to, self.offered_at, self.offers = heard.agent, heard.at, self.offers + 1

    def _withdraw(self, heard: Heard, bounds: Bounds) -> None:
        self.done.add((on.EXPIRED, self.offers))
        self.offered_to = self.offered_at = None

    def _answer(self, heard: Heard, bounds: Bounds) -> None:
        self._stop_waiting(heard.at)
        self.phase, self.agent, self.answered_at = on.TALKING, heard.agent, heard.at
        self.start_talking(heard.at)
        self.first_answered_at = self.first_answered_at or heard.at
        self.talks += 1
        self.is_owed = False
        self.comes_first, self.drop, self.has_outcome = False, "", False
        self.offered_to = self.offered_at = self.not_before = None
        self.queued = self.queued or self.waited_seconds > 0

    def _hold(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.held_since, self.holds = on.HELD, heard.at, self.holds + 1

    def _resume(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.held_since = on.TALKING, None

    def _ask(self, heard: Heard, bounds: Bounds) -> None:
        """The customer wrote: until we do, the silence is ours."""
        if self.held_since is None:
            self.held_since, self.holds = heard.at, self.holds + 1

    def _speak(self, heard: Heard, bounds: Bounds) -> None:
        """Whoever writes goes on, also where they had said “hold”."""
        self.phase, self.held_since = on.TALKING, None

    def _sleep(self, heard: Heard, bounds: Bounds) -> None:
        """The customer went quiet: nothing ends, the place and whoever had it are remembered. Whoever waited on the
        telephone beside it, and did not hang up, waits there still."""
        if self.phase == on.WAITING and self.beside:
            self.stand_on(self.beside)
            return
        self._stop_waiting(heard.at)
        self.stop_talking(heard.at)
        self.phase, self.offered_to, self.offered_at, self.held_since = on.ASLEEP, None, None, None

    def _wake(self, heard: Heard, bounds: Bounds) -> None:
        """Back to the same person if they are there, else into the line at the first arrival."""
        if heard.agent is None:
            self._wait(heard.at)
        else:
            self.phase, self.agent = on.TALKING, heard.agent
            self.start_talking(heard.at)

    def _relieve(self, heard: Heard, bounds: Bounds) -> None:
        """Lost to whoever had it. A call of theirs is our loss and no attempt: the next one is asked at once."""
        if self.phase in (on.RESERVED, on.DIALLING):
            self.attempts -= self.phase == on.DIALLING
            self.phase, self.agent = on.CALLBACK, None
        else:
            self._wait(heard.at)

    def _transfer(self, heard: Heard, bounds: Bounds) -> None:
        self.transfers, self.escalated = self.transfers + 1, False
        self._wait(heard.at)

    def _lose(self, heard: Heard, bounds: Bounds) -> None:
        """The connection broke: we call back, and whoever was talking already comes first."""
        if self.phase != on.WAITING:
            self.suspect("connection")
        self._wait(heard.at, on.CALLBACK)
        self.begin_anew()

    def _finish(self, heard: Heard, bounds: Bounds) -> None:
        if self.phase == on.DIALLING:
            self._miss(heard, bounds)  # it rang and nobody answered
            return
        if self.phase == on.WAITING and self.is_owed:
            self._wait(heard.at, on.CALLBACK)  # they came and went by themselves: the call is still owed
            self.not_before = self.wished
            return
        talked = self.phase in (on.TALKING, on.HELD) or (self.phase == on.ASLEEP and self.talks > 0)
        self._stop_waiting(heard.at)
        self.stop_talking(heard.at)
        self.is_owed = False
        self.phase = on.ENDED if talked else on.ABANDONED
        self.ended_at, self.ended_by = heard.at, heard.ended_by
        self.offered_to = self.offered_at = self.held_since = None
        short = self.agent is not None and self.talk_seconds < bounds.short_talk
        if talked and heard.ended_by == on.BY_CONNECTION:
            self.suspect("connection")
        elif talked and short and heard.ended_by != on.BY_CUSTOMER:
            self.suspect("short")

    def _want_callback(self, heard: Heard, bounds: Bounds) -> None:
        if self.phase != on.CALLBACK:
            self._wait(heard.at, on.CALLBACK)
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
        self.phase, self.agent = on.RESERVED, heard.agent
        self.kept, self.kept_since = self.kept + 1, heard.at
        self.offered_to = self.offered_at = None

    def _dial(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.attempts, self.kept_since = on.DIALLING, self.attempts + 1, heard.at

    def _miss(self, heard: Heard, bounds: Bounds) -> None:
        self.phase, self.agent = on.CALLBACK, None
        self.not_before = heard.at + timedelta(seconds=bounds.attempt_again)

    def _promise(self, heard: Heard, bounds: Bounds) -> None:
        self._stop_waiting(heard.at)
        self.phase = on.PROMISED if heard.kind == on.PROMISE else on.UNREACHED
        self.offered_to, self.offered_at, self.is_owed = None, None, False

    def _keep(self, heard: Heard, bounds: Bounds) -> None:
        """A deadline was kept."""
        self.done.add((heard.kind, heard.step or self.stretch))  # a telephone system counts no stretches
        if heard.kind == on.ESCALATED and heard.step == self.stretch:
            self.escalated = True
        if heard.kind == on.NO_OUTCOME and self.phase == on.ENDED:
            self.suspect("no_outcome")

    def _conclude(self, heard: Heard, bounds: Bounds) -> None:
        self.has_outcome = True


def course_of(events: Iterable[Heard], bounds: Bounds = USUAL) -> Course:
    """Everything heard, in the order it happened and not in the order it came.

    Telephone systems tell whole seconds. Of several things in one second, the first one that makes sense goes first:
    “transferred” and “answered” by the next, whichever came before.
    """
    course = Course()
    in_order = sorted(events, key=lambda heard: (heard.at, on.KINDS.index(heard.kind)))
    for _at, together in groupby(in_order, key=lambda heard: heard.at):
        left = list(together)
        while left:
            sensible = (heard for heard in left if course.takes(heard.kind))
            heard = next(sensible, left[0])
            course.hear(heard, bounds)
            left.remove(heard)
    return course


_HEAR: Final = {
    on.ENTERED: (on.EVERYWHERE, Course._enter),
    on.OFFERED: (on.IN_LINE, Course._offer),
    on.DECLINED: (on.IN_LINE, Course._withdraw),
    on.EXPIRED: (on.IN_LINE, Course._withdraw),
    on.ANSWERED: ((on.NEW, *on.IN_LINE, on.RESERVED, on.DIALLING), Course._answer),
    on.HOLD: ((on.TALKING,), Course._hold),
    on.RESUMED: ((on.HELD,), Course._resume),
    on.TRANSFERRED: ((on.TALKING, on.HELD), Course._transfer),
    on.LOST: ((on.WAITING, on.TALKING, on.HELD), Course._lose),
    on.FINISHED: ((on.WAITING, on.DIALLING, on.TALKING, on.HELD, on.ASLEEP), Course._finish),
    on.WITHDRAWN: ((on.CALLBACK,), Course._finish),
    on.CALLBACK_WANTED: (
        (on.NEW, *on.IN_LINE, on.TALKING, on.HELD, on.ASLEEP, *on.OVER),
        Course._want_callback,
    ),
    on.POSTPONED: ((on.CALLBACK,), Course._postpone),
    on.RESERVE: ((on.CALLBACK,), Course._reserve),
    on.DIALLED: ((on.RESERVED,), Course._dial),
    on.NOT_REACHED: ((on.RESERVED, on.DIALLING), Course._miss),
    on.PROMISE: (on.IN_LINE, Course._promise),
    on.GIVE_UP: ((on.CALLBACK,), Course._promise),
    on.ASKED: ((on.TALKING,), Course._ask),
    on.SPOKE: ((on.TALKING, on.HELD), Course._speak),
    on.SLEPT: ((on.WAITING, on.TALKING, on.HELD), Course._sleep),
    on.WOKEN: ((on.ASLEEP,), Course._wake),
    on.RELIEVED: ((on.RESERVED, on.DIALLING, on.TALKING, on.HELD), Course._relieve),
    on.OUTCOME: ((on.TALKING, on.HELD, on.ASLEEP, *on.OVER), Course._conclude),
    **dict.fromkeys(on.NOTED, (on.EVERYWHERE, Course._keep)),
}
