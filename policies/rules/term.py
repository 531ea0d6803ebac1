"""A term of the rulebook: how far back gestures count, how much wider the room is for those who stay and long talks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer

from .rulebook import Rulebook

CASE_DAYS, CUSTOMER_DAYS = 30, 365  # where a rulebook says nothing
PAID_PERCENT = 150  # the same; beyond it goodwill no longer pleases (Haesevoets and others, 2017)
LONGEST_WINDOW = 1096  # days
PLAIN, MOST_PERCENT = 100, 200
LEAST_PAID, MOST_PAID = 10, 300  # per cent
MOST_MONTHS = 1200
NO_CUSTOMER_NOW = (Customer.Status.PROSPECT, Customer.Status.FORMER)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one day.

    Windows in days, steps of loyalty as (months from which it holds, per cent), at how many per cent of what was
    paid for a thing ends what is like cash, and how wide the room is in a talk that takes its time.
    """

    case_days: int = CASE_DAYS
    customer_days: int = CUSTOMER_DAYS
    loyalty: tuple[tuple[int, int], ...] = ()
    paid_percent: int = PAID_PERCENT
    talk_percent: int = PLAIN  # of the plain room, while somebody talks for longer than four minutes

    def factor(self, tenure_months: int) -> int:
        """Per cents of the plain room after so many months: never below 100, never above 200, never falling.

        The largest step reached counts, so a slip in the steps can make nobody's room smaller with the years.
        """
        reached = [percent for months, percent in self.loyalty if months <= tenure_months]
        return min(MOST_PERCENT, max([PLAIN, *reached]))

    def most_for(self, paid_cents: int) -> int:
        """The most that is given like cash for what cost so much; whole cents, rounded down."""
        return paid_cents * self.paid_percent // 100

    def factor_for(self, status: str, tenure_months: int) -> int:
        """The factor of a customer; whoever is none yet, or no longer, has the plain room."""
        return PLAIN if status in NO_CUSTOMER_NOW else self.factor(tenure_months)

    def factor_in(self, circumstances: Mapping[str, object]) -> int:
        """The factor of the customer whose circumstances were written down with a ruling."""
        months = circumstances.get("tenure_months")
        status = str(circumstances.get("customer_status", ""))
        return self.factor_for(status, months if isinstance(months, int) else 0)


class Term(models.Model):
    class Name(models.TextChoices):
        CASE_DAYS = "case_days", _("days back for the same cause")
        CUSTOMER_DAYS = "customer_days", _("days back for one customer")
        LOYALTY = "loyalty", _("loyalty: per cent of the plain limit")
        PAID_PERCENT = "paid_percent", _("what is like cash: per cent of what was paid")
        TALK_PERCENT = "talk_percent", _("in a talk beyond four minutes: per cent of the plain limit")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(_("what"), max_length=16, choices=Name.choices)
    from_months = models.PositiveSmallIntegerField(_("from this many months as a customer"), default=0)
    value = models.PositiveSmallIntegerField(_("value"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["name", "from_months", "valid_until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "name", "from_months"],
                condition=Q(valid_until=None),
                name="standing_term_once_per_version",
            ),
            models.UniqueConstraint(
                fields=["rulebook", "name", "from_months"],
                condition=Q(valid_until__isnull=False),
                name="dated_term_once_per_version",
            ),
            models.CheckConstraint(
                name="term_value_in_bounds",
                condition=Q(name__in=["loyalty", "talk_percent"], value__gte=PLAIN, value__lte=MOST_PERCENT)
                | Q(name="paid_percent", value__gte=LEAST_PAID, value__lte=MOST_PAID)
                | Q(name__in=["case_days", "customer_days"], value__gte=1, value__lte=LONGEST_WINDOW),
            ),
            models.CheckConstraint(
                name="only_loyalty_counts_months", condition=Q(name="loyalty") | Q(from_months=0)
            ),
            models.CheckConstraint(name="term_months_in_bounds", condition=Q(from_months__lte=MOST_MONTHS)),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        said = {"value": self.value, "months": self.from_months}
        return str(_SENTENCES[self.name]) % said

    def holds_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


_SENTENCES = {
    Term.Name.CASE_DAYS.value: _("What was given for the same cause counts for %(value)s days."),
    Term.Name.CUSTOMER_DAYS.value: _("What was given to one customer counts for %(value)s days."),
    Term.Name.LOYALTY.value: _("From %(months)s months as a customer: %(value)s %% of the plain limit."),
    Term.Name.PAID_PERCENT.value: _("What is like cash ends at %(value)s %% of what was paid."),
    Term.Name.TALK_PERCENT.value: _(
        "In a talk beyond four minutes: %(value)s %% of the plain limit per case."
    ),
}


def terms_on(rows: Iterable[Term], day: date) -> Terms:
    """The terms of a day: of two for the same, the one with an end holds while it lasts."""
    closest: dict[tuple[str, int], int] = {}
    for row in sorted(rows, key=lambda row: row.valid_until is not None):
        if row.holds_on(day):
            closest[row.name, row.from_months] = row.value
    steps = sorted((months, value) for (name, months), value in closest.items() if name == Term.Name.LOYALTY)
    return Terms(
        closest.get((Term.Name.CASE_DAYS.value, 0), CASE_DAYS),
        closest.get((Term.Name.CUSTOMER_DAYS.value, 0), CUSTOMER_DAYS),
        tuple(steps),
        closest.get((Term.Name.PAID_PERCENT.value, 0), PAID_PERCENT),
        closest.get((Term.Name.TALK_PERCENT.value, 0), PLAIN),
    )
