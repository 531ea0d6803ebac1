"""Meanwhile: what stands beside the rules for now – extra authority that runs, and rules suspended by a challenge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.person import Person
from accounts.team import Team
from tickets.ticket import Ticket

from .challenges.challenge import suspended_in
from .challenges.rule import Kind, Rule, without
from .duerfen import Latitude
from .extra import ExtraAuthority, extra_of, running_in


@dataclass(frozen=True, slots=True)
class Meanwhile:
    extras: list[ExtraAuthority]
    suspended: dict[int, set[Rule]]  # by team

    @classmethod
    def of(cls, teams: Iterable[int], people: Iterable[Person], *, currency: str, at: datetime) -> Meanwhile:
        """What holds at `at` for these people in these teams; two queries for all."""
        teams = list(teams)
        extras = running_in(teams, [person.pk for person in people], currency=currency, at=at)
        return cls(extras, suspended_in(teams))

    def room(self, room: Latitude, person: Person, team: Team) -> Latitude:
        return without(room, self.suspended.get(team.pk, ())).plus(extra_of(self.extras, person, team))

    def level(self, needed: int, ticket: Ticket) -> int:
        """The level that is needed here, or none where the team's challenge suspended it."""
        rule = Rule(Kind.LEVEL, ticket.cause.code)
        return 0 if rule in self.suspended.get(ticket.team_id, ()) else needed

    def to_json(self, person: Person, team: Team) -> dict[str, object]:
        """For storing with a ruling, whose limits say only the sum; nothing where nothing stood beside the rules."""
        cents, suspended = extra_of(self.extras, person, team), self.suspended.get(team.pk)
        return {
            **({"extra_cents": cents} if cents else {}),
            **({"suspended": sorted(rule.name for rule in suspended)} if suspended else {}),
        }
