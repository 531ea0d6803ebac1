"""What a customer reads of the gestures on a request: what and when, never how it came about."""

from __future__ import annotations

import pytest
from counting import as_often_for_thirty, reading

from policies.facts import Wish
from policies.models import Offer, Ruling

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(cast):
    return cast.ticket("Where is it?", customer=cast.eva, by=cast.eva.person)


@pytest.fixture
def eva(client, cast):
    client.force_login(cast.people["eva"])
    return client


def lines(response) -> list[str]:
    return [line.strip() for line in response.content.decode().splitlines() if "strong" in line]


def test_nothing_given_is_nothing_shown(eva, ticket):
    piece = eva.get(f"/requests/{ticket.pk}/gestures/", headers=HTMX)
    assert (piece.status_code, piece.content.decode().strip()) == (200, "")
    page = eva.get(f"/requests/{ticket.pk}/gestures/")
    assert "Nothing so far." in page.content.decode()


def test_what_was_given_stands_there_with_its_state(eva, cast, ticket):
    for key in ("granted", "delivered", "reversed"):
        Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key=key)
    _granted, delivered, reversed_ = Offer.objects.order_by("pk")
    delivered.deliver(by=cast.anna)
    reversed_.reverse(by=cast.anna, why="Given to the wrong one")
    text = eva.get(f"/requests/{ticket.pk}/gestures/", headers=HTMX).content.decode()
    assert text.count("Voucher, €10.00") == 3
    assert (text.count("on its way to you"), text.count("with you since"), text.count("taken back on")) == (
        1,
        1,
        1,
    )
    for inside in ("Anna", "wrong one", "North", "500", "limit"):
        assert inside not in text


def test_only_what_belongs_to_this_request(eva, cast, ticket):
    other = cast.ticket("Another", customer=cast.eva, by=cast.eva.person)
    Ruling.request(cast.anna, other, Wish("voucher", 1000), key="other")
    foreign = cast.ticket()
    Ruling.request(cast.anna, foreign, Wish("voucher", 2000), key="foreign")
    assert eva.get(f"/requests/{ticket.pk}/gestures/", headers=HTMX).content.decode().strip() == ""
    assert eva.get(f"/requests/{foreign.pk}/gestures/", headers=HTMX).status_code == 404


def test_it_is_named_in_the_customers_language(client, cast):
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="one")
    client.force_login(cast.people["cem"])
    text = client.get(f"/requests/{ticket.pk}/gestures/", headers=HTMX).content.decode()
    assert "Gutschein, 20,00\xa0€" in text


def test_followed_as_a_link_it_is_a_page(eva, cast, ticket):
    Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="one")
    page = eva.get(f"/requests/{ticket.pk}/gestures/")
    assert page.templates[0].name == "portal/gestures.html"
    assert "HX-Request" in page["Vary"]
    assert "Voucher, €10.00" in page.content.decode()


def test_one_gesture_costs_as_much_as_thirty(eva, cast, ticket):
    as_often_for_thirty(
        reading(eva, f"/requests/{ticket.pk}/gestures/", headers=HTMX),
        lambda number: Ruling.request(cast.anna, ticket, Wish("voucher", 100), key=f"{number}"),
        most=6,
    )


@pytest.mark.parametrize("number", ["0", str(2**63), str(2**64), "9" * 400])
def test_numbers_that_are_none_find_nothing(eva, cast, number):
    assert eva.get(f"/requests/{number}/gestures/").status_code == 404


def test_it_is_read_and_never_written(eva, ticket):
    assert eva.post(f"/requests/{ticket.pk}/gestures/").status_code == 405
