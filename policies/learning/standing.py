"""Where somebody stands at each cause and why: what they read on their own page and their leads on theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.person import Person

from ..koennen import Level
from .evidence import Evidence
from .ladder import ALONE, CASES_NEEDED, TOGETHER_NEEDED, WITH_COLLEAGUE, Record
from .practice import Together, decided_together, handled_in_a_year, record_of, wants_refreshing
from .slot import LearningSlot
from .training import TrainingItem

SHOWN = 5  # rows of evidence a cause


@dataclass
class Standing:
    """One cause of one person."""

    level: Level
    cases: int
    refresh: bool
    evidence: list[Evidence] = field(default_factory=list)
    record: Record | None = None
    together: list[Together] = field(default_factory=list)

    @property
    def next(self) -> int:
        return self.level.level + 1

    @property
    def is_signing(self) -> bool:
        """On the way from 1 to 2: it is cases decided together that count."""
        return self.level.level == WITH_COLLEAGUE

    @property
    def is_practising(self) -> bool:
        """On the way from 2 to 3: it is own cases that do not come back."""
        return self.level.level == ALONE

    @property
    def done(self) -> int:
        if self.record is None:
            return 0
        if self.is_signing:
            return min(self.record.stood_in_a_row, TOGETHER_NEEDED)
        return min(self.record.cases, CASES_NEEDED)

    @property
    def needed(self) -> int:
        return TOGETHER_NEEDED if self.is_signing else CASES_NEEDED


@dataclass
class Learner:
    """One person with everything they are able to do and learn; the lead's page holds one for each."""

    person: Person
    standings: list[Standing]
    items: list[TrainingItem]
    slots: list[LearningSlot]


def learners(people: Iterable[Person], *, at: datetime) -> list[Learner]:
    """Everybody as their lead reads them, in the order they come in: never by how good or how fast."""
    people = list(people)
    standings = _by_agent(standings_of(people, at=at))
    items, slots = defaultdict(list), defaultdict(list)
    for item in TrainingItem.objects.open().filter(agent__in=people).select_related("cause"):
        items[item.agent_id].append(item)
    for slot in LearningSlot.objects.to_come(at).filter(agent__in=people).select_related("item__cause"):
        slots[slot.agent_id].append(slot)
    return [Learner(person, standings[person.pk], items[person.pk], slots[person.pk]) for person in people]


def standings_of(people: Iterable[Person], *, at: datetime) -> list[Standing]:
    """Every level of these people with its latest evidence; a fixed number of queries."""
    held = list(
        Level.objects.filter(agent__in=list(people), agent__is_active=True)
        .select_related("agent", "cause")
        .order_by("cause__position", "cause__code")
    )
    cases = handled_in_a_year({row.agent_id for row in held}, {row.cause_id for row in held}, at=at)
    said = defaultdict(list)
    for row in Evidence.objects.filter(agent__in={row.agent_id for row in held}).select_related("by"):
        if len(said[row.agent_id, row.cause_id]) < SHOWN:
            said[row.agent_id, row.cause_id].append(row)
    found = []
    for row in held:
        place = (row.agent_id, row.cause_id)
        here = cases.get(place, 0)
        found.append(Standing(row, here, wants_refreshing(row, here, at=at), said[place]))
    return found


def own_standings(person: Person, *, at: datetime) -> list[Standing]:
    """One's own, with how far it is to the next level."""
    found = standings_of([person], at=at)
    for standing in found:
        if standing.is_signing or standing.is_practising:
            standing.record = record_of(standing.level, at=at)
            standing.together = decided_together(standing.level)[:SHOWN] if standing.is_signing else []
    return found


def _by_agent(standings: Iterable[Standing]) -> dict[int, list[Standing]]:
    grouped: dict[int, list[Standing]] = defaultdict(list)
    for standing in standings:
        grouped[standing.level.agent_id].append(standing)
    return grouped
