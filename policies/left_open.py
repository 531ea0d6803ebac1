"""What of gestures and asks would be left open when a ticket is solved: said before, not found out after."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.ticket import Ticket

from .asks.ask import Ask
from .offer import Offer


def open_on(ticket: Ticket) -> list[str]:
    """Questions nobody has answered yet, and what was given but has not arrived."""
    asks = Ask.objects.open().filter(ruling__ticket=ticket).select_related("asked")
    given = Offer.objects.filter(ticket=ticket, state=Offer.State.GRANTED)
    return [
        *(_("%(name)s has not answered yet") % {"name": ask.asked.name} for ask in asks),
        *(_("Given, but not delivered yet: %(gesture)s") % {"gesture": offer.gesture} for offer in given),
    ]
