"""Where money goes: shared by two it waits for a person, changed just now it waits two days; it is not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY
from django.urls import reverse

from accounts.models import Person
from policies.facts import Wish
from policies.models import Destination, Offer, PayoutOrder, PayoutTarget, Question, Ruling, Thresholds
from policies.questions.watch import watch_now
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
IBAN, OTHER = "DE02 1203 0000 0000 2020 51", "DE02 5001 0517 5407 3249 31"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def target(cast) -> PayoutTarget:
    return PayoutTarget.set_up(
        name="Bank", url="https://pay.example/", private=False, form="credit_note", by=cast.ben
    )


def ordered(cast, *, at=MONDAY, key="k") -> PayoutOrder:
    offer = Ruling.request(cast.anna, cast.ticket(), Wish("refund", 2000), key=key, at=at).offer
    return PayoutOrder.objects.get(offer=offer)


def test_written_differently_it_is_the_same_account_and_none_of_it_is_kept(cast):
    assert Destination.note(cast.cem, IBAN, at=MONDAY)
    assert not Destination.note(cast.cem, IBAN.replace(" ", "").lower(), at=MONDAY)
    [kept] = Destination.objects.values_list("digest", flat=True)
    assert "2020" not in kept


def test_the_first_and_an_old_change_do_not_wait(cast):
    Destination.note(cast.cem, OTHER, at=MONDAY - 30 * DAY)
    assert ordered(cast).due_at == MONDAY
    Destination.note(cast.cem, IBAN, at=MONDAY - 7 * DAY)
    assert ordered(cast, key="second").due_at == MONDAY


def test_changed_just_now_it_waits_two_days_and_the_customer_hears(cast):
    Destination.note(cast.cem, OTHER, at=MONDAY - 30 * DAY)
    Destination.note(cast.cem, IBAN, at=MONDAY - 6 * DAY)
    order = ordered(cast)
    assert (order.state, order.due_at) == ("waiting", MONDAY + 2 * DAY)
    mail = OutgoingMail.objects.get(key__startswith="destination:")
    assert (mail.to, "Kontodaten" in mail.subject) == ("cem@kulanz.example", True)


def test_shared_with_somebody_else_it_waits_for_a_person_who_is_asked(cast, client):
    Thresholds(pk=1, sample_per_mille=0).save()
    Destination.note(cast.eva, IBAN, at=MONDAY)
    Destination.note(cast.cem, IBAN, at=MONDAY)
    order = ordered(cast)
    assert order.state == "review"
    watch_now(now=MONDAY)
    assert [(q.kind, q.team) for q in Question.objects.all()] == [("destination", cast.north)]
    client.force_login(cast.ben)
    assert order.delivery in client.get(reverse("studio:payouts")).content.decode()
    client.post(reverse("studio:send_payout_again", args=[order.pk]))
    order.refresh_from_db()
    assert order.state == "waiting"


def test_what_waits_for_a_person_can_still_be_taken_back(cast):
    Destination.note(cast.eva, IBAN, at=MONDAY)
    Destination.note(cast.cem, IBAN, at=MONDAY)
    order = ordered(cast)
    assert Offer.objects.get(pk=order.offer_id).reverse(by=cast.anna, why="A mistake", at=MONDAY)
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_who_no_longer_has_it_does_not_share_it(cast):
    Destination.note(cast.eva, IBAN, at=MONDAY - 30 * DAY)
    Destination.note(cast.eva, OTHER, at=MONDAY - 20 * DAY)
    Destination.note(cast.cem, IBAN, at=MONDAY)
    assert ordered(cast).state == "waiting"


def test_a_program_of_the_house_notes_it(cast, client):
    client.force_login(Person.objects.create(email="ada@kulanz.example", name="Ada", is_staff=True))
    path = reverse("api_authority:customer_destination", args=[cast.cem.pk])
    answers = [client.put(path, {"account": IBAN}, content_type="application/json") for _twice in range(2)]
    assert [answer.json() for answer in answers] == [{"changed": True}, {"changed": False}]
    for bad in (
        {},
        {"account": ""},
        {"account": "a\x00b"},
        {"account": "x" * 81},
        {"account": 5},
        {"iban": IBAN},
    ):
        assert client.put(path, bad, content_type="application/json").status_code == 400
