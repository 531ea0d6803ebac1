"""A day at the desk without a mouse: everything is reached by keys, and one always sees where one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from keyboard import Keyboard
from stack import PASSWORD, Stack, wait_for
from test_story import SAID, write
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]
# What the house says in that language, and what the requests are called.
WORDS = {
    "de": {
        "subject": "Ohne Maus",
        "reply": "Antworten",
        "me": "Anna (ich)",
        "watch": "Beobachten",
        "no longer": "Nicht mehr",
        "snippet": "Guten Tag Cem,",
        "undone": "Zurückgenommen.",
    },
    "en": {
        "subject": "Without a mouse",
        "reply": "Reply",
        "me": "Anna (me)",
        "watch": "Watch it",
        "no longer": "Watch no longer",
        "snippet": "Hello Eva,",
        "undone": "Taken back.",
    },
}


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def numbers(visit: Callable[..., Visitor], language: str) -> list[int]:
    """Three requests, the first the one that waits longest."""
    customer, said = visit(language=language), SAID[language]
    customer.sign_in(said["who"])
    subject = WORDS[language]["subject"]
    return [write(customer, said | {"subject": f"{subject} {number}"}) for number in (1, 2, 3)]


@pytest.fixture
def keys(visit: Callable[..., Visitor], language: str) -> Iterator[Keyboard]:
    """Anna, signed in with her password by keys alone."""
    anna = visit(language=language)
    keys = Keyboard(anna)
    anna.go("/accounts/login/")
    keys.tab_to("input[name=login]")
    keys.type("anna@kulanz.example")
    keys.tab_to("details summary")
    keys.press("Enter")
    keys.tab_to("input[name=password]")
    keys.type(PASSWORD)
    keys.leads_on()
    anna.page.wait_for_selector("#list")
    yield keys
    # Who types on leaves a page before all its parts have come: htmx says so of each.
    for what in ("afterRequest", "sendAbort", "sendError"):
        anna.forgive(f"htmx:{what}")


def test_a_day_without_a_mouse(stack: Stack, keys: Keyboard, numbers: list[int], language: str) -> None:
    words = WORDS[language]
    along_the_list(stack, keys, numbers, words)
    taken_and_watched(keys, numbers[0], words)
    written(keys, words)
    by_the_palette_to(keys, numbers[2], words)
    solved_and_on(stack, keys, numbers[2])
    many_at_once(stack, keys, numbers, words)
    assert keys.unseen == []


def along_the_list(stack: Stack, keys: Keyboard, numbers: list[int], words: dict[str, str]) -> None:
    """Down, up, and in; the sheet under “?” gives the focus back."""
    first, second, _third = numbers
    page = keys.page
    page.goto(f"{stack.url}/desk/?q={words['subject']}")
    keys.press("j")
    keys.stands_at(f"#to-{first}")
    keys.press("j")
    keys.stands_at(f"#to-{second}")
    keys.press("k")
    keys.stands_at(f"#to-{first}")
    keys.leads_on()

    keys.press("r")
    keys.stands_at("#reply-text")
    keys.tab_to("a, button, summary")
    keys.press("?")
    page.wait_for_selector(f"dialog#keys[open] >> text={words['reply']}")
    keys.look()
    keys.press("Escape")
    page.wait_for_selector("dialog#keys", state="hidden")
    keys.look()


def taken_and_watched(keys: Keyboard, first: int, words: dict[str, str]) -> None:
    """A menu that opens under the focus; a part of the page that comes anew gives the focus back."""
    page = keys.page
    keys.press("a")
    keys.stands_at("#ticket-head .menu[open] .menu__item")
    page.wait_for_selector(f"form[action*='/{first}/assignment/'] .menu__item:has-text('{words['me']}')")
    while "Anna" not in page.evaluate("document.activeElement.textContent"):
        keys.press("Tab")
        keys.look()
    keys.leads_on()
    page.wait_for_selector("#ticket-head summary[data-does=assign]:has-text('Anna')")

    page.wait_for_selector(f"[data-does=watch]:has-text('{words['watch']}')")
    keys.tab_to("[data-does=watch]")
    keys.press("Enter")
    page.wait_for_selector(f"[data-does=watch]:has-text('{words['no longer']}')")
    keys.stands_at("[data-does=watch]")


def written(keys: Keyboard, words: dict[str, str]) -> None:
    """A reply with a snippet; a note that names a colleague."""
    page = keys.page
    keys.press("r")
    keys.stands_at("#reply-text")
    keys.type("/begr")
    page.wait_for_selector(".composer__form--reply .picks [aria-selected=true] >> text=Begrüßung")
    keys.press("Enter")
    keys.type(" wir sehen nach.")
    assert page.input_value("#reply-text") == f"{words['snippet']} wir sehen nach."
    keys.look()
    keys.leads_on("Control+Enter")
    page.wait_for_selector(".message--held, .message--ours")
    keys.press("n")
    keys.stands_at("#note-text")
    keys.type("@be")
    page.wait_for_selector(".composer__form--note .picks [aria-selected=true] >> text=Ben")
    keys.press("Enter")
    keys.type("bitte ansehen")
    keys.leads_on("Control+Enter")
    page.wait_for_selector(".message--note .mention:has-text('@Ben')")
    page.wait_for_selector(".message--ours >> text=wir sehen nach.")


def by_the_palette_to(keys: Keyboard, third: int, words: dict[str, str]) -> None:
    page = keys.page
    keys.press("Control+k")
    keys.stands_at("#palette-typed")
    keys.type(f"{words['subject']} 3")
    page.wait_for_selector(f"#palette-found [data-choice] >> text=#{third}")
    keys.press("ArrowDown")
    keys.stands_at("[data-choice]")
    keys.leads_on()
    page.wait_for_url(f"**/desk/tickets/{third}/")
    keys.press("Control+k")
    keys.stands_at("#palette-typed")
    keys.press("Escape")
    page.wait_for_selector("#palette", state="hidden")


def solved_and_on(stack: Stack, keys: Keyboard, third: int) -> None:
    """Answered, solved, and on to what is due next, all with one press."""
    page = keys.page
    keys.press("r")
    keys.stands_at("#reply-text")
    keys.type("Erledigt.")
    keys.leads_on("Control+Shift+Enter")
    assert f"/desk/tickets/{third}/" not in page.url
    status = f"SELECT status FROM tickets_ticket WHERE id = {third}"
    wait_for(lambda: stack.sql(status) == [("solved",)], "the reply to have gone")


def many_at_once(stack: Stack, keys: Keyboard, numbers: list[int], words: dict[str, str]) -> None:
    """Ticked with the space bar, looked at before, done, and taken back."""
    page = keys.page
    page.goto(f"{stack.url}/desk/?q={words['subject']}")
    for number in numbers[:2]:
        keys.tab_to(f"input[name=ticket][value='{number}']")
        keys.press("Space")
        page.wait_for_selector("#bulk:not([hidden])")
    assert page.inner_text("[data-count-ticked]") == "2"
    keys.tab_to("#bulk button", by="Shift+Tab")
    keys.leads_on()
    keys.tab_to("form:has([value=tag]) input[name=tag]")
    keys.type(words["subject"])
    keys.leads_on()
    keys.tab_to("button[name=go]")
    keys.leads_on()
    name = f"WHERE g.name = '{words['subject']}'"
    tagged = f"SELECT count(*) FROM tickets_tagging t JOIN tickets_tag g ON g.id = t.tag_id {name}"
    assert stack.sql(tagged) == [(2,)]
    keys.tab_to("form[action$='/undoing/'] button")
    keys.leads_on()
    page.wait_for_selector(f"text={words['undone']}")
    assert stack.sql(tagged) == [(0,)]
