"""A customer with a telephone in the hand, in both languages, with scripts and without: from asking to rating."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from stack import Stack, wait_for
from test_story import FILES, SAID
from visitor import PHONE, Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]
ASKED = {"de": "Paketnummer", "en": "Parcel number"}


@pytest.mark.parametrize(
    ("language", "scripts"), [("de", True), ("en", False)], ids=["de with scripts", "en without scripts"]
)
def test_a_request_from_the_first_word_to_the_rating(
    stack: Stack, visit: Callable[..., Visitor], language: str, scripts: bool
) -> None:
    customer = visit(size=PHONE, language=language, java_script_enabled=scripts)
    customer.sign_in_by_code(SAID[language]["who"])
    number = asked(customer, language, scripts=scripts)
    agent = visit(language="de")
    agent.sign_in("dora@kulanz.example")

    # We say it is solved, the customer does not think so: it is open again, and what they write stands there.
    solved(agent, number, "Es ist unterwegs.")
    page = customer.page
    arrived(customer, number, "Es ist unterwegs.", scripts=scripts)
    page.click("a[href='#answer'].button")
    page.fill("#answer textarea", "Nein, noch nicht.")
    page.click("#answer button[type=submit]")
    page.wait_for_selector(".message--customer >> text=Nein, noch nicht.")
    status = f"SELECT status FROM tickets_ticket WHERE id = {number}"
    assert stack.sql(status) == [("open",)]
    fits(customer)

    # Solved again, confirmed, rated.
    solved(agent, number, "Nun ist es da.")
    arrived(customer, number, "Nun ist es da.", scripts=scripts)
    page.click("form[action$='/confirmation/'] button.button--primary")
    page.wait_for_selector("#rating")
    page.click("#rating label:has(input[name=score][value='4'])")
    page.fill("#rating textarea", "Beim zweiten Mal.")
    page.click("#rating button[type=submit]")
    page.wait_for_selector("#rating details")
    rated = f"SELECT score, comment FROM tickets_rating WHERE ticket_id = {number}"
    assert stack.sql(rated) == [(4, "Beim zweiten Mal.")]
    fits(customer)
    called_back(customer)
    took_data_along(customer, number)


def asked(customer: Visitor, language: str, *, scripts: bool) -> int:
    """A request with a cause, what is asked about it, and a file; its promise in words. Its number."""
    said, page = SAID[language], customer.page
    customer.go("/requests/new/")
    page.click("button[type=submit].button--primary")
    page.wait_for_selector("#id_cause_error")  # nothing chosen: said at its field
    fits(customer)
    cause = page.locator("label.choice", has_text=re.compile("Broken on arrival|Defekt angekommen"))
    cause.click()
    page.fill("input[name=subject]", said["subject"])
    page.fill("textarea[name=text]", said["text"])
    if not scripts:  # then what is asked about a cause comes once it was sent, and nothing typed is lost
        page.click("form.form button[type=submit]")
        assert page.input_value("textarea[name=text]").splitlines() == said["text"].splitlines()
    field = page.get_by_label(ASKED[language])
    field.fill("P-17")
    page.set_input_files("input[name=files]", FILES)
    fits(customer)
    page.click("form.form button[type=submit]")
    page.wait_for_url(re.compile(r"/requests/\d+/$"))
    main = page.inner_text("main")
    assert re.search(said["by"], main), main
    assert "P-17" in main
    assert page.locator(".files .file").count() == 2
    fits(customer)
    number = int(page.url.rstrip("/").rsplit("/", 1)[1])
    page.click("a[href$='/promise/']")
    page.wait_for_url("**/promise/")
    fits(customer)
    return number


def solved(agent: Visitor, number: int, words: str) -> None:
    """Written by an agent, and it is solved."""
    agent.go(f"/desk/tickets/{number}/")
    page = agent.page
    page.fill("#reply-text", words)
    page.click(".composer__form--reply .composer__send summary")
    with page.expect_navigation():
        page.click(".composer__form--reply button[name=then][value=solved]")


def arrived(customer: Visitor, number: int, words: str, *, scripts: bool) -> None:
    """It comes by itself to the open page; whoever has no scripts looks again."""
    page, asks = customer.page, "form[action$='/confirmation/'] button.button--primary"
    customer.go(f"/requests/{number}/")
    if not scripts:
        wait_for(lambda: page.reload() and page.locator(asks).count(), words)
    page.wait_for_selector(asks)
    page.wait_for_selector(f".message--ours >> text={words}")


def called_back(customer: Visitor) -> None:
    """A place in line without holding: seen, given another time, taken back."""
    page = customer.page
    customer.go("/callback/")
    page.fill("input[name=number]", "+49 40 1234567")
    fits(customer)
    page.click("form.form button[type=submit]")
    page.wait_for_selector("#callback h2")
    page.click("#callback-time summary")
    later = page.locator("#callback-time select option").nth(3).get_attribute("value")
    page.select_option("#callback-time select", later)
    fits(customer)
    page.click("#callback-time button[type=submit]")
    page.wait_for_selector("#callback h2:text-matches('[0-9]{2}:[0-9]{2}')")
    page.click("form[action$='/callback/withdrawal/'] button")
    page.wait_for_selector("form.form input[name=number], #callback a[href$='/callback/']")
    fits(customer)


def took_data_along(customer: Visitor, number: int) -> None:
    customer.go("/me/")
    fits(customer)
    with customer.page.expect_download() as coming:
        customer.page.click("a[download][href$='/own-data/']")
    archive = zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes()))
    words = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert f"{number}" in words
    assert "Nein, noch nicht." in words


def fits(customer: Visitor) -> None:
    """Nothing is wider than the telephone."""
    if not customer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        raise AssertionError(f"{customer.page.url} is wider than the window")
