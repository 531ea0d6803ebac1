"""Snoozing through the API: until when a ticket sleeps, letting it, and waking it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.refused import Refused
from tickets.snooze import LONGEST, Snooze

from .door import Conflict, Door
from .fields import Flag, Instant, Moment, Strict


class NewSnooze(Strict):
    until = Instant(required=False, allow_null=True, default=None)
    wakes_on_reply = Flag(default=True, help_text="Whether the customer's next words wake it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until, now = attrs["until"], timezone.now()
        if until is None and not attrs["wakes_on_reply"]:
            raise serializers.ValidationError({"until": [_("Say until when.")]})
        if until is not None and until <= now:
            raise serializers.ValidationError({"until": [_("This moment has passed already.")]})
        if until is not None and until > now + LONGEST:
            raise serializers.ValidationError({"until": [_("That is too far ahead: at most a year.")]})
        return attrs


class SnoozeShape(serializers.ModelSerializer):
    """A ticket that sleeps: since when, until when, and whether the customer's words wake it."""

    at = Moment()
    until = Moment(allow_null=True)

    class Meta:
        model = Snooze
        fields = ("at", "until", "wakes_on_reply")
        read_only_fields = fields


class TicketSnooze(Door):
    @extend_schema(operation_id="snooze_retrieve", responses=SnoozeShape, tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """Until when this ticket sleeps; 404 for one that is awake."""
        held = self._held(number)
        if held is None:
            raise NotFound
        return Response(SnoozeShape(held).data)

    @extend_schema(
        operation_id="snooze_set",
        request=NewSnooze,
        responses={200: SnoozeShape, 409: OpenApiResponse(description="It cannot sleep now; why")},
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Let a ticket sleep until a date, until the customer writes, or until either. Its promises run on."""
        self.desk_only()
        ticket = self.worked(number)
        form = NewSnooze(data=request.data)
        form.is_valid(raise_exception=True)
        begun = Snooze.begin(ticket, by=self.person, **form.validated_data)
        if isinstance(begun, Refused):
            raise Conflict(begun.words, code=begun.code)
        return Response(SnoozeShape(begun).data)

    @extend_schema(operation_id="snooze_end", responses={204: None}, tags=["tickets"])
    def delete(self, request: Request, number: int) -> Response:
        """Wake it; one that is awake stays so."""
        held = self._held(number)
        if held is not None:
            held.wake(Snooze.Woken.HAND, by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _held(self, number: int) -> Snooze | None:
        self.desk_only()
        return Snooze.objects.open().filter(ticket=self.worked(number)).select_related("ticket").first()
