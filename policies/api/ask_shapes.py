"""What programs send and read about questions that wait for somebody's answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from policies.asks.ask import Ask
from tickets.api.desk_shapes import NamedPerson
from tickets.api.fields import Address, Choice, Id, Line, Moment, Strict, Text

from .shapes import DecisionShape


class AskShape(serializers.ModelSerializer):
    """A question as the one reads it who may answer it."""

    ticket = serializers.IntegerField(source="ruling.ticket_id", read_only=True)
    agent = NamedPerson(source="ruling.agent", read_only=True)
    customer = serializers.CharField(source="ruling.ticket.customer.person.name", read_only=True)
    gesture = serializers.CharField(source="ruling.gesture", read_only=True)
    kind = serializers.CharField(source="ruling.weighed.kind", read_only=True)
    cents = serializers.IntegerField(source="ruling.weighed.cents", read_only=True)
    currency = serializers.CharField(source="ruling.weighed.currency", read_only=True)
    why = serializers.CharField(source="ruling.why", read_only=True)
    decision = DecisionShape(source="ruling.answer", read_only=True)
    asked = NamedPerson(read_only=True)
    answered_by = NamedPerson(read_only=True, allow_null=True)
    opened_at = Moment()
    due_at = Moment()
    closed_at = Moment(allow_null=True)

    class Meta:
        model = Ask
        fields = (
            "id",
            "ticket",
            "agent",
            "customer",
            "gesture",
            "kind",
            "cents",
            "currency",
            "why",
            "decision",
            "role",
            "asked",
            "step",
            "silence_grants",
            "opened_at",
            "due_at",
            "closed_at",
            "answer",
            "answered_by",
            "words",
        )
        read_only_fields = fields


class PassedShape(serializers.ModelSerializer):
    """Where a question stands, for whoever just moved it."""

    asked = NamedPerson(read_only=True)
    due_at = Moment()
    closed_at = Moment(allow_null=True)

    class Meta:
        model = Ask
        fields = ("id", "asked", "due_at", "closed_at", "answer")
        read_only_fields = fields


class AskFilters(Address):
    state = Choice([("open", "open"), ("answered", "answered")], default="open")


class NewReceiver(Strict):
    to = Id(help_text="Who gets the question; “receivers” says who may.")
    words = Line(
        max_length=300, required=False, allow_blank=True, default="", help_text="A word to go with it."
    )


class NewAnswer(Strict):
    """Yes, with words if one likes; no, only with words the agent can use. A case that is offered is taken by a yes."""

    answer = Choice([("grant", "yes"), ("decline", "no")])
    words = Text(max_length=500, required=False, allow_blank=True, default="")
    anyway = Line(max_length=200, required=False, help_text="Why the words of a no stand against a remark.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["answer"] == "decline" and not attrs["words"]:
            words = _("Say what the no protects and what is possible instead. A bare no helps nobody.")
            raise serializers.ValidationError({"words": [words]})
        return attrs
