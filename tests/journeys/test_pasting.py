"""What mails and office programs put on the clipboard, as the composer takes it: words and their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(120)]
STATIC = Path(__file__).resolve().parent.parent.parent / "static"

# What a program wrote, and what stands in the field then.
PASTED = {
    "Word": (
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p.MsoNormal{color:red}</style>"
        "<xml><w:WordDocument>junk</w:WordDocument></xml></head><body><!--StartFragment-->"
        "<h2>Angebot</h2><p class=MsoNormal>Guten <b>Tag</b><b>, Frau</b> <i>Ada</i>,<o:p></o:p></p>"
        "<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·"
        "<span>&nbsp;&nbsp; </span></span>eins</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>zwei</p>"
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.</span>drei</p>"
        "<p class=MsoNormal>&nbsp;</p><!--EndFragment--></body></html>",
        "## Angebot\n\nGuten **Tag, Frau** _Ada_,\n\n- eins\n- zwei\n3. drei",
    ),
    "a document of Google": (
        "<meta charset='utf-8'><b style='font-weight:normal' id='docs-internal-guid-1'><p>"
        "<span style='font-weight:700'>Fett</span><span style='font-weight:400'> und </span>"
        "<span style='font-style:italic'>schräg</span></p><br>"
        "<ol start='4'><li><p>vier</p></li><li>fünf<ul><li>innen</li></ul></li></ol></b>",
        "**Fett** und _schräg_\n\n4. vier\n5. fünf\n- innen",
    ),
    "a mail": (
        "<div dir='ltr'>Hallo,<div><br></div><div>siehe <a href='https://a.example/x(1)'>die Seite</a> oder "
        "<a href='https://b.example/'>https://b.example</a>, <a href='mailto:a@b.example'>a@b.example</a></div>"
        "<blockquote type='cite'><p>Sie schrieben:</p><p>noch eins</p></blockquote></div>",
        "Hallo,\nsiehe [die Seite](https://a.example/x%281%29) oder https://b.example, a@b.example\n\n"
        "> Sie schrieben:\n\n> noch eins",
    ),
    "an address Outlook wrapped": (
        "<a href='https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx&data=1'>hier</a>",
        "[hier](https://a.example/x)",
    ),
    "a table": (
        "<table><tr><th>Nr.</th><th>Preis</th></tr><tr><td><p>1</p></td><td>20&nbsp;€</td></tr></table>",
        "Nr. | Preis\n1 | 20 €",
    ),
    "something that would run": (
        "<p>vor <a href='javascript:alert(1)'>klick</a><script>alert(1)</script><img src=x onerror=alert(1)>"
        "<span style='display:none'>geheim</span><svg onload=alert(1)><text>x</text></svg>"
        "<a href='data:text/html,x'>daten</a> nach</p><style>*{}</style><iframe src=//evil.example></iframe>",
        "vor klickdaten nach",
    ),
    "signs in the words": (
        "<p><b>5 * 3</b> und <i>a_b</i> [x]</p><pre>eins\n  zwei</pre>",
        "5 * 3 und a_b [x]\n\neins\nzwei",
    ),
}


PAGE = """<!doctype html><title>x</title><textarea id="t" data-draft="/draft/" data-kind="public"></textarea>
<script type="module" src="/js/format.js"></script><script type="module" src="/js/pasted.js"></script>"""


@pytest.fixture(scope="module")
def field(browser: Browser) -> Iterator[Page]:
    """A page with one field and our scripts, and no product behind it."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.endswith(".js"):
            route.fulfill(path=STATIC / path.removeprefix("/"), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page = browser.new_page()
    page.route("**/*", answer)
    page.goto("http://kulanz.example/")
    yield page
    page.close()


@pytest.mark.parametrize("program", PASTED)
def test_the_words_come_over_and_what_they_mean(field: Page, program: str) -> None:
    html, typed = PASTED[program]
    script = "async (html) => (await import('/js/pasted.js')).typedFrom(html)"
    assert field.evaluate(script, html) == typed


def test_keys_put_signs_and_take_them_away(field: Page) -> None:
    text = field.locator("#t")

    def press(said: str, *keys: str) -> str:
        text.fill(said)
        text.press("Control+a")
        for key in keys:
            text.press(key)
        return text.input_value()

    assert press("fest ", "Control+b") == "**fest** "
    assert press("fest", "Control+b", "Control+b") == "fest"
    assert press("a\nb", "Control+i") == "_a_\n_b_"
    assert press("a\nb", "Control+Shift+Digit8") == "- a\n- b"
    assert press("a\nb", "Control+Shift+Digit8", "Control+Shift+Digit7") == "1. a\n2. b"
    assert press("a\n\nb", "Control+Shift+Digit9", "Control+Shift+Digit9") == "a\n\nb"
    assert press("hier", "Control+Shift+KeyL") == "[hier](https://)"
    assert press("weg", "Control+b", "Control+z") == "weg"


def test_an_address_pasted_over_words_becomes_their_link(field: Page) -> None:
    text = field.locator("#t")
    script = """([kind, data]) => {
        const board = new DataTransfer();
        board.setData("text/plain", data);
        if (kind === "html") board.setData("text/html", `<b>${data}</b>`);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: board, bubbles: true}));
    }"""
    text.fill("siehe hier")
    text.evaluate("field => { field.focus(); field.setSelectionRange(6, 10); }")
    field.evaluate(script, ["plain", "https://a.example/x"])
    assert text.input_value() == "siehe [hier](https://a.example/x)"
    text.fill("")
    field.evaluate(script, ["html", "fest"])
    assert text.input_value() == "**fest**"
