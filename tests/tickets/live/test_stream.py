"""The live wire, called as a server calls it: who is let in, what is delivered to whom, and how it stays alive."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest

from tickets.live import stream
from tickets.live.admission import admit
from tickets.live.stream import LiveStream

HOST = b"desk.example"


async def pages(_scope: Any, _receive: Any, send: Any) -> None:
    """Stands for Django: whatever is not the live wire lands here."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


class Reader:
    """A browser that opened the stream: what it was sent, and how it goes away."""

    def __init__(self, app: LiveStream, **scope: Any) -> None:
        self.said: list[dict[str, Any]] = []
        self.heard = asyncio.Event()
        self.gone = asyncio.Event()
        self.task = asyncio.create_task(app(a_request(**scope), self.receive, self.send))

    async def receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.said.append(message)
        self.heard.set()

    async def until(self, text: str) -> None:
        async with asyncio.timeout(3):
            while text not in self.body:
                self.heard.clear()
                await self.heard.wait()

    async def leave(self) -> None:
        self.gone.set()
        async with asyncio.timeout(3):
            await self.task

    @property
    def status(self) -> int:
        return self.said[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.said[0]["headers"])

    @property
    def body(self) -> str:
        return b"".join(message.get("body", b"") for message in self.said).decode()


def a_request(
    *, token: str = "", origin: str | None = None, path: str = "/live/", method: str = "GET", **extra: Any
) -> dict[str, Any]:
    headers = [(b"host", HOST)] + ([(b"origin", origin.encode())] if origin is not None else [])
    query = f"pass={quote(token)}".encode()
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": headers,
        **extra,
    }


def run(story: Callable[[LiveStream], Awaitable[None]]) -> None:
    """Each story has a process of its own: one stream beside pages, no Redis."""
    asyncio.run(story(LiveStream(beside=pages)))


@pytest.fixture(autouse=True)
def _no_redis(settings: Any, caplog: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    caplog.set_level("CRITICAL", "tickets.live.stream")


@pytest.mark.parametrize(
    "token", ["", "x", "A:B:C", "%00", admit([])], ids=["empty", "x", "colons", "nul", "no-topics"]
)
def test_without_a_pass_of_ours_there_is_nothing(token: str) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=token)
        await reader.task
        assert (reader.status, reader.body) == (404, "")
        assert reader.headers[b"x-content-type-options"] == b"nosniff"

    run(story)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://desk.example.evil.example",
        "null",
        "",
        "https://desk.example:444",
        "desk.example",
    ],
)
def test_a_foreign_page_hears_nothing(origin: str) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=admit(["ticket-17"]), origin=origin)
        await reader.task
        assert (reader.status, reader.body) == (404, "")

    run(story)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_the_wire_is_only_read(method: str) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=admit(["ticket-17"]), method=method)
        await reader.task
        assert reader.status == 404

    run(story)


@pytest.mark.parametrize(
    "query", [b"", b"pass", b"pass=&pass=x", b"\xff\xfe", b"pass[]=x", b"pass=" + b"A" * 100_000]
)
def test_a_broken_question_is_refused(query: bytes) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, query_string=query)
        await reader.task
        assert reader.status == 404

    run(story)


@pytest.mark.parametrize("path", ["/live", "/live/x", "/", "/LIVE/"])
def test_everything_else_is_djangos(path: str) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=admit(["ticket-17"]), path=path)
        await reader.task
        assert (reader.status, reader.body) == (299, "a page")

    run(story)


@pytest.mark.parametrize("origin", [None, "https://desk.example", "http://desk.example"])
def test_the_own_page_is_let_in(origin: str | None) -> None:
    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=admit(["ticket-17"]), origin=origin)
        await reader.until("retry: 2000\n\n")
        assert reader.status == 200
        assert reader.headers[b"content-type"] == b"text/event-stream"
        assert reader.headers[b"cache-control"] == b"no-store"
        assert reader.headers[b"x-accel-buffering"] == b"no"
        await reader.leave()

    run(story)


