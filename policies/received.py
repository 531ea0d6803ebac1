"""What a customer received from us, to be taken along: gestures and their days, nothing of how they came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .offer import Offer

if TYPE_CHECKING:
    from accounts.customer import Customer


def by(customer: Customer) -> list[dict[str, Any]]:
    given = Offer.objects.filter(ticket__customer=customer).order_by("at", "pk")
    return [
        {
            "ticket": offer.ticket_id,
            "gesture": offer.gesture,
            "given_at": offer.at,
            "taken_back_at": offer.reversed_at,
        }
        for offer in given
    ]
