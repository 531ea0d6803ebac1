"""Fairness: what like cases received lately, so that one customer is not given twice what the next one gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.prepared import Prepared
from tickets.ticket import Ticket

from .facts import Wish
from .offer import Offer
from .weigh.gesture import SURPRISE

WINDOW = timedelta(days=180)
MOST, FEWEST = 500, 5


@dataclass(frozen=True, slots=True)
class Band:
    """Gestures of one kind for one cause: how many, the middle one, and the range most of them lie in (cents).

    The range leaves out the lowest and the highest tenth, so that one outlier does not set the measure.
    """

    count: int
    median_cents: int
    low_cents: int
    high_cents: int

    def holds(self, cents: int) -> bool:
        return self.low_cents <= cents <= self.high_cents


def band_of(amounts: list[int]) -> Band | None:
    """The band of these amounts (cents, any order); None for fewer than five, which say nothing."""
    if len(amounts) < FEWEST:
        return None
    ordered = sorted(amounts)
    last = len(ordered) - 1
    middle = (ordered[last // 2] + ordered[(last + 1) // 2]) // 2
    return Band(len(ordered), middle, ordered[last // 10], ordered[last - last // 10])


def like_cases(ticket: Ticket, wish: Wish, *, at: datetime) -> Band | None:
    """The band of the same kind of gesture for the same cause in the last half year, other customers' included."""
    if not wish.cents or wish.owed_by or wish.named or wish.kind == SURPRISE:
        return None
    asked = {"cause": ticket.cause_id, "kind": wish.kind, "currency": wish.currency}
    return band_of([cents for (cents,) in _ALIKE.rows(**asked, after=at - WINDOW)])


_ALIKE = Prepared(
    lambda cause, kind, currency, after: (
        Offer.objects.counting()
        .filter(cause=cause, kind=kind, currency=currency, cents__gt=0, at__gt=after)
        .order_by("-at")
        .values_list("cents")[:MOST]
    )
)


def needs_reason(wish: Wish, band: Band | None) -> bool:
    """Whether this amount differs so much from like cases that one line must say why."""
    return band is not None and not band.holds(wish.cents) and not wish.why
