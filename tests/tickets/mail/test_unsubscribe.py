"""No more mails of a kind: by one click of a mail program or a person, without signing in, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client

from accounts.models import Person
from tickets.feedback.silence import Silence
from tickets.mail.unsubscribe import QUESTIONS, Unsubscription, of_token
from tickets.models import OutgoingMail, Survey, Watcher

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_in(mail: OutgoingMail) -> str:
    said = mail.headers
    assert said["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return said["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")


def asked(cast: Cast, *, days: int = 0) -> OutgoingMail:
    at = MONDAY + timedelta(days=days)
    ticket = cast.ticket(at=at)
    ticket.move("solved", by=cast.anna, at=at)
    return OutgoingMail.objects.filter(key__startswith=f"solved:{ticket.pk}:").get()


def test_one_click_ends_the_questions_and_is_done_once(cast: Cast) -> None:
    mail = asked(cast)
    program = Client(enforce_csrf_checks=True)
    assert mail.unsubscribe in mail.text
    page = program.get(path_in(mail))
    assert (page.status_code, Silence.objects.count()) == (200, 0)  # whoever only looks changes nothing
    assert "Nicht mehr fragen" in page.text  # the letter was German
    assert [program.post(path_in(mail), ONE_CLICK).status_code for _time in range(2)] == [200, 200]
    assert Silence.is_kept_for(cast.cem) is True
    later = asked(cast, days=40)
    assert (Survey.objects.count(), "List-Unsubscribe" in later.headers, later.unsubscribe) == (1, False, "")
    program.post(path_in(mail), {"again": "1"})
    assert Silence.is_kept_for(cast.cem) is False
    assert "List-Unsubscribe" in asked(cast, days=80).headers


def test_whoever_is_signed_in_says_so_without_a_mail_and_from_our_own_page_alone(cast: Cast) -> None:
    Silence.keep(cast.cem, at=MONDAY)  # they reported a mail as spam, say
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(cast.cem.person)
    assert elsewhere.post("/own-data/questions/", {"again": "1"}).status_code == 403
    client = Client()
    client.force_login(cast.cem.person)
    assert 'href="/own-data/questions/"' in client.get("/me/").text
    assert "Doch wieder fragen" in client.post("/own-data/questions/").text
    assert "Nicht mehr fragen" in client.post("/own-data/questions/", {"again": "1"}).text
    assert Silence.is_kept_for(cast.cem) is False


def test_whoever_watches_a_ticket_stops_by_the_mail_about_it(cast: Cast) -> None:
    ticket = cast.ticket("Geheim", at=MONDAY)
    Watcher.add(ticket, cast.anna, by=cast.anna, at=MONDAY)
    ticket.hear("Und?", by=cast.cem.person, at=MONDAY)
    mail = OutgoingMail.objects.get(to=cast.anna.email)
    page = Client().get(path_in(mail)).text
    assert (f"#{ticket.pk}" in page, "Geheim" in page) == (True, False)
    for _time in range(2):
        assert Client(enforce_csrf_checks=True).post(path_in(mail), ONE_CLICK).status_code == 200
    assert Watcher.objects.count() == 0


def test_a_confirmation_and_a_reply_have_no_such_choice(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.reply("Heute.", by=cast.anna, at=MONDAY)
    assert ["List-Unsubscribe" in mail.headers for mail in OutgoingMail.objects.all()] == [False, False]


@pytest.mark.parametrize(
    "token", ["questions-1-x", "questions-1", "\x00", "1" * 900, "watching-1-" + "x" * 43, "questions--1-"]
)
def test_what_nobody_signed_is_nothing(cast: Cast, token: str) -> None:
    assert of_token(token) is None
    if "\x00" not in token:
        assert Client().post(f"/unsubscribe/{token}/", ONE_CLICK).status_code == 404


def test_a_link_is_good_for_what_it_was_signed_for_alone(cast: Cast) -> None:
    good = Unsubscription(QUESTIONS, cast.cem.pk).token
    assert of_token(good) == Unsubscription(QUESTIONS, cast.cem.pk)
    assert of_token(good.replace(f"-{cast.cem.pk}-", f"-{cast.eva.pk}-", 1)) is None
    Person.objects.filter(pk=cast.cem.person_id).update(is_active=False)
    assert Client().post(f"/unsubscribe/{good}/").status_code == 404
