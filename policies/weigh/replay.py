"""Replay: stored requests weighed again under other rules. Pure – no database, no clock.

Only what the rules say is taken anew (limits, guardrails, required levels, what can be taken back); what was true
of the case, the agent and the budgets stays as it was stored – what had been given before too, in the windows of then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tickets.condition import holds

from ..duerfen import Latitude, latitude
from ..facts import Rules
from ..koennen import required_level
from ..rules.term import Terms
from .decide import weigh
from .decision import FREE_RANK, Outcome
from .gesture import Facts, read

EXAMPLES = 5
STRIDE = 1000  # how many are weighed between two signs of life
Conditions = Sequence[tuple[str, str, object]]
SUMS = (
    "weighed",
    "freer",
    "stricter",
    "alone_before",
    "alone_after",
    "cents_before",
    "cents_after",
    "not_in_catalogue",
)
BOOKED_AT_ONCE = (Outcome.DO, Outcome.DO_AND_TELL)


@dataclass(frozen=True, slots=True)
class Past:
    """One stored request: its facts and circumstances as they were written down, and how it came out."""

    pk: int
    facts: Mapping[str, object]
    circumstances: Mapping[str, object]
    agent_id: int
    team_id: int
    cause_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """As much of a person as a limit asks for."""

    pk: int
    led_team_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Somewhere:
    """As much of a team as a limit asks for."""

    pk: int


@dataclass
class Found:
    """What a replay found: how many were weighed, which outcomes changed how often, and what it would cost.

    Cents are those booked at once, without asking anybody; `examples` holds up to five requests per change.
    """

    weighed: int = 0
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    freer: int = 0
    stricter: int = 0
    alone_before: int = 0
    alone_after: int = 0
    cents_before: int = 0
    cents_after: int = 0
    not_in_catalogue: int = 0

    def add(self, past: Past, after: Outcome, cents: int) -> None:
        before = Outcome(past.outcome)
        self.weighed += 1
        self.alone_before += before.rank <= FREE_RANK
        self.alone_after += after.rank <= FREE_RANK
        self.cents_before += cents if before in BOOKED_AT_ONCE else 0
        self.cents_after += cents if after in BOOKED_AT_ONCE else 0
        if before is after:
            return
        change = (before.value, after.value)
        self.changed[change] += 1
        self.freer += after.rank < before.rank
        self.stricter += after.rank > before.rank
        examples = self.examples.setdefault(change, [])
        if len(examples) < EXAMPLES:
            examples.append(past.pk)

    def to_json(self) -> dict[str, object]:
        """Where it stands, to be taken up again by somebody else."""
        sums = {name: getattr(self, name) for name in SUMS}
        changed = [[*change, count, self.examples[change]] for change, count in self.changed.items()]
        return {**sums, "changed": changed}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Found:
        changed = {(before, after): (count, examples) for before, after, count, examples in data["changed"]}
        return cls(
            **{name: data[name] for name in SUMS},
            changed=Counter({change: count for change, (count, _examples) in changed.items()}),
            examples={change: list(examples) for change, (_count, examples) in changed.items()},
        )


def replay(
    pasts: Iterable[Past],
    rules: Rules,
    *,
    leads: Mapping[int, frozenset[int]],
    at: datetime,
    found: Found | None = None,
    tell: Callable[[Found, int], None] = lambda found, last: None,
) -> Found:
    """Weigh every past request under `rules` as they would stand at `at`; `tell` hears what is found, and the last one.

    `leads` maps a person to the teams they lead. Deterministic; the order of the requests makes no difference
    except to which examples are kept. `found` is what somebody began: the requests after its last one go on from it.
    """
    found = found or Found()
    for done, (past, facts) in enumerate(_anew(pasts, rules, leads=leads, at=at), start=1):
        if facts is None:
            found.not_in_catalogue += 1
        else:
            found.add(past, weigh(facts).outcome, facts.cents)
        if done % STRIDE == 0:
            tell(found, past.pk)
    return found


def _anew(
    pasts: Iterable[Past], rules: Rules, *, leads: Mapping[int, frozenset[int]], at: datetime
) -> Iterator[tuple[Past, Facts | None]]:
    nobody: frozenset[int] = frozenset()
    rooms: dict[tuple[int, int], Latitude] = {}
    levels: dict[tuple[int, str], int] = {}
    day, terms = at.date(), rules.terms_at(at)
    forbidding = _Forbidding(_rails(rules, day=day))
    for past in pasts:
        facts = read(past.facts)
        kind = rules.kinds.get(facts["kind"])
        if kind is None:
            yield past, None
            continue
        key = (past.agent_id, past.team_id)
        if key not in rooms:  # a few agents in a few teams ask again and again
            person = Somebody(past.agent_id, leads.get(past.agent_id, nobody))
            rooms[key] = latitude(rules.limits, person, Somewhere(past.team_id), at=at)
        place = (past.cause_id, facts["kind"])
        if place not in levels:
            levels[place] = required_level(rules.requirements, cause_id=place[0], kind=place[1], day=day)
        room = _in_the_case(rooms[key], past.circumstances, terms)
        facts.update(
            reversible=kind.reversible,
            guardrails=forbidding.under(past.circumstances),
            own_limit_cents=room.own_cents,
            stretch_limit_cents=room.stretch_cents,
            customer_limit_cents=room.customer_cents,
            required_level=levels[place],
            trial=room.on_trial,
        )
        yield past, Facts(**facts)


def _in_the_case(plain: Latitude, circumstances: Mapping[str, object], terms: Terms) -> Latitude:
    """How wide the new terms make it for years, a long talk and what was paid.

    Extra authority was no rule, so other rules do not take it away.
    """
    room = plain.times(terms.factor_in(circumstances))
    if circumstances.get("long_talk") is True:
        room = room.for_the_case(plain.times(terms.talk_percent))
    if extra := _cents(circumstances, "extra_cents"):
        room = room.plus(extra)
    if paid := _cents(circumstances, "paid_cents"):
        room = room.at_most(terms.most_for(paid))
    return room


def _cents(circumstances: Mapping[str, object], name: str) -> int:
    cents = circumstances.get(name, 0)
    return cents if isinstance(cents, int) else 0


def _rails(rules: Rules, *, day: date) -> list[tuple[str, Conditions]]:
    """The guardrails that hold on the day, with their conditions in hand: they are asked for each request."""
    found = [
        (rail.code, [(row.fact, row.operator, row.value) for row in rail.conditions.all()])
        for rail in rules.guardrails
        if rail.holds_on(day)
    ]
    return [(code, rows) for code, rows in found if rows]


class _Forbidding:
    """Which guardrails forbid under given circumstances; of many requests most look alike to the rails."""

    def __init__(self, rails: Sequence[tuple[str, Conditions]]) -> None:
        self.rails = rails
        self.names = sorted({fact for _code, rows in rails for fact, _how, _value in rows})
        self._seen: dict[str, tuple[str, ...]] = {}

    def under(self, circumstances: Mapping[str, object]) -> tuple[str, ...]:
        known = circumstances.get
        # As a text, for a circumstance may be a list.
        alike = repr([known(name) for name in self.names])
        if alike not in self._seen:
            self._seen[alike] = tuple(
                code
                for code, rows in self.rails
                if all(holds(known(fact), how, value) for fact, how, value in rows)
            )
        return self._seen[alike]
