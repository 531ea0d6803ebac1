"""What is known of a ticket when a condition is asked, and the words for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.team import Team

from .cause import Cause
from .condition import CHOICE, NUMBER, Fact
from .message import Message
from .solvable import Status
from .ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping


def _causes() -> Mapping[str, str]:
    return {cause.code: cause.name for cause in Cause.objects.all()}


def _teams() -> Mapping[str, str]:
    return dict(Team.objects.values_list("slug", "name"))


FACTS = (
    Fact("cause", CHOICE, _("Cause"), _causes),
    Fact("team", CHOICE, _("Team"), _teams),
    Fact("status", CHOICE, _("Status"), lambda: {value: str(label) for value, label in Status.choices}),
    Fact(
        "priority",
        NUMBER,
        _("Priority"),
        lambda: {str(value): str(label) for value, label in Ticket.Priority.choices},
    ),
    Fact(
        "channel",
        CHOICE,
        _("Channel"),
        lambda: {value: str(label) for value, label in Message.Channel.choices},
    ),
    Fact(
        "customer_status",
        CHOICE,
        _("Customer"),
        lambda: {value: str(label) for value, label in Customer.Status.choices},
    ),
    Fact("tenure_months", NUMBER, _("Months as a customer")),
    Fact("language", CHOICE, _("Language"), lambda: {code: str(name) for code, name in settings.LANGUAGES}),
)


def of_ticket(ticket: Ticket, *, on: date) -> dict[str, object]:
    """The facts of one ticket on a day; names as in `FACTS`."""
    return ticket.facts(on=on)
