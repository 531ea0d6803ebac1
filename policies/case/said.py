"""What is written down of an agent and some cases – levels, wills, ties, wishes, what was paid – in one query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from accounts.prepared import Prepared
from accounts.team import TeamUserObjectPermission

from ..koennen import Level
from ..payout.destination import Destination
from ..wollen import LASTS, Stance
from .paid import Paid
from .tie import Tie
from .wish import CustomerWish

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


def said_of(
    agent: Person, tickets: Sequence[Ticket], *, wishes: bool, paid_in: str, at: datetime
) -> dict[str, dict[int, str]]:
    """By kind (“level”, “will”, “tie”, “wish”, “paid”) and what it is about (cause, ticket, customer, ticket, ticket).

    Without `wishes` those are not read, and amounts only in the currency `paid_in`, if any: most rules do not ask for
    them, and each part of the query costs its time.
    """
    own = agent.as_customer
    asked = {
        "agent": agent.pk,
        "teams": sorted(agent.team_ids),
        "causes": sorted({ticket.cause_id for ticket in tickets}),
        "customers": sorted({ticket.customer_id for ticket in tickets}),
        "tickets": sorted({ticket.pk for ticket in tickets if ticket.pk}),
        "since": at - LASTS,
        **({"paid_in": paid_in} if paid_in else {}),
        **({"own": own.pk} if own is not None else {}),
    }
    rows = _PARTS.rows(wishes, **asked)
    found: dict[str, dict[int, str]] = {"level": {}, "will": {}, "tie": {}, "wish": {}, "paid": {}}
    for kind, about, value in rows:
        found[kind][about] = value
    return found


def _parts(
    wishes: bool,
    *,
    agent: int,
    teams: Sequence[int],
    causes: Sequence[int],
    customers: Sequence[int],
    tickets: Sequence[int],
    since: datetime,
    paid_in: str = "",
    own: int = 0,
) -> QuerySet[Any, Any]:
    levels = Level.objects.filter(agent=agent, cause__among=causes)
    ties = Tie.objects.standing().filter(agent=agent, customer__among=customers)
    wills = Stance.objects.filter(agent=agent, ticket__among=tickets, at__gt=since)
    parts = [
        _part("level", levels, "cause_id", "level"),
        _part("will", wills, "ticket_id", "will"),
        _part("tie", ties, "customer_id", "kind"),
        *_close_to(teams, own, customers),
    ]
    if paid_in:
        paid = Paid.objects.newest().filter(ticket__among=tickets, currency=paid_in)
        parts.append(_part("paid", paid, "ticket_id", "cents"))
    if wishes:
        heard = CustomerWish.objects.filter(ticket__among=tickets)
        parts.append(_part("wish", heard, "ticket_id", "wants"))
    return parts[0].union(*parts[1:], all=True)


_PARTS = Prepared(_parts)


def _close_to(teams: Sequence[int], own: int, customers: Sequence[int]) -> list[QuerySet[Any]]:
    """Of these customers, those who work in a team with the agent or have their money sent to the agent's account.

    `own` is the agent as a customer; 0 where they are none.
    """
    mates = TeamUserObjectPermission.objects.filter(content_object__among=teams)
    parts = [_part("tie", mates.filter(user__customer__pk__among=customers), "user__customer", "user_id")]
    if own:
        accounts = Destination.objects.filter(customer=own, ended_at=None).order_by()
        there = Destination.objects.filter(ended_at=None, customer__among=customers)
        parts.append(
            _part("tie", there.filter(digest__in=accounts.values("digest")), "customer_id", "digest")
        )
    return parts


def _part(kind: str, rows: QuerySet[Any], about: str, value: str) -> QuerySet[Any]:
    said = Cast(value, CharField())
    return rows.order_by().values_list(Value(kind, CharField()), F(about), said)
