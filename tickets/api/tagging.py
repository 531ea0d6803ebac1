"""Tags through the API: which a ticket has, and setting them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.refused import Refused
from tickets.tag import LONGEST, MOST, Tag, fold, spelled
from tickets.ticket import Ticket

from .door import Conflict, Door
from .fields import Line, Strict


class TagLine(Line):
    def to_internal_value(self, data: Any) -> str:
        return self._not_blank(spelled(super().to_internal_value(data)))


class Tags(Strict):
    tags = serializers.ListField(child=TagLine(max_length=LONGEST), max_length=MOST)


class TicketTags(Door):
    @extend_schema(operation_id="tags_list", responses=Tags, tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """The tags of a ticket, by name."""
        self.desk_only()
        return _shape(self.worked(number))

    @extend_schema(
        operation_id="tags_set",
        request=Tags,
        responses={200: Tags, 409: OpenApiResponse(description="Too many; how many there may be")},
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """The ticket has these tags from now on, and no others."""
        self.desk_only()
        ticket = self.worked(number)
        form = Tags(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = {fold(name): name for name in form.validated_data["tags"]}
        with transaction.atomic():
            for tag in Tag.objects.on(ticket).exclude(folded__in=wanted):
                tag.take_off(ticket, by=self.person)
            for name in wanted.values():
                put = Tag.put(name, ticket, by=self.person)
                if isinstance(put, Refused):
                    raise Conflict(put.words, code=put.code)
        return _shape(ticket)


def _shape(ticket: Ticket) -> Response:
    return Response({"tags": [tag.name for tag in Tag.objects.on(ticket)]})
