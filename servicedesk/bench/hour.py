"""One hour with ten thousand arrivals, as fast as the stack takes them: through the doors, to agents who take them.

Calls are told by a telephone system, chats and callbacks are asked for in the portal, agents click on the desk. In the
middle of it the broker is killed and comes back empty. Then it is counted in the database: nobody lost, nobody offered
to two, nobody without an owner or a place.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.utils.crypto import get_random_string

from accounts.models import ApiToken, Customer
from tickets.line.telephone import SIGNATURE, signature_of
from tickets.models import BusinessHours, Place

from . import stage
from .arrived import verdict
from .crew import EVERYBODY, Crew, crew
from .open_page import Answer, Browser
from .visitor import Unexpected
from .waiting import cookies_of, new_agent

ARRIVALS, AGENTS = 10_000, 25
CALL, CHAT, CALLBACK = "calls", "chats", "callbacks"
SHARES: Final = ((CALL, 70), (CHAT, 20), (CALLBACK, 10))
MOST_IN_LINE: Final = 150
GIVES_UP, LETS_GO = 0.05, 0.03  # of those who call, and of what an agent is offered
NO_NEWS_SECONDS: Final = 120.0
COME_AGAIN, AGAIN_AFTER_SECONDS, MOST_TIMES = 503, 3.0, 10
# An agent’s page hears at once what is offered to them, and looks at most once a second.
LOOKS: Final = (1.0, 2.0)
SEED: Final = 20_261_126
AWAY: Final = 'value="away" aria-pressed="true"'
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Hour:
    """What is known outside of what went in and what was finished."""

    url: str
    team: str
    cause: str
    secret: str
    dice: random.Random
    arrived: Counter[str] = field(default_factory=Counter)
    over: Counter[str] = field(default_factory=Counter)
    finished: set[str] = field(default_factory=set)
    again: int = 0  # how often a call had to be told once more
    changed_at: float = field(default_factory=time.monotonic)

    @property
    def in_line(self) -> int:
        return self.arrived.total() - self.over.total()

    def finish(self, how: str, contact: str) -> None:
        """A chat ended within ten seconds is called back, and the same contact comes to an end again: it is one."""
        self.over[how] += contact not in self.finished
        self.finished.add(contact)
        self.changed_at = time.monotonic()

    async def come(self, kind: str, customer: Browser) -> None:
        """Through the door of its kind."""
        said = {"cause": self.cause, "key": uuid.uuid4().hex}
        if kind == CALL:
            await self._call()
        elif kind == CHAT:
            await self._post(customer, "/chat/", {**said, "text": "Where is my parcel?"})
        else:
            await self._post(
                customer, "/callback/", {**said, "number": "+49 30 123456", "matter": "", "when": ""}
            )
        self.arrived[kind] += 1

    async def _call(self) -> None:
        call = uuid.uuid4().hex
        await self._tell(call, "entered")
        if self.dice.random() < GIVES_UP:
            await self._tell(call, "ended", ended_by="customer")
            self.finish("given up", call)

    async def _tell(self, call: str, kind: str, **more: str) -> None:
        about = {"event_id": f"{call}-{kind}", "call_id": call, "kind": kind, "team": self.team, **more}
        event = {**about, "at": datetime.now(UTC).isoformat(), "caller": f"+49 30 {int(call[:12], 16)}"}
        body, moment = json.dumps({"events": [event]}), str(int(time.time()))
        signed = f"t={moment},v1={signature_of(self.secret, moment, body.encode())}"
        headers = {"Authorization": f"Bearer {self.secret}", SIGNATURE: signed}
        answer = await self._persist(lambda: Browser(self.url).tell("/api/v1/line/events", body, headers))
        if answer.status != 200:
            raise Unexpected(f"A call was answered with {answer.status}: {answer.text[:200]}")

    async def _persist(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """Who is told that too much is going on sends the same once more, a little later; it counts once."""
        answer = await send()
        for _again in range(MOST_TIMES):
            if answer.status != COME_AGAIN:
                break
            self.again += 1
            await asyncio.sleep(AGAIN_AFTER_SECONDS)
            answer = await send()
        return answer

    async def _post(self, browser: Browser, path: str, fields: dict[str, str]) -> None:
        answer = await self._persist(lambda: browser.post(path, fields))
        if answer.status != 302:
            raise Unexpected(f"POST {path} answered with {answer.status}.")

    async def work(self, agent: Browser) -> None:
        """One agent: ready, takes what is offered, and brings it to an end."""
        ready = {"state": "ready", "capacity": "1"}
        await self._post(agent, "/desk/line/presence/", ready)
        while True:
            page = (await agent.get("/desk/line/now/", {"HX-Request": "true"})).text
            offered = _action(page, "accept")
            if AWAY in page:  # two offers ran out while too much was going on: whoever is there says so again
                await self._post(agent, "/desk/line/presence/", ready)
            elif not offered:
                await asyncio.sleep(self.dice.uniform(*LOOKS))
            elif self.dice.random() < LETS_GO:
                await agent.post(offered, {"verb": "decline"})
            else:
                await self._serve(agent, offered)

    async def _serve(self, agent: Browser, place: str) -> None:
        taken = await agent.post(place, {"verb": "accept"})
        chat = re.search(r"/desk/chats/\d+/", taken.place)
        if chat:
            await self._post(agent, f"{chat[0]}end/", {"outcome": "Told the day", "solved": ""})
            self.finish("chats ended", place)
            return
        page = (await agent.get("/desk/line/now/", {"HX-Request": "true"})).text
        for verb in ("dial", "reached") if _action(page, "dial") == place else ():
            await agent.post(place, {"verb": verb})
        if place in (_action(page, "dial"), _action(page, "finish")):
            await agent.post(place, {"verb": "finish", "ended_by": "customer", "outcome": "Told the day"})
            self.finish("talks ended", place)


def measure_hour(arrivals: int = ARRIVALS) -> Iterator[str]:
    """A stack of our own; as many people as that come to one team."""
    stage.crowd(tickets=200, customers=max(arrivals // 2, 20))
    dice = random.Random(SEED)  # noqa: S311 - dice, not secrets
    _person, team, cause = stage.agent()
    # Open around the clock: it must not depend on the hour it is measured at.
    BusinessHours.objects.update(weekly={day: [["00:00", "24:00"]] for day in WEEK})
    kinds = [kind for kind, share in SHARES for _one in range(arrivals * share // 100)]
    dice.shuffle(kinds)
    active = Customer.objects.filter(person__is_active=True).select_related("person").order_by("pk")
    customers = [cookies_of(one.person) for one in active[: sum(kind != CALL for kind in kinds)]]
    agents = [new_agent(f"hour{number}") for number in range(AGENTS)]
    for agent in agents:
        team.welcome(agent)
    machine = new_agent("telephone")
    team.welcome(machine)
    _token, secret = ApiToken.issue(machine, "telephone")
    before = Place.objects.count()
    with crew(EVERYBODY, pace="5") as found:
        hour = Hour(found.url, team.slug, cause.code, secret, dice)
        began = time.perf_counter()
        asyncio.run(_run(hour, found, kinds, customers, [cookies_of(agent) for agent in agents]))
        took = time.perf_counter() - began
        told = ", ".join(f"{count:,} {name}" for name, count in sorted((hour.arrived + hour.over).items()))
        yield (
            f"{len(kinds):,} arrivals in {took:.0f} s ({len(kinds) / took:.1f}/s; {told}), {AGENTS} agents; "
            f"{hour.again:,} times sent once more because too much was going on; in the middle the broker was killed "
            "and came back empty"
        )
        yield verdict(arrived=len(kinds) + before)


async def _run(
    hour: Hour,
    found: Crew,
    kinds: list[str],
    customers: list[dict[str, str]],
    agents: list[dict[str, str]],
) -> None:
    working = [asyncio.create_task(hour.work(Browser(hour.url, _with_token(cookies)))) for cookies in agents]
    people = iter(customers)
    try:
        for number, kind in enumerate(kinds):
            if number == len(kinds) // 2:
                found.kill("broker")
                found.begin("broker")
            while hour.in_line >= MOST_IN_LINE:
                await _wait(hour, working)
            cookies = {} if kind == CALL else next(people)
            await hour.come(kind, Browser(hour.url, _with_token(cookies)))
            hour.changed_at = time.monotonic()
        while hour.in_line > 0:
            await _wait(hour, working)
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _wait(hour: Hour, working: list[asyncio.Task[None]]) -> None:
    await asyncio.sleep(0.1)
    for task in working:
        if task.done():
            task.result()
    if time.monotonic() - hour.changed_at > NO_NEWS_SECONDS:
        raise Unexpected(
            f"{hour.in_line} contacts are not taken; nothing has moved for {NO_NEWS_SECONDS:.0f} s."
        )


def _action(page: str, verb: str) -> str:
    """Where the form of this verb is sent; empty where there is none."""
    forms = [form for form in page.split("<form")[1:] if f'value="{verb}"' in form.partition("</form")[0]]
    found = re.search(r'action="([^"]+)"', forms[0]) if forms else None
    return found[1] if found else ""


def _with_token(cookies: dict[str, str]) -> dict[str, str]:
    """A browser that has seen a form before."""
    return {**cookies, settings.CSRF_COOKIE_NAME: get_random_string(32)}
