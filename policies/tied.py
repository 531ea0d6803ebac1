"""What ties a ticket to the customer it has: what was decided and noted here about this customer stays true of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.refused import Refused
from tickets.ticket import Ticket

from .relationship.detail import Detail
from .ruling import Ruling


def tied(ticket: Ticket) -> Refused | None:
    """Why it cannot become somebody else's; None where nothing of the kind is known."""
    if Ruling.objects.filter(ticket=ticket).exists():
        return Refused("given", _("Something was decided here for this customer, so it stays theirs."))
    if Detail.objects.filter(ticket=ticket).exists():
        return Refused("details", _("What this customer told us was noted here. Forget that first."))
    return None
