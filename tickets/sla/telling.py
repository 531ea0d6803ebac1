"""Who hears of a mark, and when: the assignee while there is time, the leads after it, and whoever an alert names.

Nobody's evening is broken by a mail: while none of them works it goes to whoever is on call, and to each of the others
when their duty begins – if the promise still waits then. The notice on the desk is there at once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from accounts.absence import stand_ins
from accounts.person import Person
from accounts.team import Team

from .alert import TELL_ASSIGNEE, TELL_LEAD, TELL_TEAM
from .duty import PersonHours, TeamHours
from .hours import BusinessHours
from .mark import WARNING
from .on_call import OnCall
from .worktime import next_open


class Told(NamedTuple):
    """Somebody who hears of a mark, and when the mail about it is due."""

    person: Person
    mail_at: datetime


class Staff:
    """Who works in one team, who leads it and who is reached right now, asked once for all its marks."""

    def __init__(self, team: Team, *, now: datetime) -> None:
        self.team, self.now = team, now
        self._told: dict[tuple[int | None, str, tuple[str, ...]], list[Told]] = {}

    @cached_property
    def working(self) -> dict[int, Person]:
        return {person.pk: person for person in Person.objects.working_in(self.team)}

    @cached_property
    def leads(self) -> list[Person]:
        return list(Person.objects.leading(self.team)) or list(self.working.values())

    @cached_property
    def instead(self) -> dict[int, Person | None]:
        """Of those who work here whoever is away, and who stands in."""
        return stand_ins(self.working.values(), at=self.now)

    @cached_property
    def on_duty_at(self) -> datetime:
        """When the team works next; always, where nobody has said its hours."""
        hours = TeamHours.of(self.team)
        return (next_open(hours.opening, self.now) if hours else None) or self.now

    @cached_property
    def own_hours(self) -> dict[int, BusinessHours]:
        """Of those who work here, who has hours of their own."""
        return PersonHours.of_each(self.working)

    def duty_of(self, person: int) -> datetime:
        """When this one works next: in their own hours, else in the team's."""
        own = self.own_hours.get(person)
        return (next_open(own.opening, self.now) or self.now) if own else self.on_duty_at

    @cached_property
    def on_call(self) -> dict[int, Person]:
        """Whoever is reached while none of those told works."""
        running = OnCall.objects.running(self.now).filter(team=self.team).select_related("person")
        return {row.person_id: row.person for row in running if row.person_id in self.working}

    def to_tell(self, assignee: int | None, kind: str, tells: tuple[str, ...]) -> Sequence[Told]:
        """By default the assignee hears the warning; the leads hear the rest, and what nobody else would hear."""
        asked = assignee, kind, tells
        if asked not in self._told:
            self._told[asked] = self._to_tell(*asked)
        return self._told[asked]

    def _to_tell(self, assignee: int | None, kind: str, tells: Sequence[str]) -> list[Told]:
        if not tells:
            tells = [TELL_ASSIGNEE] if kind == WARNING else [TELL_LEAD]
        told: dict[int, Person] = {}
        if TELL_ASSIGNEE in tells and assignee in self.working:
            told |= self._present(self.working[assignee])
        if TELL_LEAD in tells or not (told or TELL_TEAM in tells):
            for lead in self.leads:
                told |= self._present(lead)
        if TELL_TEAM in tells:
            told |= self.working
        at = {pk: self.duty_of(pk) for pk in told}
        if all(moment > self.now for moment in at.values()):
            told |= self.on_call
            at |= dict.fromkeys(self.on_call, self.now)
        people = sorted(told.values(), key=lambda person: person.name)
        return [Told(person, at[person.pk]) for person in people]

    def _present(self, person: Person) -> dict[int, Person]:
        """This one, or whoever of the team stands in while they are away."""
        instead = self.instead.get(person.pk)
        heard = instead if instead is not None and instead.pk in self.working else person
        return {heard.pk: heard}
