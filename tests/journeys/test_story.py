"""The whole way through the product once, with real processes and a real browser, in German and in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from stack import wait_for
from visitor import PHONE

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc00000000301010018dd8db00000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
FILES = [
    {"name": "parcel.png", "mimeType": "image/png", "buffer": PNG},
    {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": PDF},
]
# Subject, text, what the mails of the house say in that language.
SAID = {
    "de": {
        "who": "cem@kulanz.example",
        "subject": "Zum dritten Mal zu spät geliefert",
        "text": "Ich warte wieder.\nSeit Montag.",
        "received": "Ihr Anliegen ist bei uns",
        "by": r"(heute|morgen)\sum\s\d\d:\d\d\sUhr",
        "voucher": "Gutschein, 20,00",
    },
    "en": {
        "who": "eva@kulanz.example",
        "subject": "Delivered late, the third time",
        "text": "I am waiting again.\nSince Monday.",
        "received": "We have your request",
        "by": r"(today|tomorrow) (at )?\d\d:\d\d",
        "voucher": "Voucher, €20.00",
    },
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_the_portal_to_a_booked_gesture(stack, visit, language):
    said = SAID[language]
    desk = visit(language=language)
    desk.sign_in("anna@kulanz.example")
    desk.go("/desk/")

    # 1. The customer writes and reads a promise in words; the mail says the same.
    customer = visit(size=PHONE, language=language)
    customer.sign_in_by_code(said["who"])
    number = write(customer, said)
    customer.shoot(f"{language}-1-request")
    page = customer.page
    promise = re.search(said["by"], page.inner_text("main"))
    assert promise, page.inner_text("main")
    assert page.locator(".files .file").count() == 2
    assert not customer.overflows
    _subject, text = stack.mail(said["who"], said["received"], f"/requests/{number}/")
    assert promise.group() in text

    # 2. It stands in the list of the open desk without a reload, with its clock; nobody of another team finds it.
    row = desk.page.locator(f"#row-{number}")
    row.wait_for()
    assert row.locator("time[data-due]").count() == 1
    desk.shoot(f"{language}-2-list")
    other = visit(language=language)
    other.sign_in("dora@kulanz.example")
    assert other.go(f"/desk/tickets/{number}/") == 404
    other.go("/desk/")
    assert other.page.locator(f"#row-{number}").count() == 0

    # 3. Anna takes it, answers, and notes what the customer never sees.
    row.locator("a").click()
    desk.page.wait_for_selector("#thread")
    desk.page.click(f".ticket-head__meta form[action*='/tickets/{number}/assignment/'] button")
    desk.page.wait_for_load_state()
    desk.page.fill("#reply-text", "Guten Tag! Wir kümmern uns heute darum.")
    desk.page.click(".composer__form--reply .composer__send > button[type=submit]")
    desk.page.wait_for_selector(".message--ours")
    customer.page.wait_for_selector("text=Wir kümmern uns heute darum.")
    desk.page.locator("input[name=mode][value=note]").check(force=True)
    desk.page.fill("#note-text", "inside-only-7431")
    desk.page.click(".composer__form--note button[type=submit]")
    desk.page.wait_for_selector(".message--note >> text=inside-only-7431")
    customer.page.reload()
    assert "inside-only-7431" not in customer.page.content()
    stack.mail(said["who"], "Wir kümmern uns heute darum.")
    assert all("inside-only-7431" not in subject + text for subject, text in stack.mails(said["who"]))

    # 4. The panel says the three answers, the outcome and what is left before the click; a double click books once.
    panel = choose(desk, number, "voucher", "20")
    assert panel.locator(".light[data-light=green]").count() == 3
    assert panel.locator(".light dd:not(.light__word)").count() >= 3
    assert panel.locator(".outcome[data-outcome=do]").count() == 1
    left = panel.locator(".authority__budget b").inner_text()
    desk.shoot(f"{language}-4-panel")
    panel.locator(".authority__act button").dblclick()
    desk.page.wait_for_selector(".toast")
    assert stack.sql(f"SELECT count(*), sum(cents) FROM policies_offer WHERE ticket_id = {number}") == [
        (1, 2000)
    ]
    stack.mail(said["who"], said["voucher"])
    customer.page.wait_for_selector(f"text={said['voucher']}")
    customer.shoot(f"{language}-4-gift")
    after = choose(desk, number, "voucher", "1").locator(".authority__budget b").inner_text()
    assert cents(left) - cents(after) == 2000

    # 5. Above the limit a named person is asked; Ben grants it, and Anna sees it without a reload.
    lead = visit(language=language)
    lead.sign_in("ben@kulanz.example")
    lead.go("/studio/asks/")
    panel = choose(desk, number, "voucher", "70")
    assert panel.locator(".outcome[data-outcome=ask]").count() == 1
    assert "Ben" in panel.locator(".outcome__say").inner_text()
    panel.locator(".authority__act button").click()
    desk.page.wait_for_selector(".toast")
    card = lead.page.locator("article.ask").first
    card.wait_for()
    lead.shoot(f"{language}-5-ask")
    card.locator("button[value=grant]").click()
    wait_for(lambda: offers(stack, number) == 2, "the granted gesture")
    desk.page.wait_for_selector(".event--gesture >> text=/70[.,]00/")

    # ... and when nobody answers, silence decides as the rule says, by itself.
    choose(desk, number, "voucher", "5").locator(".authority__act button").click()
    desk.page.wait_for_selector(".toast")
    past = datetime(2020, 1, 1, tzinfo=UTC)
    stack.sql(f"UPDATE policies_ask SET due_at = '{past}' WHERE closed_at IS NULL")
    wait_for(lambda: offers(stack, number) == 3, "the gesture granted by silence")
    assert stack.sql("SELECT count(*) FROM policies_ask WHERE answer = 'silence' AND closed_at IS NULL") == [
        (0,)
    ]

    # 7. The customer answers, says it is solved, and rates it.
    customer.go(f"/requests/{number}/")
    page.fill("#answer textarea", "Danke, alles gut!")
    page.click("#answer button[type=submit]")
    desk.page.wait_for_selector(".message--customer >> text=Danke, alles gut!")
    page.locator("form[action$='/confirmation/'] button").first.click()
    page.wait_for_selector("#rating")
    page.locator("#rating label:has(input[name=score][value='5'])").click()
    page.fill("#rating textarea", "So schnell!")
    page.click("#rating button[type=submit]")
    wait_for(
        lambda: stack.sql(f"SELECT score FROM tickets_rating WHERE ticket_id = {number}") == [(5,)],
        "the rating",
    )
    customer.shoot(f"{language}-7-rated")
    assert not customer.overflows
    desk.page.wait_for_selector(".event >> text=/5/")


def test_a_promise_nobody_keeps_is_told_and_leads_the_list(stack, visit):
    # 6. Warned and broken, each told exactly once by the worker; then it stands first.
    desk = visit()
    desk.sign_in("anna@kulanz.example")
    customer = visit(size=PHONE)
    customer.sign_in_by_code("eva@kulanz.example")
    number = write(customer, SAID["en"] | {"subject": "Nobody answers this"})
    desk.go("/desk/")
    clock = f"(SELECT id FROM tickets_clock WHERE ticket_id = {number} AND kind = 'first_response')"
    past = datetime(2020, 1, 1, tzinfo=UTC)
    stack.sql(f"UPDATE tickets_clock SET due_at = '{past}' WHERE id = {clock}")
    stack.sql(f"UPDATE tickets_ticket SET next_due_at = '{past}' WHERE id = {number}")
    stack.sql(f"UPDATE tickets_mark SET due_at = '{past}' WHERE clock_id = {clock}")
    told = f"SELECT kind, count(*) FROM tickets_event WHERE ticket_id = {number} AND kind LIKE 'promise%' GROUP BY kind"
    both = [("promise_breached", 1), ("promise_warned", 1)]
    wait_for(lambda: sorted(stack.sql(told)) == both, "both marks")
    subject, _text = stack.mail("ben@kulanz.example", "Promise broken: Nobody answers this")
    assert subject == f"Promise broken: Nobody answers this [#{number}]"
    desk.page.wait_for_selector(f".ticket-list > li:first-child#row-{number} .clock[data-state=late]")
    assert sorted(stack.sql(told)) == both
    broken = [
        mail for mail in stack.mails("ben@kulanz.example") if "Promise broken: Nobody answers this" in mail[0]
    ]
    assert len(broken) == 1


def write(customer, said) -> int:
    """A new request through the form; its number."""
    customer.go("/requests/new/")
    page = customer.page
    page.locator("label.choice", has_text=re.compile("Late delivery|Verspätete Lieferung")).click()
    page.fill("input[name=subject]", said["subject"])
    page.fill("textarea[name=text]", said["text"])
    page.set_input_files("input[name=files]", FILES)
    page.click("form.form button[type=submit]")
    page.wait_for_url(re.compile(r"/requests/\d+/$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def choose(desk, number: int, kind: str, amount: str):
    """Open the ticket, choose a gesture and an amount in the panel, and wait for the answer to them."""
    desk.go(f"/desk/tickets/{number}/")
    page = desk.page
    page.wait_for_selector("#gesture")
    page.select_option("#gesture", kind)
    page.wait_for_selector("#authority-answer .authority__budget")
    with page.expect_response(
        lambda answer: "/authority/answer/" in answer.url and f"amount={amount}&" in answer.url
    ):
        page.fill("#amount", amount)
    page.wait_for_selector(".authority:not(.htmx-request)")
    page.wait_for_timeout(100)
    return page.locator("#authority")


def offers(stack, number: int) -> int:
    return int(stack.sql(f"SELECT count(*) FROM policies_offer WHERE ticket_id = {number}")[0][0])


def cents(amount: str) -> int:
    return int(re.sub(r"\D", "", amount))
