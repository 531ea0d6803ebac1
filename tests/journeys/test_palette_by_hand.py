"""What somebody does by the palette, and the keys they choose for themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from stack import Stack, wait_for
from test_lists_by_hand import number_of
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

SAID = {
    "de": {
        "code": "de",
        "take": "Übernehmen",
        "macro": "Makro: Nachfragen bei DHL",
        "away": "Ich bin abwesend",
        "ready": "Ich bin bereit",
        "knowledge": "Wissen",
        "setting": ("ruhe", "Was ich erfahren möchte"),
        "twice": "Diese Taste ist zweimal vergeben.",
        "sheet": "Antworten",
    },
    "en": {
        "code": "en",
        "take": "Take it",
        "macro": "Macro: Nachfragen bei DHL",
        "away": "I am away",
        "ready": "I am ready",
        "knowledge": "Knowledge",
        "setting": ("quiet", "What I want to hear"),
        "twice": "Two deeds have this key.",
        "sheet": "Reply",
    },
}
FOCUSED = "document.activeElement.id"


@pytest.fixture
def stack(full_desk: Stack) -> Stack:
    return full_desk


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_palette_and_own_keys(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    anna = visit(language=language)
    anna.sign_in("anna@kulanz.example")
    done_from_the_palette(stack, anna, number_of(stack, f"Palette {language}"), SAID[language])
    gone_from_the_palette(stack, anna, SAID[language])
    other_keys(anna, number_of(stack, f"Keys {language}"), SAID[language])
    # Whoever goes on leaves a page before all its parts have come: htmx says so of each.
    for what in ("afterRequest", "sendAbort", "sendError"):
        anna.forgive(f"htmx:{what}")


def done_from_the_palette(stack: Stack, anna: Visitor, number: int, said: dict[str, str]) -> None:
    """Taken, and a macro looked at and run, without leaving the ticket for a menu."""
    page = anna.page
    anna.go(f"/desk/tickets/{number}/")
    page.click("[data-opens-palette]")
    choose(page, said["take"])
    page.wait_for_selector("#ticket-head summary[data-does=assign]:has-text('Anna')")
    page.keyboard.press("Control+k")
    page.fill("#palette-typed", said["macro"])
    page.wait_for_selector(f"[data-choice]:has-text('{said['macro']}')")
    anna.shoot(f"{said['code']}-palette")
    choose(page, said["macro"])
    page.wait_for_selector("ol.done li:nth-child(2)")
    anna.shoot(f"{said['code']}-macro")
    page.click(".form__actions button.button--primary")
    page.wait_for_url(f"**/desk/tickets/{number}/")
    state = f"SELECT priority, status FROM tickets_ticket WHERE id = {number}"
    assert stack.sql(state) == [(3, "waiting_others")]


def gone_from_the_palette(stack: Stack, anna: Visitor, said: dict[str, str]) -> None:
    """To a customer, to a page, to a setting by another word for it; and away and back."""
    page = anna.page
    page.keyboard.press("Control+k")
    choose(page, "nora", "nora@")
    page.wait_for_selector("h1:has-text('Nora')")
    anna.shoot(f"{said['code']}-customer")
    state = "SELECT state FROM accounts_presence p JOIN accounts_person o ON o.id = p.person_id WHERE o.name = 'Anna'"
    for name, value in (("away", "away"), ("ready", "ready")):
        page.keyboard.press("Control+k")
        choose(page, said[name])
        wait_for(lambda value=value: stack.sql(state) == [(value,)], f"Anna to be {value}")
    page.keyboard.press("Control+k")
    choose(page, said["setting"][0], said["setting"][1])
    page.wait_for_url("**/notices/wishes/**")
    page.keyboard.press("Control+k")
    choose(page, said["knowledge"])
    page.wait_for_url("**/desk/knowledge/")


def other_keys(anna: Visitor, number: int, said: dict[str, str]) -> None:
    """A key given twice is refused at both fields; the old key does nothing, the new one works; or none does."""
    page = anna.page
    anna.go("/desk/keys/")
    page.fill("input[name=reply]", "q")
    page.fill("input[name=note]", "q")
    page.click("form.card button.button--primary")
    for name in ("reply", "note"):
        page.wait_for_selector(f".field--{name} .field__error:has-text('{said['twice']}')")
        assert page.input_value(f"input[name={name}]") == "q"
    anna.shoot(f"{said['code']}-keys")
    page.fill("input[name=note]", "n")
    keep_keys(page)

    anna.go(f"/desk/tickets/{number}/")
    page.wait_for_selector("#reply-text")
    page.keyboard.press("r")
    assert page.evaluate(FOCUSED) != "reply-text"
    page.keyboard.press("?")
    page.wait_for_selector(f"dialog#keys[open] div:has(kbd:text-is('q')):has-text('{said['sheet']}')")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.wait_for_selector("#reply-text:focus")
    assert page.input_value("#reply-text") == ""

    anna.go("/desk/keys/")
    page.uncheck("input[name=on]")
    keep_keys(page)
    anna.go(f"/desk/tickets/{number}/")
    page.wait_for_selector("#reply-text")
    page.keyboard.press("q")
    page.keyboard.press("n")
    page.keyboard.press("?")
    assert page.evaluate(FOCUSED) not in {"reply-text", "note-text"}
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    anna.go("/desk/keys/")
    page.check("input[name=on]")
    page.fill("input[name=reply]", "r")
    keep_keys(page)


def keep_keys(page: Page) -> None:
    with page.expect_navigation():
        page.click("form.card button.button--primary")
    assert page.locator(".field__error").count() == 0


def choose(page: Page, typed: str, named: str = "") -> None:
    """Type it, and take what is called so."""
    page.wait_for_selector("#palette[open]")
    page.fill("#palette-typed", typed)
    with page.expect_navigation():
        page.click(f"#palette-found [data-choice]:has-text('{named or typed}')")
