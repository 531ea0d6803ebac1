"""What the panel does: gives once, asks by name, delivers, takes back – and says in words what did not work."""

from __future__ import annotations

import json
import re

import pytest
from cast import Cast
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policies.facts import Wish
from policies.models import Ask, BudgetPeriod, Offer, Ruling, Stance, Transfer
from tickets.models import OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
KEY = "k" * 32
HTMX = {"hx-request": "true"}


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def give(client: Client, ticket: Ticket, *, htmx: bool = True, **chosen: str) -> HttpResponse:
    data = {"kind": "voucher", "amount": "20", "owed_by": "", "key": KEY, **chosen}
    return client.post(reverse("authority:offer", args=[ticket.pk]), data, headers=HTMX if htmx else {})


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def toast(response: HttpResponse) -> str:
    """The word that outlives the next refresh of the panel."""
    return str(json.loads(response["HX-Trigger"])["toast"]["message"])


def test_giving_books_tells_and_shows(cast: Cast, anna: Client) -> None:
    response = give(anna, cast.ticket())
    assert response.status_code == 200
    assert toast(response) == "Done: Voucher, €20.00. The customer was told."
    offer = Offer.objects.get()
    assert (offer.cents, offer.agent, offer.approver, offer.state) == (2000, cast.anna, None, "granted")
    assert BudgetPeriod.objects.get(budget=cast.budget).reserved_cents == 2000
    assert (
        OutgoingMail.objects.filter(key=f"gesture:{offer.ruling_id}", to=cast.cem.person.email).count() == 1
    )


