"""Won and lost: month by month, in customers, whom we won and whom we let run out at the back – in one table, always.

Lost is counted in people, like won: who gave up waiting, whose chat nobody took, whose contract ended while a request
was open, whose contract ended within ninety days after a no. Of a person with several of these one is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.customer import Customer
from tickets.line import words as on
from tickets.models import Place, Ticket

from ..asks.ask import Ask
from ..relationship.holding import Holding
from ..ruling import Ruling
from ..weigh.decision import Outcome

MONTHS: Final = 6
AFTER_A_NO: Final = timedelta(days=90)
LATER_THAT_DAY: Final = timedelta(hours=24)
GAVE_UP, UNANSWERED, OPEN_REQUEST, AFTER_NO = "gave_up", "unanswered", "open_request", "after_no"
REASONS: Final = (GAVE_UP, UNANSWERED, OPEN_REQUEST, AFTER_NO)
Dated = Iterable[tuple[int, date]]
"""A customer and the day they were won or lost."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many customers were won, and how many were lost in which way; `lost` counts each of them once."""

    begins: date
    won: int
    lost: int
    by_reason: dict[str, int]


def won_and_lost(*, at: datetime, months: int = MONTHS) -> list[Month]:
    """The newest month last; it is not over yet."""
    begins = _months(timezone.localdate(at), months)
    since, until = begins[0], timezone.localdate(at)
    won = _by_month(_won(since, until))
    lost = {reason: _by_month(rows) for reason, rows in _lost(since, until)}
    everybody: dict[date, set[int]] = defaultdict(set)
    for found in lost.values():
        for month, people in found.items():
            everybody[month] |= people
    return [
        Month(month, len(won[month]), len(everybody[month]), {why: len(lost[why][month]) for why in REASONS})
        for month in begins
    ]


def _won(since: date, until: date) -> Dated:
    found = Customer.objects.filter(since__gte=since, since__lte=until)
    return found.exclude(status=Customer.Status.PROSPECT).values_list("pk", "since")


def _lost(since: date, until: date) -> Iterator[tuple[str, Dated]]:
    places = Place.objects.filter(arrived_at__gte=_midnight(since)).exclude(customer=None)
    answered = Place.objects.filter(
        customer=OuterRef("customer"),
        first_answered_at__gt=OuterRef("arrived_at"),
        first_answered_at__lte=OuterRef("arrived_at") + LATER_THAT_DAY,
    )
    alone, chat = places.exclude(Exists(answered)), Place.Channel.CHAT
    yield GAVE_UP, _days(alone.filter(phase=on.ABANDONED).exclude(channel=chat))
    yield UNANSWERED, _days(alone.filter(phase__in=(on.ABANDONED, on.ASLEEP), channel=chat))
    ended = _ended(since, until)
    open_then = Ticket.objects.filter(
        Q(solved_at=None) | Q(solved_at__date__gt=OuterRef("ends_on")),
        customer=OuterRef("customer"),
        created_at__date__lte=OuterRef("ends_on"),
    )
    yield OPEN_REQUEST, ended.filter(Exists(open_then)).values_list("customer", "ends_on")
    yield AFTER_NO, _after_a_no(list(ended.values_list("customer", "ends_on")), since)


def _after_a_no(ended: list[tuple[int, date]], since: date) -> Dated:
    no = Q(outcome=Outcome.NEVER) | Q(ask__answer=Ask.Answer.DECLINED)
    refused = Ruling.objects.of_people().filter(
        no, ticket__customer__in={customer for customer, _day in ended}, at__gte=_midnight(since) - AFTER_A_NO
    )
    noes: dict[int, list[date]] = defaultdict(list)
    for customer, moment in refused.values_list("ticket__customer", "at"):
        noes[customer].append(timezone.localdate(moment))
    return [
        (customer, day)
        for customer, day in ended
        if any(timedelta(0) <= day - said <= AFTER_A_NO for said in noes[customer])
    ]


def _ended(since: date, until: date) -> QuerySet[Holding]:
    """Contracts that ended, of customers who hold none beyond that day: a renewed one is nobody lost."""
    goes_on = Holding.objects.filter(customer=OuterRef("customer"), kind=Holding.Kind.CONTRACT).filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    ended = Holding.objects.filter(kind=Holding.Kind.CONTRACT, ends_on__gte=since, ends_on__lte=until)
    return ended.exclude(Exists(goes_on))


def _days(places: QuerySet[Place]) -> Dated:
    rows = places.values_list("customer", "arrived_at")
    return [(customer, timezone.localdate(came)) for customer, came in rows]


def _by_month(rows: Dated) -> dict[date, set[int]]:
    found: dict[date, set[int]] = defaultdict(set)
    for customer, day in rows:
        found[day.replace(day=1)].add(customer)
    return found


def _months(today: date, count: int) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
