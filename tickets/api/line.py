"""The line for telephone systems: what happens to a call, told as it happens, signed, once, in any order."""

from __future__ import annotations

import hmac
import re
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.line import words as on
from tickets.line.announcement import NUMBERS, ORDINARY, announcement_of
from tickets.line.forecast import outlook_of
from tickets.line.heard import USUAL
from tickets.line.place import Place
from tickets.line.telephone import KINDS, SIGNATURE, Told, call_of, signature_of, take_in
from tickets.nudge import nudge

from .door import Door
from .fields import Address, Choice, Line, Moment, Strict
from .incidents import Happened as HappenedByNow

FRESH_SECONDS: Final = 300
MOST_EVENTS: Final = 500
LONGEST_NAME: Final = 40
AHEAD: Final = timedelta(seconds=30)
_SIGNED: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)
PARAMETER = OpenApiParameter(
    SIGNATURE,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="`t=<seconds since 1970>,v1=<hex>`: the HMAC-SHA256 of `<t>.<body>` under the secret of the token this "
    f"request carries. Valid for {FRESH_SECONDS} seconds, so that a recorded request cannot be played again later.",
)


class Happened(HappenedByNow):
    """A telephone system's clock may be a little ahead of ours."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError as error:
            said = error.get_codes() == ["future"] and serializers.DateTimeField().to_internal_value(value)
            if not said or said > timezone.now() + AHEAD:
                raise
            return timezone.now()


class NewLineEvent(Strict):
    event_id = Line(max_length=64, help_text="Your name for this event; told twice, it is heard once.")
    call_id = Line(max_length=LONGEST_NAME, help_text="Your name for the call.")
    kind = Choice(choices=[(kind, kind) for kind in KINDS])
    at = Happened(help_text="When it happened. Events may come late and in any order.")
    team = Line(max_length=40, required=False, help_text="Short name of the team; your only one if left out.")
    caller = Line(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="The caller’s number, of a call that we make the number dialled; it may come with any event.",
    )
    agent = Line(max_length=254, required=False, help_text="E-mail address; needed when somebody answers.")
    ended_by = Choice(
        choices=[(word, word) for word in on.ENDED_BY if word],
        required=False,
        help_text="Who hung up, if known.",
    )
    queued = serializers.BooleanField(required=False, allow_null=True, default=None)
    cause = Line(
        max_length=40,
        required=False,
        help_text="Code of the cause, if the caller has chosen one: then whoever is able to is asked first.",
    )
    number = Choice(
        choices=[(kind, kind) for kind in NUMBERS],
        required=False,
        default=ORDINARY,
        help_text="What the caller pays: nothing special, a fixed price, or by time but nothing while waiting.",
    )

    def validate_team(self, slug: str) -> Team:
        team = Team.objects.worked_by(self.context["person"]).filter(slug=slug).first()
        if team is None:
            raise serializers.ValidationError(_("You work in no team of this name."))
        return team

    def validate_cause(self, code: str) -> Cause:
        cause = Cause.objects.filter(code=code).first()
        if cause is None:
            raise serializers.ValidationError(_("There is no cause of this code."))
        return cause

    def validate_agent(self, email: str) -> Person:
        agent = Person.objects.active().filter(email=email.lower()).first()
        if agent is None or not agent.team_ids & self.context["person"].team_ids:
            raise serializers.ValidationError(_("Nobody of your teams has this address."))
        return agent

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "team" not in data:
            teams = list(Team.objects.worked_by(self.context["person"])[:2])
            if len(teams) != 1:
                raise serializers.ValidationError({"team": [_("Which of your teams?")]})
            data["team"] = teams[0]
        if data["kind"] in (on.ANSWERED, on.OFFERED) and "agent" not in data:
            raise serializers.ValidationError({"agent": [_("Whom?")]})
        return data


class LineCallAddress(Address):
    number = Choice(choices=[(kind, kind) for kind in NUMBERS], required=False, default=ORDINARY)


class NewLineEvents(Strict):
    events = NewLineEvent(many=True, allow_empty=False, max_length=MOST_EVENTS)


class AnnouncementShape(serializers.Serializer):
    """What to say to whoever waits, ready to be spoken."""

    must_be_said = serializers.BooleanField(
        help_text="Before anything else: the law asks for it on this number."
    )
    de = serializers.CharField()
    en = serializers.CharField()


class PlaceShape(serializers.Serializer):
    """What the telephone system may tell the caller, and what it should offer."""

    id = serializers.IntegerField()
    phase = serializers.ChoiceField(choices=Place.Phase.choices)
    first_arrival = Moment(source="arrived_at")
    ahead = serializers.IntegerField(help_text="How many are before this caller.")
    least_seconds = serializers.IntegerField(allow_null=True)
    most_seconds = serializers.IntegerField(
        allow_null=True, help_text="Eight of ten wait no longer; null: unknown."
    )
    announcement = AnnouncementShape(allow_null=True, help_text="For whoever waits; null for everybody else.")
    offer_callback = serializers.BooleanField(
        help_text="Ask now whether to call back; the place is kept. Once in a stretch of waiting: in the answer to one "
        "event (and to that event told again), or, for who asks how the call stands, until `callback_offered` was told."
    )
    offered_to = serializers.EmailField(
        allow_null=True,
        help_text="Whose telephone to ring now: the e-mail address of the agent it is offered to.",
    )
    offered_until = Moment(allow_null=True, help_text="After this the next agent is asked.")
    agent = serializers.EmailField(
        allow_null=True,
        help_text="Whom to put the caller through to: the e-mail address of the agent who has it.",
    )


class HeardShape(serializers.Serializer):
    event_id = serializers.CharField()
    new = serializers.BooleanField(help_text="False when it was told before.")
    place = PlaceShape()


class HeardShapes(serializers.Serializer):
    events = HeardShape(many=True)


class LineEvents(Door):
    @extend_schema(
        operation_id="line_events_create",
        request=NewLineEvents,
        responses={200: HeardShapes},
        parameters=[PARAMETER],
        tags=["line"],
    )
    def post(self, request: Request) -> Response:
        """Tell what happened to calls: entered, offered, answered, held, resumed, transferred, lost, ended.

        The token is that of a person of the teams whose calls these are, best one made for the telephone system. Each
        event is kept once under its `event_id` and counts at the moment it happened, however late it comes; the caller
        and the cause count from whichever event names them first. The answer says for each call where it stands, what
        to announce, whether to offer a callback – tell `callback_offered` once you have asked, `callback_wanted` if
        they want it –, which agent it is offered to and who has it. What changes without an event of yours, such as
        the callback to offer after a minute, `GET /api/v1/line/calls/<call_id>` says.
        """
        self.desk_only()
        check_signature(request)
        form = NewLineEvents(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        heard = [self._hear(event) for event in form.validated_data["events"]]
        nudge("tickets.jobs.sweep_line")
        return Response(HeardShapes({"events": heard}).data)

    def _hear(self, said: dict[str, Any]) -> dict[str, Any]:
        named = {"event": said["event_id"], "call": said["call_id"], "kind": said["kind"], "at": said["at"]}
        may_be_said = ("team", "caller", "agent", "ended_by", "queued", "cause")
        more = {name: said[name] for name in may_be_said if name in said}
        place, new = take_in(Told(**named, **more), by=self.person)
        at = timezone.now()
        asks = said["kind"] != on.CALLBACK_OFFERED and place.hand_offer_over(said["event_id"], at=at)
        told = told_of(place, number=said["number"], asks=asks, at=at)
        return {"event_id": said["event_id"], "new": new, "place": told}


class LineCall(Door):
    @extend_schema(
        operation_id="line_calls_retrieve",
        responses={200: PlaceShape},
        parameters=[
            PARAMETER,
            OpenApiParameter(
                "number",
                OpenApiTypes.STR,
                enum=NUMBERS,
                description="What the caller pays, as in the events.",
            ),
        ],
        tags=["line"],
    )
    def get(self, request: Request, call_id: str) -> Response:
        """How one of your calls stands now: whom to ring, whom to put it through to, what to announce and to offer.

        Signed as the events are, over an empty body. Asking changes nothing; ask every few seconds while somebody
        waits. Calls another telephone system told of do not exist here.
        """
        self.desk_only()
        check_signature(request)
        place = (
            call_of(call_id, by=self.person) if len(call_id) <= LONGEST_NAME and "\0" not in call_id else None
        )
        if place is None:
            raise NotFound
        said = LineCallAddress(data=request.query_params)
        said.is_valid(raise_exception=True)
        at = timezone.now()
        told = told_of(place, number=said.validated_data["number"], asks=place.owes_offer(at=at), at=at)
        return Response(PlaceShape(told).data)


def told_of(place: Place, *, number: str, asks: bool, at: datetime) -> dict[str, Any]:
    """Where a call stands, in the words of the answer."""
    until = place.offered_at + timedelta(seconds=USUAL.offer) if place.offered_at else None
    about = {"id": place.pk, "phase": place.phase, "arrived_at": place.arrived_at}
    about |= {"offered_to": _address(place.offered_to), "offered_until": until, "agent": None}
    none = {"ahead": 0, "least_seconds": None, "most_seconds": None, "offer_callback": False}
    if not place.is_in_line:
        has_it = _address(place.agent) if place.phase in on.WITH_AGENT else None
        return {**about, **none, "announcement": None, "agent": has_it}
    shown, is_known, ahead, expected = outlook_of(place, at=at)
    return {
        **about,
        "ahead": ahead,
        "announcement": announcement_of(shown, ahead, number, is_known=is_known),
        "least_seconds": round(expected.least),
        "most_seconds": None if expected.most is None else round(expected.most),
        "offer_callback": asks,
    }


def _address(agent: Person | None) -> str | None:
    return agent.email if agent is not None else None


def check_signature(request: Request) -> None:
    """The body was signed with the token's secret, and not long ago."""
    scheme, _sep, secret = request.headers.get("Authorization", "").partition(" ")
    signed = _SIGNED.fullmatch(request.headers.get(SIGNATURE, ""))
    if scheme.lower() != "bearer" or signed is None:
        raise AuthenticationFailed(_("This request is not signed."))
    moment, digest = signed.groups()
    # Read before the parser does, and kept for it: what was sent, byte by byte.
    wanted = signature_of(secret.strip(), moment, request._request.body)
    if not hmac.compare_digest(wanted, digest) or abs(time.time() - int(moment)) > FRESH_SECONDS:
        raise AuthenticationFailed(_("The signature does not fit, or is too old."))
