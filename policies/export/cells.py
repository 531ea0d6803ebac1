"""Cells of a table for other programs: what is text stays text, whatever a spreadsheet would make of it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

# What makes a spreadsheet reckon: at the beginning, or after the white space it strips there.
_RECKONS = tuple("=+-@＝＋－＠|%")
_STRIPPED = "\t\r\n \u00a0\ufeff"
GUARD = "'"


def text(value: object) -> str:
    """A text no spreadsheet runs; `plain` gives back what it was."""
    written = str(value).replace("\x00", "")
    hostile = written.lstrip(_STRIPPED).startswith(_RECKONS) or written[:1] in ("\t", "\r", "\n", GUARD)
    return GUARD + written if hostile else written


def plain(cell: str) -> str:
    return cell.removeprefix(GUARD)


def amount(cents: int, places: int, *, comma: bool = False) -> str:
    """Exact, without grouping: -20.50 or 20,50."""
    written = f"{Decimal(cents).scaleb(-places):.{places}f}"
    return written.replace(".", ",") if comma else written


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as one piece of text; every break of a line is CRLF, as spreadsheets expect."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
