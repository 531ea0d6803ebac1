"""Health: whether work was done lately, not whether processes are up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tickets.heartbeat import Heartbeat

# A beat comes every five seconds; red within a minute, never by idleness alone.
LATEST_SECONDS = 60
T = TypeVar("T")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """`{"status": "ok", "database": …, "broker": …, "worker": …, "beat": …}`; 503 when one is not well."""
    ages = _ask(Heartbeat.ages, DatabaseError)
    broker = _ask(
        lambda: redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1).ping(),
        redis.RedisError,
    )
    parts = {
        "database": {"ok": ages is not None},
        "broker": {"ok": bool(broker)},
        "worker": _lately(ages, "worker"),
        "beat": _lately(ages, "sweep"),
    }
    well = all(part["ok"] for part in parts.values())
    body = {"status": "ok" if well else "unwell", **parts}
    return JsonResponse(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def _ask(question: Callable[[], T], *errors: type[Exception]) -> T | None:
    try:
        return question()
    except errors:
        return None


def _lately(ages: dict[str, float] | None, name: str) -> dict[str, object]:
    age = (ages or {}).get(name)
    return {
        "ok": age is not None and age < LATEST_SECONDS,
        "age_seconds": None if age is None else round(age, 1),
    }
