"""The quiet ones: whom a fault hit as well and who does not hold the same gesture yet, and what giving it would take.

Who complained gets nothing that the others do not get: the list knows neither tone nor number of messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from accounts.customer import Customer
from tickets.incident import Incident
from tickets.ticket import Ticket

from ..facts import Wish, gather_each, rules_in_force
from ..ledger.budget import Budget
from ..ledger.purse import budgets_for, purses
from ..offer import Offer, OfferQuerySet
from ..rules.catalogue import FREE
from ..weigh.decide import weigh
from ..weigh.decision import Decision, Dimension, Outcome, Reason
from ..weigh.gesture import SURPRISE

if TYPE_CHECKING:
    from accounts.person import Person

FREELY = (Outcome.OWED, Outcome.DO, Outcome.DO_AND_TELL)


class Prospect(StrEnum):
    """What giving it to one quiet customer would come to."""

    GIVES = "gives"  # this agent can give it now
    GUARDRAIL = "guardrail"  # nobody may
    YES = "yes"  # somebody else has to say yes
    LEFT_OUT = "left_out"  # somebody said why not


@dataclass(frozen=True, slots=True)
class Quiet:
    """One customer who does not hold the gesture; `ticket` is their own about the incident, None when we open one."""

    customer: Customer
    ticket: Ticket | None
    prospect: Prospect
    reasons: tuple[Reason, ...]  # why not, for a guardrail and a missing yes
    holds_cents: int  # other gestures they already hold for this incident
    words: str = ""  # why they are left out


@dataclass(frozen=True, slots=True)
class Plan:
    """Everybody quiet about one gesture, with the money it takes. Cents; a gesture that is owed takes no budget."""

    offer: Offer
    incident: Incident
    rows: tuple[Quiet, ...]
    holders: int  # customers on the list who hold it already
    budget: Budget | None
    left_cents: int
    each_cents: int

    @property
    def possible(self) -> int:
        """How many this agent could give it to if there were money without end."""
        return sum(row.prospect is Prospect.GIVES for row in self.rows)

    @property
    def remaining(self) -> int:
        """Of how many nobody said yet why they shall not get it."""
        return len(self.rows) - self.count(Prospect.LEFT_OUT)

    @property
    def fits(self) -> int:
        """How many the budget holds."""
        return min(self.possible, self.left_cents // self.each_cents) if self.each_cents else self.possible

    @property
    def total_cents(self) -> int:
        return self.fits * self.each_cents

    @property
    def full_cents(self) -> int:
        """What all would take whom this agent could give it to."""
        return self.possible * self.each_cents

    @property
    def after_cents(self) -> int:
        return self.left_cents - self.total_cents

    def count(self, prospect: Prospect) -> int:
        return sum(row.prospect is prospect for row in self.rows)


def wish_of(offer: Offer) -> Wish:
    """The same gesture for somebody else. Its reason stays where it was: it explained that one case."""
    return Wish(
        kind=offer.kind,
        cents=offer.cents,
        currency=offer.currency,
        owed_by=offer.owed_by,
        named=offer.name_en if offer.kind == FREE else "",
        fault=offer.fault,
        explained=True,
    )


def can_be_mirrored(offer: Offer) -> bool:
    """Not what was taken back, nor what the catalogue no longer holds, nor what was meant for one person alone."""
    if offer.kind == SURPRISE:
        return False
    return offer.state != Offer.State.REVERSED and offer.kind in rules_in_force().kinds


def same_gesture(offer: Offer, incident: Incident) -> OfferQuerySet:
    """Offers that are the same gesture for the same incident, or more of it; what was taken back is none."""
    alike = Q(kind=offer.kind, currency=offer.currency, cents__gte=offer.cents)
    if offer.kind == FREE:
        alike &= Q(name_en=offer.name_en)
    return given_for(incident).filter(alike)


def given_for(incident: Incident) -> OfferQuerySet:
    given = Offer.objects.filter(ticket__incident_link__incident=incident)
    return given.exclude(state=Offer.State.REVERSED)


def plan(
    offer: Offer, incident: Incident, *, agent: Person, left_out: Mapping[int, str], at: datetime
) -> Plan:
    """Who is quiet and what this agent could do for them at `at`; `left_out` are the words by customer id.

    The caller has seen that the offer `can_be_mirrored`. In the order of the list; as many queries for a thousand
    as for one.
    """
    holding = set(same_gesture(offer, incident).values_list("customer_id", flat=True))
    listed = _listed(incident)
    quiet = [(customer, language) for customer, language in listed if customer.pk not in holding]
    own = {ticket.customer_id: ticket for ticket in reversed(incident.own_tickets())}
    tickets = [
        own.get(customer.pk) or incident.unwritten(customer, language=language)
        for customer, language in quiet
    ]
    decisions = decide_each(agent, tickets, wish_of(offer), at=at)
    others = _other_cents(incident, offer.currency)
    rows = [
        _row(ticket, decision, others.get(ticket.customer_id, 0), left_out.get(ticket.customer_id, ""))
        for ticket, decision in zip(tickets, decisions, strict=True)
    ]
    purse = incident.unwritten(offer.customer, language="en")  # the money is the incident's team's
    left, _pool = purses(agent, purse, offer.currency, at=at)
    return Plan(
        offer=offer,
        incident=incident,
        rows=tuple(rows),
        holders=len(listed) - len(quiet),
        budget=budgets_for(agent, purse, offer.currency)[0],
        left_cents=left,
        each_cents=0 if offer.owed_by else offer.cents,
    )


def decide_each(agent: Person, tickets: Sequence[Ticket], wish: Wish, *, at: datetime) -> list[Decision]:
    """What this agent may do on each ticket if the budget held it: the budget is one question for all of them."""
    facts = gather_each(agent, tickets, wish, at=at)
    return [weigh(replace(one, own_budget_cents=max(one.own_budget_cents, one.cents))) for one in facts]


def prospect_of(decision: Decision) -> tuple[Prospect, tuple[Reason, ...]]:
    """What a decision means here, and why not. How willing somebody is, is for them and the router alone."""
    if decision.outcome in FREELY:
        return Prospect.GIVES, ()
    prospect = Prospect.GUARDRAIL if decision.outcome is Outcome.NEVER else Prospect.YES
    binding = [reason for reason in decision.reasons if reason.dimension in decision.binding]
    return prospect, tuple(reason for reason in binding if reason.dimension != Dimension.WOLLEN)


def _row(ticket: Ticket, decision: Decision, holds_cents: int, words: str) -> Quiet:
    prospect, reasons = prospect_of(decision)
    if words:
        prospect, reasons = Prospect.LEFT_OUT, ()
    stored = ticket if ticket.pk else None
    return Quiet(ticket.customer, stored, prospect, reasons, holds_cents, words)


def _listed(incident: Incident) -> list[tuple[Customer, str]]:
    """Everybody on the list with the language they read, in the order they were put there."""
    last = Ticket.objects.filter(customer=OuterRef("customer")).order_by("-created_at").values("language")[:1]
    rows = incident.affected.select_related("customer__person", "customer__organisation")
    return [
        (row.customer, row.customer.person.language or row.last_language or settings.LANGUAGE_CODE)
        for row in rows.annotate(last_language=Subquery(last))
    ]


def _other_cents(incident: Incident, currency: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for customer, cents in given_for(incident).filter(currency=currency).values_list("customer_id", "cents"):
        found[customer] = found.get(customer, 0) + cents
    return found
