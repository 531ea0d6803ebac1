"""Publication: drafts whose time has come are put in force, unless they would narrow the field without an end."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..facts import rules_of
from .narrowing import narrowed
from .rulebook import Rulebook
from .standard import unmeasured

logger = logging.getLogger(__name__)


def publish_due_now(*, now: datetime | None = None) -> int:
    """Put drafts in force whose time has come, oldest first; the number published.

    A draft that, held against the rules of that moment, narrows the field without a reason or an end, or promises in
    public what no clock measures, waits as a draft for its maker.
    """
    now = now or timezone.now()
    due = Rulebook.objects.filter(state=Rulebook.State.DRAFT, publish_at__lte=now)
    return sum(_publish(draft, now=now) for draft in list(due.order_by("publish_at", "pk")))


def _publish(draft: Rulebook, *, now: datetime) -> bool:
    with transaction.atomic():
        waiting = Rulebook.objects.filter(pk=draft.pk, state=Rulebook.State.DRAFT)
        if not waiting.select_for_update().exists():
            return False
        current = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).first()
        missing = narrowed(rules_of(current), rules_of(draft), on=timezone.localdate(now)) if current else []
        missing += unmeasured(draft)
        if missing:
            logger.error("version %s was not put in force: %s", draft.version, missing)
            waiting.update(publish_at=None)
            return False
        draft.publish(at=now)
    return True
