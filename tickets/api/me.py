"""Who asks, for programs that want to greet."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from .desk_shapes import Me
from .door import Door


class Myself(Door):
    @extend_schema(operation_id="me_retrieve", responses=Me, tags=["me"])
    def get(self, request: Request) -> Response:
        """The person behind the token or the session."""
        return Response(Me(self.person).data)
