"""Gestures of the crowd: weighed by the rules in force and booked in the ledger, like every other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from policies import history
from policies.facts import Rules, Wish, circumstances, level_needed, room_for
from policies.ledger.budget import month_of
from policies.ledger.purse import budgets_for
from policies.ledger.transfer import Step, book, period_at
from policies.models import Budget, BudgetPeriod, Offer, Ruling
from policies.rules.catalogue import GestureKind
from policies.weigh.decide import weigh
from policies.weigh.decision import Decision, Outcome
from policies.weigh.gesture import Facts
from tickets.models import Event, Ticket
from tickets.solvable import SETTLED

from .matter import Matter
from .stage import Stage

SHARE = 0.015  # of settled matters somebody spoke in; each is booked by itself, and that takes its time
PERCENTS = (50, 75, 100, 100, 150)  # of the usual amount
DELIVERED, DELIVERY = 0.9, timedelta(hours=30)
FREE = (Outcome.DO, Outcome.DO_AND_TELL)


@dataclass(frozen=True)
class Chance:
    """A matter in which something may be given, by whom and when."""

    ticket_id: int
    agent: Person
    at: datetime


@dataclass
class Purse:
    """A month of a budget and what is left of it while nothing is booked yet."""

    period: BudgetPeriod
    left_cents: int


@dataclass(frozen=True)
class Given:
    ruling: Ruling
    offer: Offer


def chances(matters: Iterable[Matter], rng: Random) -> list[Chance]:
    return [
        Chance(matter.number, matter.agent, matter.answered_at.astimezone(UTC))
        for matter in matters
        if matter.status in SETTLED and matter.agent and matter.answered_at and rng.random() < SHARE
    ]


def give(chances: Sequence[Chance], stage: Stage, rng: Random, *, now: datetime) -> int:
    """Give what the rules let an agent give alone, in the order of time; the number given.

    Nothing is given before the rulebook was in force, above a limit, against a guardrail or from an empty budget.
    """
    if stage.rules is None:
        return 0
    giver = Giver(stage, stage.rules, rng, now=now)
    with transaction.atomic():
        tickets = Ticket.objects.with_people().in_bulk([chance.ticket_id for chance in chances])
        tried = (giver.give(chance, tickets[chance.ticket_id]) for chance in _in_order(chances))
        given = [row for row in tried if row]
        Ruling.objects.bulk_create([row.ruling for row in given])
        Offer.objects.bulk_create([row.offer for row in given])
        Event.objects.bulk_create([event for row in given for event in _events(row)])
        for at, step, offer in sorted(_steps(given), key=lambda row: (row[0], row[2].pk)):
            key = f"ruling:{offer.ruling_id}:{step}"
            assert offer.period
            book(offer.period, step, offer.cents, key=key, by=offer.agent, at=at)
    return len(given)


class Giver:
    """Remembers what it gave to whom and from which purse, so that nothing has to be read again."""

    def __init__(self, stage: Stage, rules: Rules, rng: Random, *, now: datetime) -> None:
        self.stage, self.rules, self.rng, self.now = stage, rules, rng, now
        # Those of the catalogue only: what an agent names freely has no usual amount.
        self.kinds = sorted((kind for kind in rules.kinds.values() if kind.pk), key=lambda kind: kind.pk)
        self.budgets: dict[tuple[int, int], Budget | None] = {}
        self.purses: dict[tuple[int, date], Purse] = {}
        self.earlier: dict[int, list[tuple[datetime, int, int]]] = defaultdict(list)

    def give(self, chance: Chance, ticket: Ticket) -> Given | None:
        """What the agent may give here alone; None where that is nothing."""
        published = self.rules.rulebook.published_at
        if published is None or chance.at < published or not self.kinds:
            return None
        kind = self.rng.choice(self.kinds)
        cents = kind.usual_cents * self.rng.choice(PERCENTS) // 100 if kind.costs_money else 0
        wish = Wish(kind.code, cents, currency=settings.CURRENCY)
        known = circumstances(ticket, wish, kind, day=timezone.localdate(chance.at))
        purse = self._purse(chance, ticket)
        facts = self._facts(chance, ticket, wish, kind, known, purse)
        decision = weigh(facts)
        if decision.outcome not in FREE:
            return None
        if cents and purse:
            purse.left_cents -= cents
            self.earlier[ticket.customer_id].append((chance.at, ticket.cause_id, cents))
        ruling = self._ruling(chance, ticket, kind, facts, decision, known)
        return Given(ruling, self._offer(ruling, kind, cents, purse.period if cents and purse else None))

    def _purse(self, chance: Chance, ticket: Ticket) -> Purse | None:
        place = (chance.agent.pk, ticket.team_id)
        if place not in self.budgets:
            self.budgets[place] = budgets_for(chance.agent, ticket, settings.CURRENCY)[0]
        budget = self.budgets[place]
        if budget is None:
            return None
        month = (budget.pk, month_of(chance.at)[0])
        if month not in self.purses:
            period = period_at(budget, at=chance.at)
            self.purses[month] = Purse(period, period.left_cents)
        return self.purses[month]

    def _facts(
        self,
        chance: Chance,
        ticket: Ticket,
        wish: Wish,
        kind: GestureKind,
        known: dict[str, object],
        purse: Purse | None,
    ) -> Facts:
        agent, at = chance.agent, chance.at
        room = room_for(self.rules, agent, ticket, at=at)
        case_cents, customer_cents = self._given(ticket, at=at)
        rails = [rail for rail in self.rules.guardrails if rail.holds_on(timezone.localdate(at))]
        return Facts(
            kind=wish.kind,
            cents=wish.cents,
            currency=wish.currency,
            reversible=kind.reversible,
            cause=ticket.cause.code,
            missing=(),
            owed=False,
            guardrails=tuple(rail.code for rail in rails if rail.forbids(known)),
            conflict=False,
            given_case_cents=case_cents,
            given_customer_cents=customer_cents,
            own_limit_cents=room.own_cents,
            stretch_limit_cents=room.stretch_cents,
            customer_limit_cents=room.customer_cents,
            own_budget_cents=purse.left_cents if purse else 0,
            pool_budget_cents=0,
            level=self.stage.levels.get((agent.pk, ticket.cause_id), 0),
            required_level=level_needed(self.rules, ticket, kind.code, at=at),
            wollen="fine",
            trial=room.on_trial,
        )

    def _given(self, ticket: Ticket, *, at: datetime) -> tuple[int, int]:
        """What was given before for this cause and for all, each in its window, in cents."""
        terms, earlier = self.rules.terms_at(at), self.earlier[ticket.customer_id]
        case, year = at - timedelta(days=terms.case_days), at - timedelta(days=terms.customer_days)
        return (
            sum(cents for when, cause, cents in earlier if cause == ticket.cause_id and when > case),
            sum(cents for when, _cause, cents in earlier if when > year),
        )

    def _ruling(
        self,
        chance: Chance,
        ticket: Ticket,
        kind: GestureKind,
        facts: Facts,
        decision: Decision,
        known: dict[str, object],
    ) -> Ruling:
        return Ruling(
            ticket=ticket,
            agent=chance.agent,
            rulebook=self.rules.rulebook,
            facts=facts.to_json(),
            decision=decision.to_json(),
            outcome=decision.outcome.value,
            circumstances=known,
            called={"en": kind.name_en, "de": kind.name_de},
            form=kind.form,
            at=chance.at,
            key=f"crowd:{ticket.pk}",
        )

    def _offer(self, ruling: Ruling, kind: GestureKind, cents: int, period: BudgetPeriod | None) -> Offer:
        delivered_at = ruling.at + DELIVERY * self.rng.uniform(0.2, 2)
        delivered = delivered_at < self.now and self.rng.random() < DELIVERED
        return Offer(
            ruling=ruling,
            ticket=ruling.ticket,
            customer=ruling.ticket.customer,
            cause=ruling.ticket.cause,
            agent=ruling.agent,
            period=period,
            kind=kind.code,
            name_en=kind.name_en,
            name_de=kind.name_de,
            form=kind.form,
            cents=cents,
            currency=settings.CURRENCY,
            state=Offer.State.DELIVERED if delivered else Offer.State.GRANTED,
            at=ruling.at,
            delivered_at=delivered_at if delivered else None,
        )


def _in_order(chances: Iterable[Chance]) -> list[Chance]:
    return sorted(chances, key=lambda chance: (chance.at, chance.ticket_id))


def _events(given: Given) -> Iterable[Event]:
    offer = given.offer
    said = {"offer": offer.pk, "gesture": given.ruling.gesture_in_each}
    yield Event(ticket=offer.ticket, kind=history.OFFER_MADE, by=offer.agent, at=offer.at, data=said)
    if offer.delivered_at:
        yield Event(
            ticket=offer.ticket,
            kind=history.OFFER_DELIVERED,
            by=offer.agent,
            at=offer.delivered_at,
            data=said,
        )


def _steps(given: Iterable[Given]) -> Iterable[tuple[datetime, str, Offer]]:
    for row in given:
        if row.offer.period:
            yield row.offer.at, Step.RESERVE.value, row.offer
            if row.offer.delivered_at:
                yield row.offer.delivered_at, Step.CONFIRM.value, row.offer
