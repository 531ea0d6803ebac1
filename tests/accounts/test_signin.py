"""Coming in by code, going out again, and where both lead."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from cast import PASSWORD
from django.test import Client

from accounts.models import Person
from tests.accounts.ways_in import EVA, NOBODY, QUICK, code_in, enter_by_code, give_password, newest, who
from tickets.mail.delivery import deliver_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def with_password(cast):
    return give_password(cast.people["eva"])


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/"])
def test_a_code_is_enough(client, cast, path):
    response = enter_by_code(client, EVA, path)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert who(client) == EVA


def test_upper_case_and_blanks_are_forgiven(client, cast):
    client.post("/accounts/login/", {"login": "  EVA@Kulanz.Example "})
    code = code_in(newest()).lower().replace("-", " ")
    client.post("/accounts/login/code/confirm/", {"code": f" {code} "})
    assert who(client) == EVA


def test_the_mail_waits_in_the_outbox_and_its_code_is_erased_once_sent(client, cast, mailoutbox):
    client.post("/accounts/login/", {"login": EVA})
    mail = newest()
    assert (mail.to, mail.subject, mail.secret, mail.sent_at) == (EVA, "Your code to sign in", True, None)
    assert code_in(mail) in mail.html
    assert deliver_now() == 1
    assert code_in(mail) in mailoutbox[0].body
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")


def test_the_mail_speaks_the_persons_language(client, cast):
    Person.objects.filter(email=EVA).update(language="de")
    client.post("/accounts/login/", {"login": EVA}, headers={"Accept-Language": "en"})
    assert '<html lang="de">' in newest().html
    Client().post("/accounts/login/", {"login": NOBODY}, headers={"Accept-Language": "en"})
    assert '<html lang="en">' in newest().html


def test_every_asking_is_a_mail_of_its_own(client, cast):
    keys = set()
    for _time in range(2):
        Client().post("/accounts/login/", {"login": EVA})
        keys.add(newest().key)
    assert len(keys) == 2


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "\x00", "ÄÖÜ", "x" * 100_000, "' OR 1=1", "\u202e"])
def test_three_wrong_codes_end_it(client, cast, code):
    client.post("/accounts/login/", {"login": EVA})
    right = code_in(newest())
    answers = [client.post("/accounts/login/code/confirm/", {"code": code}).status_code for _time in range(3)]
    assert answers == [200, 200, 302]
    client.post("/accounts/login/code/confirm/", {"code": right})
    assert who(client) == ""


def test_a_code_of_another_browser_opens_nothing(client, cast):
    client.post("/accounts/login/", {"login": EVA})
    right = code_in(newest())
    other = Client()
    other.post("/accounts/login/", {"login": "anna@kulanz.example"})
    other.post("/accounts/login/code/confirm/", {"code": right})
    assert who(other) == ""


def test_who_the_house_wrote_down_need_not_prove_the_address_twice(client, cast):
    enter_by_code(client, EVA)
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (EVA, True, True)


def test_an_address_somebody_else_has_proved_is_not_proved_by_the_house(client, cast, with_password):
    EmailAddress.objects.create(user=cast.people["cem"], email=EVA, verified=True)
    client.post("/accounts/login/", {"login": EVA, "password": PASSWORD})
    assert who(client) == ""
    assert EmailAddress.objects.filter(verified=True).count() == 1


def test_the_session_is_a_new_one(client, cast):
    client.post("/accounts/login/", {"login": EVA})
    before = client.session.session_key
    client.post("/accounts/login/code/confirm/", {"code": code_in(newest())})
    assert client.session.session_key != before


def test_going_out_is_a_deed_and_asked_for_by_link(client, cast):
    enter_by_code(client, EVA)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert who(client) == EVA
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert who(client) == ""


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "http:///evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    "http://127.0.0.1:9/",
    "http://localhost/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "//testserver:1/",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(client, with_password, target):
    assert enter_by_code(client, EVA, next_url=target)["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"
    response = client.post("/accounts/login/", {"login": EVA, "password": PASSWORD, "next": target})
    assert response["Location"] == "/"
    assert client.get("/accounts/login/", {"next": target})["Location"] == "/"


def test_signing_in_leads_back_to_where_one_wanted_to_go(client, cast):
    assert client.get("/requests/new/")["Location"] == "/accounts/login/?next=/requests/new/"
    assert (
        'name="next" value="/requests/new/"'
        in client.get("/accounts/login/?next=/requests/new/").content.decode()
    )
    assert enter_by_code(client, EVA, next_url="/requests/new/")["Location"] == "/requests/new/"
