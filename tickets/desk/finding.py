"""The ways of a search to the rows of a list, in the order of the list; those of mere words are asked all day."""

from __future__ import annotations

from collections import namedtuple
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.person import Person
from accounts.prepared import Prepared
from tickets.search.find import by_way, said_in, understood, ways
from tickets.ticket import Ticket

from .paging import ORDERED_BY, PROMISED, After, Way, half_of

Place = namedtuple("Place", ORDERED_BY)


def ways_of(person: Person, typed: str) -> tuple[list[Way], list[str]]:
    """Where what was typed is found, and what of it could not be understood.

    They say no more than the order: what the lines of the one page say is asked once, not of every way.
    """
    query = understood(typed)
    if query.is_mere_words:
        first, *others = said_in(query).items()
        apart = [dict([one]) for one in others]
        if len(others) > 1 and connection.features.supports_slicing_ordering_in_compound:
            apart = [dict(others)]
        return [_asking(person, one) for one in (dict([first]), *apart)], []
    found, troubles = ways(Ticket.objects.worked_by(person), query, by=person)
    return [way.values_list(*ORDERED_BY, named=True) for way in found], troubles


def _asking(person: Person, found_by: dict[str, dict[str, Any]]) -> Way:
    """Several ways at once bring the rows of each, to be put in order by whoever lays them together."""
    names = tuple(found_by)
    said = {name: value for values in found_by.values() for name, value in values.items()}

    def ask(half: str, place: After | None, most: int, until: datetime | None) -> list[Place]:
        begins = place.values_in(half) if place else {}
        ends = {"until": until} if until else {}
        rows = _FOUND.rows(names, half, most, person=person, **said, **ends, **begins)
        return [Place(*row) for row in rows]

    return ask


def _found(
    names: tuple[str, ...],
    half: str,
    most: int,
    *,
    person: Person,
    until: datetime | None = None,
    due_at: datetime | None = None,
    changed_at: datetime | None = None,
    number: int = 0,
    **said: Any,
) -> QuerySet[Any, Any]:
    place = After(due_at, changed_at, number) if changed_at else None
    # What is promised and due before the end of a full page is little, however many tickets there are.
    of_few = half == PROMISED and until is not None
    mine = Ticket.objects.worked_by(person)
    found = [by_way(mine, name, of_few=of_few, **said) for name in names]
    first, *others = (half_of(one, half, place, until).values_list(*ORDERED_BY)[:most] for one in found)
    return first.union(*others, all=True) if others else first


_FOUND = Prepared(_found, plans_anew=True)
