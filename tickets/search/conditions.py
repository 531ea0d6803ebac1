"""Conditions asked of the database: the vocabulary rules are made of, as a question that finds all tickets at once.

Each fact answers here as `known.of_moment` would of one ticket; `tests/tickets/search/test_conditions.py` holds them
against each other.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from accounts.customer import Customer
from accounts.organisation import Organisation
from tickets.affected_list import number_in
from tickets.automation import group, known
from tickets.condition import CONTAINS_NOT, words_of
from tickets.fields import facts as custom
from tickets.tag import Tagging, fold
from tickets.ticket import TicketQuerySet
from tickets.watcher import Watcher

if TYPE_CHECKING:
    from accounts.person import Person

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
    "status_name": "status_name__code",
    "priority": "priority",
    "customer_status": "customer__status",
    "channel": "channel",
}
_COMPARED = {"is": "exact", "at_least": "gte", "at_most": "lte", "in": "in"}


def asked_of(
    tickets: TicketQuerySet, conditions: group.Group, *, now: datetime, by: Person | None = None
) -> TicketQuerySet:
    """The tickets of which the conditions hold at this moment, for whoever looks."""
    if needs_moments(conditions):
        tickets = known.with_moments(tickets)
    return tickets.filter(question(conditions, now=now, by=by))


def needs_moments(conditions: group.Group) -> bool:
    return any(row["fact"] in _MOMENTS for row in group.rows_of(conditions))


def names(conditions: group.Group, fact: str) -> bool:
    return any(row["fact"] == fact for row in group.rows_of(conditions))


def question(conditions: group.Group, *, now: datetime, by: Person | None = None) -> Q:
    """A group as one question; a group without parts holds always. `by` is who looks: “me”."""
    parts = [
        question(part, now=now, by=by) if "parts" in part else _row(part, now, by)
        for part in conditions.get("parts", [])
    ]
    if not parts:
        return ALWAYS
    return reduce(or_ if conditions.get("join") == group.ANY else and_, parts)


def _row(row: dict[str, Any], now: datetime, by: Person | None) -> Q:
    fact, operator, value = str(row["fact"]), str(row["operator"]), row["value"]
    if custom.is_one(fact):
        return custom.question(fact, operator, value, on=timezone.localdate(now))
    if operator == "is_not":
        # Only what is known of every ticket can be compared like this.
        return ~_row({**row, "operator": "is"}, now, by)
    if operator == "in" and fact not in _COLUMNS:
        each = (_row({**row, "operator": "is", "value": one}, now, by) for one in value)
        return reduce(or_, each, NEVER)
    if fact in _COLUMNS:
        return Q(**{f"{_COLUMNS[fact]}__{_COMPARED[operator]}": value})
    if fact in _HOURS:
        return _numbered(operator, value, _hours_since(_HOURS[fact], now))
    if fact in _OF_WHO_LOOKS:
        return _OF_WHO_LOOKS[fact](value, by)
    if fact in askers:
        return askers[fact](str(value), timezone.localdate(now))
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


def _assignee(value: str, by: Person | None) -> Q:
    if value == known.NOBODY:
        return Q(assignee=None)
    if value == known.ME:
        return Q(assignee=by.pk) if by else NEVER
    return Q(assignee=int(value)) if value.isascii() and value.isdigit() else NEVER


def _watched(value: bool, by: Person | None) -> Q:
    watched = Q(pk__in=Watcher.objects.filter(person=by).values("ticket")) if by else NEVER
    return watched if value else ~watched


def _snoozed(operator: str, value: bool, now: datetime) -> Q:
    return Q(asleep_since__isnull=not value)


def _subject(operator: str, value: str, now: datetime) -> Q:
    return ~_holding("subject", value) if operator == CONTAINS_NOT else _said("subject", operator, value)


def _customer(operator: str, value: str, now: datetime) -> Q:
    number = number_in(value)
    number = number if str(number) == value.removeprefix("#") else None
    called = _said("person__name", operator, value) | _said("person__email", operator, value)
    theirs = Q(customer__in=Customer.objects.filter(called | Q(pk=number) if number else called).values("pk"))
    return ~theirs if operator == CONTAINS_NOT else theirs


def _organisation(operator: str, value: str, now: datetime) -> Q:
    theirs = Q(organisation__in=Organisation.objects.filter(_said("name", operator, value)).values("pk"))
    return ~theirs | Q(organisation=None) if operator == CONTAINS_NOT else theirs


def _said(column: str, operator: str, value: str) -> Q:
    return Q(**{f"{column}__iexact": value}) if operator == "is" else _holding(column, value)


def _holding(column: str, value: str) -> Q:
    """Every word of it stands somewhere in the text."""
    return reduce(and_, (_held(column, word) for word in words_of(value)), ALWAYS)


def _held(column: str, word: str) -> Q:
    ways = {word}
    if connection.vendor == "sqlite" and not word.isascii():  # it knows no other letters as large and small
        ways |= {word.upper(), word.capitalize()}
    return reduce(or_, (Q(**{f"{column}__icontains": way}) for way in sorted(ways)))


def _opened_on(operator: str, value: str, now: datetime) -> Q:
    """A day as the clocks of whoever looks say it."""
    day, zone = date.fromisoformat(value), timezone.get_current_timezone()
    begins = datetime.combine(day, time(), tzinfo=zone)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    since, until = Q(created_at__gte=begins), Q(created_at__lt=ends)
    return {"at_least": since, "at_most": until}.get(operator, since & until)


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
    "customer": _customer,
    "hours_to_promise": _promise,
    "language": _language,
    "opened_on": _opened_on,
    "organisation": _organisation,
    "snoozed": _snoozed,
    "subject": _subject,
    "tags": _tags,
    "tenure_months": _tenure,
    "unanswered": _unanswered,
}
# Packages to the right add what they know: by fact, the tickets of which it is this on a day.
askers: dict[str, Callable[[str, date], Q]] = {}
_OF_WHO_LOOKS: dict[str, Callable[[Any, Person | None], Q]] = {"assignee": _assignee, "watched": _watched}


def _earlier(now: datetime, hours: int) -> datetime:
    return now - timedelta(hours=min(hours, _MOST_HOURS))


def _months_before(day: date, months: int) -> date:
    """The last day on which a relationship must have begun to count that many whole months today."""
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
