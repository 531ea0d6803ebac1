"""Coming for the first time: one person, one new customer, one proven address."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from django.test import Client, RequestFactory

from accounts.models import Customer, Person
from accounts.signin import SignupForm
from tests.accounts.ways_in import EVA, QUICK, code_in, enter_by_code, newest, sign_up, who
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def test_signing_up_makes_one_person_and_one_new_customer(client, cast):
    response = sign_up(client)
    assert response["Location"] == "/accounts/confirm-email/"
    assert who(client) == ""
    response = client.post("/accounts/confirm-email/", {"code": code_in(newest())})
    assert (response.status_code, response["Location"], who(client)) == (302, "/", "greta@kulanz.example")
    person = Person.objects.get(email="greta@kulanz.example")
    assert (person.name, person.language, person.is_staff, person.has_usable_password()) == (
        "Greta Holm",
        "en",
        False,
        False,
    )
    assert list(Customer.objects.filter(person=person).values_list("status", "organisation")) == [
        ("new", None)
    ]
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (
        person.email,
        True,
        True,
    )


def test_whoever_signs_up_in_german_is_written_to_in_german(client, cast):
    client.post(
        "/accounts/signup/", {"name": "G", "email": "g@kulanz.example"}, headers={"Accept-Language": "de"}
    )
    assert Person.objects.get(email="g@kulanz.example").language == "de"
    assert '<html lang="de">' in newest().html


def test_signing_up_again_makes_nobody_and_tells_only_the_mailbox(client, cast):
    people = Person.objects.count()
    response = sign_up(client, email=EVA)
    assert response["Location"] == "/accounts/confirm-email/"
    assert (Person.objects.count(), newest().to, newest().subject) == (
        people,
        EVA,
        "You already have an account",
    )
    assert "http://127.0.0.1:8000/accounts/login/" in newest().text


def test_who_never_entered_the_first_code_comes_in_later(client, cast):
    sign_up(Client())
    enter_by_code(client, "greta@kulanz.example")
    assert who(client) == "greta@kulanz.example"
    assert Customer.objects.filter(person__email="greta@kulanz.example").count() == 1


def test_an_unproven_address_waits_for_its_code(client, cast):
    sign_up(client)
    assert client.get("/requests/new/").status_code == 302
    assert EmailAddress.objects.get().verified is False


def test_of_two_at_the_same_moment_one_becomes_the_customer(cast):
    request = RequestFactory().post("/accounts/signup/")
    client = Client()
    sign_up(client)  # gives us a session to lend
    form = SignupForm({"name": "Late", "email": "late@kulanz.example"})
    assert form.is_valid()
    Person.objects.create(email="late@kulanz.example", name="First")
    request.session = client.session
    request.user = None
    with context.request_context(request):
        user, response = form.try_save(request)
    assert (user, response["Location"]) == (None, "/accounts/confirm-email/")
    assert Person.objects.get(email="late@kulanz.example").name == "First"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b"),
        ("name", "x" * 121),
        ("name", "x" * 1_000_000),
        ("email", ""),
        ("email", "no address"),
        ("email", "a@b"),
        ("email", "a@kulanz.example\r\nBcc: all@kulanz.example"),
        ("email", "a\x00@kulanz.example"),
        ("email", "a" * 250 + "@kulanz.example"),
        ("email", "x" * 1_000_000),
    ],
)
def test_bad_first_words_come_back_with_everything_typed(client, cast, field, value):
    people = Person.objects.count()
    response = sign_up(client, **{field: value})
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    other = "Greta@Kulanz.Example" if field == "name" else "Greta Holm"
    assert f'value="{other}"' in response.content.decode()
    assert (Person.objects.count(), OutgoingMail.objects.count()) == (people, 0)
