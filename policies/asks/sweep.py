"""The sweep over questions: what is due lapses, what is soon due is reminded of, whoever has gone away is covered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from accounts.absence import Absence

from .ask import Ask, AskQuerySet

MOST = 200
logger = logging.getLogger(__name__)


def sweep_asks_now(*, now: datetime | None = None, most: int = MOST) -> int:
    """Let asks lapse whose deadline passed; the number looked at. One bad ask never stops the others."""
    now = now or timezone.now()
    waiting = Ask.objects.open().filter(due_at__gt=now)
    away = Absence.objects.running(now).values("person")
    _each(waiting.filter(asked__in=away, restarted_at=None)[:most], Ask.cover, now=now)
    _each(waiting.to_remind(now)[:most], Ask.remind, now=now)
    return _each(Ask.objects.due(now)[:most], Ask.lapse, now=now)


def _each(asks: AskQuerySet, act: Callable[..., None], *, now: datetime) -> int:
    looked = 0
    for ask in list(asks.with_story()):
        looked += 1
        try:
            act(ask, now=now)
        except Exception:
            logger.exception("ask %s could not be swept", ask.pk)
            # What is due waits longer each time; a reminder that cannot be written is none.
            if act is Ask.lapse:
                ask.postpone(now=now)
            Ask.objects.filter(pk=ask.pk, remind_at__lte=now).update(remind_at=None)
    return looked
