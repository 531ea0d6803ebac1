"""What a lead does by hand beside the tickets, and what reaches the agent of it: standing in, answering, reviewing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from stack import Stack
from test_lists_by_hand import count_of, number_of
from test_story import choose
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

SAID = {
    "de": {
        "before": "Das Ende liegt vor dem Anfang.",
        "instead": "Wen ich vertrete",
        "stays": "die Regel bleibt",
    },
    "en": {
        "before": "It ends before it begins.",
        "instead": "For whom I stand in",
        "stays": "the rule stays",
    },
}


@pytest.fixture
def stack(full_desk: Stack) -> Stack:
    return full_desk


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_lead_by_hand(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    anna, ben = visit(language=language), visit(language=language)
    anna.sign_in("anna@kulanz.example")
    ben.sign_in("ben@kulanz.example")
    stands_in(anna, ben, language)
    number = number_of(stack, f"Ruling {language}")
    answers_a_challenge(anna, ben, number, language)
    reviews_and_thanks(anna, ben, number, language)


def stands_in(anna: Visitor, ben: Visitor, language: str) -> None:
    """Anna is away, Ben has her tickets in a list of their own; she is back early, and it is gone."""
    page, today = anna.page, datetime.now(UTC).date()
    anna.go("/desk/?view=mine")
    hers = count_of(page, "mine")
    anna.go("/me/")
    page.fill("#absences input[name=first]", today.isoformat())
    page.fill("#absences input[name=last]", (today + timedelta(days=7)).isoformat())
    page.click("#absences .form__actions button")
    page.wait_for_selector("#absences .field--substitute .field__error")
    page.fill("#absences input[name=first]", (today + timedelta(days=9)).isoformat())
    page.select_option("#absences select[name=substitute]", label="Ben")
    page.click("#absences .form__actions button")
    page.wait_for_selector(f"#absences .field--last .field__error:has-text('{SAID[language]['before']}')")
    anna.shoot(f"{language}-absence")
    page.fill("#absences input[name=first]", today.isoformat())
    page.click("#absences .form__actions button")
    page.wait_for_selector("#absences li:has-text('Ben')")

    ben.go("/desk/")
    ben.page.click(f".view:has-text('{SAID[language]['instead']}')")
    ben.page.wait_for_selector(f"#list-title:has-text('{SAID[language]['instead']}')")
    assert ben.page.locator(".ticket-list > li").count() == hers
    page.click("#absences li form button")
    page.wait_for_selector("#absences li", state="detached")
    ben.go("/desk/")
    assert ben.page.locator(f".view:has-text('{SAID[language]['instead']}')").count() == 0


def answers_a_challenge(anna: Visitor, ben: Visitor, number: int, language: str) -> None:
    """A rule doubted where it speaks; its owner answers in words everybody can read, and she who asked is told."""
    why, words = f"Seventy is a lamp ({language}).", f"Above fifty we look together ({language})."
    panel = choose(anna, number, "voucher", "70")
    panel.locator(".challenge summary").click()
    panel.locator("#challenge").fill(why)
    panel.locator(".challenge button[name=rule]").first.click()
    anna.page.wait_for_selector(".toast:has-text('Ben')")
    page = ben.page
    ben.go("/studio/challenges/")
    ben.shoot(f"{language}-challenges")
    page.click(f"tr:has-text('{why}') a")
    page.wait_for_selector(f"q:has-text('{why}')")
    page.check("input[name=answer][value=stays]")
    page.fill("textarea[name=words]", words)
    ben.shoot(f"{language}-challenge")
    page.click("form.card button.button--primary")
    answered = f"article.card:has-text('{words}')"
    page.wait_for_selector(answered)
    assert SAID[language]["stays"] in page.inner_text(answered)
    anna.go("/desk/notices/")
    assert words in anna.page.inner_text("main")
    anna.shoot(f"{language}-answered")


def reviews_and_thanks(anna: Visitor, ben: Visitor, number: int, language: str) -> None:
    """What a decision taught is put down to the rules, and its agent hears a kind word, never a reproach."""
    lesson, kind = f"Name the courier ({language}).", f"Quick and warm ({language})."
    choose(anna, number, "voucher", "20").locator(".authority__act button").click()
    anna.page.wait_for_selector(".toast")
    page = ben.page
    ben.go(f"/desk/tickets/{number}/")
    page.click("#authority a[href*='/studio/rulings/']")
    page.wait_for_url("**/studio/rulings/**")
    page.check("input[name=verdict][value=right]")
    page.fill("input[name=words]", lesson)
    ben.shoot(f"{language}-ruling")
    page.click("form[action$='/reviews/'] button")
    page.wait_for_selector(f"section[aria-labelledby=reviews] p:has-text('{lesson}')")
    assert page.locator("form[action$='/reviews/']").count() == 0
    page.click("a[href$='/kind-words/']")
    page.fill("input[name=words]", kind)
    page.click("form.card button.button--primary")
    page.wait_for_selector(f"main :text('{kind}')")
    ben.shoot(f"{language}-kind-words")
    anna.go("/desk/notices/")
    assert kind in anna.page.inner_text("main")
