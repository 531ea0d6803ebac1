"""Placeholders in texts for customers: a closed list of names in braces, each replaced once by what it stands for.

No attributes, no formulas, no second look: what is put in is never read for placeholders again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from .sla.promise import promise_in_words

if TYPE_CHECKING:
    from accounts.person import Person

    from .ticket import Ticket

MEANINGS = {
    "customer": _("the customer’s name"),
    "number": _("the number of the ticket"),
    "subject": _("the subject"),
    "cause": _("the cause"),
    "team": _("the team"),
    "agent": _("who writes, or the assignee"),
    "promise": _("by when the customer hears from us"),
}
# A matter nobody has, to show what a text would read like.
EXAMPLES = {
    "customer": _("Alex Example"),
    "number": "#1234",
    "subject": _("My parcel has not come"),
    "cause": _("Late delivery"),
    "team": _("Service"),
    "agent": _("Robin Example"),
    "promise": _("tomorrow 12:00"),
}
_BRACES = re.compile(r"\{([^{}\n]*)\}")


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder, in the order it is read."""
    return [name for name in dict.fromkeys(_BRACES.findall(text)) if name not in MEANINGS]


def known_in(text: str) -> list[str]:
    """The placeholders that stand in a text, in the order they are read."""
    return [name for name in dict.fromkeys(_BRACES.findall(text)) if name in MEANINGS]


def empty_in(text: str, values: Mapping[str, str]) -> list[str]:
    """The placeholders of a text that have nothing to say here: such a text must not go out."""
    return [name for name in known_in(text) if not values[name]]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass; anything else in braces stays as it is."""
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def example(text: str, *, language: str) -> str:
    """A text as it would read on a made-up matter."""
    with translation.override(language):
        return fill(text, {name: str(value) for name, value in EXAMPLES.items()})


def values_of(ticket: Ticket, *, writer: Person | None, reader: Person | None = None) -> dict[str, str]:
    """What each placeholder stands for on this ticket, in the language and zone of who reads it: its customer, or
    somebody else who wrote for the same organisation."""
    person, writer = reader or ticket.customer.person, writer or ticket.assignee
    with translation.override(person.language or ticket.language), timezone.override(person.zone):
        return {
            "customer": person.name,
            "number": f"#{ticket.number}",
            "subject": ticket.subject,
            "cause": ticket.cause.name,
            "team": ticket.team.name,
            "agent": writer.name if writer else "",
            "promise": promise_in_words(ticket),
        }
