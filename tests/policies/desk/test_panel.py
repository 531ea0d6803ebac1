"""The authority panel: what it says before the click is what the click does, and nothing typed into it does harm."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from cast import Cast
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policies.facts import Wish, forget_rules
from policies.models import BudgetPeriod, Level, Offer, Rulebook, Ruling, Stance
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def look(client: Client, ticket: Ticket, name: str = "panel", **chosen: str) -> HttpResponse:
    response = client.get(f"{reverse(f'authority:{name}', args=[ticket.pk])}?{urlencode(chosen)}")
    assert response.status_code == 200
    return response


def words(response: HttpResponse) -> str:
    """What is read, without marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


# What Anna chooses, what the panel calls it, and how the click ends.
CHOICES = [
    ({"kind": "voucher", "amount": "20"}, "do", "You can do this now.", "DO"),
    ({"kind": "voucher", "amount": "50"}, "do", "You can do this now.", "DO"),
    ({"kind": "voucher", "amount": "50.01"}, "ask", "Ask Ben – answer by", "ASK_SILENCE_YES"),
    ({"kind": "refund", "amount": "60"}, "ask", "Ask Ben – answer by", "ASK_SILENCE_ESCALATES"),
    ({"kind": "voucher", "amount": "100.01"}, "ask", "Ask Ben – answer by", "ASK_SILENCE_ESCALATES"),
    ({"kind": "refund", "amount": "900", "owed_by": "law"}, "owed", "This is owed: do it.", "OWED"),
    ({"kind": "call"}, "do", "You can do this now.", "DO"),
]


@pytest.mark.parametrize(("chosen", "look_is", "said", "outcome"), CHOICES)
def test_what_is_said_is_what_happens(
    cast: Cast, anna: Client, chosen: dict[str, str], look_is: str, said: str, outcome: str
) -> None:
    ticket = cast.ticket()
    shown = look(anna, ticket, "answer", **chosen)
    assert shown.context["preview"].look == look_is
    assert shown.context["preview"].decision.outcome == outcome
    assert said in words(shown)
    anna.post(reverse("authority:offer", args=[ticket.pk]), {"owed_by": "", "key": "k1", **chosen})
    assert Ruling.objects.get().outcome == outcome


def test_a_guardrail_says_what_it_protects_and_what_else_there_is(cast: Cast, anna: Client) -> None:
    cast.cem.status = "prospect"
    cast.cem.save()
    shown = look(anna, cast.ticket(), "answer", kind="refund", amount="10")
    assert shown.context["preview"].look == "never"
    assert "We give money back only where money was paid." in words(shown)
    assert "Offer a personal call." in words(shown)
    assert "Give Cem" not in words(shown)


@pytest.mark.parametrize(
    ("level", "look_is", "said"), [(1, "with", "Together with Ben"), (0, "hand", "Hand over to Ben")]
)
def test_ability_is_lent_or_the_case_handed_over(
    cast: Cast, anna: Client, level: int, look_is: str, said: str
) -> None:
    Level.objects.filter(agent=cast.anna).update(level=level)
    shown = look(anna, cast.ticket(), "answer", kind="voucher", amount="10")
    assert shown.context["preview"].look == look_is
    assert said in words(shown)


def test_three_lights_each_with_its_reason(cast: Cast, anna: Client) -> None:
    shown = look(anna, cast.ticket(), "answer", kind="voucher", amount="80")
    lights = shown.context["preview"].lights
    assert [(light["name"], light["light"]) for light in lights] == [
        ("koennen", "green"),
        ("wollen", "green"),
        ("duerfen", "amber"),
    ]
    assert all(light["reasons"] for light in lights)
    for light in lights:
        assert (
            light["reasons"][0] in words(shown).replace("\xa0", " ").replace("&quot;", '"')
            or "€" in light["reasons"][0]
        )


def test_what_is_possible_now_is_offered(cast: Cast, anna: Client) -> None:
    shown = look(anna, cast.ticket(), "answer", kind="voucher", amount="80")
    assert shown.context["preview"].decision.nearest.cents == 5000
    assert "Give €50.00 at once" in words(shown)


