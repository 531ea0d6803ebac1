"""The own statuses of the house, for programs that read tickets or put them somewhere."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.status_name import StatusName

from .desk_shapes import OwnStatus
from .door import Door


class OwnStatuses(Door):
    @extend_schema(operation_id="own_statuses_list", responses=OwnStatus(many=True), tags=["tickets"])
    def get(self, request: Request) -> Response:
        """Which there are, in order, each with the status it belongs to."""
        self.house_only()
        return Response(OwnStatus(StatusName.objects.in_use(), many=True).data)
