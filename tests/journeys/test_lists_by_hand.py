"""What somebody does with the lists of the desk by hand, while a colleague works on the same tickets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from stack import Stack, wait_for
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

# What is typed into the search in this language, what of it is found, and what is said of what cannot be meant.
SAID = {
    "de": {
        "finds": {
            'kunde:nora betreff:"broken" -Vase': {"Lamp, broken", "Table, broken"},
            "„about sheet 07“": {"Sheet 07"},
            "status:offen wer:niemand anlass:verspätet sheet 1": {f"Sheet {n}" for n in range(10, 20)},
        },
        "misses": {
            "status:kaputt": "„kaputt“ ist kein Status.",
            "seit:31.01.2026": "„31.01.2026“ ist kein Tag.",
        },
        "priority": "Priorität",
    },
    "en": {
        "finds": {
            'customer:nora subject:"broken" -vase': {"Lamp, broken", "Table, broken"},
            "“about sheet 07”": {"Sheet 07"},
            "status:open assignee:none cause:late sheet 1": {f"Sheet {n}" for n in range(10, 20)},
        },
        "misses": {"status:lost": "“lost” is no status.", "since:31/01/2026": "“31/01/2026” is no day."},
        "priority": "Priority",
    },
}
ROWS = "[...document.querySelectorAll('.ticket-list > li')].map(row => row.id)"
SUBJECTS = "[...document.querySelectorAll('.ticket-row__link')].map(link => link.textContent)"
SHEETS = 31  # one more than a page holds
OPEN = "status = 'open' AND asleep_since IS NULL"


@pytest.fixture
def stack(full_desk: Stack) -> Stack:
    return full_desk


@pytest.mark.parametrize("language", ["de", "en"])
def test_lists_by_hand(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    anna, ben = visit(language=language), visit(language=language)
    anna.sign_in("anna@kulanz.example")
    ben.sign_in("ben@kulanz.example")
    still_under_the_hand(stack, anna, ben, language)
    page_by_page(stack, anna, ben)
    searched(stack, anna, language)
    nested_and_shared(anna, ben, language)
    many_at_once(stack, anna, language)
    lately_viewed(stack, anna, ben, language)


def still_under_the_hand(stack: Stack, anna: Visitor, ben: Visitor, language: str) -> None:
    """What a colleague gives me is counted at once and stands in the list as soon as my hand is off it."""
    page, new = anna.page, number_of(stack, f"Hand {language} 1")
    with page.expect_response(lambda answer: "/live/" in answer.url):
        anna.go("/desk/?view=mine")
    before, count = page.evaluate(ROWS), count_of(page, "mine")
    under = page.locator(f"#{before[1]}")
    under.hover()
    stood = under.bounding_box()
    assign(ben, new, "Anna")
    page.wait_for_selector("[data-news]:not([hidden])")
    assert (page.evaluate(ROWS), count_of(page, "mine")) == (before, count + 1)
    assert under.bounding_box() == stood
    anna.shoot(f"{language}-under-the-hand")
    page.hover("#list-title")
    page.wait_for_selector(f".ticket-list > li:first-child#row-{new}")
    assert page.evaluate(ROWS) == [f"row-{new}", *before]
    still_beside_a_ticket(anna, ben, new)

    # The same under the focus; whoever wants to see the news asks for it.
    with page.expect_response(lambda answer: "/live/" in answer.url):
        anna.go("/desk/?view=mine")
    assign(ben, new, "Anna")
    page.wait_for_selector(f".ticket-list > li:first-child#row-{new}")
    page.keyboard.press("j")
    page.wait_for_selector(f"#to-{new}:focus")
    assign(ben, new, "Ben")
    page.wait_for_selector("[data-news]:not([hidden])")
    assert (page.evaluate(ROWS)[0], count_of(page, "mine")) == (f"row-{new}", count)
    page.click("[data-news] button")
    page.wait_for_selector(f"#row-{new}", state="detached")
    assert page.evaluate(ROWS) == before


def still_beside_a_ticket(anna: Visitor, ben: Visitor, leaving: int) -> None:
    """The list beside a ticket holds still as well; what leaves it stays until the hand is off it."""
    page = anna.page
    with page.expect_response(lambda answer: "/live/" in answer.url):
        page.click(".ticket-row__link >> nth=1")
    under = page.locator("#rail .ticket-row").nth(2)
    under.hover()
    stood = under.bounding_box()
    assign(ben, leaving, "Ben")
    page.wait_for_selector("#rail [data-news]:not([hidden])")
    assert under.bounding_box() == stood
    page.hover("#ticket-head h1")
    page.wait_for_selector(f"#rail #row-{leaving}", state="detached")


def page_by_page(stack: Stack, anna: Visitor, ben: Visitor) -> None:
    """No ticket twice and none left out, although the one a page ended with leaves the list meanwhile."""
    page = anna.page
    there = {
        f"row-{pk}"
        for (pk,) in stack.sql(f"SELECT id FROM tickets_ticket WHERE {OPEN} AND assignee_id IS NULL")
    }
    anna.go("/desk/?view=nobody")
    first = page.evaluate(ROWS)
    onward = page.get_attribute("a[rel=next]", "href")
    taken = first[-1]
    ben.go(f"/desk/tickets/{taken.removeprefix('row-')}/")
    ben.page.click(".ticket-head__meta form[action*='/assignment/'] button")
    ben.page.wait_for_selector(".ticket-head__meta form[action*='/assignment/']", state="detached")
    anna.go(f"/desk/{onward}")
    second = page.evaluate(ROWS)
    assert (len(first), page.locator("a[rel=next]").count()) == (30, 0)
    assert sorted(first + second) == sorted(there)
    with page.expect_navigation():
        page.click(".list-more a")
    assert page.evaluate(ROWS)[:29] == [row for row in first if row != taken]


def searched(stack: Stack, anna: Visitor, language: str) -> None:
    """By words, phrases, numbers and operators in one's own language; what is none is said above what is found."""
    page, said = anna.page, SAID[language]
    number = number_of(stack, "Lamp, broken")
    for typed, found in (said["finds"] | {"sheet 07": {"Sheet 07"}}).items():
        look_for(page, typed)
        assert set(page.evaluate(SUBJECTS)) == found, typed
    look_for(page, f"#{number}")
    assert "Lamp, broken" in page.evaluate(SUBJECTS)
    for typed, words in said["misses"].items():
        look_for(page, f"lamp {typed}")
        assert words in page.inner_text(".pane--list [role=alert]")
        assert page.input_value("#search") == f"lamp {typed}"
        assert page.evaluate(SUBJECTS) == ["Lamp, broken"]
    anna.shoot(f"{language}-search")


