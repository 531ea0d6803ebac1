"""The house's figures of a relationship: what winning a customer costs, and how many of a hundred stay a year.

Each change is a row, the newest holds; without one the sentence about a relationship says only how long it lasts.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.customer import Customer
from accounts.person import Person
from policies.weigh.currency import money
from policies.weigh.money import MOST_CENTS

from .account import MONTHS, MOST_PERCENT, cost_per_month, expected_rest


class RelationshipFigures(models.Model):
    acquisition_cents = models.PositiveBigIntegerField(gettext_lazy("what winning a customer costs"))
    currency = models.CharField(max_length=3)
    stay_percent = models.PositiveSmallIntegerField(gettext_lazy("of a hundred customers, who stay a year"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("figures of a relationship")
        verbose_name_plural = gettext_lazy("figures of a relationship")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="relationship_figures_are_possible",
                condition=models.Q(acquisition_cents__lte=MOST_CENTS, stay_percent__lte=MOST_PERCENT),
            )
        ]

    def __str__(self) -> str:
        return f"{money(self.acquisition_cents, self.currency)}, {self.stay_percent} %"

    @classmethod
    def say(
        cls, *, acquisition_cents: int, stay_percent: int, by: Person, at: datetime | None = None
    ) -> RelationshipFigures:
        """These hold from now on; the same again is no new row."""
        last = cls.now()
        said = {"acquisition_cents": acquisition_cents, "stay_percent": stay_percent}
        if last is not None and all(getattr(last, name) == value for name, value in said.items()):
            return last
        return cls.objects.create(**said, currency=settings.CURRENCY, by=by, at=at or timezone.now())

    @classmethod
    def now(cls) -> RelationshipFigures | None:
        return cls.objects.first()


def sentence(customer: Customer, figures: RelationshipFigures | None) -> str:
    """The relationship in one sentence, in the reader's language; "" before it began."""
    if customer.since is None:
        return ""
    months = customer.tenure_months()
    words = [
        _("With us for %(time)s.") % {"time": _time(months)}
        if months
        else _("With us for less than a month.")
    ]
    if figures is not None and figures.acquisition_cents:
        cost = money(cost_per_month(figures.acquisition_cents, months), figures.currency)
        words.append(_("What winning a customer costs comes to %(cost)s a month by now.") % {"cost": cost})
    rest = expected_rest(figures.stay_percent) if figures is not None else None
    if rest:
        words.append(
            ngettext(
                "Customers stay about %(years)s more year on average.",
                "Customers stay about %(years)s more years on average.",
                rest,
            )
            % {"years": rest}
        )
    return " ".join(words)


def _time(months: int) -> str:
    years, rest = divmod(months, MONTHS)
    in_years = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    in_months = ngettext("%(count)s month", "%(count)s months", rest) % {"count": rest}
    if years and rest:
        return _("%(years)s and %(months)s") % {"years": in_years, "months": in_months}
    return in_years if years else in_months
