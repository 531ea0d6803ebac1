"""The chat on somebody's web site: only where an administrator allows it, without cookies, after a code by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, Person
from tickets.line.site import origins_of
from tickets.line.visit import FILE_LASTS, FILE_SAME
from tickets.models import Attachment, Chat, OutgoingMail, Site, Visit

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"
SAID = {
    "name": "Nia",
    "email": "nia@somewhere.example",
    "cause": "late-delivery",
    "text": "Where?",
    "key": "k" * 32,
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000"
    "001f15c4890000000d49444154789c6360f8cfc00000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def site(cast) -> Site:
    return Site.add(name="Shop", origins=[SHOP], by=cast.ben, key="shop")


@pytest.fixture
def frame(client: Client, site: Site):
    """What the frame's script does: sends the token it was given with whatever is asked."""
    state = {"token": ""}

    def ask(name: str, data: dict[str, str] | None = None, **headers: str):
        where = reverse(f"widget:{name}", args=[site.code]) + "?lang=en"
        headers = {"Kulanz-Chat": state["token"], **headers}
        answer = (
            client.get(where, headers=headers) if data is None else client.post(where, data, headers=headers)
        )
        state["token"] = answer.headers.get("Kulanz-Chat", state["token"])
        return answer

    return ask


def code() -> str:
    mail = OutgoingMail.objects.filter(key__startswith="chat-code").latest("pk")
    found = re.search(r"\b(\d{6})\b", mail.subject)
    assert found
    return found[1]


def test_the_frame_opens_on_the_sites_own_pages_only_and_sets_no_cookie(frame, site):
    answer = frame("frame", referer=f"{SHOP}/")
    assert answer.status_code == 200
    assert f"frame-ancestors {SHOP}" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert answer.cookies == {}
    assert frame("frame", referer="https://evil.example/").status_code == 404
    site.end()
    assert frame("frame", referer=f"{SHOP}/").status_code == 404


def test_somebody_new_becomes_a_customer_once_the_code_is_given_and_keeps_the_first_arrival(frame):
    assert "Look into your mail" in frame("start", SAID).content.decode()
    arrived = Visit.objects.get().arrived_at
    assert (Chat.objects.count(), Person.objects.filter(email=SAID["email"]).count()) == (0, 0)
    assert "Look into your mail" in frame("room").content.decode()
    wrong = "000000" if code() != "000000" else "111111"
    assert "This code does not fit." in frame("prove", {"code": wrong}).content.decode()
    talk = frame("prove", {"code": code()}).content.decode()
    assert "You are number 1 in line" in talk
    chat = Chat.objects.get()
    assert (chat.place.arrived_at, chat.ticket.customer.person.email) == (arrived, SAID["email"])
    assert Customer.objects.get(person__email=SAID["email"]).status == "new"
    said = frame("say", {"text": "Hello?", "key": "s" * 32})
    assert (said.headers["HX-Trigger"], chat.said.count(), said.cookies) == ("said", 2, {})
    assert "Hello?" in frame("room").content.decode()


def test_a_known_address_is_the_known_customer_and_nobody_learns_it_before(frame, cast):
    known = {**SAID, "email": cast.cem.person.email.upper()}
    first = frame("start", known).content.decode().replace(cast.cem.person.email, "x")
    other = frame("start", {**SAID, "key": "o" * 32}).content.decode().replace(SAID["email"], "x")
    assert first == other
    Visit.objects.filter(email=SAID["email"]).delete()
    OutgoingMail.objects.filter(to=SAID["email"]).delete()
    visit = Visit.objects.get()
    assert visit.confirm(code(), at=timezone.now())
    assert visit.person == cast.cem.person


def test_a_code_is_good_for_five_tries(frame):
    frame("start", SAID)
    visit, right = Visit.objects.get(), code()
    wrong = "000000" if right != "000000" else "111111"
    assert [visit.confirm(wrong, at=timezone.now()) for _try in range(5)] == [False] * 5
    assert not visit.confirm(right, at=timezone.now())


def test_a_closed_account_answers_like_a_wrong_code(frame, cast):
    frame("start", {**SAID, "email": cast.cem.person.email})
    Person.objects.filter(pk=cast.cem.person.pk).update(is_active=False)
    assert "This code does not fit." in frame("prove", {"code": code()}).content.decode()
    assert Chat.objects.count() == 0


def test_after_the_account_is_closed_the_token_opens_nothing(frame):
    frame("start", SAID)
    frame("prove", {"code": code()})
    assert frame("now").status_code == 200
    Person.objects.filter(email=SAID["email"]).update(is_active=False)
    assert (frame("now").status_code, frame("say", {"text": "x"}).status_code) == (404, 404)


