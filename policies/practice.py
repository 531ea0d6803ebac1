"""Practice: who has handled enough cases of a cause lately to decide about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from accounts.person import Person
from tickets.cause import Cause
from tickets.ticket import Ticket

from .offer import Offer

WINDOW, ENOUGH = timedelta(days=365), 3


def practised(people: Iterable[Person], cause: Cause, *, at: datetime) -> set[int]:
    """The ids of those with at least `ENOUGH` cases of this cause in the last twelve months.

    A case counts once where somebody gave something or solved it, and once where they said yes to a colleague's;
    what silence granted was nobody's practice.
    """
    people, since = list(people), at - WINDOW
    if not people:
        return set()
    offers = Offer.objects.filter(cause=cause, at__gt=since, at__lte=at)
    given = _tickets(offers.filter(agent__in=people), "agent_id", "ticket")
    solved = _tickets(
        Ticket.objects.of_known_cause().filter(
            cause=cause, assignee__in=people, solved_at__gt=since, solved_at__lte=at
        ),
        "assignee_id",
        "pk",
    )
    approved = _tickets(
        offers.filter(approver__in=people).exclude(ruling__ask__answer="silence"), "approver_id", "ticket"
    )
    counts = {person.pk: max(given[person.pk], solved[person.pk]) + approved[person.pk] for person in people}
    return {pk for pk, count in counts.items() if count >= ENOUGH}


def _tickets(rows: object, whose: str, ticket: str) -> Counter[int]:
    """How many different tickets of `rows` are whose."""
    # Without an order of its own: the default one would make a group of each row.
    counted = rows.order_by().values_list(whose).annotate(Count(ticket, distinct=True))  # type: ignore[attr-defined]
    return Counter(dict(counted))
