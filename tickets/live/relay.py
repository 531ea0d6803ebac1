"""The live wire's sending end: names of what changed, after the commit, never content.

A lost name costs a delay, no data: pages also ask by themselves when the stream is away, and whoever could not say a
name has all of them look as soon as Redis answers again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection, transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL, EVERYTHING = "kulanz:live", "*"
PATIENCE_SECONDS = 5
JUST_NOW_SECONDS = 0.1
LONG_AGO = float("-inf")
# Of all that waits for a commit: a sweep that has a savepoint for each of thousands looks through no list of them.
LOOKED_AT = 10
logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Waits a second at most, and tries nothing twice; raises redis.RedisError where there is none."""
    never = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5, retry=never)


def announce(*names: str) -> None:
    """Say after the commit that the named things changed, e.g. `ticket-17`, `team-3`, `person-5`.

    What one transaction has to say goes out as one message, before whatever else waits for the commit.
    """
    for savepoints, said, _robust in connection.run_on_commit[-LOOKED_AT:]:
        # With one that a savepoint takes back, these names would be lost.
        if isinstance(said, _Said) and savepoints <= set(connection.savepoint_ids):
            said.names.update(dict.fromkeys(names))
            return
    transaction.on_commit(_Said(names))


class _Said:
    """What is to be said once the transaction is through; each name once, in the order in which it was said."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = dict.fromkeys(names)

    def __call__(self) -> None:
        publish(*self.names)


def publish(*names: str) -> None:
    if time.monotonic() < _Redis.missed_until:
        _Redis.lost = True
        return
    try:
        client().publish(CHANNEL, " ".join((EVERYTHING, *names) if _Redis.lost else names))
        _Redis.answered_at, _Redis.lost = time.monotonic(), False
    except redis.RedisError as error:
        _miss(error)


def make_up() -> None:
    """What could not be said is unknown by now: everybody looks once."""
    if _Redis.lost:
        publish()


def is_there() -> bool:
    """Whether Redis answers, or just did; after a miss nobody waits for it again for a few seconds."""
    now = time.monotonic()
    if now < _Redis.missed_until:
        return False
    if now - _Redis.answered_at < JUST_NOW_SECONDS:
        return True
    try:
        answers = bool(client().ping())
        _Redis.answered_at = time.monotonic()
    except redis.RedisError as error:
        _miss(error)
        return False
    return answers


class _Redis:
    answered_at = LONG_AGO
    missed_until = 0.0
    lost = False  # whether something was to be said meanwhile


def _miss(error: redis.RedisError) -> None:
    _Redis.missed_until, _Redis.lost = time.monotonic() + PATIENCE_SECONDS, True
    logger.warning("Redis is away, pages will ask by themselves: %s", type(error).__name__)
