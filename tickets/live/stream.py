"""The live wire's receiving end: server-sent events beside Django, one Redis subscription per process.

A stream through Django's own request cycle would hold a thread and a database connection for each reader.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis.asyncio as redis
from django.conf import settings

from .admission import Pass, admitted
from .relay import CHANNEL, EVERYTHING

HEARTBEAT_SECONDS = 15
# No middleware comes past here, so the stream guards itself.
GUARDED = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
BACKLOG = 100
# Between the making of a page and the opening of its stream things go on: on a bad line for seconds.
KEPT, LINGER_SECONDS = 2_000, 60.0
# After a break everybody looks once, one after the other: of five hundred at once the last would wait for ten seconds.
APART_SECONDS, LOOKED_WITHIN_SECONDS = 0.02, 15.0
logger = logging.getLogger(__name__)
App = Callable[
    [dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]


class Readers:
    """Everybody connected to this process; one subscription fanned out to all."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[str], frozenset[str]] = {}
        # By name: five hundred people who wait are not asked one by one whether it is theirs.
        self._hearing: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._said: deque[tuple[float, frozenset[str]]] = deque(maxlen=KEPT)
        self._last_left = float("-inf")
        self._listener: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def reading(self, topics: frozenset[str], *, since: float) -> Any:
        """A queue of the names said from now on, and first of those said since the page was made."""
        queue: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        self._queues[queue] = topics
        for name in topics:
            self._hearing[name].add(queue)
        for name in self._missed(topics, since):
            _put(queue, name)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        try:
            yield queue
        finally:
            del self._queues[queue]
            self._let_go(queue, topics)
            self._last_left = time.monotonic()

    def _let_go(self, queue: asyncio.Queue[str], topics: frozenset[str]) -> None:
        for name in topics:
            self._hearing[name].discard(queue)
            if not self._hearing[name]:
                del self._hearing[name]

    def _missed(self, topics: frozenset[str], moment: float) -> set[str]:
        """What was said since; a page that comes back after long looks by itself, and not at once with all others."""
        lately = itertools.takewhile(lambda said: said[0] >= moment, reversed(self._said))
        said: set[str] = set().union(*(names for _at, names in lately))
        is_young = time.time() - moment < LINGER_SECONDS
        return {EVERYTHING} if EVERYTHING in said and is_young else said & topics

    @property
    def _is_needed(self) -> bool:
        """Somebody listens, or has just left for the next page, whose stream wants to know what was said meanwhile."""
        return bool(self._queues) or time.monotonic() - self._last_left < LINGER_SECONDS

    async def _listen(self) -> None:
        while self._is_needed:
            try:
                client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
                async with client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    self._deliver({EVERYTHING})  # what was said while we were away is unknown
                    while self._is_needed:
                        said = await pubsub.get_message(timeout=5)
                        if said:
                            self._deliver(set(said["data"].decode().split()))
            except (redis.RedisError, OSError) as error:
                logger.warning("live wire is away: %s", type(error).__name__)
                await asyncio.sleep(2)

    async def _let_everybody_look(self) -> None:
        queues = list(self._queues)
        for queue in queues:
            _put(queue, EVERYTHING)
            await asyncio.sleep(min(APART_SECONDS, LOOKED_WITHIN_SECONDS / len(queues)))

    def _deliver(self, names: set[str]) -> None:
        if EVERYTHING in names:
            self._looking = asyncio.create_task(self._let_everybody_look())
        self._said.append((time.time(), frozenset(names)))
        for name in names:
            for queue in self._hearing.get(name, ()):
                _put(queue, name)


def _put(queue: asyncio.Queue[str], name: str) -> None:
    with contextlib.suppress(asyncio.QueueFull):  # a reader this far behind reloads anyway
        queue.put_nowait(name)


class LiveStream:
    def __init__(self, beside: App) -> None:
        self.beside = beside
        self.readers = Readers()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await _lifespan(receive, send)
        if scope["type"] != "http" or scope["path"] != "/live/":
            return await self.beside(scope, receive, send)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = admitted(query.get("pass", [""])[0])
        if scope["method"] != "GET" or not given.names or not _same_origin(scope):
            return await _refuse(send)
        return await self._stream(given, receive, send)

    async def _stream(self, given: Pass, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), *GUARDED]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(_disconnected(receive))
        with self.readers.reading(given.names, since=given.since) as queue:
            await _say(send, "retry: 2000\n\n")
            while not gone.done():
                getter = asyncio.create_task(queue.get())
                await asyncio.wait(
                    {getter, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if getter.done():
                    await _say(send, f"data: {getter.result()}\n\n")
                else:
                    getter.cancel()
                    if not gone.done():
                        await _say(send, ": still here\n\n")


async def _say(send: Any, text: str) -> None:
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Any) -> None:
    headers = [(b"content-length", b"0"), *GUARDED]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Any, send: Any) -> None:
    """Answers the server's start and stop so that it logs no complaint; there is nothing to prepare."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _same_origin(scope: dict[str, Any]) -> bool:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")
