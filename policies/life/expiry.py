"""Expiry: the beat finds vouchers and coupons whose time is over, and gives their money back."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from policies.offer import Offer

AHEAD = timedelta(hours=1)
logger = logging.getLogger(__name__)


def expire_now(*, now: datetime | None = None, most: int = 500) -> int:
    """Let run out what is due; the number that did. One that cannot be booked is tried again later, and reported."""
    now = now or timezone.now()
    done = 0
    due = Offer.objects.run_out(now).order_by("runs_out_at", "pk")
    for offer in due.select_related("period__budget", "ticket", "ruling")[:most]:
        try:
            done += offer.expire(at=now)
        except Exception:  # whatever is wrong with one must not keep the others' money
            logger.exception("offer %s could not expire", offer.pk)
            Offer.objects.filter(pk=offer.pk).update(runs_out_at=now + AHEAD)
    return done
