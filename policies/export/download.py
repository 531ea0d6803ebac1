"""An export as a download, streamed piece by piece, whichever server asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from .batch import ExportBatch
from .table import datev_csv, ledger_csv


def as_download(request: HttpRequest, batch: ExportBatch, kind: str) -> HttpResponseBase:
    """`kind` is "ledger" or "datev"; the same export gives the same bytes."""
    pieces = datev_csv(batch) if kind == "datev" else ledger_csv(batch)
    content = _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces
    charset = "windows-1252" if kind == "datev" else "utf-8"
    response = StreamingHttpResponse(content, content_type=f"text/csv; charset={charset}")
    # By these letters the bookkeeping knows what it may read in.
    is_datev = kind == "datev" and batch.has_head
    name = f"EXTF_kulanz-{batch.pk}.csv" if is_datev else f"kulanz-{kind}-{batch.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


async def _in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
