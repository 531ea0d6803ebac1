"""Links between tickets through the API: how one stands to others, linking, and ending that."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.refused import Refused
from tickets.solvable import Status
from tickets.ticket import Ticket
from tickets.together.link import Link, Role

from .door import Conflict, Door
from .fields import Choice, Id, Strict
from .paging import LARGEST_ID


class LinkSaid(Strict):
    role = Choice(choices=Role.choices, help_text="How this ticket stands to the other.")
    ticket = Id(help_text="The number of the other.")


class LinkShape(serializers.Serializer):
    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=Role.choices)
    ticket = serializers.IntegerField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)


class TicketLinks(Door):
    @extend_schema(operation_id="links_list", responses=LinkShape(many=True), tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """How a ticket stands to others; only to those one works on too."""
        self.desk_only()
        ticket = self.worked(number)
        return Response([_shape(link, ticket) for link in Link.objects.seen_by(self.person, ticket)])

    @extend_schema(
        operation_id="links_create",
        request=LinkSaid,
        responses={201: LinkShape, 409: OpenApiResponse(description="Why they cannot be linked so")},
        tags=["tickets"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Link it with another of the own tickets. The same link again is the same."""
        self.desk_only()
        ticket = self.worked(number)
        form = LinkSaid(data=request.data)
        form.is_valid(raise_exception=True)
        other = self.worked(form.validated_data["ticket"])
        made = Link.make(ticket, form.validated_data["role"], other, by=self.person)
        if isinstance(made, Refused):
            raise Conflict(made.words, code=made.code)
        return Response(_shape(made, ticket), status=status.HTTP_201_CREATED)


class OneLink(Door):
    @extend_schema(operation_id="links_end", responses={204: None}, tags=["tickets"])
    def delete(self, request: Request, number: int, pk: int) -> Response:
        """They are linked so no longer."""
        self.desk_only()
        ticket = self.worked(number)
        found = Link.objects.seen_by(self.person, ticket).filter(pk=pk).first() if pk <= LARGEST_ID else None
        if found is None:
            raise NotFound
        found.end(by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shape(link: Link, ticket: Ticket) -> dict[str, Any]:
    other = link.other_than(ticket)
    said = {"id": link.pk, "role": link.role_of(ticket).value, "ticket": other.pk}
    return {**said, "subject": other.subject, "status": other.status}
