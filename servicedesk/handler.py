"""How the server hands a request to the pages: one thread answers it from the first middleware to the last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# As in static/js/live.js: the page looks by itself, nobody wrote and nothing was said to have changed.
LOOK, AGAIN = "Kulanz-Look", "again"
LOOKS_AT_ONCE: Final = 1
# Anybody can say that they only look, and some pages take long: then the next one begins beside it.
LONGEST_TURN: Final = 1.0
# For so long whoever only looks lets those go first who wrote or were told something: of a busy hour's looks none may
# come too late to say that somebody is still there.
GIVES_WAY: Final = 0.05


class PagesHandler(ASGIHandler):
    """Django's own goes from the event loop to a thread and back for the view and for each middleware that looks at it.

    Each of these ten ways waits for the other thread to let go of the interpreter. None of ours waits anywhere but in
    its thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._pressing = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Five hundred open pages look one behind the other: who writes shares the interpreter with one of them."""
        request.began_at = time.time()  # what is said from now on may be news to this page
        if request.headers.get(LOOK) != AGAIN:
            with self._press():
                return await self._answer(request)
        async with self._turn():
            with suppress(TimeoutError):
                async with asyncio.timeout(GIVES_WAY):
                    await self._quiet.wait()
            return await self._answer(request)

    @contextmanager
    def _press(self) -> Iterator[None]:
        self._pressing += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._pressing -= 1
            if not self._pressing:
                self._quiet.set()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """However many wait, they go one by one; only whoever takes too long no longer holds the others up."""
        held = await self._looks.acquire()

        def end() -> None:
            nonlocal held
            if held:
                held = False
                self._looks.release()

        over = asyncio.get_running_loop().call_later(LONGEST_TURN, end)
        try:
            yield
        finally:
            over.cancel()
            end()

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self._put_together, thread_sensitive=True)(request)

    def _put_together(self, request: HttpRequest) -> HttpResponseBase:
        """Once the answer is there its connection is free for others, however slowly somebody reads a large file."""
        response: HttpResponseBase = self.get_response(request)
        close_old_connections()
        return response
