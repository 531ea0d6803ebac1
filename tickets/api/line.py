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
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from accounts.team import Team
from tickets.line import course as on
from tickets.line.announcement import NUMBERS, ORDINARY, announcement_of
from tickets.line.forecast import outlook_of
from tickets.line.place import Place
from tickets.line.telephone import KINDS, SIGNATURE, Told, signature_of, take_in
from tickets.nudge import nudge

from .door import Door
from .fields import Choice, Line, Moment, Strict
from .incidents import Happened as HappenedByNow

FRESH_SECONDS: Final = 300
MOST_EVENTS: Final = 500
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
    call_id = Line(max_length=40, help_text="Your name for the call.")
    kind = Choice(choices=[(kind, kind) for kind in KINDS])
    at = Happened(help_text="When it happened. Events may come late and in any order.")
    team = Line(max_length=40, required=False, help_text="Short name of the team; your only one if left out.")
    caller = Line(max_length=40, required=False, allow_blank=True, default="")
    agent = Line(max_length=254, required=False, help_text="E-mail address; needed when somebody answers.")
    ended_by = Choice(
        choices=[(word, word) for word in on.ENDED_BY if word],
        required=False,
        help_text="Who hung up, if known.",
    )
    queued = serializers.BooleanField(required=False, allow_null=True, default=None)
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
    offer_callback = serializers.BooleanField(help_text="Ask now whether to call back; the place is kept.")


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
        event is kept once under its `event_id` and counts at the moment it happened, however late it comes. The
        answer says for each call where it stands, what to announce, and whether to offer a callback.
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
        more = {
            name: said[name] for name in ("team", "caller", "agent", "ended_by", "queued") if name in said
        }
        place, new = take_in(Told(**named, **more), by=self.person)
        told = told_of(place, number=said["number"], at=timezone.now())
        return {"event_id": said["event_id"], "new": new, "place": told}


def told_of(place: Place, *, number: str, at: datetime) -> dict[str, Any]:
    """Where a call stands, in the words of the answer."""
    about = {"id": place.pk, "phase": place.phase, "arrived_at": place.arrived_at}
    none = {"ahead": 0, "least_seconds": None, "most_seconds": None, "offer_callback": False}
    if not place.is_in_line:
        return {**about, **none, "announcement": None}
    shown, is_known, ahead, expected = outlook_of(place, at=at)
    offered = place.events.filter(kind=on.CALLBACK_OFFERED, step=place.stretch).exists()
    due = place.deadlines.filter(kind=on.CALLBACK_OFFERED, done_at=None, due_at__lte=at).exists()
    return {
        **about,
        "ahead": ahead,
        "announcement": announcement_of(shown, ahead, number, is_known=is_known),
        "least_seconds": round(expected.least),
        "most_seconds": None if expected.most is None else round(expected.most),
        "offer_callback": place.phase == on.WAITING and (offered or due),
    }


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
