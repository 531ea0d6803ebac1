"""The sweep of the ladder: levels rise where the evidence speaks for it; what grew rare gets a training item."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from ..koennen import Level
from .evidence import Evidence
from .ladder import ALONE, UNUSUAL, reached
from .practice import handled_in_a_year, record_of, team_rates, wants_refreshing
from .training import TrainingItem

logger = logging.getLogger(__name__)
_KINDS = {1: Evidence.Kind.TRAINING, ALONE: Evidence.Kind.TOGETHER, UNUSUAL: Evidence.Kind.CASES}


def sweep_levels_now(*, now: datetime | None = None) -> int:
    """Raise every level the evidence speaks for, one step each; the number raised. One that cannot stops nobody."""
    now = now or timezone.now()
    held = list(Level.objects.filter(agent__is_active=True).select_related("agent", "cause").order_by("pk"))
    _refresh(held, now=now)
    rates = {cause: team_rates(cause, at=now) for cause in {row.cause for row in held if row.level == ALONE}}
    raised = 0
    for level in held:
        if level.level >= UNUSUAL:
            continue  # the highest one is spoken about, never computed
        try:
            raised += _raise(level, rates.get(level.cause, ()), now=now)
        except Exception:
            logger.exception("level %s could not be looked at", level.pk)
    return raised


def _raise(held: Level, rates: tuple[float, ...], *, now: datetime) -> bool:
    record = record_of(held, at=now, rates=rates)
    to = reached(record)
    if to <= held.level:
        return False
    return Evidence.rise(held, to, _KINDS[to], record=record, at=now)


def _refresh(held: Sequence[Level], *, now: datetime) -> None:
    """A training item for what was hardly done in a year; the level stays what it is."""
    cases = handled_in_a_year({row.agent_id for row in held}, {row.cause_id for row in held}, at=now)
    waiting = set(
        TrainingItem.objects.open()
        .filter(opened_for=TrainingItem.Why.REFRESH)
        .values_list("agent_id", "cause_id")
    )
    for row in held:
        place = (row.agent_id, row.cause_id)
        if place not in waiting and wants_refreshing(row, cases.get(place, 0), at=now):
            TrainingItem.need(row.agent, row.cause, TrainingItem.Why.REFRESH, at=now)
