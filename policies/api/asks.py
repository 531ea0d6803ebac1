"""Questions that wait for the caller's answer, and answering them."""

from __future__ import annotations

from django.utils import timezone
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
from tickets.api.desk_shapes import NamedPerson
from tickets.api.door import Conflict, Door, Refused
from tickets.api.paging import LARGEST_ID, ByNumber
from tickets.ticket import Ticket

from .ask_shapes import AskFilters, AskShape, NewAnswer, NewReceiver, PassedShape

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
        ask = _open_to(self, pk)
        form = NewAnswer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data["answer"]
        refusal = _say(ask, form.validated_data, by=self.person)
        ask = _answerable(self).get(pk=ask.pk)
        if refusal and not (ask.answered_by == self.person and (ask.answer in YES) is (said == "grant")):
            raise Conflict(str(refusal.text), code=refusal.code)
        return Response(AskShape(ask).data)


class Passing(Door):
    @extend_schema(operation_id="asks_receivers", responses=NamedPerson(many=True), tags=["gestures"])
    def get(self, request: Request, pk: int) -> Response:
        """To whom this question can be passed on now, the nearest first."""
        ask = _open_to(self, pk)
        people = ask.receivers(at=timezone.now()) if ask.is_open else []
        return Response(NamedPerson(people, many=True).data)

    @extend_schema(
        operation_id="asks_pass_on",
        request=NewReceiver,
        responses={200: PassedShape, 409: OpenApiResponse(description="Answered, or not for this person")},
        tags=["gestures"],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Hand the question to somebody else who may answer it. To who has it already it changes nothing."""
        ask = _open_to(self, pk)
        form = NewReceiver(data=request.data)
        form.is_valid(raise_exception=True)
        said, now = form.validated_data, timezone.now()
        if said["to"] != ask.asked_id or not ask.is_open:
            to = next((one for one in ask.receivers(at=now) if one.pk == said["to"]), None)
            if to is None:
                raise Conflict(_("This question cannot go to this person."), code="receiver")
            refusal = ask.delegate(to, by=self.person, words=said["words"], at=now)
            if refusal:
                raise Conflict(str(refusal.text), code=refusal.code)
        # Whoever handed it on may have nothing to do with it any more: they read who has it, and no more.
        return Response(PassedShape(Ask.objects.select_related("asked").get(pk=ask.pk)).data)


class Withdrawal(Door):
    @extend_schema(
        operation_id="asks_withdraw",
        request=None,
        responses={200: PassedShape, 409: OpenApiResponse(description="Answered already")},
        tags=["gestures"],
    )
    def put(self, request: Request, pk: int) -> Response:
        """You asked and need no answer any more. Said again it changes nothing."""
        self.desk_only()
        worked = Ticket.objects.worked_by(self.person)
        own = Ask.objects.filter(ruling__agent=self.person, ruling__ticket__in=worked).with_story()
        ask = own.filter(pk=min(pk, LARGEST_ID)).first()
        if ask is None:
            raise NotFound
        refusal = ask.withdraw(by=self.person)
        ask.refresh_from_db()
        if refusal and ask.answer != Ask.Answer.WITHDRAWN:
            raise Conflict(str(refusal.text), code=refusal.code)
        return Response(PassedShape(ask).data)


def _open_to(door: Door, pk: int) -> Ask:
    door.desk_only()
    ask = _answerable(door).filter(pk=min(pk, LARGEST_ID)).first()
    if ask is None:
        raise NotFound
    return ask


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
