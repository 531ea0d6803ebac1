"""The ledger: append-only transfers between the accounts of a budget month, in whole cents, chained by hash.

Each transfer takes from one account what it gives to another (double entry in one row), so the sum over all
accounts is always zero. The month's balance is changed by one conditional update in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .budget import Budget, BudgetPeriod, month_of
from .statement import Booking, Change, book_at_once, is_possible, wait_for_disk

if TYPE_CHECKING:
    from accounts.person import Person

HOUSE, AVAILABLE, RESERVED, SPENT = "house", "available", "reserved", "spent"
CARRIED = "carried"  # no account of its own: how much of what is available came from the month before


class Step(models.TextChoices):
    ALLOT = "allot", _("allotted")
    CUT = "cut", _("cut")
    RESERVE = "reserve", _("reserved")
    CONFIRM = "confirm", _("confirmed")
    RELEASE = "release", _("released")
    REVERSE = "reverse", _("reversed")
    CARRY = "carry", _("carried on")
    CARRIED = "carried", _("carried over")


ACCOUNTS: dict[str, tuple[str, str]] = {
    Step.ALLOT: (HOUSE, AVAILABLE),
    Step.CUT: (AVAILABLE, HOUSE),
    Step.RESERVE: (AVAILABLE, RESERVED),
    Step.CONFIRM: (RESERVED, SPENT),
    Step.RELEASE: (RESERVED, AVAILABLE),
    Step.REVERSE: (SPENT, AVAILABLE),
    Step.CARRY: (AVAILABLE, HOUSE),
    Step.CARRIED: (HOUSE, AVAILABLE),
}


# What each cent of a step adds to the sums of its month.
CHANGES: dict[str, Change] = {
    Step.ALLOT: Change(allotted=1),
    Step.CUT: Change(allotted=-1),
    Step.RESERVE: Change(reserved=1),
    Step.CONFIRM: Change(reserved=-1, spent=1),
    Step.RELEASE: Change(reserved=-1),
    Step.REVERSE: Change(spent=-1),
    Step.CARRY: Change(allotted=-1),
    Step.CARRIED: Change(allotted=1, carried=1),
}


class NotEnough(Exception):
    """The account does not hold the amount; nothing was booked."""


class TransferQuerySet(models.QuerySet["Transfer"]):
    def update(self, **_fields: object) -> int:
        raise TypeError("Ledger entries are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Ledger entries are never deleted.")

    def bulk_create(self, *_args: object, **_fields: object) -> list[Transfer]:  # type: ignore[override]
        raise TypeError("Ledger entries are booked one by one, or they would not be chained.")


class Transfer(models.Model):
    # What the booking means, e.g. `offer:17:reserve`; a repeat finds it done.
    key = models.CharField(max_length=80, unique=True)
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, related_name="transfers")
    step = models.CharField(max_length=8, choices=Step.choices)
    debit = models.CharField(max_length=10)
    credit = models.CharField(max_length=10)
    cents = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="transfer_moves_something", condition=Q(cents__gt=0))]
        indexes = [models.Index(fields=["period", "id"], name="transfer_of_period")]

    def __str__(self) -> str:
        return f"{self.key} {self.cents}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk:  # the last wall for code that holds an instance; the query set guards the rest
            raise TypeError("Ledger entries are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("Ledger entries are never deleted.")

    def as_asked(self, period: BudgetPeriod, step: str, cents: int) -> Transfer:
        """This entry, if a repeat asks for just what it did; else ValueError, for a key names one booking only."""
        if (self.period_id, self.step, self.cents) != (period.pk, step, cents):
            raise ValueError(f"{self.key} was booked as {self.step} of {self.cents}.")
        return self

    def fingerprint(self) -> str:
        """SHA-256 over the previous hash and everything this entry says."""
        booking = Booking(
            self.period_id, self.key, self.step, self.debit, self.credit, self.cents, self.by_id, self.at
        )
        said = [self.previous, *booking.words]
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def period_at(budget: Budget, *, at: datetime) -> BudgetPeriod:
    """The month of `budget` that holds `at`, opened with its allotment when it is the first booking of the month."""
    starts, ends = month_of(at)
    period = BudgetPeriod.objects.filter(budget=budget, starts=starts).first()
    if period:
        return period
    try:
        with transaction.atomic():
            period = BudgetPeriod.objects.create(budget=budget, starts=starts, ends=ends)
            if budget.monthly_cents:
                book(
                    period, Step.ALLOT, budget.monthly_cents, key=f"period:{period.pk}:allot", by=None, at=at
                )
    except IntegrityError:  # somebody else opened it meanwhile
        period = BudgetPeriod.objects.get(budget=budget, starts=starts)
    period.refresh_from_db()
    return period


def hold(budget: Budget | None, *, at: datetime) -> None:
    """Until the commit nobody else books from this month of `budget`; a month not yet opened cannot be held."""
    starts, _ends = month_of(at)
    list(BudgetPeriod.objects.select_for_update(no_key=True).filter(budget=budget, starts=starts))


def book(
    period: BudgetPeriod, step: str, cents: int, *, key: str, by: Person | None, at: datetime | None = None
) -> Transfer:
    """Move `cents` (> 0) as `step` says; the same key again returns the first booking. Raises NotEnough.

    The conditional update both checks and takes, so two bookers at once can never exceed the month. Raises
    ValueError for an amount that is none, and for a key that stands for another booking.
    """
    if type(cents) is not int or cents <= 0:
        raise ValueError(f"{key}: {cents!r} is no amount to book.")
    debit, credit = ACCOUNTS[step]
    # The hash reads the time, so it must read the same from the database.
    at = (at or timezone.now()).astimezone(UTC)
    booking = Booking(period.pk, key, step, debit, credit, cents, by and by.pk, at)
    unit = CHANGES[step]
    change = Change(*(cents * getattr(unit, name) for name in Change.__slots__))
    if not is_possible():
        return _book_step_by_step(period, booking, change)
    done = book_at_once(booking, change)
    if done is None:  # it saw, with the month in its hand, that the key is there or the money is not
        before = Transfer.objects.filter(key=key).first()
        if before is None:
            raise NotEnough(key)
        wait_for_disk()
        return before.as_asked(period, step, cents)
    pk, previous, hashed = done
    entry = _entry(period, booking, previous)
    entry.pk, entry.hash = pk, hashed
    return entry


def _book_step_by_step(period: BudgetPeriod, booking: Booking, change: Change) -> Transfer:
    with transaction.atomic():
        # Held until the commit: the head read here is the one we follow, and of two bookers with one key the
        # second finds the first one's entry.
        month = BudgetPeriod.objects.select_for_update(no_key=True).filter(pk=period.pk)
        head = month.values_list("head", flat=True).get()
        done = Transfer.objects.filter(key=booking.key).first()
        if done:
            return done.as_asked(period, booking.step, booking.cents)
        entry = _entry(period, booking, head)
        entry.hash = entry.fingerprint()
        sums = {f"{name}_cents": F(f"{name}_cents") + getattr(change, name) for name in Change.__slots__}
        holds = Q(reserved_cents__gte=-change.reserved, spent_cents__gte=-change.spent) & Q(
            allotted_cents__gte=sums["reserved_cents"] + sums["spent_cents"] - change.allotted
        )
        if not BudgetPeriod.objects.filter(holds, pk=period.pk).update(head=entry.hash, **sums):
            raise NotEnough(booking.key)
        entry.save()
        return entry


def _entry(period: BudgetPeriod, booking: Booking, previous: str) -> Transfer:
    return Transfer(
        key=booking.key,
        period=period,
        step=booking.step,
        debit=booking.debit,
        credit=booking.credit,
        cents=booking.cents,
        by_id=booking.by,
        at=booking.at,
        previous=previous,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a month's snapshot or its chain does not say what its entries say."""

    period_id: int
    what: str
    stored: str
    counted: str


