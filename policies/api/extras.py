"""Extra authority for a while: what runs or is planned, granting it, ending it early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from accounts.team import Team
from policies.extra import MOST_CENTS, ExtraAuthority, ExtraAuthorityQuerySet
from tickets.api.desk_shapes import NamedPerson, NamedTeam
from tickets.api.door import Conflict, Door
from tickets.api.fields import Choice, Id, Instant, Line, Moment, Strict, WholeNumber
from tickets.api.once import PARAMETER, Once, replayed
from tickets.api.paging import LARGEST_ID, ByNumber
from tickets.textfields import fresh_key

FURTHEST = timedelta(days=366)


class NewExtra(Strict):
    """For a team or for one person in a team you lead."""

    team = Id(required=False, allow_null=True, default=None)
    person = Id(required=False, allow_null=True, default=None)
    cents = WholeNumber(min_value=1, max_value=MOST_CENTS, help_text="More per case.")
    currency = Choice([(settings.CURRENCY, settings.CURRENCY)], default=settings.CURRENCY)
    reason = Line(max_length=200, help_text="The team reads it at the desk.")
    starts_at = Instant(required=False, help_text="From now on, if absent.")
    ends_at = Instant(help_text="Then it falls back by itself.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        now, by = timezone.now(), self.context["person"]
        attrs["starts_at"] = attrs.get("starts_at") or now
        if not now - timedelta(days=1) <= attrs["starts_at"] <= now + FURTHEST:
            raise serializers.ValidationError({"starts_at": [_("That is too far away.")]})
        if attrs["ends_at"] <= max(now, attrs["starts_at"]):
            raise serializers.ValidationError({"ends_at": [_("It ends before it begins.")]})
        if (attrs["team"] is None) is (attrs["person"] is None):
            raise serializers.ValidationError({"team": [_("Either a team or a person, and not both.")]})
        teams = Team.objects.steered_by(by)
        people = Person.objects.active().filter(teamuserobjectpermission__content_object__in=teams)
        for name, among in (("team", teams), ("person", people.exclude(pk=by.pk).distinct())):
            if attrs[name] is not None and (found := among.filter(pk=attrs[name]).first()) is None:
                raise serializers.ValidationError({name: [_("You lead nothing of this number.")]})
            attrs[name] = found if attrs[name] is not None else None
        return attrs


class ExtraShape(serializers.ModelSerializer):
    team = NamedTeam(read_only=True, allow_null=True)
    person = NamedPerson(read_only=True, allow_null=True)
    granted_by = NamedPerson(read_only=True)
    starts_at = Moment()
    ends_at = Moment()
    ended_at = Moment(allow_null=True)

    class Meta:
        model = ExtraAuthority
        fields = (
            *("id", "team", "person", "cents", "currency", "reason"),
            *("starts_at", "ends_at", "granted_by", "ended_at"),
        )
        read_only_fields = fields


class Extras(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="extra_authority_list", responses=ExtraShape(many=True), tags=["gestures"])
    def get(self, request: Request) -> Response:
        """What runs for you or is managed by you, and what was; newest first."""
        self.house_only()
        pages = ByNumber()
        own = ExtraAuthority.objects.told_to(self.person).running(timezone.now())
        shown = ExtraAuthority.objects.filter(pk__in=_managed(self).values("pk")) | own
        found = shown.select_related("team", "person", "granted_by").order_by("-pk")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ExtraShape(rows, many=True).data)

    @extend_schema(
        operation_id="extra_authority_grant",
        parameters=[PARAMETER],
        request=NewExtra,
        responses={
            201: ExtraShape,
            409: OpenApiResponse(description="Longer, or more, than you may grant"),
            422: OpenApiResponse(description="Key used for something else"),
        },
        tags=["gestures"],
    )
    def post(self, request: Request) -> Response:
        """Grant so much more per case for a while. A lead goes no further than their own limit."""
        if not (self.person.is_lead or self.person.is_staff):
            raise NotFound
        once = Once(request, "extra-authority", request.data)
        granted = ExtraAuthority.objects.filter(granted_by=self.person)
        if earlier := once.earlier(granted):
            return replayed(self._granted(earlier))
        form = NewExtra(data=request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        at = timezone.now()
        extra = ExtraAuthority(**form.validated_data, granted_by=self.person, key=once.key or fresh_key())
        return self._grant(extra, granted, at=at)

    def _grant(self, extra: ExtraAuthority, granted: ExtraAuthorityQuerySet, *, at: datetime) -> Response:
        refusal = ExtraAuthority.grant(extra, at=at)
        if refusal:
            raise Conflict(str(refusal.text), code=refusal.code)
        return self._granted(granted.get(key=extra.key))

    def _granted(self, extra: ExtraAuthority) -> Response:
        return Response(ExtraShape(extra).data, status=status.HTTP_201_CREATED)


class ExtraEnd(Door):
    @extend_schema(operation_id="extra_authority_end", request=None, responses=ExtraShape, tags=["gestures"])
    def put(self, request: Request, pk: int) -> Response:
        """Fall back at once. Said again it changes nothing."""
        found = _managed(self).filter(pk=min(pk, LARGEST_ID)).first()
        if found is None:
            raise NotFound
        found.end(by=self.person)
        found.refresh_from_db()
        return Response(ExtraShape(found).data)


def _managed(door: Door) -> ExtraAuthorityQuerySet:
    if not (door.person.is_lead or door.person.is_staff):
        return ExtraAuthority.objects.none()
    return ExtraAuthority.objects.managed_by(door.person)
