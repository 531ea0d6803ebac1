"""Conditions asked of the database: the vocabulary rules are made of, as a question that finds all tickets at once.

Each fact answers here as `known.of_moment` would of one ticket; `tests/tickets/search/test_conditions.py` holds them
against each other.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from tickets.automation import group, known
from tickets.fields import facts as custom
from tickets.tag import Tagging, fold
from tickets.ticket import TicketQuerySet

ALWAYS, NEVER = ~Q(pk__in=[]), Q(pk__in=[])
_MOMENTS = {"unanswered", "hours_since_customer", "hours_since_answer", "hours_in_status"}
_HOURS = {
    "hours_open": "created_at",
    "hours_since_customer": "customer_wrote_at",
    "hours_since_answer": "answered_at",
    "hours_in_status": "status_since",
}
_COLUMNS = {
    "cause": "cause__code",
    "team": "team__slug",
    "status": "status",
    "priority": "priority",
    "customer_status": "customer__status",
    "channel": "channel",
}
_COMPARED = {"is": "exact", "at_least": "gte", "at_most": "lte", "in": "in"}


def asked_of(tickets: TicketQuerySet, conditions: group.Group, *, now: datetime) -> TicketQuerySet:
    """The tickets of which the conditions hold at this moment."""
    if needs_moments(conditions):
        tickets = known.with_moments(tickets)
    return tickets.filter(question(conditions, now=now))


def needs_moments(conditions: group.Group) -> bool:
    return any(row["fact"] in _MOMENTS for row in group.rows_of(conditions))


def names(conditions: group.Group, fact: str) -> bool:
    return any(row["fact"] == fact for row in group.rows_of(conditions))


def question(conditions: group.Group, *, now: datetime) -> Q:
    """A group as one question; a group without parts holds always."""
    parts = [
        question(part, now=now) if "parts" in part else _row(part, now)
        for part in conditions.get("parts", [])
    ]
    if not parts:
        return ALWAYS
    return reduce(or_ if conditions.get("join") == group.ANY else and_, parts)


def _row(row: dict[str, Any], now: datetime) -> Q:
    fact, operator, value = str(row["fact"]), str(row["operator"]), row["value"]
    if custom.is_one(fact):
        return custom.question(fact, operator, value, on=timezone.localdate(now))
    if operator == "is_not":
        # Only what is known of every ticket can be compared like this.
        return ~_row({**row, "operator": "is"}, now)
    if operator == "in" and fact not in _COLUMNS:
        return reduce(or_, (_row({**row, "operator": "is", "value": one}, now) for one in value), NEVER)
    if fact in _COLUMNS:
        return Q(**{f"{_COLUMNS[fact]}__{_COMPARED[operator]}": value})
    if fact in _HOURS:
        return _numbered(operator, value, _hours_since(_HOURS[fact], now))
    asker = _ASKERS.get(fact)
    return asker(operator, value, now) if asker else NEVER


def _numbered(operator: str, value: int, at_least: Callable[[int], Q]) -> Q:
    """Every comparison of a whole number from the one that asks “at least”."""
    if operator == "at_least":
        return at_least(value)
    known_at_all = at_least(0)
    at_most = known_at_all & ~at_least(value + 1)
    return at_most if operator == "at_most" else at_least(value) & at_most


def _hours_since(column: str, now: datetime) -> Callable[[int], Q]:
    def at_least(hours: int) -> Q:
        if hours == 0:
            return Q(**{f"{column}__isnull": False})
        return Q(**{f"{column}__lte": _earlier(now, hours)})

    return at_least


def _promise(operator: str, value: int, now: datetime) -> Q:
    def at_least(hours: int) -> Q:
        if hours == 0:
            return Q(next_due_at__isnull=False)
        return Q(next_due_at__gte=now + timedelta(hours=min(hours, _MOST_HOURS)))

    return _numbered(operator, value, at_least)


def _tenure(operator: str, value: int, now: datetime) -> Q:
    today = timezone.localdate(now)

    def at_least(months: int) -> Q:
        return Q(customer__since__lte=_months_before(today, months)) if months else ALWAYS

    return _numbered(operator, value, at_least)


def _language(operator: str, value: str, now: datetime) -> Q:
    return Q(customer__person__language=value) | Q(customer__person__language="", language=value)


def _tags(operator: str, value: str, now: datetime) -> Q:
    return Q(pk__in=Tagging.objects.filter(tag__folded=fold(value)).values("ticket"))


def _assigned(operator: str, value: bool, now: datetime) -> Q:
    return Q(assignee__isnull=not value)


def _unanswered(operator: str, value: bool, now: datetime) -> Q:
    wrote = Q(customer_wrote_at__isnull=False)
    settled = [
        Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lt": F("customer_wrote_at")})
        for column in ("answered_at", "thanked_at")
    ]
    waits = wrote & settled[0] & settled[1]
    if value:
        return waits
    later = Q(answered_at__gte=F("customer_wrote_at")) | Q(thanked_at__gte=F("customer_wrote_at"))
    return ~wrote | later


_MOST_HOURS = 24 * 365 * 1000
_ASKERS: dict[str, Callable[[str, Any, datetime], Q]] = {
    "assigned": _assigned,
    "hours_to_promise": _promise,
    "language": _language,
    "tags": _tags,
    "tenure_months": _tenure,
    "unanswered": _unanswered,
}


def _earlier(now: datetime, hours: int) -> datetime:
    return now - timedelta(hours=min(hours, _MOST_HOURS))


def _months_before(day: date, months: int) -> date:
    """The last day on which a relationship must have begun to count that many whole months today."""
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
