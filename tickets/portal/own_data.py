"""Taking one's own data along: an archive with a file of data and every attachment, through the portal's own eyes."""

from __future__ import annotations

import json
import logging
import tempfile
import zipfile
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.customer import Customer
from tickets.own_data import files_of, gather, place_of

from .access import customer_of

logger = logging.getLogger(__name__)
IN_MEMORY = 2 * 1024 * 1024  # a larger archive waits on the disk


@require_safe
def own_data(request: HttpRequest) -> HttpResponseBase:
    """Whoever only asks whether it is there gets no archive made for them."""
    customer = customer_of(request)
    name = f"kulanz-{timezone.localdate():%Y-%m-%d}.zip"
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type="application/zip")
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    else:
        archive = _packed(customer)
        response = FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _packed(customer: Customer) -> IO[bytes]:
    said = json.dumps(gather(customer), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    archive = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 – the answer closes it when it is sent
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("kulanz.json", said.encode("utf-8", "replace"))
        for file in files_of(customer):
            try:
                content = file.file.open("rb")
            except FileNotFoundError:  # its name stands in the data; one lost file keeps nobody from the rest
                logger.error("the file of attachment %s is not where it was put", file.pk)
                continue
            with content, packed.open(place_of(file), "w") as place:
                for piece in content.chunks():
                    place.write(piece)
    archive.seek(0)
    return archive
