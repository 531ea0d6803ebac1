"""Small surprises: tied to a detail, given from a pot of their own without any leave, in the books like all money."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import timedelta

import pytest
from cast import Cast
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from program import Program

from policies.export.table import datev_csv, ledger_csv
from policies.facts import Wish, rules_in_force
from policies.forgotten import forget
from policies.insight.met import in_the_way
from policies.ledger.allotment import resize, set_aside
from policies.ledger.purse import budgets_for, purses
from policies.ledger.transfer import reconcile
from policies.mirrors.quiet import can_be_mirrored
from policies.models import Ask, Budget, BudgetPeriod, Detail, ExportBatch, Offer, Ruling, Transfer
from policies.relationship.renewal import Given, renewed
from policies.rules.difference import differences
from policies.weigh.decide import weigh
from policies.weigh.decision import Dimension, Outcome, Variant
from policies.weigh.gesture import SURPRISE, Facts
from tickets.models import Ticket
from tickets.own_data import gather

HTMX = {"HX-Request": "true"}
FACTS = Facts(
    kind=SURPRISE,
    cents=1000,
    currency="EUR",
    reversible=False,
    cause="late-delivery",
    missing=("fault",),
    owed=False,
    guardrails=(),
    conflict=False,
    given_case_cents=90_000,
    given_customer_cents=90_000,
    own_limit_cents=0,
    stretch_limit_cents=0,
    customer_limit_cents=0,
    own_budget_cents=0,
    pool_budget_cents=0,
    level=0,
    required_level=4,
    wollen="not_now",
    trial=True,
    surprise_limit_cents=1000,
    surprise_budget_cents=1500,
)


@pytest.fixture
def pot(cast: Cast) -> Budget:
    return set_aside(cast.north, monthly_cents=2500, each_cents=1000)[0]


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def told(cast: Cast, ticket: Ticket, words: str = "Twins in May", **how: str) -> Detail:
    said = {"words": words, "purpose": "To ask how they are", "consent": "asked", "by": cast.anna}
    day = timezone.localdate() + timedelta(days=30)
    detail = Detail.note(ticket, **said, forget_on=day, key=f"{ticket.pk} {words}", **how)
    assert isinstance(detail, Detail)
    return detail


def left(budget: Budget) -> int:
    return BudgetPeriod.objects.get(budget=budget).left_cents


def test_c57_up_to_x_it_is_always_do_it() -> None:
    for cents in (1, 999, 1000):
        decision = weigh(dataclasses.replace(FACTS, cents=cents))
        assert (decision.outcome, decision.binding) == (Outcome.DO, (Dimension.DUERFEN,))
        assert {light.value for light in decision.lights.values()} == {"green"}
        assert in_the_way([reason.to_json() for reason in decision.reasons]) == set()
    assert decision.reasons[0].text.startswith("Just do it: a small surprise of up to €10.00")
    with translation.override("de"):
        assert decision.reasons[0].text.startswith("Einfach tun: Eine kleine Überraschung bis 10,00")


def test_what_the_pot_does_not_carry_is_weighed_like_any_other_gesture() -> None:
    able = dataclasses.replace(FACTS, missing=(), level=4, wollen="fine", trial=False)
    for beyond in (
        {"cents": 1001},
        {"surprise_budget_cents": 999},
        {"surprise_limit_cents": 0, "surprise_budget_cents": 0},
        {"kind": "voucher"},
    ):
        facts = dataclasses.replace(able, **beyond)
        assert weigh(facts).outcome is Outcome.ASK_SILENCE_ESCALATES, beyond
        plain = dataclasses.replace(facts, kind="voucher")
        assert (weigh(plain).outcome, weigh(plain).lights) == (weigh(facts).outcome, weigh(facts).lights)
    # The largest that is free is offered instead, whatever else stands in the way.
    for facts in (able, dataclasses.replace(able, wollen="not_now")):
        assert weigh(dataclasses.replace(facts, cents=5000)).nearest == Variant(1000, SURPRISE)
    roomy = {"own_limit_cents": 99_000, "customer_limit_cents": 99_000, "own_budget_cents": 4000}
    assert weigh(dataclasses.replace(able, cents=5000, **roomy)).nearest == Variant(4000, SURPRISE)


def test_guardrails_and_closeness_hold_for_a_surprise_too() -> None:
    assert weigh(dataclasses.replace(FACTS, guardrails=("law",))).outcome is Outcome.NEVER
    assert weigh(dataclasses.replace(FACTS, conflict=True)).outcome is Outcome.WITH_OTHER
    assert weigh(dataclasses.replace(FACTS, owed=True)).outcome is Outcome.OWED


def test_the_facts_of_other_gestures_are_written_as_before() -> None:
    assert Facts.from_json(FACTS.to_json()) == FACTS
    plain = dataclasses.replace(FACTS, surprise_limit_cents=0, surprise_budget_cents=0)
    assert "surprise" not in plain.to_json()
    assert Facts.from_json(plain.to_json()) == plain


@pytest.mark.django_db
def test_a_surprise_is_booked_from_the_pot_and_nothing_else(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    wish = Wish(SURPRISE, 1000, named="Two bibs", detail=told(cast, ticket).pk)
    ruling = Ruling.request(cast.anna, ticket, wish, key="a")
    assert Ruling.request(cast.anna, ticket, wish, key="a") == ruling
    assert (ruling.outcome, ruling.circumstances["detail"], ruling.wish.detail) == (
        "DO",
        wish.detail,
        wish.detail,
    )
    assert (ruling.offer.period.budget, ruling.offer.gesture, ruling.offer.form) == (
        pot,
        "Two bibs, €10.00",
        "goods",
    )
    assert not Ask.objects.exists()
    assert not BudgetPeriod.objects.filter(budget=cast.budget).exists()
    keys = [f"period:{ruling.offer.period_id}:allot", f"ruling:{ruling.pk}:reserve"]
    assert list(Transfer.objects.values_list("key", flat=True)) == keys
    assert ruling.offer.deliver(by=cast.anna)
    assert not ruling.offer.reverse(by=cast.anna, why="The wrong one")
    assert ruling.offer.reverse(by=cast.ben, why="The wrong one")
    assert (left(pot), reconcile()) == (2500, [])


@pytest.mark.django_db
def test_the_pot_is_nobodys_budget(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    assert budgets_for(cast.anna, ticket, "EUR") == (cast.budget, cast.pool)
    assert purses(cast.anna, ticket, "EUR", at=timezone.now()) == (50_000, 100_000)
    assert SURPRISE not in {kind.code for kind in rules_in_force().listed}
    assert differences(rules_in_force(), rules_in_force()) == []


@pytest.mark.django_db
def test_without_a_detail_that_is_kept_it_is_no_surprise(cast: Cast, pot: Budget) -> None:
    ticket, of_eva = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    gone = told(cast, ticket, "Moved house")
    Detail.objects.filter(pk=gone.pk).update(forget_on=timezone.localdate())
    for number in (0, 10**12, gone.pk, told(cast, of_eva).pk):
        facts = Ruling.weigh(cast.anna, ticket, Wish(SURPRISE, 500, detail=number), at=timezone.now()).weighed
        assert not facts.is_surprise
    ruling = Ruling.request(cast.anna, ticket, Wish(SURPRISE, 500), key="b")
    assert ruling.offer.period.budget == cast.budget


@pytest.mark.django_db
def test_an_empty_pot_leaves_what_one_may_give_anyway(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    wish = Wish(SURPRISE, 1000, detail=told(cast, ticket).pk)
    paid = [Ruling.request(cast.anna, ticket, wish, key=f"k{n}").offer.period.budget for n in range(3)]
    assert paid == [pot, pot, cast.budget]
    assert left(pot) == 500
    above = Ruling.request(cast.anna, ticket, dataclasses.replace(wish, cents=9000), key="much")
    assert above.outcome == Outcome.ASK_SILENCE_ESCALATES
    assert above.ask.grant(by=cast.ben) is None
    assert Offer.objects.get(ruling=above).period.budget == cast.budget


@pytest.mark.django_db
def test_nothing_of_how_it_came_about_reaches_the_customer(cast: Cast, pot: Budget, client: Client) -> None:
    ticket = cast.ticket(customer=cast.eva, by=cast.eva.person)
    Ruling.request(cast.anna, ticket, Wish(SURPRISE, 800, detail=told(cast, ticket).pk), key="a")
    client.force_login(cast.eva.person)
    shown = client.get(f"/requests/{ticket.pk}/gestures/", headers=HTMX).content.decode()
    assert "Small surprise, €8.00" in shown
    api = json.dumps(Program.of(cast.eva.person).get(f"tickets/{ticket.pk}/offers/").json())
    assert "Small surprise, €8.00" in api.replace("\\u20ac", "€")
    for page in (shown, api):
        for inside in ("Twins", "Anna", "pot", "star-dust", "surprises"):
            assert inside not in page
    assert gather(cast.eva)["received"][0]["gesture"] == "Small surprise, €8.00"


@pytest.mark.django_db
def test_a_forgotten_customers_surprise_has_no_name_of_its_own(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    wish = Wish(SURPRISE, 800, named="A card for Cem", detail=told(cast, ticket).pk)
    ruling = Ruling.request(cast.anna, ticket, wish, key="a")
    assert not can_be_mirrored(ruling.offer)
    forget(cast.cem)
    ruling.refresh_from_db()
    assert (ruling.called["de"], Offer.objects.get().name_en) == ("Kleine Überraschung", "Small surprise")


@pytest.mark.django_db
def test_the_books_show_it_with_its_pot(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    wish = Wish(SURPRISE, 800, detail=told(cast, ticket).pk)
    Ruling.request(cast.anna, ticket, wish, key="a").offer.deliver(by=cast.anna)
    batch = ExportBatch.make(chart="skr04", by=cast.ben, key="x")
    rows = list(csv.DictReader(io.StringIO(b"".join(ledger_csv(batch)).decode("utf-8-sig"))))
    assert [(row["budget"], row["step"], row["amount"], row["kind"], row["account"]) for row in rows] == [
        ("North: small surprises", "allot", "25.00", "", ""),
        ("North: small surprises", "reserve", "8.00", "star-dust", ""),
        ("North: small surprises", "confirm", "8.00", "star-dust", "6790"),
    ]
    said = b"".join(datev_csv(batch)).decode("cp1252")
    assert f"Kleine Überraschung #{ticket.pk}" in said


@pytest.mark.django_db
def test_a_team_has_one_pot_and_its_amounts_are_bounded(cast: Cast, pot: Budget) -> None:
    assert set_aside(cast.north, monthly_cents=9, each_cents=9) == (pot, False)
    assert resize(pot, 3000, each_cents=500, by=cast.ben, key="k") is None
    pot.refresh_from_db()
    assert (pot.monthly_cents, pot.each_cents, left(pot)) == (3000, 500, 3000)
    for wrong in (
        {"each_cents": 0},
        {"each_cents": 10_001},
        {"team": None},
        {"purpose": ""},
    ):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Budget.objects.filter(pk=pot.pk).update(**wrong)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Budget.objects.create(
            name="Once more", team=cast.north, purpose="surprises", each_cents=1, monthly_cents=1
        )


def choose(anna: Client, ticket: Ticket, name: str = "panel", **chosen: object) -> str:
    answer = anna.get(reverse(f"authority:{name}", args=[ticket.pk]), {"kind": SURPRISE, **chosen})
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.django_db
def test_the_panel_says_do_it_and_the_click_does(cast: Cast, pot: Budget, anna: Client) -> None:
    ticket = cast.ticket()
    detail = told(cast, ticket, surprise="Two bibs")
    piece = anna.get(reverse("authority:relationship", args=[ticket.pk])).content.decode()
    assert f'name="detail" value="{detail.pk}"' in piece
    page = choose(anna, ticket, detail=detail.pk)
    for words in (
        "You can do this now.",
        "Just do it:",
        "North: small surprises, ",
        "Small surprise, €10.00",
    ):
        assert words in page
    assert f'<option value="{detail.pk}" selected>Twins in May – Two bibs' in page
    assert 'value="10.00"' in page
    sent = {"kind": SURPRISE, "amount": "10", "owed_by": "", "detail": detail.pk, "key": "d"}
    for _twice in range(2):
        assert anna.post(reverse("authority:offer", args=[ticket.pk]), sent).status_code == 302
    assert (Offer.objects.count(), left(pot)) == (1, 1500)
    assert SURPRISE not in anna.get(reverse("authority:panel", args=[ticket.pk])).content.decode()


@pytest.mark.django_db
def test_a_surprise_badly_asked_for_is_refused_at_its_place(cast: Cast, pot: Budget, anna: Client) -> None:
    ticket = cast.ticket()
    detail = told(cast, ticket)
    of_eva = told(cast, cast.ticket(customer=cast.eva, by=cast.eva.person))
    good = {"kind": SURPRISE, "amount": "10", "owed_by": "", "detail": detail.pk, "named": "Bibs", "key": "d"}
    for bad, words in (
        ({"detail": ""}, "Say which detail it belongs to."),
        ({"detail": "x"}, "This detail is not kept any more."),
        ({"detail": of_eva.pk}, "This detail is not kept any more."),
        ({"detail": 10**30}, "This detail is not kept any more."),
        ({"amount": "0"}, "This gesture needs an amount above zero."),
        ({"amount": "１０"}, "Enter an amount such as 20 or 20.50."),
        ({"owed_by": "law"}, "What is owed is no surprise."),
        ({"named": "x" * 81}, ""),
    ):
        answer = anna.post(reverse("authority:offer", args=[ticket.pk]), {**good, **bad}, headers=HTMX)
        page = answer.content.decode()
        assert "field__error" in page and words in page, bad
        assert "named" in bad or 'value="Bibs"' in page
    assert not Offer.objects.exists()
    beyond = choose(anna, ticket, "answer", detail=detail.pk, amount="11")
    assert "As a small surprise it could cost €10.00 at most" in beyond
    assert "North, " in beyond
    Budget.objects.filter(pk=pot.pk).delete()
    assert "There is no pot for small surprises here" in choose(anna, ticket, detail=detail.pk, amount="5")


@pytest.mark.django_db
def test_programs_do_not_give_surprises(cast: Cast, pot: Budget) -> None:
    ticket = cast.ticket()
    sent = {"kind": SURPRISE, "cents": 500}
    assert Program.of(cast.anna).post(f"tickets/{ticket.pk}/offers/", sent).status_code == 400


def test_c58_the_same_within_a_year_is_told_with_what_would_be_new() -> None:
    now = timezone.now()
    given = [Given(SURPRISE, "Bibs", now), Given("note", "Note", now), Given("other", "A plant", now)]
    others = [("note", "Note"), ("Bibs", "Bibs"), ("call", "Call"), ("book", "Book")]
    found = renewed(Wish("note"), given, others)
    assert found is not None
    assert (found.before, found.instead) == (given[1], "Call")
    assert renewed(Wish("call"), given, others) is None
    assert renewed(Wish("other", named="a PLANT"), given, others) is not None
    assert renewed(Wish("other", named="A book"), given, others) is None
    small = renewed(Wish(SURPRISE), given, [("note", "Note")])
    assert small is not None
    assert (small.before, small.instead) == (given[0], "")


@pytest.mark.django_db
def test_c58_a_second_surprise_within_twelve_months_gives_a_hint(
    cast: Cast, pot: Budget, anna: Client
) -> None:
    ticket = cast.ticket()
    detail = told(cast, ticket)
    told(cast, ticket, "Bakes bread", surprise="A book on bread")
    hint = "The same again pleases less."
    assert hint not in choose(anna, ticket, detail=detail.pk)
    ruling = Ruling.request(cast.anna, ticket, Wish(SURPRISE, 800, named="Bibs", detail=detail.pk), key="a")
    page = choose(anna, ticket, detail=detail.pk)
    assert hint in page
    assert ": Bibs." in page
    assert "This would be new: A book on bread." in page
    assert "You can do this now." in page
    # For every gesture, and without a detail the catalogue says what would be new.
    Ruling.request(cast.anna, ticket, Wish("voucher", 500), key="v")
    assert "This would be new: Call." in choose(anna, ticket, "answer", kind="voucher", amount="5")
    assert hint not in choose(anna, ticket, "answer", kind="voucher", amount="5", owed_by="law")
    Offer.objects.filter(pk=ruling.offer.pk).update(at=timezone.now() - timedelta(days=366))
    assert hint not in choose(anna, ticket, detail=detail.pk)
    Offer.objects.filter(pk=ruling.offer.pk).update(at=timezone.now(), state="reversed")
    assert hint not in choose(anna, ticket, detail=detail.pk)
