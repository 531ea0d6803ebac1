"""What programs send and read about gestures. A customer's shape of a gesture has nothing of how it came about."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from policies.asks.ask import Ask
from policies.asks.outlook import outlook
from policies.facts import Rules, Wish, rules_in_force
from policies.language.wording import remarks
from policies.offer import Offer
from policies.rules.catalogue import FREE
from policies.ruling import Ruling
from policies.weigh.decision import Decision, Dimension, Light, Outcome
from policies.weigh.money import MOST_CENTS
from tickets.api.desk_shapes import NamedPerson
from tickets.api.fields import Choice, Line, Moment, Strict, WholeNumber

from .outlook_shape import OutlookShape

OWED = [("", "goodwill"), ("warranty", "warranty"), ("contract", "contract"), ("law", "law")]
LIGHTS = [(light.value, light.value) for light in Light]
FAULTS = [(name, name) for name in ("", "own", "supplier", "customer", "nobody")]


class NewOffer(Strict):
    """What the agent wants to give."""

    kind = Line(max_length=40, help_text="The code of a kind of gesture in the catalogue in force.")
    cents = WholeNumber(
        min_value=0,
        max_value=MOST_CENTS,
        default=0,
        help_text="The amount in the currency's smallest unit; 0 for a gesture that costs no money.",
    )
    currency = Choice([(settings.CURRENCY, settings.CURRENCY)], default=settings.CURRENCY)
    owed_by = Choice(OWED, default="", help_text="What we owe it by; empty for goodwill.")
    named = Line(
        max_length=80,
        required=False,
        allow_blank=True,
        default="",
        help_text="What a gesture of one's own is called.",
    )
    why = Line(max_length=300, required=False, allow_blank=True, default="", help_text="Why, in one line.")
    fault = Choice(FAULTS, default="", help_text="Whose fault it was.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        rules: Rules = rules_in_force()
        kind = rules.kinds.get(attrs["kind"])
        if kind is None or not kind.is_listed:
            raise serializers.ValidationError({"kind": [_("The catalogue has no gesture of this kind.")]})
        if kind.costs_money and not attrs["cents"]:
            raise serializers.ValidationError({"cents": [_("This gesture needs an amount above zero.")]})
        if not kind.costs_money and attrs["cents"]:
            raise serializers.ValidationError({"cents": [_("This gesture costs no money.")]})
        if attrs["named"] and attrs["kind"] != FREE:
            raise serializers.ValidationError(
                {"named": [_("Only a gesture of one’s own has a name of its own.")]}
            )
        if attrs["named"] and (found := remarks(attrs["named"])) and not attrs["why"]:
            words = _("The customer reads that name. One line says why it stays.")
            raise serializers.ValidationError({"named": [str(found[0].advice)], "why": [words]})
        return attrs

    @property
    def wish(self) -> Wish:
        return Wish(**self.validated_data)


class ReasonShape(serializers.Serializer):
    code = serializers.CharField(read_only=True)
    dimension = serializers.ChoiceField([name.value for name in Dimension], read_only=True)
    text = serializers.CharField(read_only=True, help_text="In the language of the request.")
    params = serializers.DictField(read_only=True)


class VariantShape(serializers.Serializer):
    """What the agent may give now, alone, instead."""

    kind = serializers.CharField(read_only=True)
    cents = serializers.IntegerField(read_only=True)


class Lights(serializers.Serializer):
    koennen = serializers.ChoiceField(LIGHTS, read_only=True)
    duerfen = serializers.ChoiceField(LIGHTS, read_only=True)


class OwnLights(Lights):
    wollen = serializers.ChoiceField(LIGHTS, read_only=True)


class DecisionShape(serializers.Serializer):
    """How a request was weighed, for everybody but the agent: how willing the agent is stays out of it."""

    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome], read_only=True)
    rank = serializers.IntegerField(source="outcome.rank", read_only=True, help_text="0 free to 7 never.")
    binding = serializers.SerializerMethodField(help_text="What stands in the way.")
    reasons = serializers.SerializerMethodField()
    lights = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_binding(self, decision: Decision) -> list[str]:
        return [str(name) for name in decision.binding if name != Dimension.WOLLEN]

    @extend_schema_field(ReasonShape(many=True))
    def get_reasons(self, decision: Decision) -> list[dict[str, object]]:
        return [reason.to_json() for reason in decision.reasons if reason.dimension != Dimension.WOLLEN]

    @extend_schema_field(Lights)
    def get_lights(self, decision: Decision) -> dict[str, str]:
        return {str(name): light.value for name, light in decision.lights.items() if name != Dimension.WOLLEN}


class OwnDecision(DecisionShape):
    """How the agent's own request was weighed."""

    nearest = VariantShape(read_only=True, allow_null=True)
    then = serializers.ChoiceField(
        [outcome.value for outcome in Outcome],
        read_only=True,
        allow_null=True,
        help_text="What holds when nobody takes a case over that was offered for lack of will.",
    )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_binding(self, decision: Decision) -> list[str]:
        return [str(name) for name in decision.binding]

    @extend_schema_field(ReasonShape(many=True))
    def get_reasons(self, decision: Decision) -> list[dict[str, object]]:
        return [reason.to_json() for reason in decision.reasons]

    @extend_schema_field(OwnLights)
    def get_lights(self, decision: Decision) -> dict[str, str]:
        return {str(name): light.value for name, light in decision.lights.items()}


