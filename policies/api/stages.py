"""The life of a gesture for programs: a till that redeems a voucher, a shipping system that delivers a present."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policies.life.stage import Stage
from policies.offer import Offer
from tickets.api.desk_shapes import NamedPerson
from tickets.api.door import Conflict, Door
from tickets.api.fields import Choice, Line, Moment, Strict
from tickets.api.paging import LARGEST_ID
from tickets.ticket import Ticket

REACHED = [(name, name) for name in ("delivered", "redeemed", "reversed")]


class StageShape(serializers.ModelSerializer):
    """When the gesture got there, and by whom; `by` is null where the house itself did it."""

    by = NamedPerson(read_only=True, allow_null=True)
    at = Moment()

    class Meta:
        model = Stage
        fields = ("name", "at", "by", "why")
        read_only_fields = fields


class NewStage(Strict):
    stage = Choice(REACHED)
    why = Line(
        max_length=200, required=False, allow_blank=True, default="", help_text="Needed to take it back."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["stage"] == Stage.Name.REVERSED and not attrs["why"]:
            raise serializers.ValidationError({"why": [_("Say in a few words why it is taken back.")]})
        return attrs


class Stages(Door):
    @extend_schema(operation_id="offer_stages_list", responses=StageShape(many=True), tags=["gestures"])
    def get(self, request: Request, pk: int) -> Response:
        """Every stage it has reached, in order."""
        return Response(_story(_find(self, pk)))

    @extend_schema(
        operation_id="offer_stages_create",
        request=NewStage,
        responses={
            200: StageShape(many=True),
            409: OpenApiResponse(description="It cannot get there from where it is"),
        },
        tags=["gestures"],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Bring it one stage further. The same stage sent again changes nothing and is answered the same."""
        offer = _find(self, pk)
        form = NewStage(data=request.data)
        form.is_valid(raise_exception=True)
        stage, why = form.validated_data["stage"], form.validated_data["why"]
        reached = {
            Stage.Name.DELIVERED: lambda: offer.deliver(by=self.person),
            Stage.Name.REDEEMED: lambda: offer.redeem(by=self.person),
            Stage.Name.REVERSED: lambda: offer.reverse(by=self.person, why=why),
        }[stage]()
        if not reached and not Stage.objects.filter(offer=offer, name=stage).exists():
            raise Conflict(_("From where it is, this gesture cannot get there."), code="stage")
        return Response(_story(offer))


def _find(door: Door, pk: int) -> Offer:
    door.desk_only()
    own = Offer.objects.filter(ticket__in=Ticket.objects.worked_by(door.person))
    offer = own.select_related("ticket", "period__budget", "ruling").filter(pk=min(pk, LARGEST_ID)).first()
    if offer is None:
        raise NotFound
    return offer


def _story(offer: Offer) -> list[dict[str, Any]]:
    return list(StageShape(Stage.objects.filter(offer=offer).select_related("by"), many=True).data)
