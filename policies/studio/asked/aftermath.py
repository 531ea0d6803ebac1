"""What came of a ruling: the question, the answer, the gesture and what it did to the ledger, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from policies.asks.ask import Ask
from policies.ledger.transfer import Transfer
from policies.offer import Offer
from policies.ruling import Ruling
from policies.weigh.currency import money
from tickets.event import Event


@dataclass(frozen=True, slots=True)
class Happened:
    """`booked` tells an entry of the ledger from what people did."""

    at: datetime
    words: str
    booked: bool = False


def aftermath(ruling: Ruling, *, ask: Ask | None, offer: Offer | None) -> list[Happened]:
    """Two queries: what the ticket's history says of it, and its entries in the ledger, counter-entries too."""
    about = Q(pk=None)
    if ask:
        about |= Q(data__ask=ask.pk)
    if offer:
        about |= Q(data__offer=offer.pk)
    events = Event.objects.filter(about, ticket=ruling.ticket_id).select_related("by")
    found = [Happened(event.at, event.sentence) for event in events]
    currency = ruling.weighed.currency
    for entry in Transfer.objects.filter(key__startswith=f"ruling:{ruling.pk}:").order_by("pk"):
        said = {"step": entry.get_step_display(), "amount": money(entry.cents, currency)}
        found.append(Happened(entry.at, _("In the ledger: %(amount)s %(step)s") % said, booked=True))
    return sorted(found, key=lambda one: (one.at, one.booked))