def reconcile(periods: Iterable[BudgetPeriod] | None = None) -> list[Difference]:
    """Recount every month from its entries and follow its chain; reports, repairs nothing."""
    found: list[Difference] = []
    for period in BudgetPeriod.objects.all() if periods is None else periods:
        found += _differences(period)
    return found


def _differences(period: BudgetPeriod) -> list[Difference]:
    """What differs is counted again while nobody can book: between two reads somebody may have."""
    if not _counted(period):
        return []
    with transaction.atomic():
        return _counted(BudgetPeriod.objects.select_for_update(no_key=True).get(pk=period.pk))


def _counted(period: BudgetPeriod) -> list[Difference]:
    sums = {AVAILABLE: 0, RESERVED: 0, SPENT: 0, HOUSE: 0, CARRIED: 0}
    head, found = "", []
    for entry in period.transfers.order_by("pk").iterator():
        sums[entry.debit] -= entry.cents
        sums[entry.credit] += entry.cents
        sums[CARRIED] += entry.cents if entry.step == Step.CARRIED else 0
        if entry.previous != head or entry.hash != entry.fingerprint():
            found.append(Difference(period.pk, f"chain at {entry.key}", entry.hash, entry.fingerprint()))
        head = entry.hash
    stored = {AVAILABLE: period.left_cents, RESERVED: period.reserved_cents, SPENT: period.spent_cents}
    stored[CARRIED] = period.carried_cents
    for account, cents in stored.items():
        if sums[account] != cents:
            found.append(Difference(period.pk, account, str(cents), str(sums[account])))
    if head != period.head:
        found.append(Difference(period.pk, "head", period.head, head))
    return found
