"""Passwords and addresses: choosing, changing, forgetting – and what ends with them."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from cast import PASSWORD
from django.conf import settings as house
from django.test import Client

from accounts.models import ApiToken, Person
from tests.accounts.ways_in import EVA, QUICK, code_in, enter_by_code, give_password, newest, reset_link, who
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def with_password(cast):
    return give_password(cast.people["eva"])


@pytest.fixture
def without_password(cast):
    return give_password(cast.people["eva"], None)


def test_a_password_is_enough_too(client, with_password):
    response = client.post("/accounts/login/", {"login": EVA, "password": PASSWORD})
    assert (response["Location"], who(client), OutgoingMail.objects.count()) == ("/", EVA, 0)


@pytest.mark.parametrize(
    "password", ["wrong", PASSWORD.upper(), f" {PASSWORD}", "\x00", "x" * 100_000, "ß\u0308"]
)
def test_a_wrong_password_is_said_without_saying_which(client, with_password, password):
    response = client.post("/accounts/login/", {"login": EVA, "password": password})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert (who(client), OutgoingMail.objects.count()) == ("", 0)


def test_the_sixth_wrong_password_is_not_tried_any_more_and_a_code_still_works(client, with_password):
    for _time in range(5):
        client.post("/accounts/login/", {"login": EVA, "password": "wrong"})
    response = client.post("/accounts/login/", {"login": EVA, "password": PASSWORD})
    assert response.context["form"].non_field_errors() == [
        "Too many attempts. Please wait a few minutes and try again."
    ]
    enter_by_code(client, EVA)
    assert who(client) == EVA


def choose(client: Client, link: str, password: str) -> object:
    page = client.get(link.removeprefix(house.BASE_URL), follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:9"])
def test_the_link_leads_to_our_own_address_whoever_asked(client, cast, host):
    assert reset_link(client, host=host).startswith("http://127.0.0.1:8000/accounts/password/reset/key/")


def test_a_forgotten_password_ends_sessions_and_tokens_and_works_once(client, cast, with_password):
    thief = Client()
    thief.force_login(with_password)
    _token, secret = ApiToken.issue(with_password, "Old")
    link = reset_link(client)
    assert choose(client, link, "a quite different secret").status_code == 302
    assert who(thief) == ""
    assert ApiToken.holder_of(secret) is None
    assert "This link does not work any more" in Client().get(link, follow=True).content.decode()
    client.post("/accounts/login/", {"login": EVA, "password": "a quite different secret"})
    assert client.session.get("account_authentication_methods")


def test_changing_the_password_ends_every_session(client, cast, with_password):
    enter_by_code(client, EVA)
    other = Client()
    other.force_login(with_password)
    _token, secret = ApiToken.issue(with_password, "Old")
    new = "a quite different secret"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = client.post("/accounts/password/change/", data)
    assert (response["Location"], who(client), who(other)) == ("/me/", "", "")
    assert ApiToken.holder_of(secret) is None


def test_choosing_the_first_password(client, without_password):
    enter_by_code(client, EVA)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    response = client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert (response["Location"], who(client)) == ("/me/", "")
    client.post("/accounts/login/", {"login": EVA, "password": PASSWORD})
    assert who(client) == EVA


@pytest.mark.parametrize(
    "password", ["short", "1234567890", "password123", "eva@kulanz.example", "x\x00" * 6]
)
def test_a_weak_password_is_refused_in_words(client, without_password, password):
    enter_by_code(client, EVA)
    response = client.post("/accounts/password/set/", {"password1": password, "password2": password})
    assert (response.status_code, next(iter(response.context["form"].errors))) == (200, "password1")


@pytest.mark.parametrize(
    "key", ["1-x", "0-0", "zzzzzzzzzzzzzz-abc-def", f"{'z' * 300}-abc", "1-%00", "1-set-password"]
)
def test_forged_links_are_answered_in_words(client, cast, key):
    response = client.get(f"/accounts/password/reset/key/{key}/")
    assert response.status_code == 200
    assert "This link does not work any more" in response.content.decode()


def test_a_second_address_is_confirmed_by_its_code_and_can_become_the_first(client, cast):
    enter_by_code(client, EVA)
    client.post("/accounts/email/", {"action_add": "", "email": "eva@home.example"})
    assert newest().to == "eva@home.example"
    client.post("/accounts/confirm-email/", {"code": code_in(newest())})
    client.post("/accounts/email/", {"action_primary": "", "email": "eva@home.example"})
    assert Person.objects.get(pk=cast.people["eva"].pk).email == "eva@home.example"
    client.post("/accounts/email/", {"action_remove": "", "email": EVA})
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("eva@home.example", True, True)
    ]


def test_somebody_elses_address_cannot_be_taken_and_nobody_says_why(client, cast):
    enter_by_code(client, EVA)
    response = client.post("/accounts/email/", {"action_add": "", "email": "cem@kulanz.example"})
    assert response["Location"] == "/accounts/confirm-email/"
    response = client.post("/accounts/confirm-email/", {"code": code_in(newest())})
    assert response.context["form"].errors == {"code": ["This address cannot be used."]}
    assert EmailAddress.objects.filter(email="cem@kulanz.example").count() == 0


def test_the_own_address_cannot_be_dropped(client, cast):
    enter_by_code(client, EVA)
    client.post("/accounts/email/", {"action_remove": "", "email": EVA})
    assert EmailAddress.objects.count() == 1


def test_what_concerns_the_account_asks_for_the_password_again(client, with_password, settings):
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    enter_by_code(client, EVA)
    response = client.post("/accounts/email/", {"action_add": "", "email": "eva@home.example"}, follow=True)
    assert response.templates[0].name == "account/reauthenticate.html"
    assert OutgoingMail.objects.filter(to="eva@home.example").count() == 0