def test_without_scripts_it_is_said_on_the_ticket(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    response = give(anna, ticket, htmx=False)
    assert (response.status_code, response["Location"]) == (302, ticket.desk_url())
    assert "Done: Voucher, €20.00. The customer was told." in words(anna.get(ticket.desk_url()))
    give(anna, ticket, htmx=False, amount="80", key="2")
    assert "Ben was asked about Voucher, €80.00." in words(anna.get(ticket.desk_url()))


def test_sent_twice_is_given_once(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    answers = [toast(give(anna, ticket)) for _ in range(3)]
    assert answers == ["Done: Voucher, €20.00. The customer was told."] * 3
    assert (Ruling.objects.count(), Offer.objects.count()) == (1, 1)
    assert BudgetPeriod.objects.get(budget=cast.budget).reserved_cents == 2000
    assert Transfer.objects.filter(step="reserve").count() == 1
    assert OutgoingMail.objects.filter(key__startswith="gesture:").count() == 1


def test_the_next_form_is_a_new_gesture(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    body = give(anna, ticket).content.decode()
    key = re.search(r'name="key" value="([^"]*)"', body)[1]
    assert key != KEY
    give(anna, ticket, key=key)
    assert Offer.objects.count() == 2


def test_above_the_limit_somebody_is_asked_once(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for _ in range(2):
        assert toast(give(anna, ticket, amount="80")) == "Ben was asked about Voucher, €80.00."
    ask = Ask.objects.get()
    assert (ask.asked, ask.is_open) == (cast.ben, True)
    assert Offer.objects.count() == 0


BAD_AMOUNTS = {
    "": "This gesture needs an amount above zero.",
    "0": "This gesture needs an amount above zero.",
    "0,00": "This gesture needs an amount above zero.",
    "-5": "Enter an amount such as 20 or 20.50.",
    "+10": "Enter an amount such as 20 or 20.50.",
    "NaN": "Enter an amount such as 20 or 20.50.",
    "Infinity": "Enter an amount such as 20 or 20.50.",
    "1e309": "Enter an amount such as 20 or 20.50.",
    "１２": "Enter an amount such as 20 or 20.50.",
    "1_000": "Enter an amount such as 20 or 20.50.",
    "10\n": "Enter an amount such as 20 or 20.50.",
    "twenty": "Enter an amount such as 20 or 20.50.",
    "<b>5</b>": "Enter an amount such as 20 or 20.50.",
    "20 USD": "Enter an amount such as 20 or 20.50.",
    "0.001": "An amount has at most 2 decimal places.",
    "100000000.01": "That is more than the €100,000,000.00 we can book at once.",
    "9" * 30: "That is more than the €100,000,000.00 we can book at once.",
}


@pytest.mark.parametrize(("amount", "said"), BAD_AMOUNTS.items())
def test_an_amount_that_is_none_gives_nothing_and_stays_in_the_field(
    cast: Cast, anna: Client, amount: str, said: str
) -> None:
    response = give(anna, cast.ticket(), amount=amount)
    assert said in words(response)
    body = response.content.decode()
    typed = re.search(r'name="amount"[^>]*value="([^"]*)"', body)[1]
    assert typed.replace("&lt;", "<").replace("&gt;", ">") == amount
    assert f'name="key" value="{KEY}"' in body
    assert (Ruling.objects.count(), Offer.objects.count(), Ask.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gold"},
        {"kind": ""},
        {"kind": "voucher\x00"},
        {"owed_by": "because"},
        {"owed_by": "\x00"},
        {"kind": "other"},
        {"kind": "other", "named": "\u202e\u200b"},
        {"kind": "other", "named": "x" * 81},
        {"why": "x" * 301},
    ],
)
def test_a_choice_that_is_none_gives_nothing(cast: Cast, anna: Client, wrong: dict[str, str]) -> None:
    response = give(anna, cast.ticket(), **wrong)
    assert response.status_code == 200
    assert "field__error" in response.content.decode()
    assert (Ruling.objects.count(), Offer.objects.count()) == (0, 0)


def test_a_gesture_of_ones_own_has_a_name(cast: Cast, anna: Client) -> None:
    give(anna, cast.ticket(), kind="other", named="A <b>spare</b> part", amount="15")
    offer = Offer.objects.get()
    assert (offer.name_en, offer.name_de, offer.cents) == ("A <b>spare</b> part",) * 2 + (1500,)


def test_when_nobody_can_decide_it_says_so(cast: Cast, anna: Client) -> None:
    for person in (cast.ben, cast.dora):
        person.is_active = False
        person.save()
    response = give(anna, cast.ticket(), amount="80")
    assert "Nobody else can decide this." in words(response) or "Nobody else can decide this yet." in words(
        response
    )
    assert (Ruling.objects.count(), Ask.objects.count()) == (0, 0)


def test_saying_how_willing_one_is(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    path = reverse("authority:will", args=[ticket.pk])
    for will in ("not_now", "want"):
        assert anna.post(path, {"will": will}, headers=HTMX).context["will"] == will
    assert Stance.objects.get().will == "want"
    for nothing in ("", "never", "WANT", "\x00", "<b>"):
        assert anna.post(path, {"will": nothing}, headers=HTMX).status_code == 200
    assert Stance.objects.get().will == "want"


def offer_of(cast: Cast, kind: str = "refund") -> Offer:
    return Ruling.request(cast.anna, cast.ticket(), Wish(kind, 2000), key="k").offer


def press(client: Client, name: str, offer: Offer, **data: str) -> HttpResponse:
    return client.post(reverse(f"authority:{name}", args=[offer.pk]), data, headers=HTMX)


def test_delivered_once_is_spent_once(cast: Cast, anna: Client) -> None:
    offer = offer_of(cast)
    for _ in range(2):
        assert "delivered" in words(press(anna, "deliver", offer))
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert (period.reserved_cents, period.spent_cents) == (0, 2000)
    assert offer.ticket.events.filter(kind="offer_delivered").count() == 1


def test_a_voucher_is_spent_when_it_is_redeemed_and_only_once(cast: Cast, anna: Client) -> None:
    offer = offer_of(cast, "voucher")
    assert "It cannot be redeemed" in words(press(anna, "redeem", offer))
    press(anna, "deliver", offer)
    for _ in range(2):
        said = words(press(anna, "redeem", offer))
        assert "redeemed" in said
        assert "It cannot be redeemed" not in said
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert (period.reserved_cents, period.spent_cents) == (0, 2000)
    assert offer.ticket.events.filter(kind="offer_redeemed").count() == 1


def test_a_lead_takes_back_what_has_arrived(cast: Cast, client: Client) -> None:
    offer = offer_of(cast)
    offer.deliver(by=cast.anna)
    client.force_login(cast.ben)
    assert "taken back" in words(press(client, "reverse", offer, why="The wrong customer"))
    assert BudgetPeriod.objects.get(budget=cast.budget).left_cents == 50_000


def test_taken_back_with_a_reason_the_money_returns(cast: Cast, anna: Client) -> None:
    offer = offer_of(cast)
    for why in ("", " ", "\u200b", "x" * 201):
        assert "Say in a few words why it is taken back." in words(press(anna, "reverse", offer, why=why))
    offer.refresh_from_db()
    assert offer.state == "granted"
    for _ in range(2):
        assert "taken back" in words(press(anna, "reverse", offer, why="Given twice"))
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert (period.reserved_cents, period.spent_cents, period.left_cents) == (0, 0, 50_000)
    assert offer.ticket.events.filter(kind="offer_reversed").count() == 1


def test_what_has_reached_the_customer_is_not_taken_back(cast: Cast, anna: Client) -> None:
    offer = offer_of(cast)
    press(anna, "deliver", offer)
    said = words(press(anna, "reverse", offer, why="Too late"))
    assert (
        "It has already reached the customer. Only a lead takes it back, and nobody once it was redeemed."
        in said
    )
    offer.refresh_from_db()
    assert offer.state == "delivered"
    assert BudgetPeriod.objects.get(budget=cast.budget).spent_cents == 2000


def test_the_amount_is_the_one_that_was_shown(cast: Cast, anna: Client) -> None:
    """Typed as people type: the reader's comma, a thousands sign, spaces round it."""
    for number, (typed, cents) in enumerate(
        {"20,50": 2050, " 12 ": 1200, "7.5": 750, "€": None, "3 €": 300}.items()
    ):
        ticket = cast.ticket(f"t{number}")
        give(anna, ticket, amount=typed, key=f"k{number}", why="as it was")
        assert list(Offer.objects.filter(ticket=ticket).values_list("cents", flat=True)) == (
            [cents] if cents else []
        )
