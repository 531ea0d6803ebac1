"""Pages of the API: by a cursor over the number, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LARGEST_ID = 2**63 - 1


class ByNumber(CursorPagination):
    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor is ours or none: its position is a number as the database stores it."""
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        position = str(cursor.position)
        if not (
            position.isascii() and position.isdecimal() and len(position) < 20 and int(position) <= LARGEST_ID
        ):
            raise NotFound(_("This page does not exist."))
        return cursor


class OldestFirst(ByNumber):
    """For conversations, which are read from their beginning."""

    ordering = "pk"