def nested_and_shared(anna: Visitor, ben: Visitor, language: str) -> None:
    """One of two subjects, and urgent: first for oneself, then for the team, whose members cannot change it."""
    page, name = ben.page, f"Urgent {language}"
    ben.go("/desk/")
    page.click("a.view--new")
    page.fill("input[name=name]", name)
    page.select_option("[name=group0-join]", "any")
    for place in (0, 1):
        add_condition(page, "group0", "subject")
        page.wait_for_selector(f"[name=group0-{place}-value]")
    page.fill("[name=group0-0-value]", "lamp")
    page.click("details.group:nth-of-type(2) > summary")
    add_condition(page, "group1", "priority")
    page.select_option("[name=group1-0-operator]", "at_least")
    page.select_option("[name=group1-0-value]", "3")
    page.click(".form__actions button.button--primary")
    page.wait_for_selector(".condition:has([name=group0-1-value]) .field__error")
    ben.shoot(f"{language}-view")
    assert (page.input_value("input[name=name]"), page.input_value("[name=group0-0-value]")) == (name, "lamp")
    page.fill("[name=group0-1-value]", "vase")
    page.click(".form__actions button.button--primary")
    page.wait_for_selector(f"#list-title:has-text('{name}')")
    assert page.evaluate(SUBJECTS) == ["Lamp, broken"]
    assert SAID[language]["priority"] in page.inner_text(".list-said")

    anna.go("/desk/")
    line = f".view:has-text('{name}')"
    assert anna.page.locator(line).count() == 0
    with page.expect_navigation():
        page.click(".list-head__tools a[href*='/views/']")
    change = page.url
    page.select_option("select[name=team]", label=page.inner_text("select[name=team] option:nth-child(2)"))
    page.click(".form__actions button.button--primary")
    page.wait_for_selector("#list-title")
    anna.go("/desk/")
    assert anna.page.inner_text(f"{line} .count") == "1"
    anna.page.click(line)
    anna.page.wait_for_selector(f"#list-title:has-text('{name}')")
    assert anna.page.evaluate(SUBJECTS) == ["Lamp, broken"]
    assert anna.page.locator(".list-head__tools a[href*='/views/']").count() == 0
    assert anna.go(change.removeprefix(anna.stack.url)) == 404


