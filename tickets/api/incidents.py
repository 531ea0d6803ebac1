"""Incidents for programs: one fault, and the list of everybody it hit, filled from wherever that is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.affected_list import LONGEST_SHOWN, MOST_ENTRIES, Entry, Fate, look_up, newcomers
from tickets.cause import Cause
from tickets.incident import Affected, Incident
from tickets.textfields import fresh_key

from .desk_shapes import DeskCause, DeskCustomer, NamedTeam
from .door import Door
from .fields import Instant, Line, Moment, Strict, Text
from .once import PARAMETER, Once, replayed
from .paging import LARGEST_ID, ByNumber, OldestFirst

OLDEST = timedelta(days=3 * 365)


class Happened(Instant):
    """A moment that has passed, and not too long ago."""

    default_error_messages = {
        "future": gettext_lazy("This has not happened yet."),
        "past": gettext_lazy("That is too long ago."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        now = timezone.now()
        if moment > now:
            self.fail("future")
        if moment < now - OLDEST:
            self.fail("past")
        return moment


class NewIncident(Strict):
    name = Line(max_length=120)
    cause = Line(max_length=40, help_text="The code of a cause of one of your teams.")
    happened_at = Happened()
    words_en = Line(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="For customers; else the cause.",
    )
    words_de = Line(max_length=300, required=False, allow_blank=True, default="")
    note = Text(max_length=2000, required=False, allow_blank=True, default="", help_text="For the desk.")

    def validate_cause(self, code: str) -> Cause:
        causes = Cause.objects.filter(team_id__in=self.context["person"].team_ids)
        found = causes.select_related("team").filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("Your teams have no cause of this code."))
        return found


class IncidentShape(serializers.ModelSerializer):
    cause = DeskCause(read_only=True)
    team = NamedTeam(read_only=True)
    happened_at = Moment()
    reported_at = Moment(source="at")
    affected = serializers.IntegerField(source="affected_count", read_only=True)
    tickets = serializers.IntegerField(source="ticket_count", read_only=True)

    class Meta:
        model = Incident
        fields = (
            "id",
            "name",
            "cause",
            "team",
            "happened_at",
            "words_en",
            "words_de",
            "note",
            "affected",
            "tickets",
            "reported_at",
        )
        read_only_fields = fields


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class Named(serializers.Field):
    """A customer by e-mail address or number."""

    default_error_messages = {
        "invalid": gettext_lazy("An e-mail address or a customer number is needed here.")
    }

    def to_internal_value(self, data: Any) -> str:
        if type(data) is int and 0 < data <= LARGEST_ID:
            return str(data)
        if not isinstance(data, str) or not data.strip() or len(data) > 254:
            self.fail("invalid")
        return data.strip()

    def to_representation(self, value: Any) -> Any:
        return value


class NewAffected(Strict):
    customers = serializers.ListField(child=Named(), min_length=1, max_length=MOST_ENTRIES)


class EntryShape(serializers.Serializer):
    """One entry in the order it was sent."""

    place = serializers.IntegerField(read_only=True)
    entry = serializers.CharField(read_only=True, help_text=f"At most {LONGEST_SHOWN} characters of it.")
    fate = serializers.ChoiceField([fate.value for fate in Fate], read_only=True)
    customer = serializers.IntegerField(read_only=True, allow_null=True)


class Report(serializers.Serializer):
    added = serializers.IntegerField(read_only=True)
    entries = EntryShape(many=True, read_only=True)


class AffectedShape(serializers.ModelSerializer):
    customer = DeskCustomer(read_only=True)
    at = Moment()

    class Meta:
        model = Affected
        fields = ("customer", "note", "at")
        read_only_fields = fields


class Incidents(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="incidents_list", responses=IncidentShape(many=True), tags=["incidents"])
    def get(self, request: Request) -> Response:
        """The own teams' incidents, newest first."""
        self.desk_only()
        rows = Incident.objects.worked_by(self.person).with_counts().select_related("cause__team", "team")
        pages = ByNumber()
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(IncidentShape(page, many=True).data)

    @extend_schema(
        operation_id="incidents_create",
        parameters=[PARAMETER],
        request=NewIncident,
        responses={201: IncidentShape, 422: OpenApiResponse(description="Key reused")},
        tags=["incidents"],
    )
    def post(self, request: Request) -> Response:
        """Report a fault. It belongs to the team of its cause."""
        self.desk_only()
        form = NewIncident(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        once = Once(request, "incidents", request.data)
        earlier = once.earlier(Incident.objects.filter(by=self.person))
        found = earlier or Incident.report(
            **said, team=said["cause"].team, by=self.person, key=once.key or fresh_key()
        )
        response = Response(IncidentShape(_find(self, found.pk)).data, status=status.HTTP_201_CREATED)
        return replayed(response) if earlier else response


class OneIncident(Door):
    @extend_schema(operation_id="incidents_retrieve", responses=IncidentShape, tags=["incidents"])
    def get(self, request: Request, number: int) -> Response:
        """One incident of the own teams."""
        return Response(IncidentShape(_find(self, number)).data)


class WhoWasHit(Door):
    pagination_class = OldestFirst

    @extend_schema(operation_id="affected_list", responses=AffectedShape(many=True), tags=["incidents"])
    def get(self, request: Request, number: int) -> Response:
        """Everybody on the list, in the order they were put there."""
        found = _find(self, number)
        pages = OldestFirst()
        rows = found.affected.select_related("customer__person", "customer__organisation")
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(AffectedShape(page, many=True).data)

    @extend_schema(
        operation_id="affected_create", request=NewAffected, responses={200: Report}, tags=["incidents"]
    )
    def post(self, request: Request, number: int) -> Response:
        """Put customers on the list by e-mail address or number, also those who never wrote, and learn of each what
        became of it. Sent again, nobody is on the list twice.
        """
        found = _find(self, number)
        form = NewAffected(data=request.data)
        form.is_valid(raise_exception=True)
        entries = look_up(found, form.validated_data["customers"])
        added = found.add(newcomers(entries), by=self.person)
        return Response(Report({"added": added, "entries": [_shape(entry) for entry in entries]}).data)


def _find(door: Door, number: int) -> Incident:
    own = Incident.objects.worked_by(door.person).with_counts().select_related("cause__team", "team")
    found = own.filter(pk=min(number, LARGEST_ID)).first()
    if found is None:
        raise NotFound
    return found


def _shape(entry: Entry) -> dict[str, object]:
    customer = entry.customer.pk if entry.customer else None
    return {"place": entry.place, "entry": entry.text, "fate": entry.fate.value, "customer": customer}
