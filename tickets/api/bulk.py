"""One step on many tickets through the API: what it would do, doing it, how far it is, and taking it back."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError as FieldError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.automation.bulk import KINDS, MOST, UNDONE_WITHIN, Bulk
from tickets.automation.step import kinds
from tickets.history import in_own_language
from tickets.status_name import LONGEST_CODE
from tickets.tag import LONGEST
from tickets.textfields import fresh_key
from tickets.ticket import Ticket

from .door import Conflict, Door
from .fields import Choice, Id, Line, Moment, Number, Strict
from .once import PARAMETER, Once, replayed
from .paging import LARGEST_ID

NEEDS: Final = {"assign": "person", "team": "team", "priority": "priority", "move": "status"} | dict.fromkeys(
    ("tag", "untag"), "tag"
)


class BulkSaid(Strict):
    """One step with its one value, and the tickets it is meant for; those of other teams are passed over."""

    do = Choice(choices=[(name, name) for name in KINDS])
    tickets = serializers.ListField(child=Id(), min_length=1, max_length=MOST)
    person = Id(required=False, help_text="To whom, for `assign`.")
    team = Id(required=False, help_text="To which one, for `team`.")
    priority = Number(choices=Ticket.Priority.choices, required=False, help_text="For `priority`.")
    status = Line(
        max_length=LONGEST_CODE,
        required=False,
        help_text="For `move`: a status, or the code of an own one, from `/own-statuses/`.",
    )
    tag = Line(required=False, max_length=LONGEST, help_text="For `tag` and `untag`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = NEEDS.get(attrs["do"])
        sent = attrs.keys() - {"do", "tickets"}
        if needed and needed not in sent:
            raise serializers.ValidationError({needed: [_("This step needs it.")]})
        if sent - {needed}:
            raise serializers.ValidationError(
                {name: [_("This step has no such value.")] for name in sent - {needed}}
            )
        said: dict[str, Any] = {"do": attrs["do"]}
        for name, field in kinds[attrs["do"]].fields(self.context["person"]).items():
            try:
                said[name] = field.clean(str(attrs[name]))
            except FieldError as error:
                raise serializers.ValidationError({name: error.messages})
        return {"said": said, "tickets": list(dict.fromkeys(attrs["tickets"]))}


class BulkLineShape(serializers.Serializer):
    ticket = serializers.IntegerField()
    is_done = serializers.BooleanField(allow_null=True, help_text="Empty while its turn is still to come.")
    trouble = serializers.CharField(help_text="Why not, in the language of the request.")
    is_taken_back = serializers.BooleanField()


class BulkShape(serializers.Serializer):
    """How far it is. What fills a page of a list is done at once, the rest within moments."""

    id = serializers.IntegerField()
    at = Moment()
    step = serializers.CharField(help_text="In the language of the request.")
    all = serializers.IntegerField()
    done = serializers.IntegerField()
    left = serializers.IntegerField(help_text="How many have not had their turn.")
    undoable_until = Moment(allow_null=True)
    undone_at = Moment(allow_null=True)
    lines = BulkLineShape(many=True)


class BulkRehearsedLine(serializers.Serializer):
    ticket = serializers.IntegerField()
    would = serializers.BooleanField()
    trouble = serializers.CharField(help_text="Why not, in the language of the request.")


class BulkRehearsalShape(serializers.Serializer):
    step = serializers.CharField(help_text="In the language of the request.")
    all = serializers.IntegerField()
    would = serializers.IntegerField()
    lines = BulkRehearsedLine(many=True)


class _Many(Door):
    def _said(self) -> tuple[dict[str, Any], list[Ticket]]:
        self.desk_only()
        form = BulkSaid(data=self.request.data, context={"person": self.person})
        form.is_valid(raise_exception=True)
        found = Ticket.objects.worked_by(self.person).with_people().in_bulk(form.validated_data["tickets"])
        tickets = [found[number] for number in form.validated_data["tickets"] if number in found]
        if not tickets:
            raise serializers.ValidationError(
                {"tickets": [_("None of your tickets has one of these numbers.")]}
            )
        return form.validated_data["said"], tickets

    def _held(self, number: int) -> Bulk:
        self.desk_only()
        found = Bulk.objects.filter(by=self.person, pk=number).first() if number <= LARGEST_ID else None
        if found is None:
            raise NotFound
        return found


class BulkRehearsal(_Many):
    @extend_schema(
        operation_id="bulk_rehearse", request=BulkSaid, responses=BulkRehearsalShape, tags=["tickets"]
    )
    def post(self, request: Request) -> Response:
        """What a step would do to each of these tickets. Nothing of it is done."""
        said, tickets = self._said()
        rows = Bulk.rehearse(tickets, said, by=self.person)
        lines = [
            {"ticket": one.pk, "would": done.is_done, "trouble": in_own_language(done.trouble)}
            for one, done in rows
        ]
        would = sum(line["would"] for line in lines)
        words = in_own_language(rows[0][1].said)
        return Response({"step": words, "all": len(lines), "would": would, "lines": lines})


class BulkActions(_Many):
    @extend_schema(
        operation_id="bulk_create",
        request=BulkSaid,
        responses={201: BulkShape},
        parameters=[PARAMETER],
        tags=["tickets"],
    )
    def post(self, request: Request) -> Response:
        """Do a step on each of these tickets that takes it; the others say why not."""
        self.desk_only()
        once = Once(request, "bulk", request.data)
        earlier = once.earlier(Bulk.objects.filter(by=self.person))
        if earlier is not None:
            return replayed(Response(_shape(earlier), status=status.HTTP_201_CREATED))
        said, tickets = self._said()
        done = Bulk.run(tickets, said, by=self.person, key=once.key or fresh_key())
        return Response(_shape(done), status=status.HTTP_201_CREATED)


class OneBulkAction(_Many):
    @extend_schema(operation_id="bulk_retrieve", responses=BulkShape, tags=["tickets"])
    def get(self, request: Request, number: int) -> Response:
        """What became of each ticket, and how many have not had their turn."""
        return Response(_shape(self._held(number)))


class BulkUndoing(_Many):
    @extend_schema(
        operation_id="bulk_undo",
        request=None,
        responses={200: BulkShape, 409: OpenApiResponse(description="Too late")},
        tags=["tickets"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Take it back within 24 hours, where nobody has changed it since; asking again changes nothing."""
        held = self._held(number)
        if not held.undo():
            raise Conflict(_("This can be taken back for 24 hours."), code="too_late")
        return Response(_shape(held))


def _shape(bulk: Bulk) -> dict[str, Any]:
    lines = [
        {
            "ticket": line["ticket"],
            "is_done": line["is_done"],
            "trouble": in_own_language(line.get("kept") or line["trouble"]),
            "is_taken_back": line.get("kept") == {},
        }
        for line in bulk.lines
    ]
    until = bulk.at + UNDONE_WITHIN if bulk.is_undoable else None
    counts = {"all": len(lines), "done": bulk.done, "left": len(bulk.left), "lines": lines}
    moments = {"at": bulk.at, "undoable_until": until, "undone_at": bulk.undone_at}
    return BulkShape({"id": bulk.pk, "step": bulk.sentence, **moments, **counts}).data
