"""A new house from its first page to a desk that works, found and read again: what an administrator does by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page
from stack import Stack, running
from visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

ADMINISTRATOR = """
import django; django.setup()
from allauth.account.models import EmailAddress
from cast import PASSWORD
from accounts.models import Person
ada = Person.objects.create_superuser("ada@kulanz.example", PASSWORD, name="Ada")
EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
"""
SAID = {
    "de": {
        "closes": "Es schließt, bevor es öffnet.",
        "address": "„anna petersen“ ist keine E-Mail-Adresse.",
        "holidays": "Feiertage",
        "hours": "Geschäftszeiten",
        "none": "Nichts gefunden",
    },
    "en": {
        "closes": "It closes before it opens.",
        "address": "“anna petersen” is no e-mail address.",
        "holidays": "public holidays",
        "hours": "Business hours",
        "none": "Nothing found",
    },
}
FIRST = "/desk/setup/first/"
SAVE = "form.card button.button--primary"


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An empty house with somebody who may set it up."""
    with running(tmp_path_factory.mktemp("new"), settle=ADMINISTRATOR, only=["broker", "web"]) as stack:
        yield stack


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_new_house(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    ada = visit(language=language)
    ada.sign_in("ada@kulanz.example")
    ada.page.wait_for_url(f"**{FIRST}")
    firm_and_hours(ada, language)
    team_and_promises(stack, ada, language)
    changed_and_read_again(ada, language)
    found_by_other_words(ada, language)


def firm_and_hours(ada: Visitor, language: str) -> None:
    """Each step with its defaults; what is wrong is said at its field, and the rest stays as it was typed."""
    page = ada.page
    assert page.locator("main .chip--warn").count() == 6
    ada.shoot(f"{language}-first-steps")
    page.click(".page__head a.button--primary")
    page.wait_for_url(f"**{FIRST}firm/")
    page.click(SAVE)
    page.wait_for_selector(".field--name .field__error")
    assert page.input_value("select[name=language]") == language
    page.fill("input[name=name]", "Haldenwerk")
    page.click(SAVE)
    page.wait_for_url(f"**{FIRST}open/")
    assert page.locator("input[name=days]:checked").count() == 5
    page.fill("input[name=closes]", "08:30")
    page.select_option("select[name=region]", "DE-BY")
    page.click(SAVE)
    page.wait_for_selector(f".field--closes .field__error:has-text('{SAID[language]['closes']}')")
    assert page.input_value("select[name=region]") == "DE-BY"
    ada.shoot(f"{language}-first-open")
    page.fill("input[name=closes]", "18:00")
    page.click(SAVE)
    page.wait_for_url(f"**{FIRST}team/")


def team_and_promises(stack: Stack, ada: Visitor, language: str) -> None:
    """Left and come back to where one stopped; one step put off, and the rest as it is proposed."""
    page = ada.page
    ada.go(FIRST)
    assert (page.locator("main .chip--ok").count(), page.locator("main .chip--warn").count()) == (2, 4)
    page.click(".page__head a.button--primary")
    page.wait_for_url(f"**{FIRST}team/")
    page.fill("input[name=name]", "Service")
    page.fill("textarea[name=agents]", "anna petersen")
    page.click(SAVE)
    page.wait_for_selector(f".field--agents .field__error:has-text('{SAID[language]['address']}')")
    assert page.input_value("textarea[name=agents]") == "anna petersen"
    page.fill("textarea[name=agents]", "Anna Petersen <anna@firm.example>\nben@firm.example")
    page.click(SAVE)
    page.wait_for_url(f"**{FIRST}mail/")
    letters = 'SELECT "to" FROM tickets_outgoingmail ORDER BY "to"'
    assert stack.sql(letters) == [("anna@firm.example",), ("ben@firm.example",)]
    page.click(f"form[action='{FIRST}later/'] button")
    page.wait_for_url(f"**{FIRST}promises/")
    assert page.input_value("input[name=pace]:checked") == "usual"
    page.click(SAVE)
    page.wait_for_url("**/studio/rules/beginning/")
    ada.shoot(f"{language}-first-latitude")
    page.click(SAVE)
    page.wait_for_url(f"**{FIRST}")
    assert (page.locator("main .chip--ok").count(), page.locator("main .chip--outline").count()) == (5, 1)
    ada.shoot(f"{language}-first-done")


def changed_and_read_again(ada: Visitor, language: str) -> None:
    """The log says from what to what, by whom, and is narrowed to one part."""
    page = ada.page
    ada.go(f"{FIRST}firm/")
    page.fill("input[name=name]", "Haldenwerk & Söhne")
    with page.expect_navigation():
        page.click(SAVE)
    ada.go("/desk/setup/log/")
    newest = page.locator(".changes > li").first
    assert newest.locator("del").all_inner_texts() == ["Haldenwerk"]
    assert newest.locator("ins").all_inner_texts() == ["Haldenwerk & Söhne"]
    assert "Ada" in newest.inner_text()
    ada.shoot(f"{language}-log")
    every = page.locator(".changes > li").count()
    page.select_option("select[name=part]", "tickets.businesshours")
    with page.expect_navigation():
        page.click("form.card[role=search] .form__actions button")
    assert 0 < page.locator(".changes > li").count() < every
    assert SAID[language]["hours"] in page.inner_text("select[name=part] option:checked")


def found_by_other_words(ada: Visitor, language: str) -> None:
    """A setting by what it is about, in either language; what is nowhere is said."""
    page, said = ada.page, SAID[language]
    for typed in {said["holidays"], SAID["en"]["holidays"]}:
        ada.go("/desk/setup/")
        look_for(page, typed)
        page.wait_for_selector(f"main h2 a:has-text('{said['hours']}')")
    ada.shoot(f"{language}-settings-found")
    page.click(f"main h2 a:has-text('{said['hours']}')")
    page.wait_for_url("**/desk/setup/hours/")
    ada.go("/desk/setup/search/")
    look_for(page, "xylophon")
    page.wait_for_selector(f"main :text('{said['none']}')")
    assert page.input_value("#settings-search") == "xylophon"


def look_for(page: Page, typed: str) -> None:
    page.fill("#settings-search", typed)
    with page.expect_navigation():
        page.press("#settings-search", "Enter")
