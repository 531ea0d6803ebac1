"""Routing: who meets whom in the line – who is able to, does not rather not, and is not learning just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.presence import DOUBTFUL, Presence

from .facts import house_day, rules_in_force
from .koennen import Level, required_level
from .learning.slot import learning_at
from .wollen import LASTS, Stance

if TYPE_CHECKING:
    from tickets.line.place import Place

Pair = tuple[int, int]


def apart(people: Sequence[Person], places: Sequence[Place], now: datetime) -> set[Pair]:
    """Who must not be offered what now, as pairs of person and place.

    A learning slot is disturbed by nobody. Ability and will decide among those who are free, until a contact has waited
    for too long: then whoever is there may take it.
    """
    learning = learning_at(now, people)
    found = {(person, place.pk) for person in learning for place in places}
    choosy = [place for place in places if not place.escalated]
    return found | _unwilling(people, choosy, now) | _less_able(people, choosy, now, leave_out=learning)


def beside(person: Person, place: Place, now: datetime) -> Person | None:
    """Whom somebody below the level of a cause has at their side: a colleague who is there and able, else a lead."""
    needed = needed_for([place], now).get(place.cause_id, 0)
    about = {"person": person.pk, "cause": place.cause_id}
    if not needed or _LEVEL.first(needed, **about):
        return None
    there: Level | None = _ABLE.first(needed, **about, team=place.team_id, heard_after=now - DOUBTFUL)
    return there.agent if there else _LEADS.first(person=person.pk, team=place.team_id)


def _able(needed: int, *, person: int, cause: int, team: int, heard_after: datetime) -> QuerySet[Level]:
    """Whoever is there and able, the ablest first."""
    here = Presence.objects.exclude(state=Presence.State.AWAY).filter(seen_at__gt=heard_after)
    colleagues = Person.objects.working_in(team).exclude(pk=person)
    able = Level.objects.filter(cause=cause, level__gte=needed, agent__in=colleagues.order_by().values("pk"))
    there = able.filter(agent__in=here.values("person")).select_related("agent")
    return there.order_by("-level", "pk")[:1]


# Each look at a talk asks who stands beside. A level is no blank: its column is too narrow for what stands in for it.
_LEVEL = Prepared(
    lambda needed, person, cause: Level.objects.filter(agent=person, cause=cause, level__gte=needed)
)
_ABLE = Prepared(_able)
_LEADS = Prepared(lambda person, team: Person.objects.leading(team).exclude(pk=person)[:1])


def needed_for(places: Sequence[Place], now: datetime) -> dict[int | None, int]:
    """The level each cause asks for, whatever is given."""
    requirements, day = rules_in_force().requirements, house_day(now)
    causes = {place.cause_id for place in places if place.cause_id}
    return {pk: required_level(requirements, cause_id=pk, kind="", day=day) for pk in causes}


def _unwilling(people: Sequence[Person], places: Sequence[Place], now: datetime) -> set[Pair]:
    of_ticket = {place.ticket_id: place.pk for place in places if place.ticket_id}
    said = Stance.objects.filter(agent__in=people, ticket__in=of_ticket, at__gt=now - LASTS)
    rather_not = said.filter(will=Stance.Will.NOT_NOW).values_list("agent_id", "ticket_id")
    return {(agent, of_ticket[ticket]) for agent, ticket in rather_not}


def _less_able(
    people: Sequence[Person], places: Sequence[Place], now: datetime, *, leave_out: frozenset[int]
) -> set[Pair]:
    """Where somebody free is able, only they; where nobody is, only the next best – who then has a colleague named."""
    needed = needed_for(places, now)
    asked = [place for place in places if needed.get(place.cause_id)]
    free = [person.pk for person in people if person.pk not in leave_out]
    if not asked or not free:
        return set()
    levels, found = _levels(free, asked), set()
    for place in asked:
        best = max(levels.get((pk, place.cause_id), 0) for pk in free)
        enough = min(needed[place.cause_id], best)
        found |= {(pk, place.pk) for pk in free if levels.get((pk, place.cause_id), 0) < enough}
    return found


def _levels(people: Sequence[int], places: Sequence[Place]) -> dict[tuple[int, int | None], int]:
    rows = Level.objects.filter(agent__in=people, cause__in={place.cause_id for place in places})
    return {
        (agent, cause): level for agent, cause, level in rows.values_list("agent_id", "cause_id", "level")
    }
