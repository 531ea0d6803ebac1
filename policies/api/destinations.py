"""The shop's or the bank's program says where a customer's money goes; only a fingerprint of it is kept."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policies.payout.destination import Destination
from tickets.api.door import Door
from tickets.api.fields import Line, Strict
from tickets.api.paging import LARGEST_ID


class NewDestination(Strict):
    account = Line(
        max_length=80, help_text="The account as it is written, for instance an IBAN. It is not kept."
    )


class CustomerDestination(Door):
    @extend_schema(
        operation_id="customer_destination",
        request=NewDestination,
        responses=inline_serializer("DestinationChange", {"changed": serializers.BooleanField()}),
        tags=["payouts"],
    )
    def put(self, request: Request, pk: int) -> Response:
        """Note where this customer's money goes from now on. The same account again changes nothing."""
        customer = Destination.kept_by(self.person).filter(pk=min(pk, LARGEST_ID)).first()
        if customer is None:
            raise NotFound
        form = NewDestination(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"changed": Destination.note(customer, form.validated_data["account"])})
