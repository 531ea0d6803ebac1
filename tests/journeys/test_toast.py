"""What became of a deed is said, also where the button that asked for it is no longer there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import django_htmx
import pytest
from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(60)]
STATIC = Path(__file__).resolve().parent.parent.parent / "static"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
PART = """<p id="part" hx-get="/part/" hx-trigger="look from:body" hx-swap="outerHTML"><button hx-post="/deed/"
hx-swap="none">Do it</button></p>"""
PAGE = f"""<!doctype html><title>x</title><script src="/htmx.js"></script><script type="module" src="/js/toast.js">
</script>{PART}<div id="toasts"></div><template id="toast"><div class="toast"><p></p></div></template>"""


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_answer_is_said_once(browser: Browser, is_replaced: bool) -> None:
    page, waiting = browser.new_page(), list[Route]()

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/htmx.js":
            route.fulfill(path=HTMX, content_type="text/javascript")
        elif path.endswith(".js"):
            route.fulfill(path=STATIC / path.removeprefix("/"), content_type="text/javascript")
        elif path == "/deed/":
            waiting.append(route)
        else:
            route.fulfill(
                body=PAGE if path == "/" else PART.replace("Do it", "Anew"), content_type="text/html"
            )

    page.route("**/*", answer)
    page.goto("http://kulanz.example/")
    with page.expect_request("**/deed/"):
        page.click("button")
    if is_replaced:
        page.evaluate("document.body.dispatchEvent(new Event('look'))")
        page.wait_for_selector("button:has-text('Anew')")
    waiting.pop().fulfill(status=204, headers={"HX-Trigger": '{"toast": {"message": "Done."}}'})
    page.wait_for_selector(".toast")
    assert page.locator(".toast").all_inner_texts() == ["Done."]
    page.close()
