"""Of each job of the beat one waits at most, so that a worker with too much to do comes round to every one of them.

Were a job sent with every beat, a full queue would be worked off from its front until the rest of a beat runs out: the
same jobs every time, and the last ones never. What is noted here lives in Redis beside the queue and is lost with it.
"""

from __future__ import annotations

import redis

from tickets.live import relay

NOTED = "kulanz:waits:"
# Twice its interval, within these: what waits may be lost with its worker, and none of every hour is to be left out.
LOST_AFTER_SECONDS = (5.0, 30.0)


def is_first(task: str, *, every: float) -> bool:
    """Whether none of these waits; from now on one does, or is taken for lost. `every`: seconds between two of them."""
    least, most = LOST_AFTER_SECONDS
    seconds = min(max(2 * every, least), most)
    try:
        return bool(relay.client().set(NOTED + task, 1, nx=True, px=round(seconds * 1000)))
    except redis.RedisError:
        return True


def begin(task: str) -> None:
    """It waits no longer: what happens from now on is for the next one."""
    try:
        relay.client().delete(NOTED + task)
    except redis.RedisError:
        return  # then it runs out by itself
