"""A finding: something the nightly count of the ledger does not agree with, kept until a person has answered for it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.mail import letters

from .budget import Budget, BudgetPeriod
from .transfer import Difference, reconcile

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> FindingQuerySet:
        return self.filter(settled_at=None)

    def answered_for_by(self, person: Person) -> FindingQuerySet:
        """Of the budgets one manages; an administrator answers for all of them."""
        if person.is_active and person.is_staff:
            return self.all()
        return self.filter(period__budget__in=Budget.objects.managed_by(person))


class Finding(models.Model):
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, related_name="findings")
    what = models.CharField(
        max_length=100
    )  # an account of the month, its head, or the entry where the chain breaks
    stored = models.CharField(max_length=64)
    counted = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # the last count that still found it
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    words = models.CharField(max_length=300, blank=True, default="")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding in the ledger")
        verbose_name_plural = _("findings in the ledger")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "what", "stored", "counted"],
                condition=Q(settled_at=None),
                name="finding_reported_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_id}: {self.what}"

    @classmethod
    def report(cls, difference: Difference, *, at: datetime) -> None:
        """Write it down and tell those who answer for it, once; found again it only says so."""
        same = cls.objects.open().filter(
            period_id=difference.period_id,
            what=difference.what[:100],
            stored=difference.stored,
            counted=difference.counted,
        )
        if same.update(seen_at=at):
            return
        try:
            with transaction.atomic():
                cls.objects.create(
                    period_id=difference.period_id,
                    what=difference.what[:100],
                    stored=difference.stored,
                    counted=difference.counted,
                    found_at=at,
                    seen_at=at,
                )._tell()
        except IntegrityError:  # another count reports it in this moment
            same.update(seen_at=at)

    def settle(self, *, by: Person, words: str, at: datetime | None = None) -> bool:
        """Somebody knows why, and says so. Nothing in the ledger changes by it."""
        still = Finding.objects.open().filter(pk=self.pk)
        return still.update(settled_at=at or timezone.now(), settled_by=by, words=words) == 1

    def _tell(self) -> None:
        for person in _answerable(self.period.budget):
            letters.to_person(
                person,
                key=f"finding:{self.pk}:{person.pk}",
                name="ledger_finding",
                url="/studio/books/",
                finding=self,
            )


def reconcile_now(*, now: datetime | None = None) -> int:
    """Count everything again; the number of differences. Reported, never repaired."""
    now = now or timezone.now()
    found = reconcile()
    for difference in found:
        logger.error("ledger differs: %s", difference)
        Finding.report(difference, at=now)
    return len(found)


def _answerable(budget: Budget) -> QuerySet[Person]:
    staff = Q(is_staff=True)
    if budget.team_id:
        staff |= Q(
            teamuserobjectpermission__content_object=budget.team_id,
            teamuserobjectpermission__permission__codename="lead_team",
        )
    return Person.objects.active().filter(staff).distinct()
