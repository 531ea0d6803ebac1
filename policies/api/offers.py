"""Gestures on a ticket: what may be given, giving it, and what was given."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from policies.asks.outlook import outlook
from policies.facts import Wish
from policies.fairness import like_cases, needs_reason
from policies.ledger.transfer import NotEnough
from policies.offer import Offer
from policies.referral import NobodyToAsk
from policies.rules.catalogue import FREE
from policies.ruling import ASKED, Ruling
from tickets.api.door import Conflict, Door, is_served
from tickets.api.once import PARAMETER, Once, replayed, reused
from tickets.api.paging import ByNumber
from tickets.api.schema import either
from tickets.textfields import fresh_key
from tickets.ticket import Ticket

from .shapes import CustomerOffer, DeskOffer, NewOffer, RulingShape, WeighedShape


class Authority(Door):
    @extend_schema(
        operation_id="authority_weigh", request=NewOffer, responses=WeighedShape, tags=["gestures"]
    )
    def post(self, request: Request, number: int) -> Response:
        """What would become of this gesture, given now by you. Nothing is stored and nobody is told."""
        ticket = self.worked(number)
        form = NewOffer(data=request.data)
        form.is_valid(raise_exception=True)
        now = timezone.now()
        ruling = Ruling.weigh(self.person, ticket, form.wish, at=now)
        look = outlook(ruling, asks=ruling.answer.outcome in ASKED, at=now)
        return Response(WeighedShape(ruling.answer, context={"outlook": look}).data)


class Offers(Door):
    pagination_class = ByNumber

    @extend_schema(
        operation_id="offers_list",
        responses=either("Offer", DeskOffer, CustomerOffer, many=True),
        tags=["gestures"],
    )
    def get(self, request: Request, number: int) -> Response:
        """What was given on this ticket, newest first."""
        ticket = self.seen(number)
        pages = ByNumber()
        given = (
            Offer.objects.visible_to(self.person).filter(ticket=ticket).select_related("agent", "approver")
        )
        rows = pages.paginate_queryset(given, request, view=self)
        kind = CustomerOffer if is_served(self.person, ticket) else DeskOffer
        return pages.get_paginated_response(kind(rows, many=True).data)

    @extend_schema(
        operation_id="offers_create",
        parameters=[PARAMETER],
        request=NewOffer,
        responses={
            201: RulingShape,
            409: OpenApiResponse(description="Nobody can decide it, or the money went in this very moment"),
            422: OpenApiResponse(description="Key used for something else"),
        },
        tags=["gestures"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Ask for a gesture: it is given at once, a question is asked, or it is refused. `decision` says why."""
        ticket = self.worked(number)
        form = NewOffer(data=request.data)
        form.is_valid(raise_exception=True)
        now, once = timezone.now(), Once(request, "offers", request.data)
        # The key alone, without the body: of two bodies sent at once under one key only one may be booked.
        key = once.name or fresh_key()
        ruling = Ruling.objects.filter(agent=self.person, key=key).first()
        if ruling is None:
            _second_look(ticket, form.wish, at=now)
            ruling = _requested(self.person, ticket, form.wish, key=key, at=now)
        if not _is_about(ruling, ticket, form.wish):
            raise reused()
        response = Response(RulingShape(ruling).data, status=status.HTTP_201_CREATED)
        return response if ruling.at == now else replayed(response)


def _second_look(ticket: Ticket, wish: Wish, *, at: datetime) -> None:
    """What the page asks before it gives: a name for a gesture of one's own, a line for one out of the ordinary."""
    if wish.kind == FREE and not wish.named:
        raise ValidationError({"named": [_("Say in a few words what you want to give.")]})
    if needs_reason(wish, like_cases(ticket, wish, at=at)):
        words = _("Like cases got something else. One line says why this one differs.")
        raise ValidationError({"why": [words]})


def _requested(person: Person, ticket: Ticket, wish: Wish, *, key: str, at: datetime) -> Ruling:
    try:
        return Ruling.request(person, ticket, wish, key=key, at=at)
    except NobodyToAsk as nobody:
        raise Conflict(str(nobody), code="nobody")
    except NotEnough:
        raise Conflict(_("The budget was used up in this very moment. Please look again."), code="budget")


def _is_about(ruling: Ruling, ticket: Ticket, wish: Wish) -> bool:
    """Whether this ruling answers just this wish."""
    facts = ruling.weighed
    weighed = (facts.kind, facts.cents, facts.currency, ruling.owed_by, ruling.why, ruling.fault)
    wished = (wish.kind, wish.cents, wish.currency, wish.owed_by, wish.why, wish.fault)
    called = wish.kind != FREE or ruling.called["en"] == wish.named
    return ruling.ticket_id == ticket.pk and weighed == wished and called
