"""Pages of a list sorted by promise: each goes on after the last row of the one before, however many came before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from tickets.ticket import Ticket

PAGE_SIZE = 30
NO_PROMISE = "-"
ORDERED_BY = ("pk", "next_due_at", "changed_at")  # what a row has to have to find its place
PROMISED, UNPROMISED = "promised", "unpromised"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 20


@dataclass(frozen=True)
class After:
    """Where a page ended: the promise, the last change and the number of its last row."""

    due_at: datetime | None
    changed_at: datetime
    number: int

    @classmethod
    def of(cls, ticket: Ticket | Any) -> After:
        return cls(ticket.next_due_at, ticket.changed_at, ticket.pk)

    def values_in(self, half: str) -> dict[str, Any]:
        """What of it says where a half goes on."""
        values = {"changed_at": self.changed_at, "number": self.number}
        return values | ({"due_at": self.due_at} if half == PROMISED else {})

    @classmethod
    def read(cls, typed: str) -> After | None:
        """What stands in an address; None for anything we would not have written."""
        parts = typed.split("~")
        if len(parts) != 3:
            return None
        due, changed, number = parts
        due_at = None if due == NO_PROMISE else _moment(due)
        changed_at, pk = _moment(changed), _number(number)
        if changed_at is None or pk is None or (due_at is None and due != NO_PROMISE):
            return None
        return cls(due_at, changed_at, pk)

    def __str__(self) -> str:
        due = NO_PROMISE if self.due_at is None else str(_microseconds(self.due_at))
        return f"{due}~{_microseconds(self.changed_at)}~{self.number}"


# A query set, or what answers for a half, a place, how many at most, and up to which moment of its order.
Way = QuerySet[Any] | Callable[[str, After | None, int, datetime | None], list[Any]]


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    after: str = ""  # where the next page begins; "" when this is the last
    is_first: bool = True


def page_of(*ways: Way, after: str = "", size: int = PAGE_SIZE) -> Page:
    """The rows after a place, the most pressing promise first, then what promises nothing, lately changed first.

    The ways bring tickets, or rows with the same names for `pk`, `next_due_at` and `changed_at`. Several ways
    to the same tickets are laid together: each is asked for one page, and their union is sorted. Once one of them has
    filled the page, the others are only asked for what comes before its end.
    """
    place = After.read(after)
    rows: list[Any] = []
    if place is None or place.due_at is not None:
        rows = _first(ways, PROMISED, place, size + 1)
    if len(rows) <= size:
        begins = place if place is not None and place.due_at is None else None
        rows += _first(ways, UNPROMISED, begins, size + 1)[: size + 1 - len(rows)]
    more = str(After.of(rows[size - 1])) if len(rows) > size else ""
    return Page(rows[:size], more, place is None)


def half_of(
    tickets: QuerySet[Any], half: str, place: After | None, until: datetime | None = None
) -> QuerySet[Any]:
    """Those with a promise, or those without, after a place and up to a moment: of the promise, or of the change."""
    if half == PROMISED:
        rows = _promised(tickets, place)
        return rows if until is None else rows.filter(next_due_at__lte=until)
    rows = _unpromised(tickets, place)
    return rows if until is None else rows.filter(changed_at__gte=until)


def _first(ways: Sequence[Way], half: str, place: After | None, most: int) -> list[Any]:
    asked: list[list[Any]] = []
    until: datetime | None = None
    for way in ways:
        rows = _ask(way, half, place, most, until)
        if len(rows) == most:
            until = rows[-1].next_due_at if half == PROMISED else rows[-1].changed_at
        asked.append(rows)
    if len(asked) == 1:
        return asked[0]
    found = {ticket.pk: ticket for rows in asked for ticket in rows}
    return sorted(found.values(), key=_order)[:most]


def _ask(way: Way, half: str, place: After | None, most: int, until: datetime | None) -> list[Any]:
    if isinstance(way, QuerySet):
        return list(half_of(way, half, place, until)[:most])
    return way(half, place, most, until)


def _order(ticket: Any) -> tuple[int, int, int]:
    due = _microseconds(ticket.next_due_at) if ticket.next_due_at else 0
    return due, -_microseconds(ticket.changed_at), -ticket.pk


def _promised(tickets: QuerySet[Any], place: After | None) -> QuerySet[Any]:
    rows = tickets.filter(next_due_at__isnull=False).order_by("next_due_at", "-changed_at", "-pk")
    if place is None:
        return rows
    # The first condition alone lets an index begin there; the rest is about rows due in the same instant.
    later = Q(next_due_at__gt=place.due_at) | _older(place)
    return rows.filter(next_due_at__gte=place.due_at).filter(later)


def _unpromised(tickets: QuerySet[Any], place: After | None) -> QuerySet[Any]:
    rows = tickets.filter(next_due_at=None).order_by("-changed_at", "-pk")
    return rows if place is None else rows.filter(changed_at__lte=place.changed_at).filter(_older(place))


def _older(place: After) -> Q:
    return Q(changed_at__lt=place.changed_at) | Q(changed_at=place.changed_at, pk__lt=place.number)


def _microseconds(moment: datetime) -> int:
    return (moment - _BEGINNING) // timedelta(microseconds=1)


def _moment(typed: str) -> datetime | None:
    number = _number(typed)
    try:
        return None if number is None else _BEGINNING + timedelta(microseconds=number)
    except OverflowError:
        return None


def _number(typed: str) -> int | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) < _LONGEST):
        return None
    number = int(typed)
    return number if number < 2**63 else None
