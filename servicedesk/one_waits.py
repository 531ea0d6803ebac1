"""Of each job of the beat one waits at most, so that a worker with too much to do comes round to every one of them.

Were a job sent with every beat, a full queue would be worked off from its front until the rest of a beat runs out: the
same jobs every time, and the last ones never. What is noted here lives in Redis beside the queue and is lost with it.
"""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

NOTED = "kulanz:waits:"
AT_MOST = 6  # so many wait in truth where each before was taken for lost, and nobody works


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    never = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5, retry=never)


def is_first(task: str, *, seconds: float) -> bool:
    """Whether none of these waits; from now on one does, for so long at most: it may have been lost with its worker."""
    try:
        return bool(_client().set(NOTED + task, 1, nx=True, px=round(seconds * 1000)))
    except redis.RedisError:
        return True


def begin(task: str) -> None:
    """It waits no longer: what happens from now on is for the next one."""
    try:
        _client().delete(NOTED + task)
    except redis.RedisError:
        return  # then it runs out by itself