def test_the_bar_shows_spent_held_and_this(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for key, amount in (("a", 3000), ("b", 1000)):
        Ruling.request(cast.anna, ticket, Wish("voucher", amount), key=key)
    given = Offer.objects.get(cents=3000)
    assert given.deliver(by=cast.anna) and given.redeem(by=cast.anna)
    other = cast.ticket("Another", customer=cast.eva, by=cast.eva.person)
    budget = look(anna, other, "answer", kind="voucher", amount="50").context["budget"]
    assert {
        name: budget[name] for name in ("name", "allotted", "spent", "held", "this", "left", "after")
    } == {
        "name": "North",
        "allotted": 50_000,
        "spent": 3000,
        "held": 1000,
        "this": 5000,
        "left": 46_000,
        "after": 41_000,
    }
    assert (budget["spent_share"], budget["held_share"], budget["this_share"]) == (6, 2, 10)


def test_when_the_own_budget_is_short_the_pool_is_shown(cast: Cast, anna: Client) -> None:
    cast.budget.monthly_cents = 1000
    cast.budget.save()
    shown = look(anna, cast.ticket(), "answer", kind="voucher", amount="20")
    assert shown.context["preview"].decision.outcome == "ASK_SILENCE_YES"
    assert shown.context["budget"]["name"] == "House"


def test_looking_books_nothing(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for name in ("panel", "answer", "goodwill"):
        look(anna, ticket, name, kind="voucher", amount="20", key="k1")
    assert (Ruling.objects.count(), Offer.objects.count(), BudgetPeriod.objects.count()) == (0, 0, 0)


BAD = [
    "NaN",
    "1e309",
    "-5",
    "+10",
    "0.001",
    "１２",
    "1_000",
    "10\n",
    "\x00",
    "<b>9</b>",
    "1" * 40,
    "0x10",
    "∞",
    "1,2,3",
    "10 $",
]


@pytest.mark.parametrize("amount", BAD)
@pytest.mark.parametrize("name", ["panel", "answer"])
def test_an_amount_that_is_none_is_answered_in_words(
    cast: Cast, anna: Client, name: str, amount: str
) -> None:
    shown = look(anna, cast.ticket(), name, kind="voucher", amount=amount)
    assert shown.context["preview"] is None
    assert shown.context["form"].errors["amount"]
    assert "field__error" in shown.content.decode()
    assert "<b>9</b>" not in shown.content.decode()


@pytest.mark.parametrize(
    "chosen", [{"kind": "gold"}, {"kind": ""}, {"kind": "voucher\x00"}, {"kind": "<b>"}, {}]
)
def test_a_gesture_that_is_none_falls_back_to_the_catalogue(
    cast: Cast, anna: Client, chosen: dict[str, str]
) -> None:
    shown = look(anna, cast.ticket(), "panel", amount="20", **chosen)
    assert shown.context["form"]["kind"].value() == "call"
    assert shown.context["preview"].decision.outcome == "DO"


@pytest.mark.parametrize("owed_by", ["because", "LAW", "\x00", "<b>"])
def test_owed_by_nothing_we_know_is_no_debt(cast: Cast, anna: Client, owed_by: str) -> None:
    shown = look(anna, cast.ticket(), "answer", kind="refund", amount="900", owed_by=owed_by)
    assert shown.context["preview"] is None
    assert shown.context["form"].errors["owed_by"]


def test_what_was_said_about_the_case_is_shown_to_oneself_alone(
    cast: Cast, anna: Client, client: Client
) -> None:
    ticket = cast.ticket()
    Stance.take(cast.anna, ticket, "not_now")
    assert look(anna, ticket).context["will"] == "not_now"
    other = Client()
    other.force_login(cast.ben)
    assert look(other, ticket).context["will"] == "fine"


def test_without_any_rules_the_panel_says_so(cast: Cast, anna: Client) -> None:
    Rulebook.objects.update(state="retired")
    forget_rules()
    ticket = cast.ticket()
    for name in ("panel", "answer"):
        assert "no rules in force" in words(look(anna, ticket, name, kind="voucher", amount="20"))
    sent = anna.post(
        reverse("authority:offer", args=[ticket.pk]), {"kind": "voucher", "amount": "20", "key": "k"}
    )
    assert sent.status_code == 302
    assert "no rules in force" in words(anna.get(sent["Location"]))
    assert Ruling.objects.count() == 0


def test_earlier_goodwill_is_what_was_really_given(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    for key, wish in {
        "a": Wish("voucher", 2000),
        "b": Wish("refund", 90_000, owed_by="law"),
        "c": Wish("voucher", 1000),
    }.items():
        Ruling.request(cast.anna, ticket, wish, key=key)
    Offer.objects.get(cents=1000).reverse(by=cast.anna, why="twice")
    shown = look(anna, ticket, "goodwill")
    assert (shown.context["total"], [offer.cents for offer in shown.context["offers"]]) == (2000, [2000])
    assert "€20.00" in words(shown)


def test_three_gestures_cost_what_one_costs(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()

    def give(number: int) -> None:
        Ruling.request(cast.anna, ticket, Wish("voucher", 500), key=f"do{number}")
        Ruling.request(cast.anna, ticket, Wish("voucher", 8000), key=f"ask{number}")

    give(1)
    paths = [reverse(f"authority:{name}", args=[ticket.pk]) for name in ("panel", "answer", "goodwill")]
    paths = [f"{path}?kind=voucher&amount=5" for path in paths]
    cost = {path: queries_of(anna, path) for path in paths}
    give(2)
    give(3)
    assert {path: queries_of(anna, path) for path in paths} == cost
    assert max(cost.values()) <= 32


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
