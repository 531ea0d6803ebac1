"""Carrying over: what a month leaves unused goes to the next one, once; so nobody has to burn money at a month's end.

Money that comes back after its month – taken back, or a voucher nobody redeemed – goes to the month it comes back in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .budget import Budget, BudgetPeriod, month_of
from .transfer import Step, book, period_at

if TYPE_CHECKING:
    from accounts.person import Person


def turn_months_now(*, now: datetime | None = None) -> int:
    """Open the month that runs for every budget and bring what the one before left; the number carried over."""
    now = now or timezone.now()
    starts, _ends = month_of(now)
    for budget in Budget.objects.exclude(periods__starts=starts):
        period_at(budget, at=now)
    last = BudgetPeriod.objects.filter(
        ends=starts - timedelta(days=1),
        allotted_cents__gt=F("reserved_cents") + F("spent_cents"),
        carried_cents__lt=F("allotted_cents"),
    )
    return sum(_carry_on(period, at=now) for period in last.select_related("budget"))


def bring_back(period: BudgetPeriod, cents: int, *, key: str, by: Person | None, at: datetime) -> None:
    """After its month is over, `cents` that are free again in `period` go to the month that runs."""
    starts, _ends = month_of(at)
    if period.starts < starts:
        _move(period, cents, key=key, by=by, at=at)


def _carry_on(period: BudgetPeriod, *, at: datetime) -> bool:
    with transaction.atomic():
        period = (
            BudgetPeriod.objects.select_for_update(no_key=True, of=("self",))
            .select_related("budget")
            .get(pk=period.pk)
        )
        if not period.may_carry_cents:
            return False
        # The head names the state that is carried: two beats at once find the second time nothing left to carry.
        _move(period, period.may_carry_cents, key=f"carry:{period.pk}:{period.head[:16]}", by=None, at=at)
    return True


def _move(period: BudgetPeriod, cents: int, *, key: str, by: Person | None, at: datetime) -> None:
    """Out of the older month first, then into the newer: everybody takes months in that order."""
    with transaction.atomic():
        book(period, Step.CARRY, cents, key=f"{key}:out", by=by, at=at)
        book(period_at(period.budget, at=at), Step.CARRIED, cents, key=f"{key}:in", by=by, at=at)
