"""A proposal: a limit that would have saved most of the asks that got a yes anyway, and what it would cost (C35).

Looked at are asks where ability and will were given and the limit alone was missing. It is told of a limit, never of
whoever asked; personal limits are between a lead and a person, so there is no proposal for those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from ..asks.ask import Ask
from ..duerfen import Limit
from ..facts import Rules
from ..rules.rehearsal import led_teams
from ..weigh.decision import Dimension
from ..weigh.gesture import Facts
from ..weigh.replay import Somebody, Somewhere
from .field import WINDOW

FEWEST_ASKS = 10
SAVED = 0.8  # of the asks that got a yes
MONTHS = 3
MOST = 5000  # the newest; more would tell nothing else
YES = (Ask.Answer.GRANTED, Ask.Answer.SILENCE)
ANSWERED = (*YES, Ask.Answer.DECLINED)


@dataclass(frozen=True, slots=True)
class Question:
    """One answered ask: what limit it would have needed – None where no limit would have helped – and how it ended."""

    needed_cents: int | None
    cents: int
    granted: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Raise `limit` to `to_cents`: `saved` of the `granted` asks (of `asked`) would have needed nobody.

    `extra_cents` is what a month would cost more: what was declined and would then be given.
    """

    limit: Limit
    to_cents: int
    saved: int
    granted: int
    asked: int
    extra_cents: int


def proposals(rules: Rules, *, at: datetime) -> list[Proposal]:
    """For the limits of roles and teams in force, the one that saves most first; two queries."""
    by_limit: dict[int, list[Question]] = defaultdict(list)
    rows = {row.pk: row for row in rules.limits}
    led = led_teams()
    for answer, stored, agent, team in _asked(at=at):
        limit = _spoke(rules.limits, Somebody(agent, led.get(agent, frozenset())), Somewhere(team), at=at)
        if limit is not None and limit.person_id is None and limit.valid_until is None:
            by_limit[limit.pk].append(question(Facts.from_json(stored), granted=answer in YES))
    found = [proposal(rows[pk], questions) for pk, questions in by_limit.items()]
    return sorted((one for one in found if one), key=lambda one: (-one.saved, one.limit.pk))


def question(facts: Facts, *, granted: bool) -> Question:
    """What this request would have needed as the limit per case, were everything else as it was. Pure."""
    elsewhere = (
        facts.cents + facts.given_customer_cents > facts.customer_limit_cents
        or facts.cents > facts.own_budget_cents
    )
    return Question(None if elsewhere else facts.cents + facts.given_case_cents, facts.cents, granted)


def proposal(limit: Limit, questions: Sequence[Question]) -> Proposal | None:
    """The smallest limit that would have saved four of five asks that got a yes; None where most got none. Pure."""
    granted = [one for one in questions if one.granted]
    if len(questions) < FEWEST_ASKS or len(granted) < SAVED * len(questions):
        return None
    wanted = ceil(SAVED * len(granted))
    helped = sorted(one.needed_cents for one in granted if one.needed_cents is not None)
    if len(helped) < wanted or helped[wanted - 1] <= limit.own_cents:
        return None
    to = helped[wanted - 1]
    free = [one for one in questions if one.needed_cents is not None and one.needed_cents <= to]
    return Proposal(
        limit=limit,
        to_cents=to,
        saved=sum(one.granted for one in free),
        granted=len(granted),
        asked=len(questions),
        extra_cents=sum(one.cents for one in free if not one.granted) // MONTHS,
    )


def _asked(*, at: datetime) -> Iterable[tuple[str, Mapping[str, object], int, int]]:
    asks = Ask.objects.filter(
        closed_at__gt=at - timedelta(days=WINDOW),
        closed_at__lte=at,
        answer__in=ANSWERED,
        ruling__decision__binding=[Dimension.DUERFEN.value],
    )
    fields = ("answer", "ruling__facts", "ruling__agent_id", "ruling__ticket__team_id")
    return asks.order_by("-closed_at").values_list(*fields)[:MOST]


def _spoke(limits: Iterable[Limit], who: Somebody, where: Somewhere, *, at: datetime) -> Limit | None:
    """The limit that applies: as `latitude` chooses it."""
    applying = [row for row in limits if row.applies(who, where, at=at)]  # type: ignore[arg-type]
    return max(applying, key=lambda row: (row.closeness, row.own_cents), default=None)
