"""The paying system's door: it reports what became of an order, signed as ours to it are."""

from __future__ import annotations

import json
import uuid

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.outside.post import MOST_BYTES
from policies.payout.delivery import report_in
from policies.payout.order import PayoutOrder
from policies.payout.report import PayoutReport
from policies.payout.target import PayoutTarget
from tickets.api.door import Conflict, Door, TooLarge

LONGEST_NAME = 120
SIGNED = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]
SAID = inline_serializer(
    "PayoutReport",
    {
        "data": inline_serializer(
            "PayoutReportData",
            {
                "order": serializers.CharField(help_text="The `webhook-id` the order came with."),
                "status": serializers.ChoiceField(["confirmed", "refused", "pending"]),
                "reference": serializers.CharField(required=False),
                "reason": serializers.CharField(required=False),
            },
        )
    },
)


class PayoutReports(Door):
    """Nobody signs in here: the signature over the very bytes says who speaks."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="payout_report",
        parameters=SIGNED,
        request=SAID,
        responses={
            200: inline_serializer("PayoutState", {"state": serializers.CharField()}),
            404: OpenApiResponse(description="Not signed by the target of this address, or too long ago"),
            409: OpenApiResponse(description="The order was settled otherwise already"),
        },
        tags=["payouts"],
    )
    def post(self, request: Request, token: uuid.UUID) -> Response:
        """What became of an order. The same message sent again changes nothing and is answered the same."""
        raw = request._request.body
        if len(raw) > MOST_BYTES:
            raise TooLarge
        # Ended targets too: they still answer for what was ordered there.
        target = PayoutTarget.objects.filter(token=token).first()
        message = request.headers.get("webhook-id", "")
        if target is None or not _is_signed(target, raw, request):
            raise NotFound
        if not message.isascii() or not message.isprintable() or len(message) > LONGEST_NAME:
            raise ValidationError({"webhook-id": [_("A key has 1 to 255 visible ASCII characters.")]})
        order, said = _read(target, raw)
        refusal = PayoutReport.take(order, message, said, at=timezone.now())
        if refusal:
            raise Conflict(str(refusal.text), code=refusal.code)
        order.refresh_from_db()
        return Response({"state": order.state})


def _is_signed(target: PayoutTarget, raw: bytes, request: Request) -> bool:
    headers = {
        name: request.headers.get(name, "")
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    }
    if not target.secret:  # no key of today opens it
        return False
    try:
        Webhook(target.secret).verify(raw, headers, json_parse=False)
    except (
        WebhookVerificationError,
        ValueError,
    ):  # what is no signature at all is a ValueError of its parser
        return False
    return True


def _read(target: PayoutTarget, raw: bytes) -> tuple[PayoutOrder, dict[str, str]]:
    """The order of this target it is about, and what it says of it."""
    try:
        data = json.loads(raw)["data"]
        named = str(data["order"])
    except (ValueError, RecursionError, TypeError, LookupError):
        raise ValidationError({"data": [_("This report cannot be read.")]})
    said = report_in(json.dumps(data).encode())
    if said is None:
        raise ValidationError({"status": [_("This is not one of the possible values.")]})
    order = target.orders.filter(delivery=named).first() if named.isascii() and named.isprintable() else None
    if order is None:
        raise NotFound
    return order, said