class WeighedShape(OwnDecision):
    """An own request as it would be weighed now, with what would come of it."""

    outlook = serializers.SerializerMethodField()

    @extend_schema_field(OutlookShape)
    def get_outlook(self, _decision: Decision) -> dict[str, Any]:
        return OutlookShape(self.context["outlook"]).data


class CustomerOffer(serializers.Serializer):
    """A gesture as its customer reads it."""

    gesture = serializers.CharField(read_only=True, help_text="What it is, in the language of the request.")
    cents = serializers.IntegerField(read_only=True)
    currency = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(Offer.State.choices, read_only=True)
    at = Moment()
    delivered_at = Moment(allow_null=True)
    runs_out_at = Moment(allow_null=True)


class DeskOffer(serializers.ModelSerializer):
    """A gesture with who gave it, who agreed and what it takes."""

    gesture = serializers.CharField(read_only=True, help_text="What it is, in the language of the request.")
    ruling = serializers.IntegerField(source="ruling_id", read_only=True)
    agent = NamedPerson(read_only=True)
    approver = NamedPerson(read_only=True, allow_null=True)
    at = Moment()
    delivered_at = Moment(allow_null=True)
    reversed_at = Moment(allow_null=True)
    runs_out_at = Moment(allow_null=True)

    class Meta:
        model = Offer
        fields = (
            "id",
            "ruling",
            "kind",
            "gesture",
            "form",
            "cents",
            "currency",
            "owed_by",
            "state",
            "why",
            "fault",
            "agent",
            "approver",
            *("at", "delivered_at", "reversed_at", "runs_out_at"),
        )
        read_only_fields = fields


class AskedShape(serializers.ModelSerializer):
    """Who was asked, and until when."""

    asked = NamedPerson(read_only=True)
    opened_at = Moment()
    due_at = Moment()

    class Meta:
        model = Ask
        fields = ("id", "role", "asked", "silence_grants", "opened_at", "due_at")
        read_only_fields = fields


class RulingShape(serializers.Serializer):
    """What became of a request: a gesture given, a question asked, or neither."""

    id = serializers.IntegerField(read_only=True)
    gesture = serializers.CharField(read_only=True)
    decision = OwnDecision(source="answer", read_only=True)
    offer = serializers.SerializerMethodField()
    ask = serializers.SerializerMethodField()
    outlook = serializers.SerializerMethodField()
    at = Moment()

    @extend_schema_field(OutlookShape)
    def get_outlook(self, ruling: Ruling) -> dict[str, Any]:
        return OutlookShape(outlook(ruling, asks=False, at=ruling.at)).data

    @extend_schema_field(serializers.IntegerField(allow_null=True, help_text="The gesture given at once."))
    def get_offer(self, ruling: Ruling) -> int | None:
        return Offer.objects.filter(ruling=ruling, approver=None).values_list("pk", flat=True).first()

    @extend_schema_field(AskedShape(allow_null=True))
    def get_ask(self, ruling: Ruling) -> dict[str, Any] | None:
        ask = Ask.objects.filter(ruling=ruling).select_related("asked").first()
        return AskedShape(ask).data if ask else None
