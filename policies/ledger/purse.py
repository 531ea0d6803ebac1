"""The purses an agent gives from: the nearest budget and the pool behind it, and what is left in them this month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.prepared import Prepared

from .budget import Budget, BudgetPeriod, month_of

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Pot:
    """What a team's pot says of small surprises this month: how much one may cost, and how much is left; cents."""

    each_cents: int = 0
    left_cents: int = 0


NO_POT = Pot()


def budgets_for(agent: Person, ticket: Ticket, currency: str) -> tuple[Budget | None, Budget | None]:
    """The budget this agent books from, and the pool behind it: person before team before house."""
    found: list[Budget] = _BUDGETS.rows(agent=agent.pk, team=ticket.team_id, currency=currency)
    ranked = sorted(found, key=lambda row: _nearest((row.person_id, row.team_id)))
    return ranked[0] if ranked else None, ranked[1] if len(ranked) > 1 else None


def purses(agent: Person, ticket: Ticket, currency: str, *, at: datetime) -> tuple[int, int]:
    """Cents left this month in the own budget and in the pool."""
    starts, _ends = month_of(at)
    found = _PURSES.rows(agent=agent.pk, team=ticket.team_id, currency=currency, starts=starts)
    # A month nobody booked in yet has no row; it will open with the full amount.
    cents = [
        monthly if left is None else left for _person, _team, monthly, left in sorted(found, key=_nearest)
    ]
    own, pool, *_rest = [*cents, 0, 0]
    return own, pool


def pot_of(ticket: Ticket, currency: str) -> Budget | None:
    """What small surprises on this ticket are paid from."""
    return Budget.objects.filter(
        team=ticket.team_id, purpose=Budget.Purpose.SURPRISES, currency=currency
    ).first()


def pot_left(ticket: Ticket, currency: str, *, at: datetime) -> Pot:
    """The pot of this ticket's team as it stands this month; a month nobody booked in yet will open in full."""
    pot = pot_of(ticket, currency)
    if pot is None:
        return NO_POT
    starts, _ends = month_of(at)
    month = BudgetPeriod.objects.filter(budget=pot, starts=starts).first()
    return Pot(pot.each_cents, month.left_cents if month else pot.monthly_cents)


def _purses(agent: int, team: int, currency: str, starts: date) -> QuerySet[Budget, Any]:
    left = F("allotted_cents") - F("reserved_cents") - F("spent_cents")
    month = BudgetPeriod.objects.filter(budget=OuterRef("pk"), starts=starts).annotate(left=left)
    found = _open_to(agent, team, currency).annotate(left=Subquery(month.values("left")[:1]))
    return found.order_by().values_list("person_id", "team_id", "monthly_cents", "left")


_PURSES = Prepared(_purses)


def _open_to(agent: int, team: int, currency: str) -> QuerySet[Budget]:
    whose = Q(person=agent) | Q(team=team) | Q(team=None, person=None)
    return Budget.objects.of_goodwill().filter(whose, currency=currency)


_BUDGETS = Prepared(_open_to)


def _nearest(whose: Sequence[int | None]) -> tuple[bool, bool]:
    """For sorting what begins with a person and a team: the own first, then the team's, then the house's."""
    return whose[0] is None, whose[1] is None
