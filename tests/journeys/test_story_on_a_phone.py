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
FIRST_IN_LINE = {"de": "Sie sind Nummer 1 in der Reihe", "en": "You are number 1 in line"}
TALKING = {"de": "Sie sprechen mit Anna.", "en": "You are talking to Anna."}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_request_from_the_first_word_to_the_rating(
    stack: Stack, visit: Callable[..., Visitor], scripts: bool
) -> None:
    agent = visit(language="de")
    agent.sign_in("dora@kulanz.example")
    for language in ("de", "en"):
        customer = visit(size=PHONE, language=language, java_script_enabled=scripts)
        customer.sign_in_by_code(SAID[language]["who"])
        number = asked(customer, language, scripts=scripts)
        answered_until_it_is_solved(stack, customer, agent, number, scripts=scripts)
        called_back(customer)
        took_data_along(customer, number)


def test_a_chat_in_the_hand(stack: Stack, visit: Callable[..., Visitor]) -> None:
    """Written, waited for by its place in line, taken, talked and left, while the agent’s page stands open."""
    stack.sql("UPDATE accounts_presence SET state = 'away'")
    agent = visit(language="de")
    agent.sign_in("anna@kulanz.example")
    for language in ("de", "en"):
        customer = visit(size=PHONE, language=language)
        customer.sign_in_by_code(SAID[language]["who"])
        # Of an earlier story one may go on, and each customer has one at a time.
        stack.sql("UPDATE tickets_place SET phase = 'ended' WHERE channel = 'chat'")
        began_to_chat(customer, language)
        page, desk = customer.page, agent.page
        agent.go("/desk/line/")
        if language == "de":  # who is ready stays so
            desk.click("button[name=state][value=ready]")
        desk.click("button[name=verb][value=accept]")
        desk.wait_for_selector("#chat-composer")
        page.wait_for_selector(f"#talk >> text={TALKING[language]}")
        desk.fill("#chat-composer textarea", "Ich sehe nach.")
        page.wait_for_selector("[data-typing] > span:not([hidden])")
        desk.press("#chat-composer textarea", "Enter")
        page.wait_for_selector(".bubble >> text=Ich sehe nach.")
        page.fill("#chat-composer textarea", "Danke!")
        page.press("#chat-composer textarea", "Enter")
        desk.wait_for_selector(".bubble >> text=Danke!")
        fits(customer)
        page.click("form[action$='/chat/leave/'] button")
        page.wait_for_selector("#talk form[action$='/chat/leave/']", state="detached")
        fits(customer)
    stack.sql("UPDATE accounts_presence SET state = 'away'")


def began_to_chat(customer: Visitor, language: str) -> None:
    page = customer.page
    customer.go("/chat/?new=1")
    page.select_option("select[name=cause]", "late-delivery")
    page.fill("textarea[name=text]", "Wo ist mein Paket?")
    page.set_input_files("input[name=files]", FILES[:1])
    fits(customer)
    page.click("form.form button[type=submit]")
    page.wait_for_selector(f"#talk >> text={FIRST_IN_LINE[language]}")
    assert page.locator("#talk .file, #talk [download]").count() >= 1
    fits(customer)


def answered_until_it_is_solved(
    stack: Stack, customer: Visitor, agent: Visitor, number: int, *, scripts: bool
) -> None:
    # We say it is solved, the customer does not think so: it is open again, and what they write stands there.
    page = customer.page
    customer.go("/")
    solved(agent, number, "Es ist unterwegs.")
    if scripts:  # the first page, which has its own way to look again, tells it by itself
        page.wait_for_selector(f".request:has(#request-{number}) .chip--info")
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
