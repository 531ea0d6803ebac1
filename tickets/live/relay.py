"""The live wire's sending end: names of what changed, after the commit, never content.

A lost name costs a delay, no data: pages also ask by themselves when the stream is quiet or away.
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL = "kulanz:live"
PATIENCE_SECONDS = 5
JUST_NOW_SECONDS = 0.1
LONG_AGO = float("-inf")
logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    never = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5, retry=never)


def announce(*names: str) -> None:
    """Say after the commit that the named things changed, e.g. `ticket-17`, `team-3`, `person-5`."""
    transaction.on_commit(lambda: publish(*names))


def publish(*names: str) -> None:
    if time.monotonic() < _Redis.missed_until:
        return
    try:
        _client().publish(CHANNEL, " ".join(names))
        _Redis.answered_at = time.monotonic()
    except redis.RedisError as error:
        _miss(error)


def is_there() -> bool:
    """Whether Redis answers, or just did; after a miss nobody waits for it again for a few seconds."""
    now = time.monotonic()
    if now < _Redis.missed_until:
        return False
    if now - _Redis.answered_at < JUST_NOW_SECONDS:
        return True
    try:
        answers = bool(_client().ping())
        _Redis.answered_at = time.monotonic()
    except redis.RedisError as error:
        _miss(error)
        return False
    return answers


class _Redis:
    answered_at = LONG_AGO
    missed_until = 0.0


def _miss(error: redis.RedisError) -> None:
    _Redis.missed_until = time.monotonic() + PATIENCE_SECONDS
    logger.warning("Redis is away, pages will ask by themselves: %s", type(error).__name__)