def many_at_once(stack: Stack, anna: Visitor, language: str) -> None:
    """Looked at first, where not each of them takes it; then the whole list, more than fit a page, and back."""
    page, tag = anna.page, f"many {language}"
    anna.go("/desk/")
    look_for(page, f"hand {language}")
    page.click(".ticket-row__pick >> nth=0")
    page.click(".ticket-row__pick >> nth=1")
    page.wait_for_selector("#bulk:not([hidden]) >> text=2")
    page.click("#bulk button.button--primary")
    page.click("form:has([value=release]) .form__actions button")
    page.wait_for_selector("ul.done")
    assert page.locator("ul.done li").count() == 2
    anna.shoot(f"{language}-dry-run")

    look_for(page, "sheet")
    page.click(".ticket-row__pick >> nth=0")
    page.click("[data-tick-all]")
    assert page.inner_text("[data-count-ticked]") == "30"
    page.click("#bulk button[name=all]")
    page.fill("form:has([value=tag]) input[name=tag]", tag)
    page.click("form:has([value=tag]) .form__actions button")
    page.wait_for_selector("ul.done")
    assert page.locator("ul.done li").count() == SHEETS
    tagged = (
        f"SELECT count(*) FROM tickets_tagging t JOIN tickets_tag g ON g.id = t.tag_id WHERE g.name = '{tag}'"
    )
    assert stack.sql(tagged) == [(0,)]
    page.click("button[name=go]")
    page.wait_for_selector(f"#bulk-run:not([hx-trigger]) h1:has-text('{SHEETS}')")
    assert stack.sql(tagged) == [(SHEETS,)]
    anna.shoot(f"{language}-many")
    page.click("form[action$='/undoing/'] button")
    wait_for(lambda: stack.sql(tagged) == [(0,)], "everything to be taken back")
    page.wait_for_selector("#bulk-run:not([hx-trigger])")


def lately_viewed(stack: Stack, anna: Visitor, ben: Visitor, language: str) -> None:
    """The way back to what one had open, newest first; nobody sees that of others."""
    mine = [number_of(stack, f"{what} {language}") for what in ("Palette", "Keys")]
    page = anna.page
    for number in mine:
        with page.expect_response("**/beside/"):
            anna.go(f"/desk/tickets/{number}/")
    page.click(".person-menu > summary")
    page.click(".person-menu a[href$='/recent/']")
    page.wait_for_url("**/desk/recent/")
    links = "[...document.querySelectorAll('main h2 a')].map(link => link.getAttribute('href'))"
    assert page.evaluate(links)[:2] == [f"/desk/tickets/{number}/" for number in reversed(mine)]
    anna.shoot(f"{language}-recent")
    ben.go("/desk/recent/")
    assert not {f"/desk/tickets/{number}/" for number in mine} & set(ben.page.evaluate(links))


def look_for(page: Page, typed: str) -> None:
    page.fill("#search", typed)
    with page.expect_navigation():
        page.press("#search", "Enter")


def add_condition(page: Page, group: str, fact: str) -> None:
    page.select_option(f"select[name={group}-new]", fact)
    with page.expect_response(lambda answer: "/views/" in answer.url):
        page.click(f"button[name=add_condition][value={group}]")


def assign(who: Visitor, number: int, name: str) -> None:
    """By the menu at the head of the ticket."""
    who.go(f"/desk/tickets/{number}/")
    who.page.click("#ticket-head summary[data-does=assign]")
    who.page.click(f"#ticket-head .menu[open] .menu__item:has-text('{name}')")
    who.page.wait_for_selector(f"#ticket-head summary[data-does=assign]:has-text('{name}')")


def count_of(page: Page, view: str) -> int:
    return int(page.inner_text(f"[data-count={view}]"))


def number_of(stack: Stack, subject: str) -> int:
    return int(str(stack.sql(f"SELECT id FROM tickets_ticket WHERE subject = '{subject}'")[0][0]))
