"""Watchers through the API: who watches a ticket, and setting them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from tickets.refused import Refused
from tickets.ticket import Ticket
from tickets.watcher import MOST, Watcher

from .door import Conflict, Door
from .fields import Id, Strict


class WatcherShape(serializers.Serializer):
    id = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")


class Watchers(Strict):
    watchers = serializers.ListField(child=Id(), max_length=MOST)


class TicketWatchers(Door):
    @extend_schema(operation_id="watchers_list", responses=WatcherShape(many=True), tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """Who watches a ticket, by name."""
        self.desk_only()
        return _shape(self.worked(number))

    @extend_schema(
        operation_id="watchers_set",
        request=Watchers,
        responses={
            200: WatcherShape(many=True),
            409: OpenApiResponse(description="Why somebody cannot watch it"),
        },
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """These people of the ticket's team watch it from now on, besides them nobody. Numbers as in `assignment`."""
        self.desk_only()
        ticket = self.worked(number)
        form = Watchers(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = set(form.validated_data["watchers"])
        with transaction.atomic():
            for watcher in Watcher.objects.on(ticket).exclude(person__in=wanted):
                Watcher.remove(ticket, watcher.person, by=self.person)
            known = set(Watcher.objects.filter(ticket=ticket).values_list("person", flat=True))
            team = {person.pk: person for person in Person.objects.working_in(ticket.team)}
            for number_of in sorted(wanted - known):
                if number_of not in team:
                    raise ValidationError(
                        {"watchers": [_("This person does not work in the ticket’s team.")]}
                    )
                added = Watcher.add(ticket, team[number_of], by=self.person)
                if isinstance(added, Refused):
                    raise Conflict(added.words, code=added.code)
        return _shape(ticket)


def _shape(ticket: Ticket) -> Response:
    return Response(WatcherShape(Watcher.objects.on(ticket), many=True).data)
