"""A talk that takes its time: after four minutes help is added, and a wider field in this case is part of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tickets.line.place import Place

from ..rules.term import PLAIN

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

    from ..facts import Rules


def long_talks(rules: Rules, agent: Person, tickets: Iterable[Ticket], *, at: datetime) -> frozenset[int]:
    """The customers of these tickets this agent has been talking to for longer than four minutes, now.

    Not asked where the rules widen nothing by it. It ends with the talk: nothing has to be taken back.
    """
    if rules.terms_at(at).talk_percent == PLAIN:
        return frozenset()
    talks = Place.objects.long_talks_of(agent, at=at)
    talks = talks.filter(customer__in={ticket.customer_id for ticket in tickets})
    return frozenset(talks.values_list("customer_id", flat=True))
