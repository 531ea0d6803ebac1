"""Writing on a ticket by keys alone, two at once: signs find what is meant, each sees the other, nothing is lost."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from stack import Stack
from test_story import SAID, write
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]


def flaws(visitor: Visitor) -> list[str]:
    """What axe says against the page as it now stands."""
    return [found["id"] for found in Axe().run(visitor.page).response["violations"]]


def test_a_note_and_a_reply_are_written_without_a_mouse(stack: Stack, visit: object) -> None:
    customer = visit()
    customer.sign_in_by_code("eva@kulanz.example")
    before = write(customer, SAID["en"] | {"subject": "The one before"})
    number = write(customer, SAID["en"] | {"subject": "Composed with signs"})
    anna, ben = visit(), visit(language="de")
    for colleague, name in ((anna, "anna"), (ben, "ben")):
        colleague.sign_in(f"{name}@kulanz.example")
        colleague.go(f"/desk/tickets/{number}/")
    keys, page = anna.page.keyboard, anna.page
    ben.page.wait_for_selector(".composer__viewers >> text=Anna")
    assert flaws(anna) == []

    # A reply: an article and a ticket found by their signs, put in by Enter and Tab; Escape leaves what was typed.
    keys.press("r")
    keys.type("Hello Eva, ??stands")
    page.wait_for_selector(".composer__form--reply .picks [aria-selected=true]")
    assert page.get_attribute("#reply-text", "aria-activedescendant").startswith("pick-")
    assert flaws(anna) == []
    keys.press("Enter")
    keys.type("#before")
    page.wait_for_selector(f"#pick-{before}")
    keys.press("Tab")
    keys.type("/nothing of the kind, #")
    page.wait_for_selector(f"#pick-{before}")
    keys.press("Escape")
    keys.press("Control+b")
    keys.type("done")
    text = page.input_value("#reply-text")
    link = f"[Where your parcel stands]({stack.url}/help/"
    assert text.startswith(f"Hello Eva, {link}")
    assert text.endswith(f"#{before} /nothing of the kind, #**done**")

    # Whoever looks as well is told that somebody writes, and not what.
    ben.page.wait_for_selector(".beside--writes >> text=Anna")
    assert "Hello" not in ben.page.inner_text(".composer__viewers")
    keys.press("Control+Enter")
    page.wait_for_selector(".message--held b >> text=done")

    # A note names a colleague, who is told at once.
    keys.press("n")
    keys.type("@be")
    page.wait_for_selector(".composer__form--note .picks [aria-selected=true]")
    keys.press("Enter")
    keys.type("please look")
    keys.press("Control+Enter")
    page.wait_for_selector(".message--note .mention >> text=@Ben")
    assert stack.sql("SELECT count(*) FROM tickets_event WHERE kind = 'mentioned'") == [(1,)]
    ben.go("/desk/notices/")
    ben.page.wait_for_selector("text=Anna hat Ben in einer internen Notiz genannt")
