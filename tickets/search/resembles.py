"""Text that holds other text, in whatever case: as `icontains` asks, with a pattern that was made before."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models.lookups import IContains, PatternLookup


class Resembles(IContains):
    """The pattern reaches the database as it comes, so a prepared question can hold a place for it."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        return super(PatternLookup, self).process_rhs(compiler, connection)


def pattern_of(text: str) -> str:
    """Anything that holds the text, whose signs are letters."""
    return f"%{connection.ops.prep_for_like_query(text)}%"
