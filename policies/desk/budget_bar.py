"""The bar of a budget on the panel: what of this month is spent, reserved, and would go with this gesture."""

from __future__ import annotations

from datetime import datetime

from accounts.prepared import Prepared
from policies.facts import Wish
from policies.ledger.budget import Budget, BudgetPeriod, month_of

_MONTH = Prepared(lambda budget, starts: BudgetPeriod.objects.filter(budget=budget, starts=starts)[:1])


def bar_of(budget: Budget, wish: Wish | None, *, at: datetime) -> dict[str, object]:
    """Figures of this month for the bar: cents and whole percents of the allotment."""
    starts, _ends = month_of(at)
    period = _MONTH.first(budget=budget.pk, starts=starts)
    allotted = period.allotted_cents if period else budget.monthly_cents
    spent, held = (period.spent_cents, period.reserved_cents) if period else (0, 0)
    this = wish.cents if wish and not wish.owed_by else 0
    left = allotted - spent - held
    scale = max(allotted, 1)
    shares = [100 * cents // scale for cents in (spent, held, min(this, max(left, 0)))]
    return {
        "name": budget.name,
        "starts": starts,
        "allotted": allotted,
        "spent": spent,
        "held": held,
        "this": this,
        "left": left,
        "after": left - this,
        "spent_share": shares[0],
        "held_share": shares[1],
        "this_share": shares[2],
        "held_at": shares[0],
        "this_at": shares[0] + shares[1],
    }


def is_short(own: Budget | None, wish: Wish | None, *, at: datetime) -> bool:
    """Whether the own budget does not hold what is wished any more, so that the pool behind it counts."""
    return bool(own and wish and bar_of(own, wish, at=at)["left"] < wish.cents)
