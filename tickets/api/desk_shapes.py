"""What the desk sends and reads: the whole ticket, with people, promises and notes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.fields.custom_field import CustomField, CustomFieldQuerySet
from tickets.message import MAX_LENGTH, Message
from tickets.sla.clock import Clock
from tickets.solvable import Status
from tickets.status_name import LONGEST_CODE, StatusName
from tickets.ticket import Ticket

from .custom_fields import Answers, held
from .customer_shapes import File, OwnTicket, cause_of
from .fields import Address, Choice, Id, Line, Moment, Number, NumberInAddress, Strict, Text


class NamedPerson(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("id", "name")
        read_only_fields = fields


class NamedTeam(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ("id", "name", "slug")
        read_only_fields = fields


class DeskCause(serializers.ModelSerializer):
    """A cause with the team that answers for it."""

    name = serializers.CharField(read_only=True, help_text="In the language of the request.")
    team = NamedTeam(read_only=True)

    class Meta:
        model = Cause
        fields = ("code", "name", "team", "offered")
        read_only_fields = fields


class DeskCustomer(serializers.ModelSerializer):
    name = serializers.CharField(source="person.name", read_only=True)
    email = serializers.EmailField(source="person.email", read_only=True)
    organisation = serializers.CharField(
        source="organisation.name", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Customer
        fields = ("id", "name", "email", "organisation", "status", "since", "phone")
        read_only_fields = fields


class Promise(serializers.ModelSerializer):
    """A running or finished promise. `due_at` is empty while it pauses."""

    due_at = Moment(allow_null=True)
    paused = serializers.BooleanField(source="is_paused", read_only=True)
    met_at = Moment(allow_null=True)
    breached_at = Moment(allow_null=True)

    class Meta:
        model = Clock
        fields = ("kind", "due_at", "paused", "met_at", "breached_at")
        read_only_fields = fields


class OwnStatus(serializers.ModelSerializer):
    """What the house calls where a ticket stands; `status` alone decides what runs and what pauses."""

    name = serializers.CharField(read_only=True, help_text="In the language of the request.")

    class Meta:
        model = StatusName
        fields = ("code", "name", "status", "seen_by_customer")
        read_only_fields = fields


class DeskTicket(serializers.ModelSerializer):
    """A ticket as the desk reads it."""

    number = serializers.IntegerField(source="pk", read_only=True)
    cause = DeskCause(read_only=True)
    team = NamedTeam(read_only=True)
    own_status = OwnStatus(source="status_name", read_only=True, allow_null=True)
    assignee = NamedPerson(read_only=True, allow_null=True)
    customer = DeskCustomer(read_only=True)
    promises = Promise(source="clocks", many=True, read_only=True)
    custom_fields = serializers.SerializerMethodField(
        help_text="By key; which there are is under `/fields/`."
    )
    created_at = Moment()
    changed_at = Moment()
    solved_at = Moment(allow_null=True)
    next_due_at = Moment(allow_null=True, help_text="The earliest promise still owed.")

    class Meta:
        model = Ticket
        fields = (
            "number",
            "subject",
            "status",
            "own_status",
            "priority",
            "language",
            "cause",
            "team",
            "assignee",
            "customer",
            "promises",
            "custom_fields",
            "created_at",
            "changed_at",
            "solved_at",
            "next_due_at",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_custom_fields(self, ticket: Ticket) -> dict[str, Any]:
        return held(ticket.custom_values, inside=True)


class DeskMessage(serializers.ModelSerializer):
    """A message or an internal note."""

    author = NamedPerson(read_only=True, allow_null=True)
    files = File(source="attachments", many=True, read_only=True)
    at = Moment()

    class Meta:
        model = Message
        fields = ("id", "author", "kind", "channel", "from_customer", "text", "files", "at")
        read_only_fields = fields


class TicketForCustomer(OwnTicket):
    """A matter written down for a customer: one who already has a ticket with a team of the writer's."""

    customer = Id(help_text="The number of a customer who has a ticket in one of your teams.")
    priority = Number(Ticket.Priority.choices, default=int(Ticket.Priority.NORMAL))

    def validate_cause(self, code: str) -> Cause:
        return cause_of(code, team__in=self.context["person"].team_ids)

    def asked(self, cause: Cause) -> CustomFieldQuerySet:
        return CustomField.objects.fitting(cause=cause.pk, team=cause.team_id)

    def demand(self, found: Answers, fields: list[CustomField]) -> None:
        """The desk writes down what it knows."""

    def validate_customer(self, number: int) -> Customer:
        return served_by(self.context["person"], number)


