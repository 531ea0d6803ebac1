"""Custom fields through the API: which there are, and what a ticket holds in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError as Unfit
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from tickets.condition import OPERATORS
from tickets.fields.custom_field import CustomField
from tickets.fields.field_value import Values
from tickets.fields.in_play import in_play
from tickets.fields.kind import Kind, Value, as_sent, sent
from tickets.ticket import Ticket

from .door import Door, is_served
from .fields import Strict, shown_key
from .schema import either

MOST_SENT = 100
Answers = dict[CustomField, Value | None]


@extend_schema_field(OpenApiTypes.OBJECT)
class Said(serializers.Field):
    """Values of custom fields by their keys, taken as they are; what they are for decides what fits."""

    default_error_messages = {"invalid": gettext_lazy("An object is needed here.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > MOST_SENT:
            self.fail("invalid")
        return dict(data)


class OptionShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the request.")


class ConditionShape(serializers.Serializer):
    """What another field has to say: `field_` and its key, for a day also `since_` and `until_` in days."""

    fact = serializers.CharField()
    operator = serializers.ChoiceField(choices=[(name, name) for name, _label in OPERATORS])
    value = serializers.JSONField()


class CustomerField(serializers.ModelSerializer):
    """A custom field as customers are asked for it."""

    name = serializers.CharField(read_only=True, help_text="In the language of the request.")
    help = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(
        Kind.choices,
        read_only=True,
        help_text="`money` is whole cents, `day` like 2026-03-31, `one` a code of `options`, `several` a list of them.",
    )
    options = serializers.SerializerMethodField()
    asked_when = ConditionShape(
        many=True, read_only=True, help_text="All of these have to hold, or it is not asked for."
    )
    causes = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = CustomField
        fields = ("code", "name", "help", "kind", "options", "asked_when", "causes", "needed_to_write")
        read_only_fields = fields

    @extend_schema_field(OptionShape(many=True))
    def get_options(self, field: CustomField) -> list[dict[str, str]]:
        return [{"code": code, "name": name} for code, name in field.offered.items()]


class DeskField(CustomerField):
    """A custom field with what the desk knows of it."""

    teams = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)

    class Meta(CustomerField.Meta):
        fields = (*CustomerField.Meta.fields, "teams", "seen_by_customer", "needed_to_solve")
        read_only_fields = fields


class Held(Strict):
    custom_fields = Said(help_text="By key; `null` empties a field. What is not named stays as it is.")


class CustomFields(Door):
    @extend_schema(
        operation_id="custom_fields_list",
        responses=either("CustomField", DeskField, CustomerField, many=True),
        tags=["tickets"],
    )
    def get(self, request: Request) -> Response:
        """The custom fields in use, in their order. Customers read those they are asked for."""
        found = CustomField.objects.in_use()
        if self.person.is_agent:
            return Response(DeskField(found.prefetch_related("causes", "teams"), many=True).data)
        return Response(CustomerField(found.for_writers(), many=True).data)


class TicketFields(Door):
    @extend_schema(operation_id="ticket_fields_list", responses=Held, tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """What a ticket holds. Customers read what they see in the portal."""
        ticket = self.seen(number)
        return Response({"custom_fields": held_by(ticket, self.person)})

    @extend_schema(operation_id="ticket_fields_set", request=Held, responses=Held, tags=["tickets"])
    def put(self, request: Request, number: int) -> Response:
        """Fill in some, by who works on the ticket."""
        self.desk_only()
        ticket = self.worked(number)
        form = Held(data=request.data)
        form.is_valid(raise_exception=True)
        fitting = list(CustomField.objects.on(ticket))
        found = read(form.validated_data["custom_fields"], fitting)
        played(found, fitting, ticket.custom_values)
        ticket.describe(found, by=self.person)
        return Response({"custom_fields": held_by(ticket, self.person)})


def held_by(ticket: Ticket, person: Person) -> dict[str, Any]:
    """What a ticket holds, as this person may read it."""
    return held(ticket.custom_values, inside=not is_served(person, ticket))


def held(values: Values, *, inside: bool) -> dict[str, Any]:
    """Values as programs read them; outside only those customers see."""
    return {field.code: as_sent(value) for field, value in values.items() if inside or field.seen_by_customer}


def read(said: dict[str, Any], fields: Iterable[CustomField]) -> Answers:
    """What was sent, by field. Raises ValidationError that names each key which does not fit."""
    known = {field.code: field for field in fields}
    found: Answers = {}
    wrong: dict[str, list[str]] = {}
    for code, data in said.items():
        field = known.get(code) if isinstance(code, str) else None
        if field is None:
            words = _("“%(name)s” is not a field one can send here.")
            wrong[shown_key(code)] = [words % {"name": shown_key(code)}]
            continue
        try:
            found[field] = None if data is None else sent(field.kind, field.offered, data)
        except Unfit as error:
            wrong[code] = error.messages
    if wrong:
        raise ValidationError({"custom_fields": wrong})
    return found


def played(found: Answers, fields: Iterable[CustomField], held: Values) -> list[CustomField]:
    """The fields asked for, with what is said now. Raises ValidationError that names each other one that was to change:
    what a ticket holds already can be sent back as it was read."""
    asked = in_play(fields, {**held, **found}, on=timezone.localdate())
    changed = [field for field, value in found.items() if value is not None and value != held.get(field)]
    surplus = [field for field in changed if field not in asked]
    if surplus:
        words = _("It is only asked for when: %(conditions)s.")
        raise ValidationError(
            {
                "custom_fields": {
                    field.code: [words % {"conditions": field.asked_in_words}] for field in surplus
                }
            }
        )
    return asked


def demanded(found: Answers, fields: Iterable[CustomField]) -> None:
    """A customer has to fill in some. Raises ValidationError that names each that is missing."""
    missing = [field.code for field in fields if field.needed_to_write and found.get(field) is None]
    if missing:
        raise ValidationError({"custom_fields": {code: [_("This field is required.")] for code in missing}})
