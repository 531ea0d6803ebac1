"""Customers who are merely satisfied and grow quiet: at the first slip they are gone, and nobody hears why.

What is read is what anybody can check: a middling answer, no praise, no complaint, and less going on than the year
before. It is a hint to the next person who writes, said with its reasons; no list is sorted by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.customer import Customer
from tickets.feedback.survey import Survey
from tickets.rating import Rating
from tickets.ticket import Ticket

from .holding import Holding

YEAR = timedelta(days=365)
MIDDLING, PRAISE, COMPLAINT = (0.4, 0.75), 0.8, 0.35


@dataclass(frozen=True, slots=True)
class Quiet:
    """What was read: the last year's answers from 0 to 1, the newest first, and what went on in two years."""

    answers: tuple[float, ...]
    this_year: int
    year_before: int

    @property
    def is_fragile(self) -> bool:
        """A middling last answer, neither praise nor complaint in a year, and less than before."""
        if not self.answers or self.this_year >= self.year_before:
            return False
        lowest, highest = MIDDLING
        no_extremes = all(COMPLAINT < answer < PRAISE for answer in self.answers)
        return no_extremes and lowest <= self.answers[0] <= highest

    @property
    def words(self) -> str:
        return _(
            "Quiet lately: a middling answer, neither praise nor complaint for a year, and less going on than the year "
            "before (requests and orders: %(now)s after %(before)s). Ask how it really goes before the next slip."
        ) % {"now": self.this_year, "before": self.year_before}


def quiet(customer: Customer, *, now: datetime) -> Quiet:
    """In four queries. A customer of less than two years has no year to compare with."""
    if customer.since is None or customer.since > (now - 2 * YEAR).date():
        return Quiet((), 0, 0)
    written = _two_years(Ticket.objects.filter(customer=customer), "created_at", now)
    began = _two_years(Holding.objects.filter(customer=customer), "began_on", now)
    return Quiet(_answers(customer, now), written[0] + began[0], written[1] + began[1])


def _two_years(rows: object, moment: str, now: datetime) -> tuple[int, int]:
    at = now if moment.endswith("_at") else now.date()
    this = Q(**{f"{moment}__gt": at - YEAR, f"{moment}__lte": at})
    before = Q(**{f"{moment}__gt": at - 2 * YEAR, f"{moment}__lte": at - YEAR})
    counted = rows.aggregate(this=Count("pk", filter=this), before=Count("pk", filter=before))  # type: ignore[attr-defined]
    return counted["this"], counted["before"]


def _answers(customer: Customer, now: datetime) -> tuple[float, ...]:
    """Ratings and answers of a year on one scale, the newest first."""
    since = now - YEAR
    rated = Rating.objects.filter(ticket__customer=customer, at__gt=since).values_list("at", "score")
    said: list[tuple[datetime, float]] = [(at, (score - 1) / 4) for at, score in rated]
    asked = Survey.objects.filter(
        customer=customer, ending=Survey.Ending.ANSWERED, closed_at__gt=since, kind="recommendation"
    )
    said += [(at, score / 10) for at, score in asked.values_list("closed_at", "score")]
    return newest_first(said)


def newest_first(said: Sequence[tuple[datetime, float]]) -> tuple[float, ...]:
    return tuple(answer for _at, answer in sorted(said, reverse=True))
