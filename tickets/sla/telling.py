"""Who hears of a mark: the assignee while there is time, the leads when there is none, whoever an alert names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from accounts.person import Person
from accounts.team import Team

from .alert import TELL_ASSIGNEE, TELL_LEAD, TELL_TEAM
from .mark import WARNING


class Staff:
    """Who works in one team and who leads it, asked once for all its marks."""

    def __init__(self, team: Team) -> None:
        self.team = team

    @cached_property
    def working(self) -> dict[int, Person]:
        return {person.pk: person for person in Person.objects.working_in(self.team)}

    @cached_property
    def leads(self) -> list[Person]:
        return list(Person.objects.leading(self.team)) or list(self.working.values())

    def to_tell(self, assignee: int | None, kind: str, tells: Sequence[str]) -> list[Person]:
        """By default the assignee hears the warning; the leads hear the rest, and what nobody else would hear."""
        if not tells:
            tells = [TELL_ASSIGNEE] if kind == WARNING else [TELL_LEAD]
        told: dict[int, Person] = {}
        if TELL_ASSIGNEE in tells and assignee in self.working:
            told[assignee] = self.working[assignee]
        if TELL_LEAD in tells or not (told or TELL_TEAM in tells):
            told |= {person.pk: person for person in self.leads}
        if TELL_TEAM in tells:
            told |= self.working
        return sorted(told.values(), key=lambda person: person.name)
