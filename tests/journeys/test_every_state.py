"""Every page once more as it stands in the middle of something: opened, refused, begun, done, broken.

The walk over all pages follows links and sees them at rest; what only comes by pressing, typing, sending too little or
waiting is brought about here, and looked at by the same rules.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from looked_at import SETTLED, flaws, flaws_here, with_axe
from playwright.sync_api import Browser, Page
from stack import ROOT, Stack
from test_every_page import IN_THE_DARK, NO_LINK, STATE, WHO, name_of
from visitor import DESK, PHONE, Visitor

from servicedesk.demo.people import PASSWORD

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(600)]

# What a day brings and no page leads to: a site with our chat, a chat Anna has and one that waits, a mail with pictures
# of words, a draft that was another one before, a question that came to a lead by mail.
BRING = """
import django; django.setup()
import json
from datetime import timedelta
from email.message import EmailMessage
from django.utils import timezone
from accounts.models import Customer, Person
from policies.asks.link import AnswerLink
from policies.models import Ask
from servicedesk.demo.people import address
from tickets.mail.intake import receive
from tickets.mail.reply_address import reply_address
from tickets.models import Cause, Chat, Draft, Site, Ticket
now = timezone.now()
names = "Anna Petersen", "Birgit Lorenzen", "Sam Whitfield"
anna, birgit, sam = (Person.objects.get(email=address(name)) for name in names)
site = Site.add(name="Laden", origins=[], by=sam, key="every state")
chats = []
for email, text in (("krueger@krueger-partner.example", "Sind Sie da?"), ("empfang@praxis-brandt.example", "Hallo?")):
    customer = Customer.objects.get(person__email=email)
    cause = Cause.objects.get(code="late-delivery")
    chats.append(Chat.start(customer, cause=cause, text=text, key=email, at=now))
for chat in chats:
    assert chat.place.offer(anna) and chat.accept(by=anna)
    chat.answer("Ich sehe nach: **einen** Moment.", by=anna)
ticket = Ticket.objects.worked_by(anna).filter(status="open", chat=None).order_by("pk").first()
letter = EmailMessage()
letter["From"], letter["To"] = ticket.customer.person.email, reply_address(ticket.pk)
letter["Subject"], letter["Message-ID"] = "Noch etwas", "<every-state@mail.example>"
letter.set_content("Noch etwas.")
letter.add_alternative("<p>Noch <b>etwas</b>.</p>", subtype="html")
mail = receive(letter.as_bytes(), door="pipe"); mail.refresh_from_db()
for hours, text in ((3, "Erst dies, und zwar ausführlich."), (2, "Dann das."), (0, "Und nun so.")):
    Draft.keep(ticket, by=anna, kind="public", text=text, at=now - timedelta(hours=hours))
