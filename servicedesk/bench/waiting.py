"""Five hundred people wait in a chat, connected: when a change stands on the right screen, and what that costs."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Customer, Person, Presence
from tickets.cause import Cause
from tickets.models import Chat

from . import stage
from .crew import EVERYBODY, Crew, crew
from .open_page import Browser, OpenPage
from .visitor import Unexpected

WAITING, TALKING = 500, 10
CHANGES: Final = 100
# They came over four minutes, so that nobody is past the bound yet when it begins.
ARRIVED_WITHIN: Final = timedelta(seconds=230)
BETWEEN_SECONDS: Final = 0.25
SETTLE_SECONDS: Final = 20
OPENING_AT_ONCE: Final = 8
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Seat(NamedTuple):
    """Somebody at a page of theirs that is to be opened."""

    path: str
    cookies: dict[str, str]


class Talk(NamedTuple):
    """Where agent and customer of one chat write, and their pages."""

    agent: OpenPage
    customer: OpenPage


def measure_line(waiting: int = WAITING, changes: int = CHANGES) -> Iterator[str]:
    """A stack of our own, as many people as that in one line, and agents who talk to others meanwhile."""
    stage.crowd(tickets=200, customers=waiting + TALKING)
    agents, customers = fill_the_line(waiting)
    with crew(EVERYBODY, pace="5") as found:
        yield from asyncio.run(_measure(found, agents, customers, changes))


def fill_the_line(waiting: int) -> tuple[list[Seat], list[Seat]]:
    """The agents with a chat each, and all customers; those whom the agents talk to first."""
    _person, team, cause = stage.agent()
    now = timezone.now()
    active = Customer.objects.filter(person__is_active=True).select_related("person")
    customers = list(active[: waiting + TALKING])
    step = ARRIVED_WITHIN / len(customers)
    agents = []
    for number, customer in enumerate(customers):
        chat = _enter(customer, cause, now - ARRIVED_WITHIN + number * step)
        if number < TALKING:
            agent = new_agent(f"line{number}")
            team.welcome(agent)
            Presence.say(agent, "busy")
            if not (chat.place.offer(agent) and chat.accept(by=agent)):
                raise Unexpected("An agent could not take a chat.")
            agents.append(Seat(f"/desk/chats/{chat.pk}/", cookies_of(agent)))
    return agents, [Seat("/chat/", cookies_of(customer.person)) for customer in customers]


def new_agent(name: str) -> Person:
    return Person.objects.create(email=f"{name}@bench.example", name=name.title(), language="en")


def cookies_of(person: Person) -> dict[str, str]:
    """As somebody who has signed in."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _enter(customer: Customer, cause: Cause, at: datetime) -> Chat:
    chat = Chat.start(customer, cause=cause, text="Where is my parcel?", key=uuid.uuid4().hex, at=at)
    Chat.objects.filter(pk=chat.pk).update(seen_at=timezone.now())
    return chat


async def _measure(found: Crew, agents: list[Seat], customers: list[Seat], changes: int) -> list[str]:
    began = time.perf_counter()
    standing: list[asyncio.Task[None]] = []
    pages = await _open_all(found.url, [*agents, *customers], standing)
    opened = time.perf_counter() - began
    talks = [Talk(*both) for both in zip(pages[:TALKING], pages[TALKING : 2 * TALKING], strict=True)]
    waiting = pages[2 * TALKING :]
    await asyncio.sleep(SETTLE_SECONDS)
    looked, since = sum(page.looks for page in pages), time.perf_counter()
    late = await _change(talks, changes)
    looks = (sum(page.looks for page in pages) - looked) / (time.perf_counter() - since)
    held = await asyncio.to_thread(_held, found)
    broken = sum(task.done() for task in standing)
    for task in standing:
        task.cancel()
    await asyncio.gather(*standing, return_exceptions=True)
    if broken:
        raise Unexpected(f"{broken} pages were cut off.")
    connected = sum(page.connected for page in waiting)
    return [
        f"{len(pages)} pages opened in {opened:.0f} s; {connected} people connected and waiting, {looks:.0f} looks/s",
        _figure(late),
        _memory(held),
    ]


def _held(found: Crew) -> dict[str, float]:
    """It asks the database where its server runs, in a thread that leaves no connection behind."""
    try:
        return found.megabytes()
    finally:
        connection.close()


def _figure(late: Sequence[float]) -> str:
    p50, p95, longest = (stage.percentile(late, share) * 1e3 for share in (0.5, 0.95, 1))
    return (
        f"from the click to the right screen: p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {longest:.0f} ms "
        f"over {len(late)} changes"
    )


def _memory(held: dict[str, float]) -> str:
    parts = ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in held.items())
    ours = sum(megabytes for name, megabytes in held.items() if name != "database")
    return f"memory in MB: {parts}; {ours:.0f} without the database, {sum(held.values()):.0f} with it"


async def _open_all(url: str, seats: Sequence[Seat], standing: list[asyncio.Task[None]]) -> list[OpenPage]:
    """Every page listens and looks from the moment it is there, as in a browser; `standing` holds them open."""
    few = asyncio.Semaphore(OPENING_AT_ONCE)

    async def opened(seat: Seat) -> OpenPage:
        async with few:
            page = await OpenPage(Browser(url, dict(seat.cookies)), seat.path, "talk").open()
        standing.append(asyncio.create_task(page.stay()))
        return page

    return list(await asyncio.gather(*(opened(seat) for seat in seats)))


async def _change(talks: Sequence[Talk], changes: int) -> list[float]:
    """Now an agent writes, now a customer: the seconds from there until the other one reads it."""
    late = []
    for number, talk in zip(range(changes), itertools.cycle(talks), strict=False):
        writer, reader = talk if (number // len(talks)) % 2 == 0 else (talk.customer, talk.agent)
        word, began = f"word-{uuid.uuid4().hex}", time.perf_counter()
        seen = asyncio.create_task(reader.until(word))
        said = {"text": word, "key": uuid.uuid4().hex, "anyway": "This is a measurement."}
        answer = await writer.browser.post(f"{writer.path}messages/", said)
        if answer.status not in (200, 302):
            raise Unexpected(f"POST {writer.path}messages/ answered with {answer.status}.")
        late.append(await seen - began)
        await asyncio.sleep(BETWEEN_SECONDS)
    return late
