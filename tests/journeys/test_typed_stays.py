"""Parts of a page that are fetched anew while somebody types in them: what was typed stands there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(60)]
STATIC = Path(__file__).resolve().parent.parent.parent / "static"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

# As the authority panel is built: what is wished for, a menu with a form of its own, a look when the ticket changes.
PART = """<section id="part" hx-get="/part/" hx-trigger="live:ticket-1 from:body" hx-swap="outerHTML"
data-seen="{seen}"><form action="/wish/" hx-post="/wish/" hx-target="#part" hx-swap="outerHTML" method="post">
<div hx-get="/answer/" hx-trigger="change" hx-target="#answer" hx-swap="innerHTML"
hx-include="#amount"><input id="amount" name="amount" value="{amount}"></div>
<select name="kind"><option>voucher<option>refund</select>
<input type="checkbox" name="warm"><button>Give</button>
<button name="rule" value="1" hx-post="/doubt/" hx-swap="none">Doubt</button><p id="answer"></p></form>
<details><summary data-does="note">Note</summary><form action="/note/" hx-post="/note/" hx-target="#part"
hx-swap="outerHTML" method="post"><textarea name="words"></textarea><button>Keep</button></form></details>
</section>"""
PAGE = """<!doctype html><title>x</title><meta name="htmx-config" content='{"defaultSettleDelay": 1}'>
<script src="/htmx.js"></script>%s<form hx-get="/part/" hx-target="#part" hx-swap="outerHTML"><input type="hidden"
name="kind" value="voucher"><button>Choose</button></form><script type="module" src="/js/once.js"></script>
<script type="module" src="/js/focus.js"></script><script type="module" src="/js/typed.js"></script>"""


class Desk:
    """A page with one part, our scripts and no product behind it; `asked` is what the part asked for by itself."""

    def __init__(self, page: Page) -> None:
        self.page, self.seen, self.asked = page, 0, []
        self.held: list[Route] = []
        self.holds = self.holds_answers = False
        page.route("**/*", self.answer)
        page.goto("http://kulanz.example/")

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/htmx.js":
            route.fulfill(path=HTMX, content_type="text/javascript")
        elif path.endswith(".js"):
            route.fulfill(path=STATIC / path.removeprefix("/"), content_type="text/javascript")
        elif path == "/answer/" and not self.holds_answers:
            self.asked.append(urlsplit(route.request.url).query)
            route.fulfill(body="asked", content_type="text/html")
        elif path != "/" and self.holds:
            self.held.append(route)
        else:
            self.fulfil(route)

    def fulfil(self, route: Route, **headers: str) -> None:
        self.seen += 1
        part = PART.format(seen=self.seen, amount="20,00")
        is_page = urlsplit(route.request.url).path == "/"
        body = PAGE % part if is_page else part
        route.fulfill(body=body, headers={"Content-Type": "text/html", **headers})

    def look(self) -> None:
        """The live wire says that the ticket changed, and the part is there anew."""
        fresh = f"#part[data-seen='{self.seen + 1}']:not(.htmx-settling)"
        self.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket-1'))")
        self.page.wait_for_selector(fresh)

    def said(self) -> list[object]:
        script = """() => [document.querySelector('#amount').value, document.querySelector('[name=kind]').value,
            document.querySelector('[name=warm]').checked, document.querySelector('[name=words]').value,
            document.querySelector('details').open, document.activeElement.name ?? null]"""
        return self.page.evaluate(script)

    def keep_held(self, number: int) -> None:
        """Wait until so many requests are held; what comes later is answered."""
        while len(self.held) < number:
            self.page.wait_for_timeout(10)
        self.holds = self.holds_answers = False


def sent_while_a_look_comes(desk: Desk, by: str = "Give") -> None:
    """The look gives way to what is on its way; then the answer arrives."""
    desk.holds = True
    desk.page.click(f"text={by}")
    desk.page.wait_for_selector("form[data-sent]")
    desk.keep_held(1)
    with desk.page.expect_response("**/part/"):
        desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket-1'))")
    desk.page.wait_for_timeout(50)
    assert desk.page.get_attribute("#part", "data-seen") == "1"
    headers = {"HX-Trigger": '{"toast": {"message": "Heard"}}'} if by == "Doubt" else {}
    desk.fulfil(desk.held[0], **headers)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    page = browser.new_page()
    yield Desk(page)
    page.close()


def test_what_is_typed_chosen_and_unfolded_stays_with_the_cursor_in_it(desk: Desk) -> None:
    desk.page.select_option("[name=kind]", "refund")
    desk.page.check("[name=warm]")
    desk.page.click("summary")
    desk.page.fill("[name=words]", "They asked twice")
    desk.page.press("[name=words]", "Home")
    desk.look()
    desk.page.keyboard.type("Yes: ")
    desk.look()
    assert desk.said() == ["20,00", "refund", True, "Yes: They asked twice", True, "words"]


def test_what_the_answer_could_not_know_is_asked_for_once_more(desk: Desk) -> None:
    desk.page.fill("#amount", "35")
    desk.look()
    desk.page.wait_for_function("document.querySelector('#answer').textContent === 'asked'")
    desk.look()
    desk.page.wait_for_timeout(50)
    assert (desk.said()[0], desk.asked) == ("35", ["amount=35"])


def test_what_is_sent_is_what_the_answer_says_and_the_rest_stays(desk: Desk) -> None:
    desk.page.fill("#amount", "35")
    desk.page.click("summary")
    desk.page.fill("[name=words]", "Kept")
    with desk.page.expect_response("**/note/"):
        desk.page.click("text=Keep")
    desk.page.wait_for_selector(f"#part[data-seen='{desk.seen}']:not(.htmx-settling)")
    assert [*desk.said()[:1], *desk.said()[3:5]] == ["35", "", False]


def test_no_look_comes_between_sending_and_its_answer(desk: Desk) -> None:
    desk.page.fill("#amount", "35")
    sent_while_a_look_comes(desk)
    desk.page.wait_for_selector("#part[data-seen='3']:not(.htmx-settling)")
    assert desk.said()[0] == "20,00"


def test_a_look_that_gave_way_comes_once_the_answer_is_there_for_another_part(desk: Desk) -> None:
    desk.page.eval_on_selector("form[action='/wish/']", "form => form.setAttribute('hx-swap', 'none')")
    sent_while_a_look_comes(desk)
    desk.page.wait_for_selector("#part[data-seen='4']:not(.htmx-settling)")


def test_a_button_that_sends_elsewhere_hears_its_answer_before_a_look_comes(desk: Desk) -> None:
    desk.page.evaluate(
        "document.addEventListener('toast', (event) => { window.heard = event.detail.message; })"
    )
    sent_while_a_look_comes(desk, by="Doubt")
    desk.page.wait_for_function("window.heard === 'Heard'")
    desk.page.wait_for_selector("#part[data-seen='4']:not(.htmx-settling)")


def test_what_is_asked_while_a_button_of_the_same_form_sends_is_asked_after_it(desk: Desk) -> None:
    desk.holds = desk.holds_answers = True
    desk.page.fill("#amount", "35")
    desk.page.click("text=Doubt")  # leaves the field, which asks, and sends
    desk.page.wait_for_selector("form[data-sent]")
    desk.keep_held(2)
    sending, asking = sorted(desk.held, key=lambda route: "/answer/" in route.request.url)
    with desk.page.expect_response("**/answer/*"):
        asking.fulfill(body="asked too early", content_type="text/html")
    desk.page.wait_for_timeout(50)
    assert desk.page.text_content("#answer") == ""
    desk.fulfil(sending)
    desk.page.wait_for_selector("#answer:text-is('asked')")


def test_what_is_chosen_elsewhere_stands_in_place_of_what_was_typed_there_before(desk: Desk) -> None:
    desk.page.fill("#amount", "35")
    desk.page.select_option("[name=kind]", "refund")
    desk.page.click("summary")
    desk.page.fill("[name=words]", "Kept")
    desk.page.click("text=Choose")
    desk.page.wait_for_selector("#part[data-seen='2']:not(.htmx-settling)")
    assert [*desk.said()[:2], *desk.said()[3:5]] == ["20,00", "voucher", "Kept", True]


def test_a_look_gives_way_to_what_is_chosen_elsewhere(desk: Desk) -> None:
    desk.holds = True
    with desk.page.expect_request("**/part/*"):
        desk.page.click("text=Choose")
    desk.keep_held(1)
    with desk.page.expect_response("**/part/"):
        desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket-1'))")
    desk.page.wait_for_timeout(50)
    assert desk.page.get_attribute("#part", "data-seen") == "1"
    desk.fulfil(desk.held[0])
    desk.page.wait_for_selector("#part[data-seen='3']:not(.htmx-settling)")
