"""Our chat on somebody else's web site: nothing is kept before somebody writes, and a reload finds the chat again."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from stack import Stack, wait_for
from visitor import DESK, PHONE, Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]
KEPT = "({...localStorage, ...sessionStorage})"


@pytest.fixture
def shop(stack: Stack) -> Iterator[str]:
    """Somebody's web site, another origin than ours, with our one line in its page."""
    ((code,),) = stack.sql("SELECT code FROM tickets_site WHERE name = 'Shop'")
    script = f'<script src="{stack.url}/static/js/widget.js" data-site="{code}" async></script>'
    page = f'<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>{script}</html>'.encode()

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page if self.path == "/" else b"")

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    stack.sql(f"UPDATE tickets_site SET origins = '{json.dumps([origin])}' WHERE name = 'Shop'")
    yield origin
    server.shutdown()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_visitor_chats_from_another_site(
    stack: Stack, visit: Callable[..., Visitor], shop: str, size: dict[str, int]
) -> None:
    email = f"nia{size['width']}@somewhere.example"
    visitor = visit(size=size)
    page = visitor.page
    page.goto(shop)
    page.get_by_role("button", name="Chat").click()
    frame = page.frame_locator("iframe")
    frame.locator("input[name=name]").fill("Nia")
    inside = page.frame(url=re.compile("/widget/"))

    # Opened and typed into: nothing is kept, here or there, and no cookie is set.
    assert (page.evaluate(KEPT), inside.evaluate(KEPT), visitor.context.cookies()) == ({}, {}, [])
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.locator("input[name=email]").fill(email)
    frame.locator("select[name=cause]").select_option("late-delivery")
    frame.locator("textarea[name=text]").fill("Where is my parcel?")
    frame.locator("button[type=submit]").click()
    frame.locator("input[name=code]").fill(code(stack, email))
    frame.locator("button[type=submit]").click()
    frame.locator(".bubble >> text=Where is my parcel?").wait_for()
    assert visitor.context.cookies() == []
    assert list(inside.evaluate(KEPT)) == list(page.evaluate(KEPT))

    # The page is loaded again: the chat is open, and goes on.
    page.reload()
    frame.locator(".bubble >> text=Where is my parcel?").wait_for()
    frame.locator("#chat-composer textarea").fill("I am back.")
    frame.locator("#chat-composer .chat__send").click()
    frame.locator(".bubble--mine >> text=I am back.").wait_for()
    visitor.forgive(f"foreign host: {shop}")
    visitor.forgive("/favicon.ico")


def code(stack: Stack, email: str) -> str:
    def look() -> str | None:
        said = " ".join(subject for subject, _text in stack.mails(email))
        found = re.search(r"\b\d{6}\b", said)
        return found.group() if found else None

    return wait_for(look, f"a code for {email}")
