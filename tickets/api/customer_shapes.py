"""What a customer sends and reads: their own matter, in their words, with nothing of the inside."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.person import Person
from tickets.attachment import Attachment
from tickets.cause import Cause
from tickets.fields.custom_field import CustomField, CustomFieldQuerySet
from tickets.message import MAX_LENGTH, Message
from tickets.portal.standing import standing_on
from tickets.solvable import Status
from tickets.ticket import Ticket

from .custom_fields import Answers, Said, demanded, held, played, read
from .fields import Address, Choice, Line, Moment, Strict, Text

# That we wait for somebody else inside is no state of the customer's matter: it is with us.
STATUSES = [
    (Status.OPEN.value, "with us"),
    (Status.WAITING_CUSTOMER.value, "waiting for the customer's answer"),
    (Status.SOLVED.value, "solved, waiting for the customer to say so"),
    (Status.CLOSED.value, "done"),
]
INSIDE = {Status.OPEN.value: (Status.OPEN, Status.WAITING_OTHERS)}


class CustomerCause(serializers.Serializer):
    code = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the language of the request.")


class Standing(serializers.Serializer):
    code = serializers.ChoiceField(
        ["promised", "late", "working", "yours", "confirm", "done"],
        read_only=True,
        help_text="`promised`: you hear from us by a moment; `late`: we broke that; `yours`: we wait for you; "
        "`confirm`: we think it is solved.",
    )
    label = serializers.CharField(
        read_only=True,
        help_text="A word or two for it: an own status of the house, where customers see that.",
    )
    words = serializers.CharField(
        read_only=True, help_text="One sentence to the customer, with the promise in it."
    )


class CustomerTicket(serializers.Serializer):
    """A matter as its customer reads it."""

    number = serializers.IntegerField(source="pk", read_only=True)
    subject = serializers.CharField(read_only=True)
    customer = serializers.CharField(
        source="customer.person.name",
        read_only=True,
        help_text="The name of who it is of: somebody else of the organisation, for who oversees its requests.",
    )
    cause = CustomerCause(read_only=True)
    status = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()
    custom_fields = serializers.SerializerMethodField(
        help_text="By key; which there are is under `/fields/`."
    )
    created_at = Moment()
    solved_at = Moment(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(STATUSES))
    def get_status(self, ticket: Ticket) -> str:
        return Status.OPEN.value if ticket.status == Status.WAITING_OTHERS else str(ticket.status)

    @extend_schema_field(Standing)
    def get_standing(self, ticket: Ticket) -> dict[str, str]:
        person: Person = self.context["person"]
        clocks = [clock for clock in ticket.clocks.all() if clock.is_open]
        standing = standing_on(ticket, clocks, zone=person.zone, now=timezone.now())
        return {"code": standing.code, "label": standing.label, "words": standing.words}

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_custom_fields(self, ticket: Ticket) -> dict[str, Any]:
        return held(ticket.custom_values, inside=False)


class File(serializers.ModelSerializer):
    """A file of a message. Its address answers in the browser, to whoever may read the message."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = ("name", "content_type", "size", "url")
        read_only_fields = fields

    def get_url(self, file: Attachment) -> str:
        return f"/files/{file.token}/"


class CustomerMessage(serializers.Serializer):
    """A message as the customer reads it; internal notes are none of these."""

    id = serializers.IntegerField(read_only=True)
    author = serializers.SerializerMethodField(help_text="The name of who wrote it.")
    from_customer = serializers.BooleanField(read_only=True)
    text = serializers.CharField(read_only=True)
    files = File(source="attachments", many=True, read_only=True)
    at = Moment()

    def get_author(self, message: Message) -> str:
        return message.author.name if message.author else "Kulanz"


class OwnTicket(Strict):
    """A new matter of one's own."""

    subject = Line(max_length=200)
    text = Text(max_length=MAX_LENGTH)
    cause = Line(max_length=40, help_text="The code of a cause, from `/causes/`.")
    custom_fields = Said(required=False, help_text="By key; which there are is under `/fields/`.")

    def validate_cause(self, code: str) -> Cause:
        return cause_of(code, offered=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is not asked about this cause cannot be said; what is needed has to be."""
        fields = list(self.asked(attrs["cause"]))
        found = read(attrs.pop("custom_fields", {}), fields)
        self.demand(found, played(found, fields, {}))
        return {**attrs, "fields": {field: value for field, value in found.items() if value is not None}}

    def asked(self, cause: Cause) -> CustomFieldQuerySet:
        return CustomField.objects.asked_about(cause)

    def demand(self, found: Answers, fields: list[CustomField]) -> None:
        demanded(found, fields)


class OwnMessage(Strict):
    """What the customer writes. A waiting or solved matter opens again."""

    text = Text(max_length=MAX_LENGTH)


class OwnConfirmation(Strict):
    """A customer says that it is solved; nothing else about its status is theirs to set."""

    status = Choice([(Status.CLOSED.value, "solved, says the customer")])


class OwnFilters(Address):
    status = Choice(STATUSES, required=False)
    cause = Line(max_length=40, required=False, help_text="The code of a cause.")
    q = Line(max_length=200, required=False, help_text="Words of the subject, or a number.")


def cause_of(code: str, **conditions: object) -> Cause:
    cause = Cause.objects.select_related("team").filter(code=code, **conditions).first()
    if cause is None:
        raise serializers.ValidationError(
            Choice.default_error_messages["invalid_choice"], code="invalid_choice"
        )
    return cause
