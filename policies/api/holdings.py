"""The shop's or the contract system's program says which orders and contracts a customer has."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from policies.relationship.holding import Fate, Holding
from policies.relationship.holding_form import HoldingForm
from tickets.api.door import Door
from tickets.api.fields import Choice, Line, Strict


class Day(Line):
    """A day as JSON writes it: 2026-03-02."""


class HoldingSaid(Strict):
    """Only the shapes; what the values mean is read as in a table."""

    customer = Line(max_length=254, help_text="The number or the e-mail address of the customer.")
    id = Line(max_length=120, help_text="How your system calls it; the same again is the same.")
    kind = Choice(choices=Holding.Kind.choices)
    title = Line(max_length=200)
    began_on = Day(max_length=10)
    reference = Line(max_length=80, required=False, allow_blank=True)
    amount = Line(max_length=30, required=False, allow_blank=True, help_text="Such as “129.90”.")
    currency = Line(max_length=3, required=False, allow_blank=True)
    ends_on = Day(max_length=10, required=False, allow_blank=True)
    status = Line(max_length=80, required=False, allow_blank=True)
    link = Line(max_length=500, required=False, allow_blank=True)


class HoldingShape(serializers.ModelSerializer):
    id = serializers.CharField(source="external_id")

    class Meta:
        model = Holding
        fields = (
            *("id", "customer", "kind", "reference", "title", "cents", "currency"),
            *("began_on", "ends_on", "status", "link"),
        )


class Holdings(Door):
    @extend_schema(
        operation_id="holdings_note",
        request=HoldingSaid,
        responses={200: HoldingShape, 201: HoldingShape},
        tags=["customers"],
    )
    def post(self, request: Request) -> Response:
        """An order or a contract as it stands now. The same `id` again is the same; 201 the first time."""
        customers = Holding.kept_by(self.person)
        if not (self.person.is_active and self.person.is_staff):
            raise NotFound
        said = HoldingSaid(data=request.data)
        said.is_valid(raise_exception=True)
        form = HoldingForm(said.validated_data, customers=customers)
        if not form.is_valid():
            raise ValidationError(form.errors)
        holding, fate = Holding.note(**form.said)
        made = status.HTTP_201_CREATED if fate is Fate.MADE else status.HTTP_200_OK
        return Response(HoldingShape(holding).data, status=made)
