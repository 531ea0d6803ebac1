"""Requests in a list, as the portal shows them: a page of rows, each a request and where it stands."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, OuterRef, Subquery, Value, When
from django.http import HttpRequest
from django.utils import timezone

from tickets.message import Message
from tickets.solvable import Status
from tickets.ticket import TicketQuerySet

from .standing import standing_of

PAGE_SIZE = 20


def page_of(request: HttpRequest, tickets: TicketQuerySet) -> Page:
    """One page of rows; `tickets` come with what is needed to say where they stand. What is done comes last."""
    now, zone = timezone.now(), request.user.zone
    wanted = request.GET.get("page", "")
    page = Paginator(_in_order(tickets.standing_alone()), PAGE_SIZE).get_page(
        wanted if len(wanted) < 10 else 1
    )
    page.object_list = [
        (ticket, standing_of(ticket.status, ticket.open_clocks, zone=zone, now=now)) for ticket in page
    ]
    return page


def _in_order(tickets: TicketQuerySet) -> TicketQuerySet:
    """By the last message the customer may read: `changed_at` would tell when somebody wrote an internal note."""
    latest = Message.objects.public().filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    done = Case(
        When(status=Status.CLOSED, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return tickets.annotate(
        done=done,
        last_at=Subquery(latest.values("at")[:1]),
        last_from_customer=Subquery(latest.values("from_customer")[:1]),
    ).order_by("done", "-last_at", "-pk")