def test_files_are_the_visitors_by_a_link_that_ends_and_pictures_are_shown(frame, client, cast, site):
    frame("start", SAID)
    frame("prove", {"code": code()})
    chat = Chat.objects.get()
    files = [SimpleUploadedFile("parcel.png", PNG), SimpleUploadedFile("bill.pdf", b"%PDF-1.4\n%%EOF\n")]
    chat.ticket.reply("Here is a picture.", by=cast.anna, files=files)
    talk = frame("now").content.decode()
    links = re.findall(r'class="file[^"]*" href="([^"]+)" download="([^"]+)"', talk)
    assert [name for _link, name in links] == ["parcel.png", "bill.pdf"]
    assert re.findall(r'<img src="([^"]+)"', talk) == [links[0][0]]
    # The page renews itself every few seconds: the same addresses, or each picture would be fetched again.
    first = timezone.now().replace(minute=20, second=0)
    shown = []
    for seconds in (0, 15, FILE_SAME):
        with time_machine.travel(first + timedelta(seconds=seconds), tick=False):
            shown.append(Visit.objects.get().admit_to(Attachment.objects.earliest("pk")))
    assert [one == shown[0] for one in shown] == [True, True, False]
    client.logout()
    answer = client.get(links[0][0])
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PNG)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="parcel.png"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.cookies == {}
    # What is no longer visible, another site, another ticket's file, a stale link and a closed account: nothing there.
    other = Site.add(name="Other", origins=["https://other.example"], by=site.added_by, key="other")
    assert client.get(links[0][0].replace(site.code, other.code)).status_code == 404
    foreign = cast.ticket(files=[SimpleUploadedFile("own.png", PNG)]).messages.get().attachments.get()
    visit = Visit.objects.get()
    forged = reverse("widget:file", args=[site.code, visit.admit_to(foreign)])
    assert client.get(forged).status_code == 404
    with time_machine.travel(timezone.now() + FILE_LASTS + timedelta(seconds=5)):
        assert client.get(links[0][0]).status_code == 404
    Person.objects.filter(email=SAID["email"]).update(is_active=False)
    assert client.get(links[0][0]).status_code == 404


def test_three_messages_cost_what_one_costs(frame, cast):
    frame("start", SAID)
    frame("prove", {"code": code()})
    ticket = Chat.objects.get().ticket

    def cost() -> int:
        frame("now")  # whatever is new is noted as read
        with CaptureQueriesContext(connection) as asked:
            assert frame("now").status_code == 200
        return len(asked)

    of_one = cost()
    for word in ("One", "Two"):
        ticket.reply(word, by=cast.anna)
    assert cost() == of_one


def test_foreign_pages_and_forged_tokens_are_refused(frame, site):
    assert frame("start", SAID, origin="https://evil.example").status_code == 404
    assert Visit.objects.count() == 0
    frame("start", SAID)
    assert frame("now", **{"Kulanz-Chat": "1:forged"}).status_code == 404
    other = Site.add(name="Other", origins=["https://other.example"], by=site.added_by, key="other")
    assert Visit.of(Visit.objects.get().token, other) is None


def test_one_address_gets_five_codes_an_hour_and_the_same_form_is_one(frame):
    for number in range(5):
        frame("start", {**SAID, "key": f"{number}" * 32})
        frame("start", {**SAID, "key": f"{number}" * 32})
    assert Visit.objects.count() == 5
    assert "Too many attempts." in frame("start", {**SAID, "key": "z" * 32}).content.decode()


@pytest.mark.parametrize(
    "bad", ["", "shop.example", "http://shop.example", "https://", "https://a b", "ftp://x", "https://[x"]
)
def test_what_is_no_address_of_a_site_is_refused_in_words(bad):
    with pytest.raises(ValidationError):
        origins_of(bad)


def test_addresses_are_kept_as_a_browser_says_them():
    text = "https://Shop.example/cart?x=1\nhttps://bücher.example:8443 http://localhost:3000"
    assert origins_of(text) == [
        "https://shop.example",
        "https://xn--bcher-kva.example:8443",
        "http://localhost:3000",
    ]


def test_an_administrator_adds_changes_and_ends_a_site(cast, client):
    ada = Person.objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)
    client.force_login(ada)
    new = reverse("setup:new_site")
    assert client.post(new, {"name": "Shop", "origins": "nonsense"}).status_code == 422
    client.post(new, {"name": "Shop", "origins": SHOP, "key": "k" * 32})
    site = Site.objects.get()
    assert site.code in client.get(reverse("setup:site", args=[site.pk])).content.decode()
    client.post(reverse("setup:site", args=[site.pk]), {"name": "The shop", "origins": SHOP})
    client.post(reverse("setup:end_site", args=[site.pk]))
    site.refresh_from_db()
    assert (site.name, Site.objects.open().count()) == ("The shop", 0)
