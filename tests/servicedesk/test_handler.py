"""A request is answered in one thread, from the first middleware to the view and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from servicedesk import handler
from servicedesk.handler import PagesHandler

threads: list[tuple[str, int]] = []


class Outer:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        threads.append(("before", threading.get_ident()))
        response = self.get_response(request)
        threads.append(("after", threading.get_ident()))
        return response

    def process_view(self, *_said: object) -> None:
        threads.append(("look", threading.get_ident()))


def view(request: HttpRequest) -> HttpResponse:
    threads.append(("view", threading.get_ident()))
    return HttpResponse(f"{request.method} {request.body.decode()}")


urlpatterns = [path("", view)]
AGAIN = [(b"kulanz-look", b"again")]


async def asks(pages: PagesHandler, headers: list[tuple[bytes, bytes]]) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
    line = ApplicationCommunicator(pages, scope)
    await line.send_input({"type": "http.request", "body": b""})
    await line.receive_output(15)
    await line.receive_output(15)


def test_a_request_stays_in_one_thread(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, [f"{__name__}.Outer"]
    threads.clear()

    async def answer() -> list[dict[str, object]]:
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
        line = ApplicationCommunicator(PagesHandler(), scope)
        await line.send_input({"type": "http.request", "body": b"said"})
        return [await line.receive_output(), await line.receive_output()]

    start, body = async_to_sync(answer)()
    assert (start["status"], body["body"]) == (200, b"POST said")
    assert [what for what, _thread in threads] == ["before", "look", "view", "after"]
    assert len({thread for _what, thread in threads}) == 1


def test_pages_that_look_by_themselves_wait_for_each_other_and_nobody_for_them(
    settings: pytest.FixtureRequest,
) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = f"{__name__}", []
    pages, both = PagesHandler(), threading.Barrier(2)
    inside: list[str] = []

    def meets(request: HttpRequest) -> HttpResponse:
        inside.append(request.headers.get("Kulanz-Look", "news"))
        # The first look is answered only after somebody with news came past it.
        if inside == ["again"] or inside[-1] == "news":
            both.wait(10)
        return HttpResponse()

    urlpatterns[0] = path("", meets)

    async def three() -> None:
        looks = [asyncio.create_task(asks(pages, AGAIN)) for _ in range(2)]
        await asyncio.sleep(0.05)
        await asyncio.gather(*looks, asks(pages, []))

    try:
        async_to_sync(three)()
    finally:
        urlpatterns[0] = path("", view)
    assert inside == ["again", "news", "again"]


def test_a_look_gives_way_to_whoever_wrote_but_not_for_long(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = f"{__name__}", []
    pages, answered = PagesHandler(), threading.Event()
    order: list[str] = []

    def meets(request: HttpRequest) -> HttpResponse:
        look = request.headers.get("Kulanz-Look", "news")
        if look == "news":
            answered.wait(10)  # it takes long: the look must not wait for all of it
        order.append(look)
        answered.set()
        return HttpResponse()

    async def both() -> None:
        news = asyncio.create_task(asks(pages, []))
        await asyncio.sleep(0.02)
        assert pages._quiet.is_set() is False
        await asyncio.gather(news, asks(pages, AGAIN))

    urlpatterns[0] = path("", meets)
    try:
        async_to_sync(both)()
    finally:
        urlpatterns[0] = path("", view)
    assert order == ["again", "news"]
    assert (pages._pressing, pages._quiet.is_set()) == (0, True)


def test_a_look_that_takes_long_holds_the_others_up_for_a_moment(
    settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = f"{__name__}", []
    monkeypatch.setattr(handler, "LONGEST_TURN", 0.05)
    pages, all_three = PagesHandler(), threading.Barrier(3)
    met: list[int] = []

    def meets(_request: HttpRequest) -> HttpResponse:
        met.append(all_three.wait(10))
        return HttpResponse()

    async def three() -> None:
        await asyncio.gather(*(asks(pages, AGAIN) for _ in range(3)))

    urlpatterns[0] = path("", meets)
    try:
        async_to_sync(three)()
    finally:
        urlpatterns[0] = path("", view)
    assert sorted(met) == [0, 1, 2]
    assert pages._looks.locked() is False


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_an_answer_slowly_holds_no_connection(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = f"{__name__}", []
    held: list[object] = []

    def asks(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        response = HttpResponse()
        response._resource_closers.append(lambda: held.append(connection.connection))
        return response

    urlpatterns[0] = path("", asks)

    async def answer() -> None:
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        line = ApplicationCommunicator(PagesHandler(), scope)
        await line.send_input({"type": "http.request", "body": b""})
        await line.receive_output(5)
        await line.receive_output(5)
        await line.wait(5)

    try:
        async_to_sync(answer)()
    finally:
        urlpatterns[0] = path("", view)
    assert held == [None]
