"""Offers to newcomers in the studio: none runs without an answer to those who are here already (C04, C05)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from policies.models import AcquisitionOffer
from policies.newcomers.counterpart import CAUSE
from tickets.models import Cause

pytestmark = pytest.mark.django_db
KEY = "k" * 32
PLACE = "/studio/newcomers/"


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ben)
    return client


def typed(**said: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "name_en": "Welcome",
        "name_de": "Willkommen",
        "gets_en": "Two months free",
        "gets_de": "Zwei Monate gratis",
        "worth_cents": "24",
        "starts": today.isoformat(),
        "ends": "",
        "key": KEY,
        **said,
    }


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_it_is_written_down_once(ben: Client) -> None:
    for _twice in range(2):
        response = ben.post(PLACE, typed())
        assert (response.status_code, response["Location"]) == (
            302,
            f"{PLACE}{AcquisitionOffer.objects.get().pk}/",
        )
    offer = AcquisitionOffer.objects.get()
    assert (offer.worth_cents, offer.currency, offer.ends, offer.activated_at) == (2400, "EUR", None, None)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name_en", "", "This field is required."),
        ("gets_de", "\u200b", "This field is required."),
        ("gets_en", "x" * 301, "at most 300"),
        ("worth_cents", "", "This field is required."),
        ("worth_cents", "much", "Enter an amount"),
        ("worth_cents", "99999999999", "more than"),
        ("starts", "", "This field is required."),
        ("starts", "1999-01-01", "That is too far away."),
        ("ends", "2999-01-01", "That is too far away."),
        ("ends", "soon", "Enter a valid date."),
    ],
)
def test_what_cannot_be_stays_typed(ben: Client, field: str, value: str, error: str) -> None:
    page = ben.post(PLACE, typed(**{field: value}))
    assert (page.status_code, error in words(page), KEY in page.content.decode()) == (422, True, True)
    assert AcquisitionOffer.objects.count() == 0


def test_it_cannot_end_before_it_begins(ben: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    page = ben.post(PLACE, typed(ends=yesterday.isoformat()))
    assert (page.status_code, "It ends before it begins." in words(page)) == (422, True)


def test_c04_it_runs_only_with_an_answer(ben: Client) -> None:
    ben.post(PLACE, typed())
    offer = AcquisitionOffer.objects.get()
    where = f"{PLACE}{offer.pk}/"
    page = ben.post(f"{where}activation/", follow=True)
    assert "Say first what existing customers get" in words(page)
    for answer in ({"kind": "none"}, {"kind": "equivalent", "words_en": "x"}, {"kind": "perhaps"}, {}):
        assert ben.post(where, answer).status_code == 422
    offer.refresh_from_db()
    assert (offer.counterpart, offer.activated_at) == (None, None)
    ben.post(where, {"kind": "none", "words_en": "It pays for the start", "words_de": "Für den Start"})
    page = ben.post(f"{where}activation/", follow=True)
    assert "It runs." in words(page)
    offer.refresh_from_db()
    assert (offer.counterpart.kind, offer.stands(timezone.localdate())) == ("none", "running")
    ben.post(f"{where}end/")
    offer.refresh_from_db()
    assert offer.stands(timezone.localdate()) == "ended"


def test_c04_where_existing_customers_get_nothing_the_lead_reads_how_many_asked(
    ben: Client, cast: Cast
) -> None:
    ben.post(PLACE, typed())
    offer = AcquisitionOffer.objects.get()
    offer.answer_with("none", words_en="No", words_de="Nein", by=cast.ben)
    cause = Cause.objects.create(code=CAUSE, name_en="Better", name_de="Besser", team=cast.south)
    for number in range(3):
        who = Customer.objects.create(person=person(f"Old {number}"), status="established")
        cast.ticket(customer=who, by=who.person, cause=cause)
    read = words(ben.get(PLACE))
    assert "Existing customers get nothing for these Welcome 3 existing customers asked" in read


def test_c05_the_page_says_how_requests_ended(ben: Client, cast: Cast) -> None:
    cause = Cause.objects.create(code=CAUSE, name_en="Better", name_de="Besser", team=cast.north)
    ticket = cast.ticket(cause=cause)
    assert "Got the same 0 % 0" in words(ben.get(PLACE))
    ticket.move("solved", by=cast.anna)
    read = words(ben.get(PLACE))
    assert "Got a no with its reasons 100 % 1" in read and "How 1 request of the last 90 days ended." in read


def test_what_is_missing_is_said(ben: Client, cast: Cast) -> None:
    read = words(ben.get(PLACE))
    assert "No cause has the code “better-new-customer-offer” yet" in read
    assert "no gesture with the code “match” yet" in read


@pytest.mark.parametrize("who", ["anna", "cem", "eva"])
def test_only_leads_find_it(client: Client, cast: Cast, who: str) -> None:
    offer = AcquisitionOffer.plan(
        by=cast.ben,
        key="k",
        name_en="a",
        name_de="a",
        gets_en="a",
        gets_de="a",
        worth_cents=1,
        starts=timezone.localdate(),
        ends=None,
    )
    client.force_login(cast.people[who])
    assert client.get(PLACE).status_code == 404
    assert client.post(PLACE, typed()).status_code == 404
    assert client.get(f"{PLACE}{offer.pk}/").status_code == 404
    for name in ("activate_offer", "end_offer"):
        assert client.post(reverse(f"studio:{name}", args=[offer.pk])).status_code == 404
    client.force_login(cast.dora)
    assert client.get(f"{PLACE}{offer.pk}/").status_code == 200
    assert client.get(f"{PLACE}999999/").status_code == 404


def test_thirty_offers_take_as_many_queries_as_one(ben: Client, cast: Cast) -> None:
    def offer(number: int) -> None:
        ben.post(PLACE, typed(key=f"{number:032}"))
        AcquisitionOffer.objects.latest("pk").answer_with("same", by=cast.ben)

    as_often_for_thirty(reading(ben, PLACE), offer, most=25)
