"""At which contact something was given: before anybody asked, at the first word, or only after more of them.

A contact is a message of the customer about this cause in the 30 days before the gesture, in whatever ticket. Tone,
length and threats are not looked at; only whether asking again was worth it (C21), and how much came unasked (C22).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, ExpressionWrapper, IntegerField, OuterRef, Subquery
from django.db.models import DateTimeField as Moment
from django.db.models.functions import Coalesce

from tickets.message import Message

from ..offer import Offer
from .field import WINDOW
from .share import Share
from .spread import Ratio, grouped, ratio_of

ASKED_WITHIN = timedelta(days=30)
MOST = 5000  # the newest; more would tell nothing else
GAIN_ALLOWED = 1.05
UNPROMPTED_WANTED = 30  # per cent


@dataclass(frozen=True, slots=True)
class Prompting:
    """`gain`: later gestures over first ones for the same cause; `unprompted`: given before the customer wrote;
    `moneyless`: a call, a hand, a repair first – what cost no money (C23)."""

    gain: Ratio
    unprompted: Share
    moneyless: Share

    @property
    def pays_to_nag(self) -> bool:
        """Whether asking again brought more than is allowed for, beyond what chance explains."""
        if self.gain.too_few or self.gain.value is None:
            return False
        return self.gain.value > GAIN_ALLOWED and self.gain.interval[0] > 1

    @property
    def too_rarely_unasked(self) -> bool:
        return not self.unprompted.too_few and self.unprompted.percent < UNPROMPTED_WANTED


def prompting(*, at: datetime) -> Prompting:
    """Of the whole house in the last 90 days; one query."""
    rows = _given(at=at)
    first = grouped((cause, cents) for cause, cents, number in rows if number == 1 and cents)
    later = grouped((cause, cents) for cause, cents, number in rows if number > 1 and cents)
    unasked = sum(1 for _cause, _cents, number in rows if number == 0)
    moneyless = sum(1 for _cause, cents, _number in rows if cents == 0)
    return Prompting(ratio_of(first, later), Share(unasked, len(rows)), Share(moneyless, len(rows)))


def _given(*, at: datetime) -> list[tuple[int, int, int]]:
    """Cause, cents and the number of the contact, the newest first; what was given in another currency is left out."""
    since = ExpressionWrapper(OuterRef("at") - ASKED_WITHIN, output_field=Moment())
    asked = Message.objects.filter(
        from_customer=True,
        ticket__customer=OuterRef("customer"),
        ticket__cause=OuterRef("cause"),
        at__lte=OuterRef("at"),
        at__gt=since,
    )
    # Without an order of its own: the default one would make a group of each message.
    number = asked.order_by().values("from_customer").annotate(number=Count("pk")).values("number")
    offers = Offer.objects.counting().filter(
        at__gt=at - timedelta(days=WINDOW), at__lte=at, currency=settings.CURRENCY
    )
    counted = offers.annotate(number=Coalesce(Subquery(number, output_field=IntegerField()), 0))
    return list(counted.order_by("-at").values_list("cause", "cents", "number")[:MOST])
