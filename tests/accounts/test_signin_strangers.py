"""What a stranger can learn by trying: nothing about who has an account."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from cast import PASSWORD
from django.test import Client

from accounts.models import Person
from tests.accounts.ways_in import EVA, NOBODY, QUICK, code_in, enter_by_code, give_password, newest, who
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def with_password(cast):
    return give_password(cast.people["eva"])


@pytest.fixture
def kinds(cast, with_password):
    """Addresses of all kinds of accounts; only the first has an active owner with a password."""
    Person.objects.create(
        email="gone@kulanz.example", name="Gone", is_active=False, password=with_password.password
    )
    fresh = Person.objects.create(email="new@kulanz.example", name="New")
    EmailAddress.objects.create(user=fresh, email=fresh.email, primary=True, verified=False)
    return [EVA, "cem@kulanz.example", "gone@kulanz.example", "new@kulanz.example", NOBODY]


def seen(response, email: str) -> tuple[object, ...]:
    body = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", response.content.decode()
    )
    cookies = sorted(response.cookies)
    return (
        response.status_code,
        response.get("Location"),
        cookies,
        body.replace(email, "…"),
        sorted(response.headers),
    )


def answers(email: str, path: str, data: dict[str, str], then: str = "") -> tuple[object, ...]:
    client = Client()
    first = client.post(path, {name: value.replace("…", email) for name, value in data.items()})
    return seen(first, email), seen(client.get(then), email) if then else None


@pytest.mark.parametrize(
    ("path", "data", "then"),
    [
        ("/accounts/login/", {"login": "…"}, "/accounts/login/code/confirm/"),
        ("/accounts/login/code/", {"email": "…"}, "/accounts/login/code/confirm/"),
        ("/accounts/login/", {"login": "…", "password": "a wrong one, surely"}, ""),
        ("/accounts/password/reset/", {"email": "…"}, "/accounts/password/reset/done/"),
        ("/accounts/signup/", {"name": "Somebody", "email": "…"}, "/accounts/confirm-email/"),
    ],
)
def test_every_kind_of_account_answers_alike(kinds, path, data, then):
    told = {answers(email, path, data, then).__repr__() for email in kinds}
    assert len(told) == 1


def test_a_wrong_code_answers_alike(kinds):
    told = set()
    for email in kinds:
        client = Client()
        client.post("/accounts/login/", {"login": email})
        told.add(repr(seen(client.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"}), email)))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "…"}),
        ("/accounts/password/reset/", {"email": "…"}),
        ("/accounts/signup/", {"name": "Somebody", "email": "…"}),
    ],
)
def test_every_kind_of_account_gets_one_mail_and_only_its_text_differs(kinds, path, data):
    for email in kinds:
        answers(email, path, data)
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", "secret")) == [
        (to, True) for to in kinds
    ]


def test_a_closed_account_with_its_right_password_is_a_wrong_password(client, kinds):
    data = {"login": "gone@kulanz.example", "password": PASSWORD}
    response = client.post("/accounts/login/", data)
    assert response.context["form"].non_field_errors() == [
        "This address and this password do not belong together."
    ]
    assert who(client) == ""


def test_a_code_asked_for_before_the_account_was_closed_opens_nothing(client, cast):
    client.post("/accounts/login/", {"login": EVA})
    Person.objects.filter(email=EVA).update(is_active=False)
    response = client.post("/accounts/login/code/confirm/", {"code": code_in(newest())}, follow=True)
    assert "This account is closed" in response.content.decode()
    assert who(client) == ""


def test_a_session_ends_when_the_account_is_closed(client, cast):
    enter_by_code(client, EVA)
    Person.objects.filter(email=EVA).update(is_active=False)
    assert who(client) == ""
