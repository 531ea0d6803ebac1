"""A small surprise: a gesture tied to a detail a customer told us, given without any leave from its team's pot.

It is no way of giving of its own: the pot is a budget, the surprise a gesture like all others, and what is more than
the pot carries is weighed like them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from policies.ledger.budget import house_day
from policies.ledger.purse import Pot, pot_left
from policies.weigh.gesture import SURPRISE
from policies.weigh.wish import Wish

from .detail import Detail

if TYPE_CHECKING:
    from tickets.ticket import Ticket


def pots_for(wish: Wish, tickets: Iterable[Ticket], *, at: datetime) -> dict[int, Pot]:
    """By customer, the pot that carries this wish: only for whom the detail is about, and as long as it is kept."""
    if wish.kind != SURPRISE or not wish.detail:
        return {}
    kept = Detail.objects.filter(pk=wish.detail, forget_on__gt=house_day(at))
    about = set(kept.values_list("customer_id", flat=True))
    found = [ticket for ticket in tickets if ticket.customer_id in about]
    return {ticket.customer_id: pot_left(ticket, wish.currency, at=at) for ticket in found}
