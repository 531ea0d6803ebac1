"""Requests in a list, as the portal shows them: a page of rows, each a request and where it stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest
from django.utils import timezone

from accounts.prepared import Prepared
from tickets.message import Message
from tickets.sla.clock import Clock
from tickets.solvable import Status
from tickets.ticket import Ticket, TicketQuerySet

from .standing import standing_on

if TYPE_CHECKING:
    from accounts.person import Person

PAGE_SIZE = 20


class OwnRequests:
    """A person's own requests, counted and cut into pages as a query set is, by prepared questions: it is what every
    customer asks first, and putting the questions together took half of the page's time."""

    ordered = True

    def __init__(self, person: Person) -> None:
        self.person = person

    def count(self) -> int:
        return sum(number for (number,) in _COUNTED.rows(person=self.person))

    def __getitem__(self, part: slice) -> list[Ticket]:
        """One page; it begins where `part` does."""
        found: list[Ticket] = _OWN.rows(part.start, person=self.person)
        running = defaultdict(list)
        for clock in _RUNNING.rows(tickets=[ticket.pk for ticket in found]) if found else []:
            running[clock.ticket_id].append(clock)
        for ticket in found:
            ticket.open_clocks = running[ticket.pk]
        return found


def page_of(request: HttpRequest, tickets: TicketQuerySet | OwnRequests) -> Page:
    """One page of rows; `tickets` come in order, with what is needed to say where they stand."""
    now, zone = timezone.now(), request.user.zone
    wanted = request.GET.get("page", "")
    page = Paginator(tickets, PAGE_SIZE).get_page(wanted if len(wanted) < 10 else 1)
    page.object_list = [
        (ticket, standing_on(ticket, ticket.open_clocks, zone=zone, now=now)) for ticket in page
    ]
    return page


def in_order(tickets: TicketQuerySet) -> TicketQuerySet:
    """What is done comes last; by the last message the customer may read: `changed_at` would tell when somebody wrote
    an internal note. What was merged into another stands in that one."""
    latest = Message.objects.public().filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    done = Case(
        When(status=Status.CLOSED, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return (
        tickets.standing_alone()
        .annotate(
            done=done,
            last_at=Subquery(latest.values("at")[:1]),
            last_from_customer=Subquery(latest.values("from_customer")[:1]),
        )
        .order_by("done", "-last_at", "-pk")
    )


def _own(first: int, *, person: Person) -> TicketQuerySet:
    found = in_order(Ticket.objects.owned_by(person).select_related("cause", "status_name"))
    return found[first : first + PAGE_SIZE]


def _counted(person: Person) -> QuerySet[Ticket, tuple[int]]:
    own = Ticket.objects.owned_by(person).standing_alone().order_by()
    return own.values("customer").annotate(number=Count("pk")).values_list("number")


_OWN, _COUNTED = Prepared(_own), Prepared(_counted)
_RUNNING = Prepared(lambda tickets: Clock.objects.open().filter(ticket__among=tickets))
