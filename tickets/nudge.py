"""A nudge: asks a worker to look now instead of at the next beat. Never the record; losing one costs seconds."""

from __future__ import annotations

import logging

from celery import current_app

from .live import relay

logger = logging.getLogger(__name__)


def nudge(task: str) -> None:
    # Asked first, because publishing to a broker that is away tries for six seconds, with a person waiting.
    if not relay.is_there():
        return
    try:
        current_app.send_task(task, retry=False, expires=30)
    except Exception as error:  # whatever the broker says: what it is about is done and stored already
        logger.warning("no worker was nudged, the next beat will look: %s", type(error).__name__)
