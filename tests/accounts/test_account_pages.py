"""Every page of signing in is in our look, strict, open to whom it should be, and breaks at nothing sent to it."""

from __future__ import annotations

import re

import pytest
from allauth.account import urls
from django.conf import settings as house
from django.test import Client
from django.urls import reverse

from tests.accounts.ways_in import EVA, NOBODY, QUICK, give_password, reset_link, sign_up
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


OUTSIDE = [
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-x/",
]
INSIDE = [
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/me/",
]


def in_our_look(response) -> list[str]:
    """Templates of a page that are neither ours nor Django's form widgets."""
    ours = str(house.BASE_DIR / "templates")
    foreign = [t.origin.name for t in response.templates if not t.origin.name.startswith(ours)]
    return [name for name in foreign if "/django/forms/" not in name]


def is_strict(response) -> bool:
    body = response.content.decode()
    inline = re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", body)
    return inline is None and "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_every_page_outside_is_ours_open_and_strict(client, cast, path):
    response = client.get(path)
    assert (response.status_code, in_our_look(response), is_strict(response)) == (200, [], True)


@pytest.mark.parametrize("path", INSIDE)
def test_every_page_inside_is_ours_and_strict(client, with_password, path):
    client.force_login(with_password)
    response = client.get(path)
    assert (response.status_code, in_our_look(response), is_strict(response)) == (200, [], True)


def test_the_pages_on_the_way_are_ours_too(without_password):
    entering, joining, inside, forgetful = Client(), Client(), Client(), Client()
    entering.post("/accounts/login/", {"login": EVA})
    sign_up(joining)
    inside.force_login(without_password)
    link = reset_link(forgetful)
    pages = [
        entering.get("/accounts/login/code/confirm/"),
        joining.get("/accounts/confirm-email/"),
        inside.get("/accounts/password/set/"),
        forgetful.get(link, follow=True),
    ]
    for page in pages:
        assert (page.status_code, in_our_look(page), is_strict(page)) == (200, [], True)


def test_no_address_of_the_accounts_is_forgotten(client):
    known = {path.split("key/1-x")[0] for path in [*OUTSIDE, *INSIDE]} | {
        "/accounts/login/code/confirm/",
        "/accounts/confirm-email/",
        "/accounts/password/set/",
    }
    paths = {reverse(p.name) for p in urls.urlpatterns if p.name != "account_reset_password_from_key"}
    assert paths - known == set()


def test_too_many_attempts_are_answered_in_our_look(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post("/accounts/login/", {"login": NOBODY})
    response = client.post("/accounts/login/", {"login": NOBODY})
    assert (response.status_code, response.templates[0].name, in_our_look(response)) == (429, "429.html", [])


@pytest.mark.parametrize("path", [*OUTSIDE, "/accounts/login/code/confirm/", "/accounts/confirm-email/"])
@pytest.mark.parametrize(
    "value",
    ["", "\x00", "x" * 100_000, "<script>alert(1)</script>", "{{ 7 }}", "\u202e", "a@b\r\nBcc: c@d", "[]"],
)
def test_nothing_sent_to_an_account_page_breaks_it(client, cast, path, value):
    names = (
        "login",
        "email",
        "password",
        "name",
        "code",
        "action",
        "next",
        "password1",
        "password2",
        "oldpassword",
    )
    response = client.post(path, dict.fromkeys(names, value))
    assert response.status_code in (200, 302, 405)
    assert "<script>alert" not in response.content.decode()
    assert OutgoingMail.objects.count() == 0


def test_a_page_that_stood_open_too_long_is_answered_in_words(cast):
    client = Client(enforce_csrf_checks=True)
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/logout/"):
        response = client.post(path, {"login": EVA, "email": EVA, "name": "x"})
        assert (response.status_code, response.templates[0].name) == (403, "403.html")
    assert OutgoingMail.objects.count() == 0


def test_an_address_longer_than_any_is_no_error(client, cast):
    long = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".kulanz.example"
    assert 254 < len(long) <= 320
    for path, field in [("/accounts/login/", "login"), ("/accounts/password/reset/", "email")]:
        assert client.post(path, {field: long}).status_code in (200, 302)
    assert OutgoingMail.objects.count() == 0
