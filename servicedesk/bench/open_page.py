"""Pages that stand open, as far as a measurement needs them: many at once, each with its live stream and its habit.

What the scripts of a page do is done here too: names are gathered for a moment and then the fragment is fetched again;
without any news it is fetched every so often, as its own markup says.
"""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from servicedesk.handler import AGAIN, LOOK

from .visitor import Unexpected

# As in static/js/live.js: many changes in one moment are one look, and one look is not followed by another at once.
GATHER_SECONDS: Final = 0.01
APART_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 60


@dataclass
class Answer:
    status: int
    text: str
    place: str  # where it sends to


@dataclass
class Browser:
    """Somebody's cookies, and asking with them."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return await self._ask("GET", path, "", headers or {})

    async def tell(self, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        """A machine posts what it has to say."""
        return await self._ask("POST", path, body, {"Content-Type": "application/json", **headers})

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        token = next((value for name, value in self.cookies.items() if "csrf" in name), "")
        body = urlencode({**fields, "csrfmiddlewaretoken": token})
        return await self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    async def _ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        reader, writer = await self.line(method, path, body, {**headers, "Connection": "close"})
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                head, _gap, rest = (await reader.read(-1)).partition(b"\r\n\r\n")
        except TimeoutError:
            raise Unexpected(f"{method} {path} is not answered within {PATIENCE_SECONDS} seconds.")
        finally:
            writer.close()
        lines = head.decode("latin-1").split("\r\n")
        given = [line.partition(": ")[::2] for line in lines[1:]]
        for said in (value for name, value in given if name.lower() == "set-cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(said).items()}
        where = next((value for name, value in given if name.lower() == "location"), "")
        return Answer(int([*lines[0].split(), "0", "0"][1]), rest.decode("utf-8", "replace"), where)

    async def line(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which this was asked."""
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
        said = {
            "Host": parts.netloc,
            "Referer": f"{self.url}/",
            "Accept-Language": "en",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        writer.write("\r\n".join([*lines, "", body]).encode())
        await writer.drain()
        return reader, writer


@dataclass
class OpenPage:
    """One page in one browser. `text` is its fragment as it stands there now."""

    browser: Browser
    path: str
    part: str  # the id of the fragment
    text: str = ""
    looks: int = 0
    connected: bool = False
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _looked: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self) -> OpenPage:
        """Loads it once; from now on `stay` keeps it."""
        answer = await self.browser.get(self.path)
        if answer.status != 200:
            raise Unexpected(f"GET {self.path} answered with {answer.status}.")
        self.text = answer.text
        found = re.search(rf'id="{self.part}"[^>]*hx-get="([^"]+)"[^>]*hx-trigger="([^"]+)"', answer.text)
        given = re.search(r'data-live-pass="([^"]+)"', answer.text)
        if not found or not given:
            raise Unexpected(f"{self.path} does not hold what is measured.")
        self.fragment, trigger = html.unescape(found[1]), html.unescape(found[2])
        self.names = set(re.findall(r"live:([\w-]+)", trigger))
        every = re.search(r"every (\d+)s", trigger)
        self.every, self.admission = float(every[1]) if every else 3600.0, html.unescape(given[1])
        return self

    async def stay(self) -> None:
        """Listens and looks until it is cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._listen())
            both.create_task(self._look_again())

    async def until(self, words: str) -> float:
        """The moment from which on the page shows these words."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._looked:
                await self._looked.wait_for(lambda: words in self.text)
        except TimeoutError:
            raise Unexpected(f"A change never came to {self.path}.")
        return time.perf_counter()

    async def _listen(self) -> None:
        reader, writer = await self.browser.line("GET", f"/live/?pass={quote(self.admission)}")
        try:
            while said := await reader.readline():
                self.connected = True
                name = said.removeprefix(b"data: ").strip().decode("latin-1")
                if said.startswith(b"data: ") and (name == "*" or name in self.names):
                    self._heard.set()
        finally:
            writer.close()
        raise Unexpected(f"The live stream of {self.path} broke off.")

    async def _look_again(self) -> None:
        while True:
            again = {LOOK: AGAIN}
            with suppress(TimeoutError):
                async with asyncio.timeout(self.every):
                    await self._heard.wait()
                    again = {}
                    await asyncio.sleep(GATHER_SECONDS)
            self._heard.clear()
            answer = await self.browser.get(self.fragment, {"HX-Request": "true", **again})
            self.looks += 1
            if answer.status == 200:
                self.text = answer.text
                every = re.search(r'hx-trigger="every (\d+)s', answer.text)
                self.every = float(every[1]) if every else self.every
            async with self._looked:
                self._looked.notify_all()
            await asyncio.sleep(APART_SECONDS)
