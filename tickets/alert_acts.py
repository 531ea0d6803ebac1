"""What an alert can do besides telling somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from .sla.alert import Act
from .sla.mark import Mark
from .ticket import Ticket
from .webhook.call import WebhookCall


def _hand_back(mark: Mark, at: datetime) -> None:
    mark.clock.ticket.release(by=None, at=at)


def _raise_priority(mark: Mark, at: datetime) -> None:
    ticket, highest = mark.clock.ticket, max(Ticket.Priority.values)
    ticket.prioritise(min(ticket.priority + 1, highest), by=None, at=at)


def _call_webhooks(mark: Mark, at: datetime) -> None:
    WebhookCall.of_alert(mark, at=at)


ACTS: Final = {
    "hand_back": Act(_("give the ticket back to the team"), _hand_back),
    "raise_priority": Act(_("raise the priority by one"), _raise_priority),
    "call_webhooks": Act(_("call the webhooks"), _call_webhooks),
}
