"""A link in a mail: looking changes nothing, answering works once, and everything else opens nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast, person
from django.db import connection
from django.test import Client
from django.utils import timezone
from walls import walls_down

from policies.asks.link import LIFETIME, AnswerLink, digest_of
from policies.asks.sweep import sweep_asks_now
from policies.facts import Wish
from policies.models import Ask, Offer, Ruling
from tickets.mail.delivery import deliver_now
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(cast: Cast) -> Ask:
    return Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k").ask


def secret_of(ask: Ask, start: str = "ask") -> str:
    mail = OutgoingMail.objects.filter(key__startswith=f"{start}:{ask.pk}:").latest("pk")
    return re.search(r"/studio/answers/([\w-]+)/", mail.text)[1]


def url(secret: str) -> str:
    return f"/studio/answers/{secret}/"


def test_looking_changes_nothing_and_answering_works_once(ask, cast, client: Client):
    secret = secret_of(ask)
    for _look in range(3):
        page = client.get(url(secret))
        assert (page.status_code, "Voucher, €80.00 for Cem?" in page.content.decode()) == (200, True)
        assert "no-store" in page["Cache-Control"]
    ask.refresh_from_db()
    assert ask.is_open
    answered = client.post(url(secret), {"answer": "grant", "words": "Gladly"})
    assert (answered.status_code, "Thank you" in answered.content.decode()) == (200, True)
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by, ask.words) == ("granted", cast.ben, "Gladly")
    assert client.post(url(secret), {"answer": "decline", "words": "No"}).status_code == 404
    assert client.get(url(secret)).status_code == 404
    assert Offer.objects.count() == 1


def test_a_no_needs_words_and_they_stay_when_it_cannot_be(ask, cast, client: Client):
    secret = secret_of(ask)
    assert client.post(url(secret), {"answer": "decline"}).status_code == 422
    assert client.post(url(secret), {"answer": "maybe", "words": "Hm"}).status_code == 422
    ask.refresh_from_db()
    assert ask.is_open
    assert client.post(url(secret), {"answer": "decline", "words": "We send a new one"}).status_code == 200
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by) == ("declined", cast.ben)


def test_an_answer_that_cannot_be_leaves_the_link_for_another(ask, cast, client: Client):
    with walls_down(connection):
        Ruling.objects.filter(pk=ask.ruling_id).update(
            facts={**ask.ruling.facts, "request": {**ask.ruling.facts["request"], "cents": 25_000}}
        )
    secret = secret_of(ask)
    refused = client.post(url(secret), {"answer": "grant"})
    assert (refused.status_code, "above your own limit" in refused.content.decode()) == (422, True)
    assert client.post(url(secret), {"answer": "decline", "words": "We send a new one"}).status_code == 200


def test_it_is_dead_once_the_question_is_answered_elsewhere(ask, cast, client: Client):
    secret = secret_of(ask)
    ask.decline(by=cast.ben, words="We send a new one.")
    assert client.get(url(secret)).status_code == 404


def test_it_is_dead_once_rights_or_the_address_are_lost(ask, cast, client: Client):
    secret = secret_of(ask)
    cast.ben.email = "new@kulanz.example"
    cast.ben.save(update_fields=["email"])
    assert client.get(url(secret)).status_code == 404
    cast.ben.email = "ben@kulanz.example"
    cast.ben.save(update_fields=["email"])
    assert client.get(url(secret)).status_code == 200
    cast.north.dismiss(cast.ben)
    assert client.get(url(secret)).status_code == 404
    cast.north.welcome(cast.ben, lead=True)
    cast.ben.is_active = False
    cast.ben.save(update_fields=["is_active"])
    assert client.post(url(secret), {"answer": "grant"}).status_code == 404
    ask.refresh_from_db()
    assert ask.is_open


def test_it_runs_out(ask, client: Client):
    secret = secret_of(ask)
    assert AnswerLink.find(secret, now=timezone.now() + LIFETIME - timedelta(minutes=1)) is not None
    assert AnswerLink.find(secret, now=timezone.now() + LIFETIME) is None


def test_a_mail_that_was_passed_on_decides_nothing_for_somebody_signed_in(ask, cast, client: Client):
    secret = secret_of(ask)
    client.force_login(cast.anna)
    assert client.get(url(secret)).status_code == 404
    assert client.post(url(secret), {"answer": "grant"}).status_code == 404
    client.force_login(cast.ben)
    assert client.get(url(secret)).status_code == 200


@pytest.mark.parametrize(
    "guess",
    ["x", " ", "%00", "null", "[]", "*", "%25", "a" * 43, "a" * 5000, "１２", "' OR 1=1 --"],
)
def test_whatever_is_guessed_opens_nothing(ask, client: Client, guess):
    for response in (client.get(url(guess)), client.post(url(guess), {"answer": "grant"})):
        assert response.status_code == 404
    ask.refresh_from_db()
    assert ask.is_open


def test_a_secret_cut_short_or_its_hash_opens_nothing(ask, client: Client):
    secret = secret_of(ask)
    assert len(secret) * 6 >= 256
    for guess in (secret[:-1], secret + "a", digest_of(secret), secret.swapcase()):
        assert client.get(url(guess)).status_code == 404


def test_the_secret_stands_nowhere_but_in_the_mail_and_there_until_it_is_sent(ask):
    secret = secret_of(ask)
    link = AnswerLink.objects.get()
    assert (link.digest, link.ask, link.person) == (digest_of(secret), ask, ask.asked)
    deliver_now()
    mail = OutgoingMail.objects.get(key__startswith=f"ask:{ask.pk}:")
    assert (mail.text, mail.html, mail.sent_at is not None) == ("", "", True)


def test_the_reminder_brings_a_link_too_and_one_answer_ends_both(ask, client: Client):
    first = secret_of(ask)
    Ask.objects.update(remind_at=timezone.now(), due_at=timezone.now() + timedelta(hours=1))
    sweep_asks_now()
    second = secret_of(ask, "ask_reminder")
    assert first != second
    assert client.post(url(second), {"answer": "grant"}).status_code == 200
    assert client.post(url(first), {"answer": "grant"}).status_code == 404
    assert Offer.objects.count() == 1


def test_whoever_has_it_no_longer_cannot_answer_by_their_old_mail(ask, cast, client: Client):
    finn = person("Finn")
    cast.north.welcome(finn)
    secret = AnswerLink.issue(ask, finn, at=timezone.now())
    assert client.get(url(secret)).status_code == 404
