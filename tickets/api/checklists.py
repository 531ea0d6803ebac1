"""Checklists through the API: what is to be done on a ticket, ticking it off, and lists ready for its cause."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from tickets.checklist import LONGEST, ChecklistItem, ReadyList
from tickets.refused import Refused
from tickets.textfields import fresh_key
from tickets.ticket import Ticket

from .door import Conflict, Door
from .fields import Flag, Line, Moment, Strict
from .once import PARAMETER, Once, replayed
from .paging import LARGEST_ID


class NewChecklistLine(Strict):
    words = Line(max_length=LONGEST, help_text="What is to be done.")


class ChecklistTick(Strict):
    done = Flag()


class ChecklistDoer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("id", "name")
        read_only_fields = fields


class ChecklistLineShape(serializers.ModelSerializer):
    """One line: what is to be done, and once it is, by whom and when."""

    done_by = ChecklistDoer(read_only=True, allow_null=True)
    done_at = Moment(allow_null=True)

    class Meta:
        model = ChecklistItem
        fields = ("id", "words", "done_by", "done_at")
        read_only_fields = fields


class ReadyListShape(serializers.ModelSerializer):
    lines = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ReadyList
        fields = ("id", "name", "lines")
        read_only_fields = fields


class TicketChecklist(Door):
    @extend_schema(operation_id="checklist_list", responses=ChecklistLineShape(many=True), tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """What is to be done on a ticket, in its order."""
        self.desk_only()
        return Response(ChecklistLineShape(_lines_of(self.worked(number)), many=True).data)

    @extend_schema(
        operation_id="checklist_add",
        request=NewChecklistLine,
        responses={201: ChecklistLineShape, 409: OpenApiResponse(description="The list is full")},
        parameters=[PARAMETER],
        tags=["tickets"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Add a line."""
        self.desk_only()
        ticket = self.worked(number)
        form = NewChecklistLine(data=request.data)
        form.is_valid(raise_exception=True)
        once = Once(request, f"checklist-{ticket.pk}", request.data)
        earlier = once.earlier(ChecklistItem.objects.filter(ticket=ticket))
        words, key = form.validated_data["words"], once.key or fresh_key()
        made = earlier or ChecklistItem.add(ticket, words, by=self.person, key=key)
        if isinstance(made, Refused):
            raise Conflict(made.words, code=made.code)
        response = Response(ChecklistLineShape(made).data, status=status.HTTP_201_CREATED)
        return replayed(response) if earlier else response


class ChecklistLine(Door):
    @extend_schema(
        operation_id="checklist_tick", request=ChecklistTick, responses=ChecklistLineShape, tags=["tickets"]
    )
    def put(self, request: Request, number: int, pk: int) -> Response:
        """It is done, or it is not after all. Said twice is said once."""
        ticket, found = self._held(number, pk)
        form = ChecklistTick(data=request.data)
        form.is_valid(raise_exception=True)
        (found.tick if form.validated_data["done"] else found.untick)(by=self.person)
        return Response(ChecklistLineShape(_lines_of(ticket).get(pk=pk)).data)

    @extend_schema(
        operation_id="checklist_remove",
        responses={204: None, 409: OpenApiResponse(description="What is done stays")},
        tags=["tickets"],
    )
    def delete(self, request: Request, number: int, pk: int) -> Response:
        """Nobody needs to do it. What is done stays on the list."""
        _ticket, found = self._held(number, pk)
        if not found.take_off():
            raise Conflict(_("What is done stays on the list."), code="done")
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _held(self, number: int, pk: int) -> tuple[Ticket, ChecklistItem]:
        self.desk_only()
        ticket = self.worked(number)
        found = _lines_of(ticket).select_related("ticket").filter(pk=pk).first() if pk <= LARGEST_ID else None
        if found is None:
            raise NotFound
        return ticket, found


class ReadyLists(Door):
    @extend_schema(operation_id="ready_lists_list", responses=ReadyListShape(many=True), tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """The lists ready for tickets of this cause."""
        self.desk_only()
        return Response(
            ReadyListShape(ReadyList.objects.filter(cause=self.worked(number).cause_id), many=True).data
        )


class OneReadyList(Door):
    @extend_schema(
        operation_id="ready_list_put",
        request=None,
        responses={
            200: ChecklistLineShape(many=True),
            409: OpenApiResponse(description="The list would be too long"),
        },
        tags=["tickets"],
    )
    def put(self, request: Request, number: int, pk: int) -> Response:
        """Its lines stand on the ticket from now on, each once, however often it is put there."""
        self.desk_only()
        ticket = self.worked(number)
        fitting = ReadyList.objects.filter(cause=ticket.cause_id)
        found = fitting.filter(pk=pk).first() if pk <= LARGEST_ID else None
        if found is None:
            raise NotFound
        refused = found.put_on(ticket, by=self.person)
        if refused is not None:
            raise Conflict(refused.words, code=refused.code)
        return Response(ChecklistLineShape(_lines_of(ticket), many=True).data)


def _lines_of(ticket: Ticket) -> QuerySet[ChecklistItem]:
    return ChecklistItem.objects.filter(ticket=ticket).select_related("done_by")
