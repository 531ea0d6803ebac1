"""What an agent does with tickets by hand: put off, split, merged, and thought better of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from stack import Stack, wait_for
from test_story import SAID, write
from visitor import DESK, Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_ticket_by_hand(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    customer, anna = visit(size=DESK, language=language), visit(language=language)
    customer.sign_in(SAID[language]["who"])
    first, second = (write(customer, SAID[language] | {"subject": f"By hand {n}"}) for n in (1, 2))
    anna.sign_in("anna@kulanz.example")
    anna.go(f"/desk/tickets/{first}/")
    watched_and_ticked_off(anna)
    thought_better_of(stack, anna, first)
    snoozed(stack, anna, first)
    split_off(stack, anna, first)
    merged_and_taken_apart(stack, anna, first, second)
    own_columns_and_an_own_view(anna, first, second)
    wishes(stack, anna)


def watched_and_ticked_off(anna: Visitor) -> None:
    """A watcher put there and taken off, a ready list put there, a line added and ticked."""
    page = anna.page
    page.click("#watching summary")
    page.click("#watching .menu__item:has-text('Ben')")
    page.wait_for_selector("#watching .chip:has-text('Ben')")
    page.click("#watching .chip:has-text('Ben') button")
    page.wait_for_selector("#watching .chip:has-text('Ben')", state="detached")
    page.click("#checklist form[action*='/ready-lists/'] button")
    page.wait_for_selector("#checklist li:has-text('Ring the carrier')")
    page.fill("#checklist input[name=words]", "Write it down")
    page.press("#checklist input[name=words]", "Enter")
    page.wait_for_selector("#checklist .count:has-text('0/2')")
    page.click("#checklist li:has-text('Write it down') button[name=done]")
    page.wait_for_selector("#checklist .count:has-text('1/2')")
    page.click("#checklist li:has-text('Ring the carrier') button[name=off]")
    page.wait_for_selector("#checklist .count:has-text('1/1')")


def thought_better_of(stack: Stack, anna: Visitor, number: int) -> None:
    """A draft is there again after a reload; what was sent a moment ago is taken back, and nobody got it."""
    page = anna.page
    with page.expect_response(re.compile(r"/draft/$")):
        page.type("#reply-text", "Half a word")
    page.reload()
    assert page.input_value("#reply-text") == "Half a word"
    with page.expect_response(re.compile(r"/replies/$")):
        page.click(".composer__form--reply .composer__send > button[type=submit]")
    later = datetime.now(UTC) + timedelta(hours=1)  # a busy machine may need longer than one may think again
    stack.sql(f"UPDATE tickets_heldreply SET goes_at = '{later}' WHERE ticket_id = {number}")
    page.click(".message--held form[action$='/taking-back/'] button")
    page.wait_for_selector(".message--held", state="detached")
    assert page.input_value("#reply-text") == "Half a word"
    sent = f"SELECT count(*) FROM tickets_message WHERE ticket_id = {number} AND text = 'Half a word'"
    assert stack.sql(sent) == [(0,)]
    with page.expect_response(re.compile(r"/draft/$")):
        page.fill("#reply-text", "")


def snoozed(stack: Stack, anna: Visitor, number: int) -> None:
    page = anna.page
    page.click("#ticket-head .ticket-head__top > details:last-of-type summary")
    page.click(f".menu__item[href='/desk/tickets/{number}/snooze/']")
    page.click("button[data-fills] >> nth=0")
    with page.expect_navigation():
        page.click("form.card button.button--primary")
    asleep = f"SELECT count(*) FROM tickets_ticket WHERE id = {number} AND asleep_since IS NOT NULL"
    assert stack.sql(asleep) == [(1,)]
    anna.go(f"/desk/tickets/{number}/")
    page.click("form[action$='/waking/'] button")
    page.wait_for_selector("form[action$='/waking/']", state="detached")
    assert stack.sql(asleep) == [(0,)]


def split_off(stack: Stack, anna: Visitor, number: int) -> None:
    """A second matter becomes a ticket of its own."""
    page = anna.page
    anna.go(f"/desk/tickets/{number}/")
    page.click(".message--customer a[href$='/split/']")
    page.fill("input[name=subject]", "A matter of its own")
    page.click("form.card button.button--primary")
    page.wait_for_url(lambda url: f"/tickets/{number}/" not in url)
    page.wait_for_selector("#ticket-head h1:has-text('A matter of its own')")


def merged_and_taken_apart(stack: Stack, anna: Visitor, source: int, target: int) -> None:
    """First in words, then done; both conversations are one, and two again."""
    page = anna.page
    anna.go(f"/desk/tickets/{source}/merge/")
    page.fill("input[name=into]", f"#{target}")
    page.press("input[name=into]", "Enter")
    page.wait_for_selector(f"input[name=into][value='{target}']", state="attached")
    assert page.locator(".done li").count() >= 1
    page.click("form.card button.button--primary")
    page.wait_for_url(f"**/desk/tickets/{target}/")
    assert page.locator("#thread .message--customer").count() == 2
    anna.go(f"/desk/tickets/{source}/")
    page.click("#merged form[action$='/merge/undoing/'] button")
    page.wait_for_selector("#reply-text")
    status = f"SELECT status FROM tickets_ticket WHERE id IN ({source}, {target})"
    assert stack.sql(status) == [("open",), ("open",)]
    anna.go(f"/desk/tickets/{target}/")
    assert page.locator("#thread .message--customer").count() == 1


def own_columns_and_an_own_view(anna: Visitor, first: int, second: int) -> None:
    page = anna.page
    anna.go("/desk/columns/")
    page.select_option("select[name=column0]", "organisation")
    page.select_option("select[name=column1]", "opened")
    page.click("form.card button.button--primary")
    page.wait_for_selector(".list-columns span:nth-child(3)")
    anna.go("/desk/columns/")
    page.click("button[name=usual]")
    page.wait_for_selector(".list-columns", state="detached")

    anna.go(f"/desk/tickets/{second}/")
    page.fill("#tags input[type=text]", f"second {second}")
    page.press("#tags input[type=text]", "Enter")
    page.wait_for_selector(f"#tags .chip:has-text('second {second}')")
    anna.go("/desk/views/new/")
    page.fill("input[name=name]", "Only the second")
    page.select_option("select[name=group0-new]", "tags")
    page.click("button[name=add_condition][value=group0]")
    page.wait_for_selector(".condition")
    page.fill(".condition input[type=text], .condition textarea", f"second {second}")
    page.click(".form__actions button.button--primary")
    page.wait_for_selector("#list-title:has-text('Only the second')")
    assert page.locator(f"#row-{second}").count() == 1
    assert page.locator(f"#row-{first}").count() == 0
    page.click(".list-head__tools a[href*='/views/']")
    page.click("form[action$='/removal/'] button")
    page.wait_for_selector("#list")


def wishes(stack: Stack, anna: Visitor) -> None:
    """What one wants to hear; what cannot be meant is said at its field, and the rest stays as it was typed."""
    page = anna.page
    anna.go("/desk/notices/wishes/")
    page.select_option("select[name=own_mail]", "daily")
    page.fill("input[name=quiet_from]", "20:00")
    page.click("form.card button.button--primary")
    page.wait_for_selector(".field--quiet_until .field__error")
    assert page.input_value("select[name=own_mail]") == "daily"
    page.fill("input[name=quiet_until]", "07:00")
    page.click("form.card button.button--primary")
    page.wait_for_selector(".field--quiet_until:not(:has(.field__error))")
    wish = "SELECT own_mail FROM tickets_newswish w JOIN accounts_person p ON p.id = w.person_id WHERE p.name = 'Anna'"
    assert stack.sql(wish) == [("daily",)]
    page.select_option("select[name=own_mail]", "now")
    page.fill("input[name=quiet_from]", "")
    page.fill("input[name=quiet_until]", "")
    page.click("form.card button.button--primary")
    wait_for(lambda: stack.sql(wish) == [("now",)], "the wish to be as it was")
