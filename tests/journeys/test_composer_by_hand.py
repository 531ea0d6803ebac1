"""What an agent does by hand while writing to a customer: picked, pasted, looked at again, put off, kept inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from looked_at import sound
from playwright.sync_api import Page, Route
from stack import Stack
from test_story import PDF, PNG, SAID, write
from visitor import DESK, Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

HTML = "<div><p>Hallo <b>Anna</b>,</p><ul><li>eins</li><li>zwei</li></ul></div>"
# What the house says in that language.
WORDS = {
    "de": {
        "here": "Auch hier: Ben",
        "writes": "Anna schreibt gerade eine Antwort an den Kunden.",
        "both": "Sie können weiterschreiben",
        "unread": "2 neue Nachrichten",
        "passed": "Dieser Zeitpunkt ist schon vorbei.",
        "greets": "Guten Tag Cem,",
        "article": "[Die Lampe blinkt](",
        "asks": "??Lampe",
        "inside": "sieht es nie",
    },
    "en": {
        "here": "Also looking at this: Ben",
        "writes": "Anna is writing a reply to the customer.",
        "both": "You can go on",
        "unread": "2 new messages",
        "passed": "This moment has passed already.",
        "greets": "Dear Eva,",
        "article": "[The lamp blinks](",
        "asks": "??lamp",
        "inside": "never sees it",
    },
}
REPLY, NOTE = ".composer__form--reply", ".composer__form--note"
# Put on the page as a paste or a drop would bring them.
BRINGS = """(field, [kind, files, html]) => {
    const board = new DataTransfer();
    for (const [name, type, bytes] of files) board.items.add(new File([new Uint8Array(bytes)], name, {type}));
    if (html) board.setData("text/html", html);
    const how = {bubbles: true, cancelable: true};
    if (kind === "paste") return field.dispatchEvent(new ClipboardEvent(kind, {clipboardData: board, ...how}));
    return field.dispatchEvent(new DragEvent(kind, {dataTransfer: board, ...how}));
}"""


@pytest.mark.parametrize("language", ["de", "en"])
def test_writing_to_a_customer(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    customer, anna, ben = (visit(size=DESK, language=language) for _each in range(3))
    customer.sign_in(SAID[language]["who"])
    other, number = (
        write(customer, SAID[language] | {"subject": f"Composer {language} {n}"}) for n in (1, 2)
    )
    anna.sign_in("anna@kulanz.example")
    ben.sign_in("ben@kulanz.example")
    canned_in_both_languages(anna, language)
    anna.go(f"/desk/tickets/{number}/")
    an_earlier_version(anna)
    two_at_one_ticket(anna, ben, number, language)
    picked(anna, other, language)
    pasted_and_dropped(anna)
    read_before_it_goes(anna, customer, number, language)
    came_as_it_was_meant(customer, number, language)
    sent_later(stack, anna, customer, number, language)
    kept_inside(stack, anna, customer, number, language)


def canned_in_both_languages(anna: Visitor, language: str) -> None:
    """For oneself, in German and English or not at all; shown as customers will read it."""
    page = anna.page
    anna.go("/desk/setup/canned-replies/new/")
    page.fill("input[name=name]", f"Own {language}")
    page.fill("textarea[name=text_de]", "Guten Tag {customer}, es geht um {subject}.")
    page.click("form.card button.button--primary")
    page.wait_for_selector(".field--text_en .field__error")
    assert page.input_value("textarea[name=text_de]") == "Guten Tag {customer}, es geht um {subject}."
    page.fill("textarea[name=text_en]", "Dear {customer}, this is about {subject}.")
    page.click("form.card button.button--primary")
    page.click(f"a:has-text('Own {language}')")
    assert page.locator("section[aria-labelledby=examples] [lang]").count() == 2
    sound(anna, f"composer-{language}-1-canned")


def kept(page: Page, text: str, *, field: str = "#reply-text") -> None:
    """Typed, and the server has it."""
    with page.expect_response(re.compile(r"/draft/$")):
        page.fill(field, text)


def an_earlier_version(anna: Visitor) -> None:
    """What stood there before comes back, and what stands there instead is one key away."""
    page = anna.page
    kept(page, "The first")
    kept(page, "The second")
    page.click(f"{REPLY} summary[hx-get*='/draft/versions/']")
    page.click(f"{REPLY} .draft-version button")
    assert page.input_value("#reply-text") == "The first"
    page.press("#reply-text", "Control+z")
    assert page.input_value("#reply-text") == "The second"
    with page.expect_response(re.compile(r"/draft/$")):
        page.fill("#reply-text", "")


def two_at_one_ticket(anna: Visitor, ben: Visitor, number: int, language: str) -> None:
    """Each sees the other come, write, and go; nobody is kept from writing, and whoever takes it has it."""
    words = WORDS[language]
    ben.go(f"/desk/tickets/{number}/")
    anna.page.wait_for_selector(f".onlooker:has-text('{words['here']}')")
    anna.page.type("#reply-text", "Ich ")
    ben.page.wait_for_selector(f".onlooker--writes:has-text('{words['writes']}')")
    assert words["both"] not in ben.page.inner_text(".composer__viewers")
    ben.page.type("#reply-text", "Auch ich")
    ben.page.wait_for_selector(f".onlooker--writes:has-text('{words['both']}')")
    anna.page.wait_for_selector(".onlooker--writes b:has-text('Ben')")
    sound(ben, f"composer-{language}-2-both")
    ben.page.click(f".ticket-head__meta form[action$='/{number}/assignment/'] button")
    anna.page.wait_for_selector("#ticket-head summary[data-does=assign]:has-text('Ben')")
    ben.page.fill("#reply-text", "")
    ben.go("/desk/")
    anna.page.wait_for_selector(".composer__viewers .onlooker", state="detached")
    anna.page.fill("#reply-text", "")


def picked(anna: Visitor, other: int, language: str) -> None:
    """A snippet, a ticket and an article, each found by its sign and put where it was typed."""
    page, words = anna.page, WORDS[language]
    field = page.locator("#reply-text")
    for typed, found in (
        (f"/Own {language}", "Own"),
        (f"Mehr: #{other}", f"#{other}"),
        (f"Und: {words['asks']}", ""),
    ):
        field.press_sequentially(typed)
        option = page.locator(f"{REPLY} .picks [aria-selected=true]", has_text=found)
        option.wait_for()
        assert page.locator(f"{REPLY} .picks__preview").inner_text().strip()
        if typed == f"/Own {language}":
            assert page.locator(f"{REPLY} .picks__preview").inner_text().startswith(words["greets"])
            sound(anna, f"composer-{language}-3-pick")
        field.press("Enter")
        field.press("Control+End")
        field.press("Enter")
    said = field.input_value()
    assert said.startswith(words["greets"])
    assert f"#{other} " in said
    assert words["article"] in said


def pasted_and_dropped(anna: Visitor) -> None:
    """Words with their meaning; a picture from the clipboard, a file let go over the field, and one taken out."""
    page = anna.page
    field = page.locator("#reply-text")
    field.evaluate(BRINGS, ["paste", [], HTML])
    assert field.input_value().endswith("Hallo **Anna**,\n\n- eins\n- zwei")
    page.click("[data-previews=reply-text]")
    page.wait_for_selector("#reply-text-preview b:has-text('Anna')")
    assert page.locator("#reply-text-preview li").count() == 2

    field.evaluate(BRINGS, ["paste", [["shot.png", "image/png", list(PNG)]], ""])
    page.wait_for_selector("[data-staged=public] .file:has-text('shot.png') [data-unstages]")
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route))
    dropped = [["bill.pdf", "application/pdf", list(PDF)]]
    field.evaluate(BRINGS, ["dragover", dropped, ""])
    page.wait_for_selector(f"{REPLY}.is-dropped-on")
    field.evaluate(BRINGS, ["drop", dropped, ""])
    page.wait_for_selector("[data-staged=public] .file:has-text('bill.pdf') progress")
    held[0].continue_()
    page.wait_for_selector("[data-staged=public] .file:has-text('bill.pdf') [data-unstages]")
    page.unroute("**/files/")
    page.click("[data-staged=public] .file:has-text('shot.png') [data-unstages]")
    page.wait_for_selector("[data-staged=public] .file:has-text('shot.png')", state="detached")


def read_before_it_goes(anna: Visitor, customer: Visitor, number: int, language: str) -> None:
    """Two messages came while it was written: said once, nothing typed is lost, and then it goes."""
    page = anna.page
    customer.go(f"/requests/{number}/")
    for words in ("One more thing.", "And another."):
        wrote(customer, words)
        page.wait_for_selector(f".message--customer:has-text('{words}')")
    typed = page.input_value("#reply-text")
    sends(page)
    page.wait_for_selector(f".composer__lint:has-text('{WORDS[language]['unread']}')")
    assert page.input_value("#reply-text") == typed
    assert page.locator("[data-staged=public] .file").count() == 1
    sound(anna, f"composer-{language}-4-unread")
    sends(page)
    page.wait_for_selector(".message--held, .message--ours")


def came_as_it_was_meant(customer: Visitor, number: int, language: str) -> None:
    page = customer.page
    page.wait_for_selector(f".message--ours:has-text('{WORDS[language]['greets']}')")
    said = page.locator(".message--ours").last
    assert said.locator(".message__body b:has-text('Anna')").count() == 1
    assert said.locator("li:has-text('eins')").count() == 1
    assert said.locator(".file:has-text('bill.pdf')").count() == 1
    sound(customer, f"composer-{language}-5-arrived")


def sent_later(stack: Stack, anna: Visitor, customer: Visitor, number: int, language: str) -> None:
    """By the clock of the customer, asked again for a moment that has passed; it stops when they write before."""
    page, who = anna.page, SAID[language]["who"]
    zone = f"UPDATE accounts_person SET time_zone = '%s' WHERE email = '{who}'"
    stack.sql(zone % "Asia/Tokyo")
    try:
        anna.go(f"/desk/tickets/{number}/")
        page.fill("#reply-text", "Good morning in Tokyo")
        page.click(f"{REPLY} .composer__send summary")
        page.click(f"{REPLY} button[name=when][value=ask]")
        assert "Asia/Tokyo" in page.inner_text(".composer__when legend")
        page.fill("#later-at", "2020-01-01T08:00")
        page.click("button[name=when][value=at]")
        page.wait_for_selector(f"#later-at-error:has-text('{WORDS[language]['passed']}')")
        assert page.input_value("#reply-text") == "Good morning in Tokyo"
        sound(anna, f"composer-{language}-6-when")
        day = (datetime.now(UTC) + timedelta(days=2)).date()
        page.fill("#later-at", f"{day}T08:00")
        page.click("button[name=when][value=at]")
        held = page.locator(".message--held")
        assert "08:00" in held.locator(".message__foot").inner_text()
        goes = f"SELECT goes_at FROM tickets_heldreply WHERE ticket_id = {number}"
        ((moment,),) = stack.sql(goes)
        assert str(moment).startswith(f"{day - timedelta(days=1)} 23:00")
        sound(anna, f"composer-{language}-7-planned")
        wrote(customer, "It is settled.")
        held.wait_for(state="detached")
    finally:
        stack.sql(zone % "Europe/Berlin")
    page.reload()
    assert page.input_value("#reply-text") == "Good morning in Tokyo"
    assert stack.sql(f"SELECT count(*) FROM tickets_heldreply WHERE ticket_id = {number}") == [(0,)]
    kept(page, "")


def kept_inside(stack: Stack, anna: Visitor, customer: Visitor, number: int, language: str) -> None:
    """A note has a form of its own: what is typed there can only become a note, and never stands in the reply."""
    page = anna.page
    page.click(".composer__mode--note")
    page.locator("#note-text").press_sequentially("inside-5519 @be")
    page.wait_for_selector(f"{NOTE} .picks [aria-selected=true]:has-text('Ben')")
    page.keyboard.press("Enter")
    assert WORDS[language]["inside"] in page.inner_text(f"{NOTE} .composer__to")
    buttons = page.locator(".composer button[type=submit]:visible")
    actions = buttons.evaluate_all("all => all.map((one) => new URL(one.form.action).pathname)")
    assert actions == [f"/desk/tickets/{number}/notes/"]
    sound(anna, f"composer-{language}-8-note")
    # The other mode has another field, and an empty one sends nothing.
    page.click(".composer__mode:not(.composer__mode--note)")
    assert page.input_value("#reply-text") == ""
    page.click(f"{REPLY} .composer__send > button[type=submit]")
    assert page.locator("#reply-text:invalid").count() == 1
    page.click(".composer__mode--note")
    page.press("#note-text", "Control+Enter")
    page.wait_for_selector(".message--note .mention:has-text('@Ben')")
    said = f"SELECT kind FROM tickets_message WHERE ticket_id = {number} AND text LIKE '%inside-5519%'"
    assert stack.sql(said) == [("internal",)]
    customer.page.reload()
    assert "inside-5519" not in customer.page.content()


def sends(page: Page) -> None:
    with page.expect_navigation():
        page.click(f"{REPLY} .composer__send > button[type=submit]")


def wrote(customer: Visitor, words: str) -> None:
    page = customer.page
    page.fill("#answer textarea", words)
    page.click("#answer button[type=submit]")
    page.wait_for_selector(f".message--customer:has-text('{words}')")
