"""Merging through the API: where a ticket goes on, merging it into another, and taking both apart again."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.refused import Refused
from tickets.ticket import Ticket
from tickets.together.merge import Merge

from .door import Conflict, Door
from .fields import Flag, Id, Moment, Strict


class MergeInto(Strict):
    into = Id(help_text="The number of the ticket that stays.")
    tell = Flag(default=False, help_text="Whether the customer gets a mail about it.")


class MergeShape(serializers.ModelSerializer):
    """Where a ticket goes on, since when, and until when that can be taken back."""

    into = serializers.IntegerField(source="target_id", read_only=True)
    at = Moment()
    undoable_until = Moment()

    class Meta:
        model = Merge
        fields = ("into", "at", "told", "undoable_until")
        read_only_fields = fields


class TicketMerge(Door):
    @extend_schema(operation_id="merge_retrieve", responses=MergeShape, tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """Where this ticket goes on; 404 for one that stands alone."""
        held = self._held(number)
        if held.undone_at is not None:
            raise NotFound
        return Response(MergeShape(held).data)

    @extend_schema(
        operation_id="merge_set",
        request=MergeInto,
        responses={200: MergeShape, 409: OpenApiResponse(description="They cannot become one; why")},
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Merge this ticket into another of the same customer. Doing it twice is doing it once."""
        self.desk_only()
        ticket = self.worked(number)
        form = MergeInto(data=request.data)
        form.is_valid(raise_exception=True)
        theirs = Ticket.objects.worked_by(self.person).with_people()
        target = theirs.filter(pk=form.validated_data["into"]).first()
        if target is None:
            raise ValidationError({"into": [_("None of your tickets has this number.")]})
        made = Merge.make(ticket, target, by=self.person, tell=form.validated_data["tell"])
        if isinstance(made, Refused):
            raise Conflict(made.words, code=made.code)
        return Response(MergeShape(made).data)

    @extend_schema(
        operation_id="merge_undo",
        responses={204: None, 409: OpenApiResponse(description="Not any more; why")},
        tags=["tickets"],
    )
    def delete(self, request: Request, number: int) -> Response:
        """Take both apart again, within 24 hours. Doing it twice is doing it once."""
        refused = self._held(number).undo(by=self.person)
        if refused is not None:
            raise Conflict(refused.words, code=refused.code)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _held(self, number: int) -> Merge:
        """The last one of this ticket, taken apart or not."""
        self.desk_only()
        held = Merge.objects.last_of(self.worked(number))
        if held is None or not Ticket.objects.worked_by(self.person).filter(pk=held.target_id).exists():
            raise NotFound
        return held
