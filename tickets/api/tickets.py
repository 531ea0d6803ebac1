"""Causes and tickets: reading them, and writing a new one – a customer's own, or the desk's for a customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customer import Customer
from accounts.person import Person
from tickets.cause import Cause
from tickets.fields.facts import PREFETCH
from tickets.message import Message
from tickets.search.find import search, understood
from tickets.ticket import Ticket, TicketQuerySet

from .customer_shapes import INSIDE, CustomerCause, CustomerTicket, OwnFilters, OwnTicket
from .desk_shapes import Correction, DeskCause, DeskFilters, DeskTicket, TicketForCustomer
from .door import Conflict, Door, is_served
from .once import PARAMETER, Once, replayed
from .paging import ByNumber
from .schema import either


def shape(ticket: Ticket, person: Person) -> dict[str, Any]:
    """A ticket as this person may read it."""
    return shapes([ticket], person)[0]


def shapes(tickets: Iterable[Ticket], person: Person) -> list[dict[str, Any]]:
    """Each as this person may read it. One serializer of each kind does all: making them costs more than using them."""
    own, desk = CustomerTicket(context={"person": person}), DeskTicket(context={"person": person})
    return [(own if is_served(person, ticket) else desk).to_representation(ticket) for ticket in tickets]


class Causes(Door):
    @extend_schema(
        operation_id="causes_list",
        responses=either("Cause", DeskCause, CustomerCause, many=True),
        tags=["tickets"],
    )
    def get(self, request: Request) -> Response:
        """What a ticket can be about. Customers read those that are offered to them, the desk all."""
        causes = Cause.objects.select_related("team")
        if self.person.is_agent:
            return Response(DeskCause(causes, many=True).data)
        return Response(CustomerCause(causes.filter(offered=True), many=True).data)


class Tickets(Door):
    pagination_class = ByNumber

    @extend_schema(
        operation_id="tickets_list",
        parameters=[DeskFilters],
        responses=either("Ticket", DeskTicket, CustomerTicket, many=True),
        tags=["tickets"],
    )
    def get(self, request: Request) -> Response:
        """Tickets, newest first: those of the own teams, one's own as a customer, and those of the organisation whose
        requests one oversees.

        `team`, `assignee` and `own_status` are the desk's: who works in no team cannot send them, and with one of them
        only desk tickets are listed. A customer's `status` is that of the customer's ticket.
        """
        found = (
            _filtered(self.person, request)
            .with_people()
            .select_related("cause__team")
            .prefetch_related("clocks", PREFETCH)
        )
        pages = ByNumber()
        rows = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response(shapes(rows, self.person))

    @extend_schema(
        operation_id="tickets_create",
        parameters=[PARAMETER],
        request=either("AnyNewTicket", TicketForCustomer, OwnTicket),
        responses={
            201: either("Ticket", DeskTicket, CustomerTicket),
            422: OpenApiResponse(description="Key reused"),
        },
        tags=["tickets"],
    )
    def post(self, request: Request) -> Response:
        """Write down a matter. Customers write their own. Agents write for a customer and name `customer`: only
        one who already has a ticket in their teams, and only causes of their teams, so that nobody can try out
        numbers to find out who the customers of others are.
        """
        customer, said = self._said(request)
        once = Once(request, "tickets", request.data)
        now = timezone.now()
        ticket = once.earlier(Ticket.objects.filter(customer=customer))
        if ticket is None:
            ticket = Ticket.open(
                customer, **said, by=self.person, channel=Message.Channel.API, key=once.key, at=now
            )
        response = Response(shape(ticket, self.person), status=status.HTTP_201_CREATED)
        return response if ticket.created_at == now else replayed(response)

    def _said(self, request: Request) -> tuple[Customer, dict[str, Any]]:
        """For whom, and what; refusals as 400."""
        own = self.person.as_customer
        if self.person.is_agent and (own is None or "customer" in _keys(request.data)):
            said = self._checked(TicketForCustomer, request)
            return said.pop("customer"), said
        if own is None:
            raise NotFound
        return own, self._checked(OwnTicket, request)

    def _checked(self, kind: type[OwnTicket], request: Request) -> dict[str, Any]:
        form = kind(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class OneTicket(Door):
    @extend_schema(
        operation_id="tickets_retrieve",
        responses=either("Ticket", DeskTicket, CustomerTicket),
        tags=["tickets"],
    )
    def get(self, request: Request, number: int) -> Response:
        """One ticket; in the customer's shape for its customer and who oversees the organisation's requests."""
        return Response(shape(self.seen(number), self.person))

    @extend_schema(
        operation_id="tickets_correct",
        request=Correction,
        responses={
            200: DeskTicket,
            204: OpenApiResponse(
                description="Changed, and with a team now whose tickets are not yours to read"
            ),
            409: OpenApiResponse(description="It cannot be changed now; why"),
        },
        tags=["tickets"],
    )
    def patch(self, request: Request, number: int) -> Response:
        """Put a ticket right: any of its subject, cause, customer, priority and team, together or not at all. What
        stands so already is no change; a promise to the customer only ever becomes an earlier one."""
        self.desk_only()
        ticket = self.worked(number)
        form = Correction(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        why = form.validated_data.pop("why", "")
        refused = ticket.put_right(form.validated_data, by=self.person, why=why)
        if refused is not None:
            raise Conflict(refused.words, code=refused.code)
        if not Ticket.objects.worked_by(self.person).filter(pk=ticket.pk).exists():
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(shape(ticket, self.person))


def _keys(data: object) -> set[str]:
    return set(data) if isinstance(data, dict) else set()


def _filtered(person: Person, request: Request) -> TicketQuerySet:
    filters = (DeskFilters if person.is_agent else OwnFilters)(data=request.query_params)
    if not filters.is_valid():
        raise ValidationError(filters.errors)
    wanted = filters.validated_data
    desk, own = Ticket.objects.worked_by(person), Ticket.objects.served_to(person)
    if "team" in wanted:
        desk = desk.filter(team=wanted["team"])
    if "assignee" in wanted:
        desk = desk.filter(_assignee(wanted["assignee"], person))
    if "status" in wanted:
        chosen = wanted["status"]
        desk, own = desk.filter(status=chosen), own.filter(status__in=INSIDE.get(chosen, (chosen,)))
    if "own_status" in wanted:
        desk = desk.filter(status_name__code=wanted["own_status"])
    found = desk if {"team", "assignee", "own_status"} & set(wanted) else desk | own
    if "cause" in wanted:
        found = found.filter(cause__code=wanted["cause"])
    return _holding(found, wanted["q"], person) if "q" in wanted else found


def _holding(tickets: TicketQuerySet, typed: str, person: Person) -> TicketQuerySet:
    """A customer is found by subject and number alone: the words of a ticket hold what only the desk may know."""
    query = understood(typed)
    desk = search(Ticket.objects.worked_by(person), query, by=person)
    own = Ticket.objects.served_to(person).filter(Q(subject__icontains=typed) | Q(pk=query.number))
    return tickets.filter(Q(pk__in=desk.values("pk")) | Q(pk__in=own.values("pk")))


def _assignee(wanted: int | str, person: Person) -> Q:
    if wanted == "none":
        return Q(assignee=None)
    return Q(assignee=person if wanted == "me" else wanted)
