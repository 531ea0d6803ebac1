"""Signed out, or the page too old, in the middle of writing: nothing typed is lost, and nothing foreign is shown."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tickets.models import Message

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
WORDS = "Three weeks now,\nand <b>nobody</b> called."


@pytest.fixture
def address(cast):
    return f"/requests/{cast.ticket().pk}/messages/"


def send(address, client=None, *, headers=OURS, **data):
    return (client or Client()).post(address, {"text": WORDS, "key": "k-1", **data}, headers=headers)


def test_what_was_typed_comes_back_and_can_be_sent_again(cast, address):
    before = Message.objects.count()
    response = send(address)
    page = response.content.decode()
    assert (response.status_code, Message.objects.count()) == (403, before)
    assert "Three weeks now,\nand &lt;b&gt;nobody&lt;/b&gt; called.</textarea>" in page
    assert f'action="{address}"' in page
    assert '<input type="hidden" name="key" value="k-1">' in page
    assert page.count("csrfmiddlewaretoken") == 1
    assert 'type="file"' not in page

    customer = Client()
    customer.force_login(cast.cem.person)
    assert send(address, customer).status_code == 302
    assert Message.objects.count() == before + 1


def test_files_have_to_be_chosen_again(address):
    page = send(address, files=SimpleUploadedFile("a.png", b"x")).content.decode()
    assert '<input id="files" type="file" name="files" multiple>' in page


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {**OURS, "HX-Request": "true"},
    ],
)
def test_what_another_page_made_the_browser_send_is_not_shown(address, headers):
    response = send(address, headers=headers)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


def test_nothing_typed_and_secrets_go_the_usual_way(address):
    assert send(address, text=" ").status_code == 302
    assert send("/accounts/password/change/", oldpassword="a secret").status_code == 302


@pytest.mark.parametrize(
    ("referer", "next_page"),
    [
        ("http://testserver/desk/tickets/7/?view=open", "/desk/tickets/7/%3Fview%3Dopen"),
        ("https://elsewhere.example/desk/", "/desk/offers/7/delivery/"),
        ("//elsewhere.example/", "/desk/offers/7/delivery/"),
        ("", "/desk/offers/7/delivery/"),
    ],
)
def test_a_button_without_words_leads_back_to_its_page(db, referer, next_page):
    response = Client().post("/desk/offers/7/delivery/", headers={"Referer": referer})
    assert response["Location"] == f"/accounts/login/?next={next_page}"


def test_a_page_that_stood_open_too_long_is_sent_again_with_a_token_that_holds(cast, address):
    customer = Client(enforce_csrf_checks=True)
    customer.force_login(cast.cem.person)
    response = send(address, customer, csrfmiddlewaretoken="old")
    assert response.status_code == 403
    assert "Sie können es jetzt senden" in response.content.decode()
    token = response.context["csrf_token"]
    assert send(address, customer, csrfmiddlewaretoken=str(token)).status_code == 302
    foreign = {"Origin": "https://elsewhere.example"}
    assert "Three weeks" not in send(address, customer, headers=foreign).content.decode()