class NewMessage(Strict):
    """A reply to the customer, or a note inside."""

    text = Text(max_length=MAX_LENGTH)
    kind = Choice(Message.Kind.choices, default=Message.Kind.PUBLIC.value)
    anyway = Line(
        max_length=200,
        required=False,
        help_text="Why a reply goes out as it is although it drew remarks; it stands in the history.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] == Message.Kind.INTERNAL and "anyway" in attrs:
            raise serializers.ValidationError({"anyway": [_("Notes draw no remarks.")]})
        return attrs


class Assignment(Strict):
    assignee = Id(help_text="The number of somebody who works in the ticket's team.")


class Correction(Strict):
    """What is to be changed; everything else stays."""

    subject = Line(max_length=200, required=False)
    cause = Line(max_length=40, required=False, help_text="The code of a cause, from `/causes/`.")
    priority = Number(Ticket.Priority.choices, required=False)
    team = Id(required=False, help_text="The number of the team that works on it from now on.")
    customer = Id(required=False, help_text="The number of a customer who has a ticket in one of your teams.")
    why = Line(max_length=200, required=False, help_text="With `team`: a word to the colleagues there.")

    def validate_cause(self, code: str) -> Cause:
        return cause_of(code)

    def validate_customer(self, number: int) -> Customer:
        return served_by(self.context["person"], number)

    def validate_team(self, number: int) -> Team:
        team = Team.objects.filter(pk=number).first()
        if team is None:
            raise serializers.ValidationError(_("There is no team of this number."), code="team")
        return team

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "team" in attrs and "why" not in attrs:
            words = _("Say in a few words why the other team gets it.")
            raise serializers.ValidationError({"why": [words]})
        return attrs


class Move(Strict):
    status = Choice(Status.choices)
    own_status = Line(
        max_length=LONGEST_CODE,
        required=False,
        help_text="The code of an own status of that status, from `/own-statuses/`; without it there is none.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        code = attrs.get("own_status")
        named = (
            StatusName.objects.in_use().filter(code=code, status=attrs["status"]).first() if code else None
        )
        if code and named is None:
            words = _("This status has no own status of this code.")
            raise serializers.ValidationError({"own_status": [words]})
        return {"status": attrs["status"], "named": named}


class DeskFilters(Address):
    status = Choice(Status.choices, required=False)
    own_status = Line(max_length=LONGEST_CODE, required=False, help_text="The code of an own status.")
    team = NumberInAddress(required=False)
    assignee = serializers.CharField(required=False, help_text="A person's number, `me` or `none`.")
    cause = Line(max_length=40, required=False, help_text="The code of a cause.")
    q = Line(
        max_length=200,
        required=False,
        help_text="A number, words of the subject, the customer's name or address.",
    )

    def validate_assignee(self, value: str) -> int | str:
        return value if value in ("me", "none") else NumberInAddress().run_validation(value)


class MyTeam(NamedTeam):
    leads = serializers.SerializerMethodField()

    class Meta:
        model = Team
        fields = ("id", "name", "slug", "leads")
        read_only_fields = fields

    def get_leads(self, team: Team) -> bool:
        return team.pk in self.context["person"].led_team_ids


class Me(serializers.ModelSerializer):
    """Who asks."""

    teams = serializers.SerializerMethodField()
    customer = serializers.IntegerField(
        source="as_customer.pk", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Person
        fields = ("id", "name", "email", "language", "time_zone", "is_agent", "is_lead", "teams", "customer")
        read_only_fields = fields

    @extend_schema_field(MyTeam(many=True))
    def get_teams(self, person: Person) -> list[dict[str, object]]:
        rows = Team.objects.worked_by(person).order_by("name")
        return list(MyTeam(rows, many=True, context={"person": person}).data)


def served_by(person: Person, number: int) -> Customer:
    """The customer of this number with a ticket in the person's teams; nobody tries out numbers here."""
    served = Ticket.objects.worked_by(person).values("customer")
    customer = Customer.objects.select_related("person", "organisation").filter(pk=number, pk__in=served)
    found = customer.first()
    if found is None:
        raise serializers.ValidationError(_("You serve no customer of this number."), code="customer")
    return found
