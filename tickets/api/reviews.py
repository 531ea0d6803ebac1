"""Public reviews for programs that bring them and put our answers there."""

from __future__ import annotations

from typing import Any

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.cause import Cause
from tickets.message import MAX_LENGTH
from tickets.public_review import (
    LONGEST_AUTHOR,
    LONGEST_LINK,
    LONGEST_SOURCE,
    PublicReview,
    customer_known_to,
)
from tickets.setup.reviews import causes_of

from .door import Conflict, Door
from .fields import Line, Moment, Number, Strict, Text
from .incidents import Happened
from .paging import LARGEST_ID, ByNumber


class NewReview(Strict):
    """What stands there. There is no place for how many people read it: nothing hangs on that."""

    source = Line(max_length=LONGEST_SOURCE, help_text="Where it stands.")
    link = Line(max_length=LONGEST_LINK, validators=[URLValidator(["http", "https"])])
    author = Line(max_length=LONGEST_AUTHOR, help_text="The name shown there.")
    stars = Number(
        [(stars, str(stars)) for stars in range(1, 6)], required=False, allow_null=True, default=None
    )
    text = Text(max_length=MAX_LENGTH)
    written_at = Happened()
    cause = Line(max_length=40, help_text="The code of a cause of your teams.")
    email = Line(
        max_length=254,
        required=False,
        allow_blank=True,
        default="",
        help_text="An address the author gave for this. Only with it the ticket is that customer's.",
    )

    def validate_cause(self, code: str) -> Cause:
        found = causes_of(self.context["person"]).filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("Your teams have no cause of this code."))
        return found

    def validate_email(self, email: str) -> str:
        if email and customer_known_to(self.context["person"], email) is None:
            raise serializers.ValidationError(_("You serve no customer of this address."))
        return email


class ReviewShape(serializers.ModelSerializer):
    ticket = serializers.IntegerField(source="ticket_id", read_only=True)
    is_known_customer = serializers.BooleanField(source="ticket.customer.is_reachable", read_only=True)
    answers = serializers.SerializerMethodField(help_text="What we said to it, oldest first.")
    written_at = Moment()
    posted_at = Moment(allow_null=True, help_text="Since when our answer stands there.")

    class Meta:
        model = PublicReview
        fields = (
            *("id", "ticket", "source", "link", "author", "stars", "written_at"),
            *("is_known_customer", "answers", "posted_at"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_answers(self, review: PublicReview) -> list[str]:
        return review.answers


class Reviews(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="reviews_list", responses=ReviewShape(many=True), tags=["reviews"])
    def get(self, request: Request) -> Response:
        """The own teams' reviews, newest first; for an administrator all."""
        self.house_only()
        pages = ByNumber()
        page = pages.paginate_queryset(_own(self), request, view=self) or []
        return pages.get_paginated_response(ReviewShape(page, many=True).data)

    @extend_schema(
        operation_id="reviews_create", request=NewReview, responses={201: ReviewShape}, tags=["reviews"]
    )
    def post(self, request: Request) -> Response:
        """Make a ticket of it. The same review – place, address, author and moment – a second time is the first."""
        self.house_only()
        form = NewReview(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        review = PublicReview.take_up(**form.validated_data, by=self.person)
        if not _own(self).filter(pk=review.pk).exists():
            raise Conflict(_("This review is here already, with another team."))
        return Response(ReviewShape(review).data, status=status.HTTP_201_CREATED)


class OneReview(Door):
    @extend_schema(operation_id="reviews_retrieve", responses=ReviewShape, tags=["reviews"])
    def get(self, request: Request, number: int) -> Response:
        """One review with our answers to it."""
        return Response(ReviewShape(_find(self, number)).data)


class ReviewPosting(Door):
    @extend_schema(operation_id="review_posted", request=None, responses=ReviewShape, tags=["reviews"])
    def put(self, request: Request, number: int) -> Response:
        """Say that our answer stands there now."""
        _find(self, number).post(by=self.person)
        return Response(ReviewShape(_find(self, number)).data)


def _own(door: Door) -> Any:
    own = PublicReview.objects.worked_by(door.person).select_related("ticket__customer__person")
    return own.with_answers()


def _find(door: Door, number: int) -> PublicReview:
    found = _own(door).filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found
