"""Silence: when a deadline that passes unanswered may count as a yes, booked to the person who was asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from ..referral import may_decide

if TYPE_CHECKING:
    from .ask import Ask, AskQuerySet

MOST_SILENT_YESES, MONTH = 10, timedelta(days=30)


def means_yes(ask: Ask, *, now: datetime) -> bool:
    """Whether nobody's answer grants this ask at `now`; the caller's transaction holds it.

    Reversible and within the stretch (the outcome said so), the asked person active and still able to say yes
    aloud, not the first ask of its kind, and not too many silent yeses of one person in a month: then their limit
    is wrong.
    """
    if not ask.silence_grants or not ask.asked.is_active:
        return False
    asks, ruling = type(ask).objects, ask.ruling
    # Two asks of one person that lapse at once are counted one after the other.
    type(ask.asked).objects.select_for_update(no_key=True).get(pk=ask.asked_id)
    answered = asks.exclude(closed_at=None)
    decided = answered.exclude(answer__in=[ask.Answer.RETURNED, ask.Answer.WITHDRAWN])
    alike = decided.filter(
        ruling__ticket__cause=ruling.ticket.cause_id, ruling__facts__request__kind=ruling.weighed.kind
    )
    silent = answered.filter(answer=ask.Answer.SILENCE, answered_by=ask.asked_id, closed_at__gt=now - MONTH)
    return (
        alike.exists()
        and silent.count() < MOST_SILENT_YESES
        and may_decide(ask.asked, ruling, ask.role, at=now) is None
    )


def silent_yeses(asks: AskQuerySet, *, now: datetime) -> list[tuple[str, int, bool]]:
    """Of these asks, by who was asked: how many silence granted in the last month, and whether it is too many.

    Too many says nothing about the person: the limit that makes people ask is wrong.
    """
    silent = asks.filter(answer="silence", closed_at__gt=now - MONTH, closed_at__lte=now)
    counts = silent.order_by("answered_by__name").values_list("answered_by__name")
    return [
        (name, count, count >= MOST_SILENT_YESES)
        for name, count in counts.annotate(count=Count("pk")).values_list("answered_by__name", "count")
    ]
