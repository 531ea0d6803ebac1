"""Questions that wait for the caller's answer, and answering them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from policies.asks.ask import Ask, AskQuerySet
from policies.language.discretion import check_reason
from policies.refusal import Refusal
from tickets.api.conversation import Remarks, RemarkShape
from tickets.api.door import Conflict, Door, Refused
from tickets.api.paging import LARGEST_ID, ByNumber

from .shapes import AskFilters, AskShape, NewAnswer

YES = (Ask.Answer.GRANTED, Ask.Answer.TAKEN)


class Asks(Door):
    pagination_class = ByNumber

    @extend_schema(
        operation_id="asks_list", parameters=[AskFilters], responses=AskShape(many=True), tags=["gestures"]
    )
    def get(self, request: Request) -> Response:
        """What was put to you, or to the teams you lead; newest first."""
        self.desk_only()
        filters = AskFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        pages = ByNumber()
        found = _answerable(self).filter(closed_at__isnull=filters.validated_data["state"] == "open")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(AskShape(rows, many=True).data)


class OneAsk(Door):
    @extend_schema(
        operation_id="asks_answer",
        request=NewAnswer,
        responses={
            200: AskShape,
            409: OpenApiResponse(description="Answered already, or not yours to grant"),
            422: Remarks,
        },
        tags=["gestures"],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say yes or no. The same answer sent again changes nothing and is answered the same."""
        self.desk_only()
        ask = _answerable(self).filter(pk=min(pk, LARGEST_ID)).first()
        if ask is None:
            raise NotFound
        form = NewAnswer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data["answer"]
        refusal = _say(ask, form.validated_data, by=self.person)
        ask = _answerable(self).get(pk=ask.pk)
        if refusal and not (ask.answered_by == self.person and (ask.answer in YES) is (said == "grant")):
            raise Conflict(str(refusal.text), code=refusal.code)
        return Response(AskShape(ask).data)


def _say(ask: Ask, said: dict[str, str], *, by: Person) -> Refusal | None:
    """The same as on the page: the words of a no are read twice, for the customer may hear them."""
    words = said["words"]
    if said["answer"] == "grant":
        return ask.grant(by=by, words=words)
    remarks = [] if "anyway" in said or not ask.is_open else check_reason(ask.ruling.ticket, words, by)
    if remarks:
        detail = _("Please read this once more before it goes out.")
        raise Refused({"detail": detail, "remarks": RemarkShape(remarks, many=True).data})
    return ask.decline(by=by, words=words, anyway=said.get("anyway", ""))


def _answerable(door: Door) -> AskQuerySet:
    return Ask.objects.answerable_by(door.person).with_story()
