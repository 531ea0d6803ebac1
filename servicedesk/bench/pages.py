"""How long one waits for pages: list, ticket, panel, search, reply, portal, request, alone and among others."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.test import Client

from accounts.models import Customer, Person

from . import stage
from .crew import crew
from .visitor import Visitor

TIMES, AT_ONCE, LISTS_AT_ONCE = 100, 8, 4
# Words of the crowd: one in every third ticket, and the number in one customer's address.
COMMON, RARE = "halden", "0000017"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Target:
    """The server to measure, and as whom: with cookies, or signed in by e-mail and password."""

    url: str
    email: str = ""
    password: str = ""
    cookies: Mapping[str, str] | None = None
    may_write: bool = False
    customer: Mapping[str, str] | None = None  # cookies of one, who may write
    cause: int = 0  # what they write about

    def visitor(self) -> Visitor:
        found = Visitor(self.url, dict(self.cookies or {}))
        if self.email:
            found.sign_in(self.email, self.password)
        return found


def measure_pages(tickets: int) -> Iterator[str]:
    """A server of our own over that many tickets, on the database and broker in the environment."""
    stage.crowd(tickets=tickets, customers=max(tickets // 10, 20))
    person, _team, cause = stage.agent()
    customer = Customer.objects.filter(person__is_active=True).exclude(person=person).earliest("pk").person
    cookies, customers = _signed_in(person), _signed_in(customer)
    with crew(("broker", "web")) as found:
        yield f"{tickets:,} tickets, one web process, signed in as an agent"
        yield from measure(
            Target(found.url, cookies=cookies, may_write=True, customer=customers, cause=cause.pk)
        )


def _signed_in(person: Person) -> dict[str, str]:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def measure(target: Target) -> Iterator[str]:
    """p50 and p95 of each page against a running server; replies are written only where that is allowed."""
    first = target.visitor()
    number = first.a_ticket()
    page = f"/desk/tickets/{number}/"
    found = {f"search “{word}”": f"/desk/?q={word}" for word in (COMMON, RARE)}
    pages = {"list": "/desk/", "ticket": page, "panel": f"{page}authority/", **found}
    for name, path in pages.items():
        first.get(path)
        yield _figure(name, [first.timed(path) for _time in range(TIMES)])
    # Before anything is written: nobody lets go here what is held, and each page would show a hundred of them.
    yield from _among_others(target, first, page)
    if target.may_write:
        yield _figure("reply", [first.timed(f"{page}replies/", _reply()) for _time in range(TIMES)])
    readers = {"portal, signed out": {}} | (
        {"portal, own requests": target.customer} if target.customer else {}
    )
    for name, cookies in readers.items():
        reader = Visitor(target.url, dict(cookies))
        reader.get("/")
        yield _figure(name, [reader.timed("/") for _time in range(TIMES)])
    if target.customer:
        writer, form = Visitor(target.url, dict(target.customer)), "/requests/new/"
        writer.get(form)
        times = [writer.timed(form, _request(target.cause)) for _time in range(TIMES)]
        yield _figure("ticket created", times)


def _among_others(target: Target, first: Visitor, page: str) -> Iterator[str]:
    """What others wait for who look at the same time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        visitors = [first, *(target.visitor() for _more in range(AT_ONCE - 1))]
        began = time.perf_counter()
        four = pool.map(lambda v: [v.timed("/desk/") for _t in range(TIMES)], visitors[:LISTS_AT_ONCE])
        count = len([seconds for each in four for seconds in each])
        yield f"list, {LISTS_AT_ONCE} at once: {count / (time.perf_counter() - began):.0f} pages/s"
        share = TIMES // AT_ONCE
        rounds = pool.map(
            lambda v: [v.timed(path) for path in ("/desk/", page) for _t in range(share)], visitors
        )
        yield _figure(f"list and ticket, {AT_ONCE} at once", [seconds for each in rounds for seconds in each])


def _reply() -> dict[str, str]:
    text = "We have found your parcel. It leaves our house today and is with you tomorrow."
    return {"text": text, "key": uuid.uuid4().hex, "then": "", "anyway": "This is a measurement."}


def _request(cause: int) -> dict[str, str]:
    text = "Since yesterday it does not turn on any more. What can I do?"
    return {"cause": str(cause), "subject": "It does not turn on", "text": text, "key": uuid.uuid4().hex}


def _figure(name: str, seconds: list[float]) -> str:
    p50, p95 = (stage.percentile(seconds, share) * 1e3 for share in (0.5, 0.95))
    return f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms over {len(seconds)} requests"
