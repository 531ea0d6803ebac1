"""What is written down of an agent and some cases – levels, wills, ties, wishes, what was paid – in one query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from accounts.team import TeamUserObjectPermission
from tickets.ticket import Ticket

from ..koennen import Level
from ..payout.destination import Destination
from ..wollen import Stance
from .paid import Paid
from .tie import Tie
from .wish import CustomerWish

if TYPE_CHECKING:
    from accounts.person import Person


def said_of(
    agent: Person, tickets: Sequence[Ticket], *, wishes: bool, paid_in: str, at: datetime
) -> dict[str, dict[int, str]]:
    """By kind (“level”, “will”, “tie”, “wish”, “paid”) and what it is about (cause, ticket, customer, ticket, ticket).

    Without `wishes` those are not read, and amounts only in the currency `paid_in`, if any: most rules do not ask for
    them, and each part of the query costs its time.
    """
    levels = Level.objects.filter(agent=agent, cause__in={ticket.cause_id for ticket in tickets})
    ties = Tie.objects.standing().filter(agent=agent, customer__in={ticket.customer_id for ticket in tickets})
    parts = [
        _part("level", levels, "cause_id", "level"),
        _part("will", Stance.of_each(agent, tickets, at=at), "ticket_id", "will"),
        _part("tie", ties, "customer_id", "kind"),
        *_close_to(agent, {ticket.customer_id for ticket in tickets}),
    ]
    stored = {ticket.pk for ticket in tickets if ticket.pk}
    if paid_in:
        paid = Paid.objects.newest().filter(ticket__in=stored, currency=paid_in)
        parts.append(_part("paid", paid, "ticket_id", "cents"))
    if wishes:
        heard = CustomerWish.objects.filter(ticket__in=stored)
        parts.append(_part("wish", heard, "ticket_id", "wants"))
    found: dict[str, dict[int, str]] = {"level": {}, "will": {}, "tie": {}, "wish": {}, "paid": {}}
    for kind, about, value in parts[0].union(*parts[1:], all=True):
        found[kind][about] = value
    return found


def _close_to(agent: Person, customers: set[int]) -> list[QuerySet[Any]]:
    """Of these customers, those who work in a team with the agent or have their money sent to the agent's account."""
    mates = TeamUserObjectPermission.objects.filter(content_object__in=agent.team_ids)
    parts = [_part("tie", mates.filter(user__customer__in=customers), "user__customer", "user_id")]
    if agent.as_customer is not None:
        own = Destination.objects.filter(customer=agent.as_customer, ended_at=None).order_by()
        there = Destination.objects.filter(ended_at=None, customer__in=customers)
        parts.append(_part("tie", there.filter(digest__in=own.values("digest")), "customer_id", "digest"))
    return parts


def _part(kind: str, rows: QuerySet[Any], about: str, value: str) -> QuerySet[Any]:
    said = Cast(value, CharField())
    return rows.order_by().values_list(Value(kind, CharField()), F(about), said)
