"""What an alert can do to a ticket besides telling somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from .sla.alert import Act
from .ticket import Ticket


def _hand_back(ticket: Ticket, at: datetime) -> None:
    ticket.release(by=None, at=at)


def _raise_priority(ticket: Ticket, at: datetime) -> None:
    highest = max(Ticket.Priority.values)
    ticket.prioritise(min(ticket.priority + 1, highest), by=None, at=at)


ACTS: Final = {
    "hand_back": Act(_("give the ticket back to the team"), _hand_back),
    "raise_priority": Act(_("raise the priority by one"), _raise_priority),
}
