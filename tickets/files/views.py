"""Serves attachments: as a download, under a type of our own, in a sandbox, to whoever sees the message."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tickets.attachment import Attachment

logger = logging.getLogger(__name__)


@require_safe
def download(request: HttpRequest, token: str) -> FileResponse:
    return serve(get_object_or_404(Attachment.objects.visible_to(request.user), token=token))


def serve(attachment: Attachment) -> FileResponse:
    """What the caller found out somebody may have."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as lost:
        logger.error("the file of attachment %s is not where it was put", attachment.pk)
        raise Http404 from lost
    response = FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
