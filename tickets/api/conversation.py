"""One ticket: what is said on it, who works on it, where it stands."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from tickets.draft_check import remarks_on
from tickets.message import Message
from tickets.solvable import SETTLED
from tickets.ticket import Ticket

from .customer_shapes import CustomerMessage, CustomerTicket, OwnConfirmation, OwnMessage
from .desk_shapes import Assignment, DeskMessage, DeskTicket, Move, NewMessage
from .door import Conflict, Door, Refused, is_served
from .once import PARAMETER, Once, replayed
from .paging import OldestFirst
from .schema import either
from .tickets import shape


class RemarkShape(serializers.Serializer):
    kind = serializers.CharField(read_only=True)
    found = serializers.CharField(read_only=True)
    advice = serializers.CharField(read_only=True)


class Remarks(serializers.Serializer):
    """A reply that should be read once more; sent with `anyway` it goes out as it is."""

    detail = serializers.CharField(read_only=True)
    remarks = RemarkShape(many=True, read_only=True)


class Messages(Door):
    pagination_class = OldestFirst

    @extend_schema(
        operation_id="messages_list",
        responses=either("Message", DeskMessage, CustomerMessage, many=True),
        tags=["tickets"],
    )
    def get(self, request: Request, number: int) -> Response:
        """The conversation, oldest first. Customers read its public part."""
        ticket = self.seen(number)
        pages = OldestFirst()
        rows = pages.paginate_queryset(_readable(ticket, self.person), request, view=self)
        return pages.get_paginated_response(_shape_of(ticket, self.person)(rows, many=True).data)

    @extend_schema(
        operation_id="messages_create",
        parameters=[PARAMETER],
        request=either("AnyNewMessage", NewMessage, OwnMessage),
        responses={
            201: either("Message", DeskMessage, CustomerMessage),
            422: OpenApiResponse(
                Remarks, description="Remarks on the reply, or a key used for something else"
            ),
        },
        tags=["tickets"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Say something. Customers write to us; agents reply to the customer or leave a note inside."""
        ticket, now = self.seen(number), timezone.now()
        form = (OwnMessage if is_served(self.person, ticket) else NewMessage)(data=request.data)
        form.is_valid(raise_exception=True)
        once = Once(request, "messages", request.data)
        message = once.earlier(Message.objects.filter(ticket=ticket, author=self.person))
        if message is None:
            message = _say(ticket, form.validated_data, by=self.person, key=once.key, at=now)
        response = Response(_shape_of(ticket, self.person)(message).data, status=status.HTTP_201_CREATED)
        return response if message.at == now else replayed(response)


class TicketAssignment(Door):
    @extend_schema(operation_id="assignment_set", request=Assignment, responses=DeskTicket, tags=["tickets"])
    def put(self, request: Request, number: int) -> Response:
        """Give the ticket to somebody of its team."""
        ticket = self.worked(number)
        form = Assignment(data=request.data)
        form.is_valid(raise_exception=True)
        to = Person.objects.working_in(ticket.team).filter(pk=form.validated_data["assignee"]).first()
        if to is None:
            raise ValidationError({"assignee": [_("This person does not work in the ticket’s team.")]})
        ticket.assign(to, by=self.person)
        return Response(shape(ticket, self.person))

    @extend_schema(
        operation_id="assignment_end",
        responses={204: None, 409: OpenApiResponse(description="It goes on in another ticket")},
        tags=["tickets"],
    )
    def delete(self, request: Request, number: int) -> Response:
        """Back to the team; nobody has it any more."""
        self.desk_only()
        ticket = self.worked(number)
        refused = ticket.uncorrectable()
        if refused is not None:
            raise Conflict(refused.words, code=refused.code)
        ticket.release(by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketStatus(Door):
    @extend_schema(
        operation_id="status_set",
        request=either("AnyNewStatus", Move, OwnConfirmation),
        responses={
            200: either("Ticket", DeskTicket, CustomerTicket),
            409: OpenApiResponse(description="Not now"),
        },
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Say where the ticket stands. A customer can only say that it is solved: `closed`."""
        ticket = self.seen(number)
        own = is_served(self.person, ticket)
        if own and ticket.customer.person_id != self.person.pk:
            raise PermissionDenied(_("Only who the request is of can say that it is solved."))
        form = (OwnConfirmation if own else Move)(data=request.data)
        form.is_valid(raise_exception=True)
        if own:
            ticket.confirm_solved(by=self.person)
        elif not ticket.stand(**form.validated_data, by=self.person):
            lacks = ticket.unsolvable() if form.validated_data["status"] in SETTLED else None
            if lacks is not None and not ticket.is_settled:
                raise Conflict(lacks.words, code=lacks.code)
        return Response(shape(ticket, self.person))


def _readable(ticket: Ticket, person: Person) -> QuerySet[Message]:
    said = Message.objects.visible_to(person).filter(ticket=ticket)
    return said.select_related("author").prefetch_related("attachments")


def _shape_of(ticket: Ticket, person: Person) -> type[serializers.BaseSerializer]:
    return CustomerMessage if is_served(person, ticket) else DeskMessage


def _say(ticket: Ticket, said: dict[str, str], *, by: Person, key: str | None, at: datetime) -> Message:
    """The same verbs as on the page; a reply is read twice before it goes out."""
    text, api = said["text"], Message.Channel.API
    if is_served(by, ticket):
        return ticket.hear(text, by=by, channel=api, key=key, at=at)
    if said["kind"] == Message.Kind.INTERNAL:
        return ticket.note(text, by=by, channel=api, key=key, at=at)
    remarks = [] if "anyway" in said else remarks_on(ticket, text, by=by)
    if remarks:
        words = _("Please read this once more before it goes out.")
        raise Refused({"detail": words, "remarks": RemarkShape(remarks, many=True).data})
    return ticket.reply(text, by=by, channel=api, key=key, anyway=said.get("anyway", ""), at=at)
