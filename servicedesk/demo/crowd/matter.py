"""One matter of the crowd: a ticket with all that belongs to it, drawn as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import models

from accounts.models import Customer, Person
from tickets import history
from tickets.models import Event, Message, Rating, Ticket
from tickets.sla.worktime import deadline
from tickets.solvable import SETTLED, Status

from . import words
from .plan import Part
from .rows import ClockEntryRow, ClockRow, EventRow, MarkRow, MessageRow, RatingRow, TicketRow
from .stage import Desk, Stage

PRIORITIES, PRIORITY_SHARES = (1, 2, 3, 4), (12, 68, 15, 5)
ANSWER_SECONDS, CUSTOMER_SECONDS, LONGEST_SECONDS = 9_000, 25_000, 400_000
GIVEN_UNANSWERED = 0.3  # of matters nobody answered yet, how many somebody has taken
RATED, SCORES, SCORE_SHARES = 0.3, (1, 2, 3, 4, 5), (4, 5, 11, 32, 48)
BY_DESK, BY_CUSTOMER = 0.42, 0.82  # cumulated: who speaks next; the rest are internal notes
Numbers = Mapping[type[models.Model], Iterator[int]]


@dataclass(slots=True)
class Matter:
    """Where a matter stands while it is drawn, and its rows so far."""

    number: int
    customer: Customer
    desk: Desk
    cause_id: int
    cause: str
    priority: int
    status: Status
    opened_at: datetime
    at: datetime  # when the last thing happened
    subject: str = ""
    agent: Person | None = None
    answered_at: datetime | None = None
    moved_at: datetime | None = None
    solved_at: datetime | None = None
    next_due_at: datetime | None = None
    messages: list[MessageRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)
    log: list[ClockEntryRow] = field(default_factory=list)
    marks: list[MarkRow] = field(default_factory=list)
    ratings: list[RatingRow] = field(default_factory=list)

    @property
    def ticket(self) -> TicketRow:
        return TicketRow(
            id=self.number,
            subject=self.subject,
            customer_id=self.customer.pk,
            team_id=self.desk.team.pk,
            assignee_id=self.agent.pk if self.agent else None,
            cause_id=self.cause_id,
            priority=self.priority,
            status=self.status.value,
            language=self.customer.person.language,
            created_at=self.opened_at,
            changed_at=self.at,
            solved_at=self.solved_at,
            next_due_at=self.next_due_at,
        )


class Author:
    """Draws matters, one after the other, from one source of chance."""

    def __init__(self, rng: Random, stage: Stage, numbers: Numbers, *, now: datetime) -> None:
        self.rng, self.stage, self.numbers, self.now = rng, stage, numbers, now

    def draw(self, part: Part, customer: Customer) -> Matter:
        """A matter that began when `part` says and stands today where it says."""
        rng, cause = self.rng, self.rng.choice(self.stage.causes)
        matter = Matter(
            number=next(self.numbers[Ticket]),
            customer=customer,
            desk=self.stage.desks[cause.team_id],
            cause_id=cause.pk,
            cause=cause.code,
            priority=rng.choices(PRIORITIES, PRIORITY_SHARES)[0],
            status=part.status,
            opened_at=part.opened_at,
            at=part.opened_at,
        )
        self._open(matter)
        if part.more or part.status is not Status.OPEN or rng.random() < GIVEN_UNANSWERED:
            agent = matter.agent = rng.choice(matter.desk.workers)
            self._give(matter, agent)
            self._talk(matter, agent, part.more)
            self._bring_to_its_state(matter, agent)
        return matter

    def record(
        self,
        matter: Matter,
        kind: str,
        *,
        by: Person | None,
        at: datetime,
        data: dict[str, object] | None = None,
    ) -> None:
        row = EventRow(next(self.numbers[Event]), matter.number, kind, by.pk if by else None, at, data or {})
        matter.events.append(row)

    def _open(self, matter: Matter) -> None:
        person = matter.customer.person
        matter.subject, text = words.opening(self.rng, matter.cause, person.language)
        self._write(matter, person, text, channel="portal")
        self.record(matter, history.OPENED, by=person, at=matter.at)

    def _give(self, matter: Matter, agent: Person) -> None:
        matter.at = self._worked(matter, self._promised(matter) // 8)
        giver = self.rng.choice((agent, matter.desk.leads[0]))
        self.record(matter, history.ASSIGNED, by=giver, at=matter.at, data={"to": agent.name})

    def _talk(self, matter: Matter, agent: Person, more: int) -> None:
        """The first word after the opening, and the last one of a settled or waiting matter, is the desk's."""
        rng, language, ends_with_desk = (
            self.rng,
            matter.customer.person.language,
            matter.status is not Status.OPEN,
        )
        for number in range(more):
            turn = 0.0 if number == 0 or (ends_with_desk and number == more - 1) else rng.random()
            if turn < BY_DESK:
                matter.at = self._worked(matter, ANSWER_SECONDS if number else self._promised(matter) // 3)
                matter.answered_at = matter.answered_at or matter.at
                self._say(matter, agent, words.answer(rng, language, agent.name))
            elif turn < BY_CUSTOMER:
                matter.at = self._later(matter, CUSTOMER_SECONDS)
                text = words.follow_up(rng, language)
                self._say(matter, matter.customer.person, text, channel="portal")
            else:
                matter.at = self._worked(matter, ANSWER_SECONDS // 2)
                self._say(matter, agent, words.inside(rng, language), kind="internal")

    def _bring_to_its_state(self, matter: Matter, agent: Person) -> None:
        if matter.status is Status.OPEN:
            return
        settled = matter.status in SETTLED
        matter.at = matter.moved_at = self._worked(matter, 900)
        self._move(matter, Status.SOLVED if settled else matter.status, Status.OPEN, by=agent)
        matter.solved_at = matter.at if settled else None
        if matter.status is not Status.CLOSED:
            return
        person = matter.customer.person
        matter.at = self._later(matter, CUSTOMER_SECONDS)
        self._move(matter, Status.CLOSED, Status.SOLVED, by=person)
        if self.rng.random() < RATED:
            score = self.rng.choices(SCORES, SCORE_SHARES)[0]
            matter.ratings.append(RatingRow(next(self.numbers[Rating]), matter.number, score, matter.at))
            self.record(matter, history.RATED, by=person, at=matter.at, data={"score": score})

    def _move(self, matter: Matter, to: Status, was: Status, *, by: Person) -> None:
        data: dict[str, object] = {"status": self.stage.statuses[to], "to": to.value, "was": was.value}
        self.record(matter, history.MOVED, by=by, at=matter.at, data=data)

    def _say(
        self, matter: Matter, author: Person, text: str, *, kind: str = "public", channel: str = "desk"
    ) -> None:
        number = self._write(matter, author, text, kind=kind, channel=channel)
        told = history.NOTED if kind == "internal" else history.REPLIED
        self.record(matter, told, by=author, at=matter.at, data={"message": number})

    def _write(self, matter: Matter, author: Person, text: str, *, kind: str = "public", channel: str) -> int:
        number = next(self.numbers[Message])
        from_customer = channel == "portal"
        matter.messages.append(
            MessageRow(number, matter.number, author.pk, kind, channel, from_customer, text, matter.at)
        )
        return number

    def _promised(self, matter: Matter) -> int:
        """Seconds of working time until the first promise ends; what is promised sooner is looked at sooner."""
        return min(pledge.target.seconds for pledge in matter.desk.pledges[matter.priority])

    def _worked(self, matter: Matter, mean_seconds: int) -> datetime:
        """After some working time of the desk, but before now."""
        seconds = 60 + int(min(self.rng.expovariate(1 / max(mean_seconds, 1)), LONGEST_SECONDS))
        return self._past(matter.at, deadline(matter.desk.opening, matter.at, seconds) or self.now)

    def _later(self, matter: Matter, mean_seconds: int) -> datetime:
        """After some time by the clock on the wall, but before now."""
        seconds = 60 + int(min(self.rng.expovariate(1 / mean_seconds), LONGEST_SECONDS))
        return self._past(matter.at, matter.at + timedelta(seconds=seconds))

    def _past(self, was: datetime, wanted: datetime) -> datetime:
        return wanted if wanted < self.now else was + (self.now - was) * self.rng.uniform(0.05, 0.4)
