"""A budget: goodwill money of a team, a person or the house, per month, spent only through the ledger."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.team import Team

if TYPE_CHECKING:
    from accounts.person import Person


EACH_CENTS = (1, 10_000)  # what a small surprise may cost; more than that is none


class BudgetQuerySet(models.QuerySet["Budget"]):
    def of_goodwill(self) -> BudgetQuerySet:
        return self.filter(purpose="")

    def managed_by(self, person: Person) -> BudgetQuerySet:
        """Budgets whose size this person may change and whose use they may read."""
        if not person.is_active:
            return self.none()
        return self.filter(
            Q(team_id__in=person.led_team_ids)
            | Q(
                budgetuserobjectpermission__user=person,
                budgetuserobjectpermission__permission__codename="manage_budget",
            )
        ).distinct()


class Budget(models.Model):
    """Of a team, of a person, or – with neither – of the house: the pool when the closer one is used up.

    One for surprises is a team's pot: nothing but small surprises is given from it, each up to `each_cents`.
    """

    class Purpose(models.TextChoices):
        GOODWILL = "", _("goodwill")
        SURPRISES = "surprises", _("small surprises")

    name = models.CharField(_("name"), max_length=80)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets"
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    monthly_cents = models.PositiveBigIntegerField(_("a month, in cents"))
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose.choices, blank=True, default="")
    each_cents = models.PositiveIntegerField(_("one surprise, in cents"), default=0)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["name"]
        permissions = [("manage_budget", _("Manages this budget"))]
        constraints = [
            models.CheckConstraint(name="budget_has_one_owner", condition=Q(team=None) | Q(person=None)),
            # Three of them, because an empty owner equals nothing in a plain unique constraint.
            models.UniqueConstraint(
                fields=["team", "purpose", "currency"],
                condition=Q(team__isnull=False),
                name="one_budget_per_team",
            ),
            models.UniqueConstraint(
                fields=["person", "currency"], condition=Q(person__isnull=False), name="one_budget_per_person"
            ),
            models.UniqueConstraint(
                fields=["currency"], condition=Q(team=None, person=None), name="one_budget_of_the_house"
            ),
            models.CheckConstraint(
                name="pot_of_surprises_is_a_teams",
                condition=Q(purpose="", each_cents=0)
                | Q(purpose="surprises", team__isnull=False, each_cents__range=EACH_CENTS),
                violation_error_message=_(
                    "Small surprises have a team and an amount of 1 to 10,000 cents each; other budgets have none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pot(self) -> bool:
        return self.purpose == self.Purpose.SURPRISES


class BudgetUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Budget, on_delete=models.CASCADE)


class BudgetGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Budget, on_delete=models.CASCADE)


class BudgetPeriod(models.Model):
    """One month of a budget: a snapshot of the ledger, under constraints that hold even if code is wrong."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="periods")
    starts = models.DateField()
    ends = models.DateField()  # the last day that belongs to it
    allotted_cents = models.PositiveBigIntegerField(default=0)
    # Of what was allotted: what came unused from the month before. It is carried on only once.
    carried_cents = models.PositiveBigIntegerField(default=0)
    reserved_cents = models.PositiveBigIntegerField(default=0)
    spent_cents = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="", blank=True)  # hash of the last transfer

    class Meta:
        verbose_name = _("budget month")
        verbose_name_plural = _("budget months")
        ordering = ["-starts"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "starts"], name="one_period_per_budget_and_start"),
            models.CheckConstraint(
                name="never_more_than_allotted",
                condition=Q(allotted_cents__gte=F("reserved_cents") + F("spent_cents")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} {self.starts:%Y-%m}"

    @property
    def left_cents(self) -> int:
        return self.allotted_cents - self.reserved_cents - self.spent_cents

    @property
    def used_cents(self) -> int:
        return self.reserved_cents + self.spent_cents

    @property
    def may_carry_cents(self) -> int:
        """What of the rest goes on to the next month: what came from the month before is used first, and not again."""
        return min(self.left_cents, max(self.allotted_cents - self.carried_cents, 0))


def house_day(at: datetime) -> date:
    """The day `at` falls into where the house stands: rules and budgets know no other, whoever asks from wherever."""
    return in_the_house(at).date()


def in_the_house(at: datetime) -> datetime:
    """The same moment by the clock of the house."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE))


def house_midnight(day: date) -> datetime:
    """The moment `day` begins where the house stands."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def month_of(at: datetime) -> tuple[date, date]:
    """First and last day of the month `at` falls into, in the house's zone."""
    day = house_day(at)
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
