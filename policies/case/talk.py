"""A talk that takes its time: after four minutes help is added, and a wider field in this case is part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q

from accounts.prepared import Prepared
from tickets.line.heard import USUAL
from tickets.line.place import Place
from tickets.line.words import ENDED, HELD, TALKING

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
    customers = sorted({ticket.customer_id for ticket in tickets})
    since = at - timedelta(seconds=USUAL.help_after)
    return frozenset(customer for (customer,) in _LONG.rows(agent=agent.pk, customers=customers, since=since))


_LONG = Prepared(
    lambda agent, customers, since: (
        Place.objects.talking_since(since)
        .filter(agent=agent, customer__among=customers)
        .order_by()
        .values_list("customer_id")
    )
)


@dataclass(frozen=True, slots=True)
class LongTalks:
    """Whom who talked to for longer than four minutes, as the places in line remember it: of each its last talk."""

    # By (agent, customer): from when on it was long, and when it ended, if it has.
    spans: Mapping[tuple[int, int], list[tuple[datetime, datetime | None]]]

    @classmethod
    def none(cls) -> LongTalks:
        return cls({})

    @classmethod
    def since(cls, moment: datetime) -> LongTalks:
        """Those that were long at any time from `moment` on; one query."""
        usual = timedelta(seconds=USUAL.help_after)
        running = Q(phase__in=(TALKING, HELD), ended_at=None)
        ended = Q(phase=ENDED, ended_at__gt=moment, ended_at__gte=F("answered_at") + usual)
        places = Place.objects.filter(running | ended, agent__isnull=False, customer__isnull=False)
        spans = defaultdict(list)
        rows = places.order_by().values_list("agent_id", "customer_id", "answered_at", "ended_at")
        for agent, customer, answered_at, ended_at in rows.iterator(chunk_size=2000):
            spans[agent, customer].append((answered_at + usual, ended_at))
        return cls(spans)

    def held(self, agent: int, customer: int, *, at: datetime) -> bool:
        """Whether they talked at length in that moment."""
        spans = self.spans.get((agent, customer), ())
        return any(long_from <= at and (until is None or at < until) for long_from, until in spans)
