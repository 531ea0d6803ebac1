"""Who may stand at the portal: customers, each before the own requests; everybody else finds nothing here."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404, HttpRequest

from accounts.customer import Customer
from tickets.sla.clock import Clock
from tickets.ticket import Ticket, TicketQuerySet

LARGEST_ID = 2**63 - 1


def customer_of(request: HttpRequest) -> Customer:
    """The customer who asks; Http404 for somebody who is none."""
    customer: Customer | None = request.user.as_customer
    if customer is None:
        raise Http404
    return customer


def own_requests(request: HttpRequest) -> TicketQuerySet:
    """The person's own requests with what is needed to say where they stand: `cause` and `open_clocks`."""
    return with_standing(Ticket.objects.owned_by(request.user))


def with_standing(tickets: TicketQuerySet) -> TicketQuerySet:
    promises = Prefetch("clocks", queryset=Clock.objects.open(), to_attr="open_clocks")
    return tickets.select_related("cause", "customer__person", "status_name").prefetch_related(promises)


def find(request: HttpRequest, number: int) -> Ticket:
    """The request of that number, own or overseen; Http404 otherwise, whatever the reason."""
    return _first(with_standing(Ticket.objects.served_to(request.user)), number)


def find_own(request: HttpRequest, number: int) -> Ticket:
    """The own request of that number, for what nobody does in somebody else's name; Http404 otherwise."""
    return _first(own_requests(request), number)


def _first(tickets: TicketQuerySet, number: int) -> Ticket:
    found = tickets.filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
