"""One by one: what is owed to many contacts is done for each on its own; a failure is shown and stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from tickets.mail.outbox import one_line

if TYPE_CHECKING:
    from .place import Place

logger = logging.getLogger(__name__)


def one_by_one(places: Iterable[Place], deed: Callable[[Place], object]) -> int:
    """For how many it was done. Whoever it failed for keeps the reason until it works."""
    return sum(_try(place, deed) for place in places)


def _try(place: Place, deed: Callable[[Place], object]) -> bool:
    theirs = type(place).objects.filter(pk=place.pk)
    try:
        with transaction.atomic():
            done = bool(deed(place))
    except Exception as error:  # whatever it is, the next customer has nothing to do with it
        logger.exception("contact %s could not be cared for", place.pk)
        theirs.update(trouble=one_line(f"{type(error).__name__}: {error}")[:200])
        return False
    theirs.exclude(trouble="").update(trouble="")
    return done
