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
    promises = Prefetch("clocks", queryset=Clock.objects.open(), to_attr="open_clocks")
    return Ticket.objects.owned_by(request.user).select_related("cause").prefetch_related(promises)


def find(request: HttpRequest, number: int) -> Ticket:
    """The own request of that number; Http404 otherwise, whatever the reason."""
    found = own_requests(request).filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
