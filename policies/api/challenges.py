"""Rules somebody at the desk doubts: raising it where the rule spoke, reading the reasons, answering."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policies.challenges.challenge import Challenge, ChallengeQuerySet
from policies.challenges.rule import Rule
from policies.refusal import Refusal
from tickets.api.desk_shapes import NamedPerson, NamedTeam
from tickets.api.door import Conflict, Door
from tickets.api.fields import Address, Choice, Line, Moment, Strict, Text
from tickets.api.paging import LARGEST_ID, ByNumber

STATES = [("open", "open"), ("answered", "answered")]


class NewChallenge(Strict):
    rule = Line(
        max_length=80,
        help_text="“guardrail:” with its code, “level:” with the code of the cause, “own:”, “stretch:” or “customer:”.",
    )
    why = Line(max_length=300, help_text="What is wrong with it.")

    def validate_rule(self, name: str) -> Rule:
        rule = Rule.named(name)
        if rule is None or not rule.can_speak_about(self.context["cause"]):
            raise serializers.ValidationError(_("This rule does not speak here."))
        return rule


class ChallengeFilters(Address):
    state = Choice(STATES, default="open")


class NewSettlement(Strict):
    answer = Choice(Challenge.Answer.choices)
    words = Text(max_length=500, help_text="The reasons; everybody in the team reads them.")


class ChallengeShape(serializers.ModelSerializer):
    rule = serializers.CharField(source="rule.name", read_only=True)
    rule_in_words = serializers.CharField(read_only=True, help_text="In the language of the request.")
    team = NamedTeam(read_only=True)
    raised_by = NamedPerson(read_only=True)
    owner = NamedPerson(read_only=True)
    answered_by = NamedPerson(read_only=True, allow_null=True)
    opened_at = Moment()
    due_at = Moment(allow_null=True)
    suspended_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)

    class Meta:
        model = Challenge
        fields = (
            *("id", "rule", "rule_in_words", "ticket", "team", "raised_by", "why", "owner"),
            *("opened_at", "due_at", "suspended_at", "closed_at", "answer", "answered_by", "words"),
        )
        read_only_fields = fields


class Challenges(Door):
    pagination_class = ByNumber

    @extend_schema(
        operation_id="challenges_list",
        parameters=[ChallengeFilters],
        responses=ChallengeShape(many=True),
        tags=["gestures"],
    )
    def get(self, request: Request) -> Response:
        """The challenges of your teams and those you have to answer; reasons are public there."""
        self.house_only()
        filters = ChallengeFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        pages = ByNumber()
        found = _readable(self).filter(closed_at__isnull=filters.validated_data["state"] == "open")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ChallengeShape(rows, many=True).data)


class TicketChallenges(Door):
    @extend_schema(
        operation_id="challenges_create",
        request=NewChallenge,
        responses={
            200: ChallengeShape,
            201: ChallengeShape,
            409: OpenApiResponse(description="The rule is gone, or nobody can answer"),
        },
        tags=["gestures"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Doubt a rule that spoke on this ticket. While the team has an open challenge of it, that one comes back."""
        ticket = self.worked(number)
        form = NewChallenge(data=request.data, context={"cause": ticket.cause})
        form.is_valid(raise_exception=True)
        said = form.validated_data
        before = set(Challenge.objects.open().filter(team=ticket.team_id).values_list("pk", flat=True))
        done = Challenge.raise_it(said["rule"], ticket, by=self.person, why=said["why"])
        if isinstance(done, Refusal):
            raise Conflict(str(done.text), code=done.code)
        found = _readable(self).get(pk=done.pk)
        code = status.HTTP_200_OK if done.pk in before else status.HTTP_201_CREATED
        return Response(ChallengeShape(found).data, status=code)


class OneChallenge(Door):
    @extend_schema(
        operation_id="challenges_answer",
        request=NewSettlement,
        responses={200: ChallengeShape, 409: OpenApiResponse(description="Answered already")},
        tags=["gestures"],
    )
    def put(self, request: Request, pk: int) -> Response:
        """Say whether the rule stays or will change, and why. The same answer again changes nothing."""
        self.house_only()
        found = _readable(self).filter(pk=min(pk, LARGEST_ID)).first()
        if found is None:
            raise NotFound
        mine = Challenge.objects.answerable_by(self.person).filter(pk=found.pk).exists()
        if found.is_open and not mine:
            raise NotFound
        form = NewSettlement(data=request.data)
        form.is_valid(raise_exception=True)
        said: dict[str, Any] = form.validated_data
        refusal = found.settle(said["answer"], words=said["words"], by=self.person)
        found = _readable(self).get(pk=found.pk)
        same = (found.answered_by, found.answer, found.words) == (self.person, said["answer"], said["words"])
        if refusal and not same:
            raise Conflict(str(refusal.text), code=refusal.code)
        return Response(ChallengeShape(found).data)


def _readable(door: Door) -> ChallengeQuerySet:
    found = Challenge.objects.readable_by(door.person)
    return found.select_related("team", "raised_by", "owner", "answered_by", "ticket", "rulebook")