ask = Ask.objects.open().answerable_by(birgit).first()
print(json.dumps({
    "site": site.code, "chat": chats[0].pk, "ticket": ticket.pk, "message": mail.message_id,
    "ask": ask.pk, "secret": AnswerLink.issue(ask, birgit, at=now),
}))
"""

# Forms that come back: where they stand, and which of the page's forms it is. Half of them get nothing, half nonsense.
FORM = "main form[method=post]:is(.card, .form, .stack)"
AGENT = (
    "tickets/{ticket}/snooze/",
    "tickets/{ticket}/correction/",
    "views/new/",
    "knowledge/new/",
    "ability/",
)
SETS_UP = (
    "reviews/new/",
    "rules/new/",
    "macros/new/",
    "checklists/new/",
    "newcomers/",
    "canned-replies/new/",
)
STUDIO = (
    "budgets/1/",
    "extras/",
    "will/",
    "newcomers/",
    "ability/",
    "drafts/",
    "challenges/1/",
    "standards/",
)
HOUSE = (
    "webhooks/",
    "sign-in/new/",
    "mailboxes/new/",
    "outgoing/",
    "policies/new/",
    "fields/new/",
    "hours/new/",
)
FIRST = ("relationship/", "first/firm/", "first/open/", "first/team/", "sites/new/")
REFUSED = {
    "agent": [*(f"/desk/{end}" for end in AGENT), "/me/"],
    "lead": [*(f"/desk/setup/{end}" for end in SETS_UP), *(f"/studio/{end}" for end in STUDIO)],
    "administrator": [f"/desk/setup/{end}" for end in (*HOUSE, *FIRST)],
    "customer": ["/requests/new/", "/callback/", "/me/"],
}
ANY, NO = "button:not([type=button])", "button[value=decline]"
SEND = """([selector, typed, button]) => {
    const form = document.querySelector(selector), fields = "input:not([type=hidden]), textarea";
    form.noValidate = true;
    for (const field of form.querySelectorAll(fields)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = false;
        else if (field.type !== "file") field.value = typed;
    }
    form.requestSubmit(form.querySelector(button));
}"""


@dataclass
class Looks:
    """Somebody who brings pages about, and what was found on them."""

    visitor: Visitor
    brought: dict[str, object]
    role: str
    met: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visitor.page.on("request", lambda request: self.met.add(name_of(urlsplit(request.url).path)))

    def go(self, path: str, *, answers: int = 200) -> Page:
        status = self.visitor.go(path.format(**self.brought))
        assert status == answers, f"{path} answers {status}"
        self.visitor.page.evaluate(SETTLED)
        return self.visitor.page

    def at(self, state: str, *, part: str = "", dark: bool = True) -> None:
        """Look, and say of what is found how the page stood."""
        self.found += [f"{self.role}, {state}: {flaw}" for flaw in flaws(self.visitor, part=part, dark=dark)]
        self.visitor.shoot(f"{self.role} {state}".replace("/", "_"))
        for left_in_a_hurry in ("afterRequest", "sendAbort", "sendError"):
            self.visitor.forgive(f"htmx:{left_in_a_hurry}")
        self.found += self.visitor.trouble
        self.visitor.trouble.clear()

    def refused(
        self, path: str, form: str = FORM, typed: str = "", *, button: str = ANY, dark: bool = True
    ) -> None:
        """A form sent as a browser without our help would send it; it comes back."""
        page = self.go(path)
        with page.expect_navigation() as came:
            page.evaluate(SEND, [form, typed, button])
        assert came.value.status == 422, f"{path} answers {came.value.status}"
        self.at(f"{path} refused", part="main", dark=dark)

    def page_of(self, state: str, words: str) -> None:
        """A page we cannot be brought to show, among our own styles."""
        page, url = self.visitor.page, f"{self.visitor.stack.url}/as-if/"
        page.route(url, lambda route: route.fulfill(body=words, content_type="text/html; charset=utf-8"))
        page.goto(url)
        page.unroute(url)
        self.at(state)

    def menus(self, path: str) -> None:
        """Each menu of a page, opened as somebody would: every other one large and light, the rest small and dark."""
        page = self.go(path)
        for turn, (size, scheme) in enumerate(((DESK, "light"), (PHONE, "dark"))):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            for number, menu in enumerate(page.locator("details.menu > summary:visible").all()):
                menu.click()
                page.evaluate(SETTLED)
                found = list(flaws_here(self.visitor, part=OPEN)) if number % 2 == turn else []
                wide = ["is wider than the window"] if self.visitor.overflows else []
                words = menu.get_attribute("aria-label") or " ".join((menu.text_content() or "").split())
                self.found += [f"{self.role}, {path}, {scheme} menu {words}: {flaw}" for flaw in found + wide]
                page.keyboard.press("Escape")
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")


OPEN = "details.menu[open]"


def test_every_state_is_sound(furnished: Stack, browser: Browser) -> None:
    said = subprocess.run(
        [sys.executable, "-c", BRING], cwd=ROOT, env=furnished.env, check=True, stdout=subprocess.PIPE
    )
    brought, met, found = json.loads(said.stdout), set[str](), []
    for number, (role, states) in enumerate(SHOWN.items()):
        language = ("en", "de")[number % 2]
        furnished.sql(f"UPDATE accounts_person SET language = '{language}'")
        context = browser.new_context(viewport=DESK, locale=language, reduced_motion="reduce")
        visitor = Visitor(furnished, with_axe(context))
        looks = Looks(visitor, brought, role, met)
        if WHO[role]:
            visitor.sign_in(WHO[role], PASSWORD)
        for turn, path in enumerate(REFUSED.get(role, [])):
            looks.refused(path, typed="x" * 700 * (turn % 2), dark=role not in IN_THE_DARK)
        for show in states:
            show(looks)
        found += looks.found
        context.close()
    found += [
        f"{name} was not looked at" for name, why in NO_LINK.items() if why == STATE and name not in met
    ]
    assert found == [], "\n" + "\n".join(found)


# ---- the desk ------------------------------------------------------------------


def a_ticket_opened(looks: Looks) -> None:
    page = looks.go("/desk/tickets/{ticket}/")
    looks.menus("/desk/tickets/{ticket}/")
    page.click("#ticket-head h1")
    page.keyboard.press("?")
    page.wait_for_selector("dialog#keys[open]")
    looks.at("the sheet of keys", part="#keys")
    page.keyboard.press("Escape")
    for typed in ("an", "qqqqqq"):
        page.keyboard.press("Control+k")
        page.fill("#palette-typed", typed)
        page.wait_for_selector("#palette-found > *")
        looks.at(f"the palette with {typed}", part="#palette")
        page.keyboard.press("Escape")


def something_written(looks: Looks) -> None:
    page = looks.go("/desk/tickets/{ticket}/")
    for mode, field_id, signs in (("reply", "reply-text", ("/", "??", "#")), ("note", "note-text", ("@",))):
        page.click(f".composer__mode:has([value={mode}])")
        page.fill(f"#{field_id}", "**Bold**, and [a link](https://kulanz.example)")
        page.click(f"[data-previews={field_id}]")
        page.wait_for_selector(f"#{field_id}-preview:not([hidden])")
        looks.at(f"the preview of a {mode}", part=".composer")
        page.click(f"[data-previews={field_id}]")
        for sign in signs:
            page.fill(f"#{field_id}", "")
            page.click(f"[data-opens-picks={field_id}][data-sign='{sign}']")
            page.wait_for_selector(f".composer__form--{mode} .picks [aria-selected=true]")
            looks.at(f"what {sign} offers in a {mode}", part=".composer", dark=sign == "/")
            page.keyboard.press("Escape")
        page.fill(f"#{field_id}", "")
    for form in (".composer__form--reply", ".composer__form--note"):
        looks.refused("/desk/tickets/{ticket}/", form)


def what_may_be_given(looks: Looks) -> None:
    page = looks.go("/desk/tickets/{ticket}/")
    page.select_option("#gesture", page.get_attribute("#gesture option:not([data-free])", "value"))
    for amount in ("20", "9000", "much"):
        with page.expect_response(lambda answer: "/authority/answer/" in answer.url):
            page.fill("#amount", amount)
        page.evaluate(SETTLED)
        looks.at(f"{amount} in the panel", part="#authority")


def a_chat(looks: Looks) -> None:
    page = looks.go("/desk/chats/{chat}/")
    looks.at("a chat")
    page.evaluate("document.querySelector('#chat-composer form, form#chat-composer').noValidate = true")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#chat-composer .chat__send")
    page.evaluate(SETTLED)
    looks.at("nothing said in a chat")


def many_at_once(looks: Looks) -> None:
    page = looks.go("/desk/")
    page.locator("input[name=ticket]").first.check()
    page.click("[data-tick-all]")
    looks.at("a list with ticks")
    page.click("#bulk .button--primary")
    page.wait_for_url("**/bulk/**")
    looks.at("many at once")
    page.click("form:has([value=tag]) .form__actions button")
    page.wait_for_selector("[aria-invalid=true]")
    looks.at("many at once, refused")
    page.fill("form:has([value=tag]) input[name=tag]", "Van")
    page.click("form:has([value=tag]) .form__actions button")
    page.wait_for_selector("button[name=go]")
    looks.at("what would become of many")
    page.click("button[name=go]")
    page.wait_for_selector("form[action$='/undoing/'] button")
    looks.at("what became of many")
    page.click("form[action$='/undoing/'] button")
    page.wait_for_selector("form[action$='/undoing/']", state="detached")
    looks.at("many taken back")


def a_mail(looks: Looks) -> None:
    """It runs no script, not even ours: so it is looked at as if it came without its walls."""
    path = "/desk/tickets/{ticket}/messages/{message}/mail/".format(**looks.brought)
    looks.page_of("a mail as it came", looks.visitor.page.request.get(looks.visitor.stack.url + path).text())
    looks.met.add(name_of(path))


# ---- the studio ------------------------------------------------------------------


def a_question_answered(looks: Looks) -> None:
    page = looks.go("/studio/asks/")
    page.click("a[href$='answer=grant']")
    page.wait_for_selector("dialog[open]")
    looks.at("a question in a dialog")
    looks.go("/studio/asks/{ask}/answer/?answer=decline")
    looks.at("a question alone")
    looks.refused("/studio/asks/{ask}/answer/", button=NO)


def menus_of_the_studio(looks: Looks) -> None:
    for room in ("ideas", "books", "payouts"):
        looks.menus(f"/studio/{room}/")


# ---- customers and strangers -----------------------------------------------------


def a_chat_of_ones_own(looks: Looks) -> None:
    page = looks.go("/chat/")
    looks.at("a chat of one's own")
    page.evaluate("document.querySelector('#chat-composer form, form#chat-composer').noValidate = true")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#chat-composer .chat__send")
    page.evaluate(SETTLED)
    looks.at("nothing said in a chat of one's own")
    looks.menus("/")


def a_request_answered_with_nothing(looks: Looks) -> None:
    page = looks.go("/")
    page.click(".request__link >> nth=0")
    page.wait_for_selector("form#answer")
    looks.refused(urlsplit(page.url).path, "form#answer")


def a_chat_elsewhere(looks: Looks) -> None:
    """Our button on somebody's page, and in its frame: begun with nothing, begun, a wrong code, and the talk."""
    script = f'<script src="/static/js/widget.js" data-site="{looks.brought["site"]}" async></script>'
    page, words = (
        looks.visitor.page,
        f'<html lang="en"><title>Shop</title><main><h1>Shop</h1>{script}</main></html>',
    )
    page.route(
        "**/elsewhere/", lambda route: route.fulfill(body=f"<!doctype html>{words}", content_type="text/html")
    )
    url = looks.visitor.stack.url
    looks.visitor.stack.sql(f"UPDATE tickets_site SET origins = '{json.dumps([url])}' WHERE name = 'Laden'")
    page.goto(f"{url}/elsewhere/")
    page.get_by_role("button", name="Chat").click()
    page.frame_locator("iframe").locator("input[name=name]").wait_for()
    looks.at("a chat on somebody's page")
    looks.go("/widget/{site}/")
    looks.at("a chat elsewhere, not begun")
    page.click("button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    looks.at("a chat elsewhere, begun with nothing")
    for name, words in (("name", "Nia"), ("email", "nia@somewhere.example"), ("text", "Where is it?")):
        page.fill(f"[name={name}]", words)
    page.click("button[type=submit]")
    page.wait_for_selector("input[name=code]")
    looks.at("a chat elsewhere, its code")
    page.fill("input[name=code]", "0")
    page.click("button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    looks.at("a chat elsewhere, a wrong code")
    ((subject,),) = looks.visitor.stack.sql(
        "SELECT subject FROM tickets_outgoingmail WHERE \"to\" = 'nia@somewhere.example'"
    )
    page.fill("input[name=code]", re.search(r"\d{6}", str(subject)).group())
    page.click("button[type=submit]")
    page.wait_for_selector(".bubble")
    looks.at("a chat elsewhere")


def an_answer_by_mail(looks: Looks) -> None:
    page = looks.go("/studio/answers/{secret}/")
    looks.refused("/studio/answers/{secret}/", "main form", button=NO)
    page.fill("main textarea", "Gern, und bitte gleich.")
    page.click("main button[value=grant]")
    page.wait_for_selector("main form", state="detached")
    looks.at("answered by mail")
    looks.go("/studio/answers/nobodys/", answers=404)
    looks.at("a question that is over")


def what_went_wrong(looks: Looks) -> None:
    looks.go("/nowhere/", answers=404)
    looks.at("404")
    for name in ("400", "403", "429", "500", "503"):
        looks.page_of(name, render_to_string(f"{name}.html"))


def signed_out_while_writing(looks: Looks) -> None:
    """What was typed comes back, ready to be sent again."""
    page = looks.go("/requests/new/")
    looks.visitor.context.clear_cookies()
    with page.expect_navigation():
        page.evaluate(SEND, [FORM, "Two words", ANY])
    page.wait_for_selector("main textarea")
    looks.at("signed out while writing")


def a_passkey(looks: Looks) -> None:
    """Made without a device: the list, and what one may do to one of it."""
    owner = "SELECT id, 'webauthn', '{\"name\": \"Phone\"}', '2026-01-01 00:00:00' FROM accounts_person"
    columns = "user_id, type, data, created_at"
    looks.visitor.stack.sql(
        f"INSERT INTO mfa_authenticator ({columns}) {owner} WHERE email = '{WHO[looks.role]}'"
    )
    page = looks.go("/accounts/passkeys/")
    for link in ("", "a[href$='/name/']", "a[href$='/removal/']"):
        if link:
            page.click(link)
        looks.at(f"passkeys {link}")
        looks.go("/accounts/passkeys/")


SHOWN: dict[str, list[Callable[[Looks], None]]] = {
    "agent": [a_ticket_opened, something_written, what_may_be_given, a_chat, many_at_once, a_mail],
    "lead": [a_question_answered, menus_of_the_studio],
    "administrator": [a_passkey],
    "customer": [a_chat_of_ones_own, a_request_answered_with_nothing, signed_out_while_writing],
    "stranger": [a_chat_elsewhere, an_answer_by_mail, what_went_wrong],
}
