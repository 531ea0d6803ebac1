"""An allotment: what a budget is given a month. Changing it books the difference in the month that runs.

A team's pot of small surprises is set aside here, and what one of them may cost is changed with its size.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..referral import Refusal
from ..weigh.currency import money
from .budget import Budget, BudgetPeriod
from .transfer import NotEnough, Step, Transfer, book, period_at

if TYPE_CHECKING:
    from accounts.person import Person
    from accounts.team import Team


def set_aside(team: Team, *, monthly_cents: int, each_cents: int) -> tuple[Budget, bool]:
    """The team's pot of small surprises in the currency of the house, and whether it is new: there is one of it.

    The caller has seen that somebody leads the team, and that the amounts are within bounds.
    """
    name = str(_("%(team)s: small surprises")) % {"team": team.name}
    amounts = {"monthly_cents": monthly_cents, "each_cents": each_cents}
    return Budget.objects.get_or_create(
        team=team,
        purpose=Budget.Purpose.SURPRISES,
        currency=settings.CURRENCY,
        defaults={"name": name[:80], **amounts},
    )


def resize(
    budget: Budget,
    monthly_cents: int,
    *,
    by: Person,
    key: str,
    each_cents: int | None = None,
    at: datetime | None = None,
) -> Refusal | None:
    """Give `budget` that many cents (>= 0) a month from now on, and the difference in this month at once.

    `each_cents`, for a pot, is what one surprise may cost from now on.
    None when it is done; the same `key` again changes nothing. A Refusal, and nothing changed, when this month has
    already used more than would be left. The caller has found the budget through `managed_by`.
    """
    at = at or timezone.now()
    once = f"budget:{budget.pk}:{key}"
    try:
        with transaction.atomic():
            # Two people who change it take turns. No key lock: a booking that opens the month beside us holds a
            # share of this row's key and must not wait for us.
            budget = Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
            if Transfer.objects.filter(key=once).exists():
                return None
            period = period_at(budget, at=at)
            each = {} if each_cents is None else {"each_cents": each_cents}
            Budget.objects.filter(pk=budget.pk).update(monthly_cents=monthly_cents, **each)
            change = monthly_cents - budget.monthly_cents
            if change:
                book(period, Step.ALLOT if change > 0 else Step.CUT, abs(change), key=once, by=by, at=at)
    except NotEnough:
        return _too_far(budget, period)
    return None


def _too_far(budget: Budget, period: BudgetPeriod) -> Refusal:
    period.refresh_from_db()
    words = _("This month it cannot go below %(least)s: that much is spent or reserved already.")
    least = money(max(budget.monthly_cents - period.left_cents, 0), budget.currency)
    return Refusal("used", words % {"least": least})
