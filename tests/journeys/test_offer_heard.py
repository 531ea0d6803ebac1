"""What a browser does by itself for whoever looks elsewhere: an offer is seen and heard, and a hidden page lives on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from stack import wait_for

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
OFFER = (
    '<span data-offer="7-1" data-says="For you" data-text="Somebody waits" data-line="/desk/line/">!</span>'
)
DESK_PAGE = """<!doctype html><html lang="en"><title>Tickets</title><body>
<span data-notices="/notices" data-person="5"></span>
<span data-beat="/badge" data-beat-worker="/static/js/beat-worker.js"></span>
<label hidden data-sound-choice><input type="checkbox" data-sound></label>
<script type="module" src="/static/js/offer.js"></script></body></html>"""
SHOP = '<!doctype html><html lang="en"><head><script src="/static/js/widget.js" data-site="a"></script></head></html>'
# What a browser shows and plays, counted; and a page nobody looks at.
COUNTED = """
localStorage.setItem("kulanz.notices", "5");
window.shown = []; window.tones = 0;
window.Notification = class { constructor(says) { shown.push(says); } static get permission() { return "granted"; } };
window.AudioContext = class { async resume() {} get currentTime() { return 0; } };
window.OscillatorNode = class { connect(next) { return next; } start() { tones += 1; } stop() {} };
window.GainNode = class { connect(next) { return next; } };
document.hasFocus = () => false;
"""
HIDE = """Object.defineProperty(document, "hidden", { get: () => true });
document.dispatchEvent(new Event("visibilitychange"));"""
SWAP = """(html) => {
  const badge = document.querySelector("[data-beat]");
  badge.innerHTML = html;
  document.body.dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: { elt: badge, target: badge } }));
}"""


class Desk(SimpleHTTPRequestHandler):
    pages = {"/desk": DESK_PAGE, "/shop": SHOP, "/badge": OFFER, "/notices": '{"after": 0, "notices": []}'}

    def __init__(self, *args: object) -> None:
        super().__init__(*args, directory=str(ROOT))

    def do_GET(self) -> None:
        if self.path not in self.pages:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path != "/notices" else "application/json")
        # As our own pages: scripts of ours alone, a worker among them.
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'"
        )
        self.end_headers()
        self.wfile.write(self.pages[self.path].encode())

    def log_message(self, *_said: object) -> None:
        pass


def until(page: Page, holds: str) -> None:
    """Asked from outside: a page with our rules runs no text, so it cannot wait for one."""
    wait_for(lambda: page.evaluate(holds), holds)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}")
    context.add_init_script(COUNTED)
    yield context.new_page()
    context.close()
    server.shutdown()


def test_a_page_nobody_looks_at_says_that_it_stands_open_and_hears_of_an_offer(page: Page) -> None:
    page.goto("/desk")
    with page.context.expect_event(
        "request", predicate=lambda request: request.url.endswith("/badge"), timeout=60_000
    ):
        page.evaluate(HIDE)
    until(page, "document.title === '● For you – Tickets' && shown.length === 1 && tones === 2")
    assert page.evaluate("shown") == ["For you"]


def test_an_offer_sounds_once_whatever_windows_stand_open_and_never_when_switched_off(page: Page) -> None:
    page.goto("/desk")
    page.evaluate(SWAP, OFFER)
    until(page, "tones === 2")
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate(SWAP, OFFER)
    until(other, "document.title === '● For you – Tickets'")
    other.locator("[data-sound]").uncheck()
    other.evaluate(SWAP, OFFER.replace("7-1", "8-1"))
    until(other, "shown.length === 1")
    other.evaluate(SWAP, "")
    until(other, "document.title === 'Tickets'")
    assert other.evaluate("tones") == 0


def test_the_chat_in_the_head_of_a_page_waits_for_its_body(page: Page) -> None:
    page.goto("/shop")
    page.get_by_role("button", name="Chat").wait_for()
