"""A card: one ask with everything one must know to answer it in one reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Sum

from accounts.person import Person
from policies.asks.ask import Ask
from policies.asks.passing import LAST_STEP
from policies.ledger.budget import Budget, BudgetPeriod, month_of
from policies.offer import Offer
from policies.ruling import Ruling
from policies.weigh.currency import money

from .reasons import Why, told


@dataclass(frozen=True, slots=True)
class Purse:
    """The budget a yes would be booked to now, and what it has left this month; `short` when it has too little."""

    name: str
    left: str
    short: bool


@dataclass(frozen=True, slots=True)
class Card:
    ask: Ask
    reasons: list[Why]
    purse: Purse | None
    received: str  # all the customer was given as goodwill, as an amount; empty for nothing
    can_open: bool  # a lead whom another team asks answers without working on the ticket

    @property
    def ruling(self) -> Ruling:
        return self.ask.ruling

    @property
    def is_blocked(self) -> bool:
        """Whether a rule stands in the agent's way; without one, the agent only looks for somebody else."""
        return any(why.binds for why in self.reasons)

    @property
    def unanswered(self) -> str:
        """What follows when nobody answers in time: "returns", "grants", "stays" or "goes_on"."""
        if self.ask.role == Ask.Role.TAKE_OVER and self.ruling.answer.then:
            return "returns"
        if self.ask.silence_grants:
            return "grants"
        return "stays" if self.ask.step >= LAST_STEP else "goes_on"


def cards(asks: Iterable[Ask], *, reader: Person, at: datetime) -> list[Card]:
    """One card for each ask; the queries grow with the teams and agents that ask, not with the asks."""
    asks = list(asks)
    received = _received(asks)
    purses = Purses(at)
    return [
        Card(
            ask=ask,
            reasons=told(ask.ruling.answer, who=ask.ruling.agent.get_short_name()),
            purse=purses.of(ask.ruling),
            received=received.get(ask.ruling.ticket.customer_id, ""),
            can_open=ask.ruling.ticket.team_id in reader.team_ids,
        )
        for ask in asks
    ]


class Purses:
    """Looks up each budget once: most asks of a page come from the same few people."""

    def __init__(self, at: datetime) -> None:
        self.starts, _ends = month_of(at)
        self._budgets: dict[tuple[int, int, str], tuple[Budget | None, Budget | None]] = {}
        self._left: dict[int, int] = {}

    def of(self, ruling: Ruling) -> Purse | None:
        """The first budget that holds the amount; where none does, the closest. None when nothing is to be booked."""
        facts = ruling.weighed
        key = (ruling.agent_id, ruling.ticket.team_id, facts.currency)
        if not facts.cents or facts.owed:
            return None
        if key not in self._budgets:
            self._budgets[key] = ruling.budgets
        found = [budget for budget in self._budgets[key] if budget]
        if not found:
            return None
        chosen = next((budget for budget in found if self._left_in(budget) >= facts.cents), found[0])
        left = self._left_in(chosen)
        return Purse(chosen.name, money(left, chosen.currency), left < facts.cents)

    def _left_in(self, budget: Budget) -> int:
        if budget.pk not in self._left:
            period = BudgetPeriod.objects.filter(budget=budget, starts=self.starts).first()
            self._left[budget.pk] = period.left_cents if period else budget.monthly_cents
        return self._left[budget.pk]


def _received(asks: Iterable[Ask]) -> dict[int, str]:
    customers = {ask.ruling.ticket.customer_id for ask in asks}
    given = Offer.objects.counting().filter(customer__in=customers, currency=settings.CURRENCY)
    # Without an order of its own: the default one would make a group of each offer.
    sums = given.order_by().values_list("customer").annotate(sum=Sum("cents"))
    return {customer: money(cents, settings.CURRENCY) for customer, cents in sums if cents}
