"""What is said of a case: the customer's wish, what was paid, what is in the way. No customer reads any of it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policies.case.hindrance import Hindrance
from policies.case.paid import Paid
from policies.case.wish import CustomerWish
from policies.facts import rules_in_force
from policies.weigh.money import MOST_CENTS
from tickets.api.desk_shapes import NamedPerson
from tickets.api.door import Door
from tickets.api.fields import Choice, Line, Moment, Strict, WholeNumber
from tickets.api.paging import LARGEST_ID, ByNumber


class NewWish(Strict):
    wants = Choice(CustomerWish.Wants.choices)
    words = Line(
        max_length=200, required=False, allow_blank=True, default="", help_text="In the customer's words."
    )


class WishShape(serializers.ModelSerializer):
    by = NamedPerson(read_only=True)
    at = Moment()

    class Meta:
        model = CustomerWish
        fields = ("wants", "words", "by", "at")
        read_only_fields = fields


class NewPaid(Strict):
    cents = WholeNumber(min_value=1, max_value=MOST_CENTS, help_text="In the currency's smallest unit.")
    currency = Choice([(settings.CURRENCY, settings.CURRENCY)], default=settings.CURRENCY)
    source = Choice(Paid.Source.choices, help_text="Who says so.")
    words = Line(
        max_length=200, required=False, allow_blank=True, default="", help_text="Which order or contract."
    )


class PaidShape(serializers.ModelSerializer):
    by = NamedPerson(read_only=True)
    at = Moment()
    most_cents = serializers.SerializerMethodField(
        help_text="Nothing like cash goes beyond it without being asked."
    )

    class Meta:
        model = Paid
        fields = ("cents", "currency", "source", "words", "most_cents", "by", "at")
        read_only_fields = fields

    def get_most_cents(self, paid: Paid) -> int:
        return rules_in_force().terms_at(timezone.now()).most_for(paid.cents)


class NewHindrance(Strict):
    what = Choice(Hindrance.What.choices)
    words = Line(max_length=200, required=False, allow_blank=True, default="", help_text="In one line.")


class HindranceShape(serializers.ModelSerializer):
    by = NamedPerson(read_only=True)
    at = Moment()
    ended_at = Moment(allow_null=True)

    class Meta:
        model = Hindrance
        fields = ("id", "what", "words", "by", "at", "ended_at")
        read_only_fields = fields


class Wish(Door):
    @extend_schema(
        operation_id="customer_wish_get",
        responses={200: WishShape, 404: OpenApiResponse(description="Nobody has asked yet")},
        tags=["gestures"],
    )
    def get(self, request: Request, number: int) -> Response:
        """What the customer wishes now."""
        found = CustomerWish.of(self.worked(number))
        if found is None:
            raise NotFound
        return Response(WishShape(found).data)

    @extend_schema(operation_id="customer_wish_set", request=NewWish, responses=WishShape, tags=["gestures"])
    def put(self, request: Request, number: int) -> Response:
        """Write down what the customer said. The same again changes nothing."""
        ticket = self.worked(number)
        form = NewWish(data=request.data)
        form.is_valid(raise_exception=True)
        heard = CustomerWish.hear(ticket, **form.validated_data, by=self.person)
        return Response(WishShape(heard).data)


class WhatWasPaid(Door):
    @extend_schema(
        operation_id="paid_get",
        responses={200: PaidShape, 404: OpenApiResponse(description="Nobody knows; so it binds nothing")},
        tags=["gestures"],
    )
    def get(self, request: Request, number: int) -> Response:
        """What was paid for the thing this ticket is about, as far as it is known."""
        found = Paid.of(self.worked(number))
        if found is None:
            raise NotFound
        return Response(PaidShape(found).data)

    @extend_schema(operation_id="paid_set", request=NewPaid, responses=PaidShape, tags=["gestures"])
    def put(self, request: Request, number: int) -> Response:
        """Write down what was paid, and who says so. The same again changes nothing."""
        ticket = self.worked(number)
        form = NewPaid(data=request.data)
        form.is_valid(raise_exception=True)
        noted = Paid.note(ticket, **form.validated_data, by=self.person)
        return Response(PaidShape(noted).data)


class Hindrances(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="hindrances_list", responses=HindranceShape(many=True), tags=["gestures"])
    def get(self, request: Request, number: int) -> Response:
        """What is or was in the way on this ticket, newest first."""
        ticket = self.worked(number)
        pages = ByNumber()
        met = Hindrance.objects.visible_to(self.person).filter(ticket=ticket).select_related("by")
        rows = pages.paginate_queryset(met, request, view=self)
        return pages.get_paginated_response(HindranceShape(rows, many=True).data)

    @extend_schema(
        operation_id="hindrances_create", request=NewHindrance, responses={201: HindranceShape},
        tags=["gestures"],
    )  # fmt: skip
    def post(self, request: Request, number: int) -> Response:
        """Something is in the way. While it lasts, saying it again is the same."""
        ticket = self.worked(number)
        form = NewHindrance(data=request.data)
        form.is_valid(raise_exception=True)
        met = Hindrance.meet(ticket, **form.validated_data, by=self.person)
        return Response(HindranceShape(met).data, status=status.HTTP_201_CREATED)


class HindranceEnd(Door):
    @extend_schema(operation_id="hindrances_end", request=None, responses=HindranceShape, tags=["gestures"])
    def put(self, request: Request, number: int, pk: int) -> Response:
        """It is out of the way. Said again it changes nothing."""
        ticket = self.worked(number)
        met = Hindrance.objects.filter(ticket=ticket, pk=min(pk, LARGEST_ID)).select_related("by").first()
        if met is None:
            raise NotFound
        met.end(by=self.person)
        met.refresh_from_db()
        return Response(HindranceShape(met).data)
