"""Finding tickets: what was typed becomes ways to look, each of which an index of the database can go."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.customer import Customer
from accounts.person import Person
from accounts.prepared import Prepared
from tickets.fields.custom_field import CustomField
from tickets.fields.typed import asked_for
from tickets.search.customers import customers_like
from tickets.solvable import SETTLED, Status
from tickets.status_name import found_by
from tickets.tag import Tagging, fold
from tickets.ticket import TicketQuerySet

from .full_text import as_typed
from .query import Filter, Query, names_in, parse
from .resembles import Resembles, pattern_of
from .words import TicketWords

MOST_CUSTOMERS = 200
LARGEST_ID = 2**63 - 1
# The ways of mere words: everything written in a ticket, its subject, and what its number or customer is called.
WORDS, SUBJECT, POINTED_AT = "words", "subject", "pointed_at"
_WAITING = (Status.WAITING_CUSTOMER, Status.WAITING_OTHERS)
_STATUSES: dict[str, tuple[str, ...]] = {
    "open": (Status.OPEN,),
    "offen": (Status.OPEN,),
    "waiting": _WAITING,
    "wartet": _WAITING,
    "solved": tuple(SETTLED),
    "gelöst": tuple(SETTLED),
    "closed": (Status.CLOSED,),
    "geschlossen": (Status.CLOSED,),
}


def understood(typed: str) -> Query:
    """What was typed, with the keys of custom fields among the operators."""
    names = names_in(typed)
    known = CustomField.objects.filter(code__in=names).values_list("code", flat=True) if names else ()
    return parse(typed, fields=set(known))


def ways(tickets: TicketQuerySet, query: Query, *, by: Person) -> tuple[list[TicketQuerySet], list[str]]:
    """Where to look, to be laid together; and what of the query could not be understood, in words.

    Several narrow questions instead of one with “or” in it: for each of them there is an index.
    """
    troubles: list[str] = []
    for one in query.filters:
        condition = _condition(one, by)
        if isinstance(condition, str):
            troubles.append(condition)
        else:
            tickets = tickets.exclude(condition) if one.is_negated else tickets.filter(condition)
    for term in query.unwanted:
        tickets = tickets.exclude(pk__in=TicketWords.objects.holding([term]).values("ticket"))
    if not query.free:
        return [tickets], troubles
    found = [tickets.filter(subject__icontains=query.free)]
    if query.wanted:
        found.append(tickets.filter(pk__in=TicketWords.objects.holding(query.wanted).values("ticket")))
    if query.number is not None:
        found.append(tickets.filter(pk=query.number))
    customers = _customers(query.free)
    if customers:
        found.append(tickets.filter(customer_id__in=customers))
    return found, troubles


def said_in(query: Query) -> dict[str, dict[str, Any]]:
    """What to ask `by_way` for mere words, by way; the one that finds most comes first."""
    asked: dict[str, dict[str, Any]] = {}
    if query.wanted:
        asked[WORDS] = {"terms": as_typed(query.wanted)}
    asked[SUBJECT] = {"pattern": pattern_of(query.free)}
    customers = _customers(query.free)
    if customers or query.number is not None:
        asked[POINTED_AT] = {"ticket": query.number or 0, "customers": customers}
    return asked


def by_way(tickets: TicketQuerySet, way: str, *, of_few: bool = False, **said: Any) -> TicketQuerySet:
    """Those of the tickets that are found this way; each value reaches the database as it comes.

    `of_few`: where only few of them are left to look at, their subjects are read. PostgreSQL thinks an index of parts
    of words costs next to nothing, and took 12 ms to find eleven thousand tickets of which it kept thirty.
    """
    if way == WORDS:
        return tickets.filter(pk__in=TicketWords.objects.saying(said["terms"]).values("ticket"))
    if way == SUBJECT:
        subject = Concat(F("subject"), Value("")) if of_few else F("subject")
        return tickets.filter(Resembles(subject, said["pattern"]))
    return tickets.filter(Q(pk=said["ticket"]) | Q(customer_id__among=said["customers"]))


def search(tickets: TicketQuerySet, query: Query, *, by: Person) -> TicketQuerySet:
    """The same as one query set, for whoever pages by another order."""
    found, _troubles = ways(tickets, query, by=by)
    if len(found) == 1:
        return found[0]
    return tickets.filter(reduce(or_, (Q(pk__in=way.values("pk")) for way in found)))


def _customers(said: str) -> list[int]:
    return sorted({pk for (pk,) in _CALLED.rows(pattern=pattern_of(said))})


def _called(pattern: str) -> QuerySet[Any, Any]:
    """Customers with this in their name, address or organisation: three questions in one, each with its index."""
    people = Customer.objects.order_by().values_list("pk")
    by_name, by_email, by_firm = (
        people.filter(Resembles(F(path), pattern))
        for path in ("person__name", "person__email", "organisation__name")
    )
    return by_name.union(by_email, by_firm, all=True)[:MOST_CUSTOMERS]


_CALLED = Prepared(_called, plans_anew=True)


def _condition(one: Filter, by: Person) -> Q | str:
    """What an operator asks of a ticket, or why it cannot be asked."""
    value = one.value
    if one.is_custom:
        return asked_for(one.name, value)
    if one.name == "status":
        return _status(value)
    if one.name == "assignee":
        return _assignee(value, by)
    if one.name == "team":
        return Q(team__slug__iexact=value) | Q(team__name__icontains=value)
    if one.name == "cause":
        named = Q(cause__name_en__icontains=value) | Q(cause__name_de__icontains=value)
        return Q(cause__code__iexact=value) | named
    if one.name == "customer":
        return Q(customer_id__in=customers_like(value).values("pk"))
    if one.name == "subject":
        return Q(subject__icontains=value)
    if one.name == "tag":
        return Q(pk__in=Tagging.objects.filter(tag__folded=fold(value)).values("ticket"))
    day = _day(value)
    if day is None:
        return _("“%(value)s” is no day. Write it like 2026-03-31.") % {"value": value}
    begins = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return Q(created_at__gte=begins) if one.name == "since" else Q(created_at__lt=begins)


def _status(value: str) -> Q | str:
    """A fixed status by its words, else an own one by its name in either language."""
    statuses = _STATUSES.get(value.lower())
    if statuses:
        return Q(status__in=statuses)
    own = found_by(value)
    return Q(status_name__in=own) if own else _("“%(value)s” is no status.") % {"value": value}


def _assignee(value: str, by: Person) -> Q:
    if value.lower() in ("me", "ich", "mir"):
        return Q(assignee=by)
    if value.lower() in ("none", "nobody", "niemand"):
        return Q(assignee=None)
    return Q(assignee__name__icontains=value)


def _day(value: str) -> date | None:
    if not value.isascii():
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