def test_each_hears_only_what_the_pass_admits_to() -> None:
    async def story(app: LiveStream) -> None:
        anna = Reader(app, token=admit(["ticket-17", "team-3"]))
        cem = Reader(app, token=admit(["request-17"]))
        await anna.until("retry")
        await cem.until("retry")
        app.readers._deliver({"ticket-17", "team-4", "request-18"})
        app.readers._deliver({"request-17", "team-3"})
        await anna.until("team-3")
        await cem.until("request-17")
        assert events(anna) == ["ticket-17", "team-3"]
        assert events(cem) == ["request-17"]
        await anna.leave()
        await cem.leave()

    run(story)


def test_what_was_said_while_a_page_was_under_way_is_said_to_it_and_nothing_older() -> None:
    async def story(app: LiveStream) -> None:
        before = time.time()
        app.readers._deliver({"ticket-17", "team-3"})
        app.readers._deliver({"ticket-17", "ticket-18"})
        late = Reader(app, token=admit(["ticket-17", "team-4"], since=before))
        fresh = Reader(app, token=admit(["ticket-17", "team-3"], since=time.time() + 1))
        await late.until("ticket-17")
        await fresh.until("retry")
        app.readers._deliver({"team-3", "team-4"})
        await late.until("team-4")
        await fresh.until("team-3")
        assert (events(late), events(fresh)) == (["ticket-17", "team-4"], ["team-3"])
        await late.leave()
        await fresh.leave()

    run(story)


def test_a_page_that_was_under_way_when_something_was_missed_looks_too() -> None:
    async def story(app: LiveStream) -> None:
        before = time.time()
        app.readers._deliver({"*"})
        late = Reader(app, token=admit(["ticket-17"], since=before))
        fresh = Reader(app, token=admit(["ticket-17"], since=time.time() + 1))
        await late.until("data: *")
        await fresh.until("retry")
        assert events(fresh) == []
        await late.leave()
        await fresh.leave()

    run(story)


def events(reader: Reader) -> list[str]:
    return [line.removeprefix("data: ") for line in reader.body.splitlines() if line.startswith("data: ")]


def test_when_something_was_missed_everybody_looks_once_one_after_the_other() -> None:
    async def story(app: LiveStream) -> None:
        readers = [Reader(app, token=admit(["ticket-17"])) for _ in range(3)]
        for reader in readers:
            await reader.until("retry")
        app.readers._deliver({"*"})
        await readers[0].until("data: *")
        assert [events(reader) for reader in readers] == [["*"], [], []]
        for reader in readers:
            await reader.until("data: *")
            assert events(reader) == ["*"]
            await reader.leave()

    run(story)


def test_a_quiet_stream_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)

    async def story(app: LiveStream) -> None:
        reader = Reader(app, token=admit(["ticket-17"]))
        await reader.until(": still here\n\n: still here\n\n")
        assert events(reader) == []
        app.readers._deliver({"ticket-17"})
        await reader.until("data: ticket-17\n\n")
        await reader.leave()

    run(story)


def test_whoever_leaves_is_forgotten() -> None:
    async def story(app: LiveStream) -> None:
        readers = [Reader(app, token=admit(["ticket-17"])) for _ in range(5)]
        for reader in readers:
            await reader.until("retry")
        assert len(app.readers._queues) == 5
        for reader in readers:
            await reader.leave()
        assert (app.readers._queues, app.readers._hearing) == ({}, {})
        assert all(reader.said[-1]["type"] == "http.response.body" for reader in readers)

    run(story)


def test_a_reader_far_behind_holds_up_nobody() -> None:
    async def story(app: LiveStream) -> None:
        slow, quick = asyncio.Event(), Reader(app, token=admit(["ticket-17"]))
        behind = Reader(app, token=admit(["ticket-17"]))
        await behind.until("retry")
        await quick.until("retry")

        async def stuck(_message: dict[str, Any]) -> None:
            await slow.wait()

        behind.send = stuck  # type: ignore[method-assign]
        for _ in range(stream.BACKLOG * 3):
            app.readers._deliver({"ticket-17"})
        assert {queue.qsize() for queue in app.readers._queues} == {stream.BACKLOG}
        await quick.until("data: ticket-17")
        slow.set()
        await quick.leave()
        await behind.leave()

    run(story)


def test_the_server_may_start_and_stop() -> None:
    async def story(app: LiveStream) -> None:
        coming = iter(["lifespan.startup", "lifespan.shutdown"])
        said: list[str] = []

        async def receive() -> dict[str, str]:
            return {"type": next(coming)}

        async def send(message: dict[str, str]) -> None:
            said.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    run(story)
