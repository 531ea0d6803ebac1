"""The bookkeeping's programs: a new export of the ledger, the ones there are, and their files."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from policies.export.batch import (
    ACCOUNT_LENGTHS,
    BOTH,
    CLIENTS,
    CONSULTANTS,
    MONTHS,
    ExportBatch,
    Office,
    may_export,
    misfit,
)
from policies.export.download import as_download
from tickets.api.desk_shapes import NamedPerson
from tickets.api.door import Door
from tickets.api.fields import Choice, Moment, Strict, WholeNumber
from tickets.api.once import PARAMETER, Once, replayed
from tickets.api.paging import LARGEST_ID, ByNumber
from tickets.textfields import fresh_key


class ExportShape(serializers.ModelSerializer):
    made_by = NamedPerson(read_only=True)
    made_at = Moment()

    class Meta:
        model = ExportBatch
        fields = (
            *("id", "chart", "consultant", "client", "year_begins", "account_length"),
            *("made_at", "made_by", "count"),
        )
        read_only_fields = fields


class NewExport(Strict):
    """Numbers that are not said are those of the last export; `null` for both goes back to none."""

    chart = Choice(ExportBatch.Chart.choices, default=ExportBatch.Chart.SKR04.value)
    consultant = WholeNumber(
        min_value=CONSULTANTS[0], max_value=CONSULTANTS[1], required=False, allow_null=True
    )
    client = WholeNumber(min_value=CLIENTS[0], max_value=CLIENTS[1], required=False, allow_null=True)
    year_begins = WholeNumber(min_value=MONTHS[0], max_value=MONTHS[1], required=False)
    account_length = WholeNumber(min_value=ACCOUNT_LENGTHS[0], max_value=ACCOUNT_LENGTHS[1], required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        names = {field.name for field in fields(Office)}
        office = replace(ExportBatch.last_office(), **{name: said[name] for name in names & said.keys()})
        for name, other in (("consultant", office.client), ("client", office.consultant)):
            if getattr(office, name) is None and other is not None:
                raise serializers.ValidationError({name: [BOTH]})
        return {"chart": said["chart"], "office": office}


class Exports(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="ledger_exports_list", responses=ExportShape(many=True), tags=["ledger"])
    def get(self, request: Request) -> Response:
        """Every export there was, newest first."""
        _exporters_only(self)
        pages = ByNumber()
        found = ExportBatch.objects.readable_by(self.person).select_related("made_by")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ExportShape(rows, many=True).data)

    @extend_schema(
        operation_id="ledger_exports_create",
        parameters=[PARAMETER],
        request=NewExport,
        responses={201: ExportShape, 422: OpenApiResponse(description="Key used for something else")},
        tags=["ledger"],
    )
    def post(self, request: Request) -> Response:
        """Take everything booked and not exported so far; each entry is in one export only."""
        _exporters_only(self)
        form = NewExport(data=request.data)
        form.is_valid(raise_exception=True)
        once = Once(request, "exports", request.data)
        earlier = once.earlier(ExportBatch.objects.readable_by(self.person).filter(made_by=self.person))
        batch = earlier or _made(self.person, once.key or fresh_key(), **form.validated_data)
        response = Response(ExportShape(batch).data, status=status.HTTP_201_CREATED)
        return replayed(response) if earlier else response


class ExportFile(Door):
    @extend_schema(
        operation_id="ledger_export_file",
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
        tags=["ledger"],
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        """One file of an export: `ledger` with every entry, or `datev` with what changes the accounts."""
        _exporters_only(self)
        batch = ExportBatch.objects.readable_by(self.person).filter(pk=min(pk, LARGEST_ID)).first()
        if batch is None or kind not in ("ledger", "datev"):
            raise NotFound
        return as_download(request._request, batch, kind)


def _made(person: Person, key: str, *, chart: str, office: Office) -> ExportBatch:
    """Looked at here and not with the other numbers: what was made already is found again, whatever changed since."""
    if words := misfit(chart, office.account_length):
        raise serializers.ValidationError({"account_length": [words]})
    return ExportBatch.make(by=person, key=key, chart=chart, office=office)


def _exporters_only(door: Door) -> None:
    if not may_export(door.person):
        raise NotFound
