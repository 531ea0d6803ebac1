"""The life of a gesture: each stage once, dated and signed; the money moves at the stage its form counts at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY
from django.db import IntegrityError, transaction

from policies.facts import Wish
from policies.ledger.transfer import reconcile
from policies.life.expiry import expire_now
from policies.life.treatment import COUNTS_AT, PROPOSED, REDEEMABLE, Form, counts_at
from policies.models import BudgetPeriod, GestureKind, Offer, Ruling, Stage, Transfer, Treatment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def give(cast, form="multi_purpose_voucher", *, cents=2000, key="k", at=MONDAY, **wish) -> Offer:
    GestureKind.objects.filter(code="voucher").update(form=form)
    return Ruling.request(cast.anna, cast.ticket(), Wish("voucher", cents, **wish), key=key, at=at).offer


def money(period: BudgetPeriod) -> tuple[int, int]:
    period.refresh_from_db()
    return period.reserved_cents, period.spent_cents


def story(offer: Offer) -> list[tuple[str, str | None, str | None]]:
    """Name, who, and what it moved."""
    rows = offer.stages.select_related("by", "entry")
    return [(s.name, s.by and s.by.name, s.entry and s.entry.step) for s in rows]


def test_a_multi_purpose_voucher_is_spent_when_it_is_redeemed(cast):
    offer = give(cast)
    assert offer.deliver(by=cast.anna, at=MONDAY + DAY)
    assert money(offer.period) == (2000, 0)
    assert offer.redeem(by=cast.ben, at=MONDAY + 2 * DAY)
    assert money(offer.period) == (0, 2000)
    assert story(offer) == [
        ("reserved", "Anna", "reserve"),
        ("granted", "Anna", None),
        ("delivered", "Anna", None),
        ("redeemed", "Ben", "confirm"),
    ]
    assert [s.at for s in offer.stages.all()] == [MONDAY, MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]
    assert reconcile() == []


@pytest.mark.parametrize("form", Form.values)
def test_each_form_counts_at_its_stage_and_only_there(cast, form):
    offer = give(cast, form)
    offer.deliver(by=cast.anna, at=MONDAY)
    assert money(offer.period) == ((0, 2000) if counts_at(form) == "delivered" else (2000, 0))
    assert offer.redeem(by=cast.anna, at=MONDAY) is (form in REDEEMABLE)
    assert money(offer.period) == (0, 2000)


def test_every_form_has_its_treatment_proposed():
    assert set(COUNTS_AT) == set(PROPOSED["skr03"]) == set(PROPOSED["skr04"]) == set(Form.values)


@pytest.mark.parametrize(
    ("form", "step"), [("multi_purpose_voucher", "release"), ("single_purpose_voucher", "reverse")]
)
def test_what_runs_out_gives_its_money_back_as_the_books_ask(cast, form, step):
    """Not yet spent: the reservation is released. Spent at its delivery: a counter-entry reverses it."""
    Treatment.objects.create(
        form=form, skr03="4790", contra_skr03="1700", skr04="6790", contra_skr04="3500", valid_days=10
    )
    offer = give(cast, form)
    offer.deliver(by=cast.anna, at=MONDAY)
    assert offer.runs_out_at == MONDAY + 10 * DAY
    assert expire_now(now=MONDAY + 10 * DAY - timedelta(seconds=1)) == 0
    assert [expire_now(now=MONDAY + 10 * DAY) for _beat in range(2)] == [1, 0]
    offer.refresh_from_db()
    assert offer.state == "expired"
    assert money(offer.period) == (0, 0)
    assert story(offer)[-1] == ("expired", None, step)
    assert not Offer.objects.counting().exists()
    assert offer.ticket.events.filter(kind="offer_expired").count() == 1
    assert reconcile() == []


def test_what_never_reached_the_customer_does_not_run_out(cast):
    offer = give(cast)
    assert expire_now(now=MONDAY + 4000 * DAY) == 0
    assert offer.runs_out_at is None


def test_what_is_not_redeemed_holds_for_good(cast):
    offer = give(cast, "credit_note")
    offer.deliver(by=cast.anna, at=MONDAY)
    assert offer.runs_out_at is None


def test_after_its_last_moment_nothing_is_redeemed_even_before_the_beat_comes(cast):
    offer = give(cast, "discount")
    offer.deliver(by=cast.anna, at=MONDAY)
    assert not offer.redeem(by=cast.anna, at=MONDAY + 365 * DAY)
    assert offer.redeem(by=cast.anna, at=MONDAY + 365 * DAY - timedelta(seconds=1))


def test_a_poisoned_one_does_not_keep_the_others(cast):
    broken, sound = give(cast, key="a"), give(cast, key="b")
    for offer in (broken, sound):
        offer.deliver(by=cast.anna, at=MONDAY)
        Offer.objects.filter(pk=offer.pk).update(runs_out_at=MONDAY + DAY)
    # Somebody else used its key: the ledger refuses to book under it.
    Stage.objects.create(offer=broken, name="expired", at=MONDAY)
    assert expire_now(now=MONDAY + DAY) == 1
    assert Offer.objects.get(pk=sound.pk).state == "expired"
    broken.refresh_from_db()
    assert (broken.state, broken.runs_out_at) == ("delivered", MONDAY + DAY + timedelta(hours=1))
    assert money(broken.period) == (2000, 0)


def test_taken_back_twice_is_refused_and_books_once(cast):
    offer = give(cast)
    assert offer.reverse(by=cast.anna, why="A mistake", at=MONDAY)
    again = Offer.objects.get(pk=offer.pk)
    assert not again.reverse(by=cast.ben, why="Once more", at=MONDAY)
    assert Transfer.objects.filter(step="release").count() == 1
    assert [s.why for s in offer.stages.filter(name="reversed")] == ["A mistake"]


@pytest.mark.parametrize("form", ["multi_purpose_voucher", "goods"])
def test_what_has_arrived_only_a_lead_takes_back_by_a_counter_entry(cast, form):
    offer = give(cast, form)
    offer.deliver(by=cast.anna, at=MONDAY)
    assert not offer.reverse(by=cast.anna, why="The wrong customer", at=MONDAY)
    assert not offer.reverse(by=cast.dora, why="The wrong customer", at=MONDAY)
    assert offer.reverse(by=cast.ben, why="The wrong customer", at=MONDAY)
    assert money(offer.period) == (0, 0)
    assert reconcile() == []


@pytest.mark.parametrize("end", ["redeemed", "expired"])
def test_an_end_is_an_end(cast, end):
    offer = give(cast)
    offer.deliver(by=cast.anna, at=MONDAY)
    assert offer.redeem(by=cast.anna, at=MONDAY) if end == "redeemed" else offer.expire(at=MONDAY)
    before = money(offer.period)
    assert not offer.reverse(by=cast.ben, why="Too late", at=MONDAY)
    assert not offer.deliver(by=cast.ben, at=MONDAY)
    assert not offer.redeem(by=cast.ben, at=MONDAY)
    assert not offer.expire(at=MONDAY)
    assert money(offer.period) == before


def test_the_database_itself_refuses_a_stage_twice(cast):
    offer = give(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.reach(offer, "granted", by=cast.anna, at=MONDAY)


def test_what_is_owed_has_stages_and_moves_no_money(cast):
    offer = give(cast, owed_by="law", cents=90_000)
    offer.deliver(by=cast.anna, at=MONDAY)
    offer.redeem(by=cast.anna, at=MONDAY)
    assert story(offer) == [
        ("granted", "Anna", None),
        ("delivered", "Anna", None),
        ("redeemed", "Anna", None),
    ]
    assert not Transfer.objects.exists()


def test_money_that_comes_back_after_its_month_goes_to_the_month_that_runs(cast):
    offer = give(cast)
    offer.deliver(by=cast.anna, at=MONDAY)
    june = datetime(2026, 6, 3, 9, tzinfo=UTC)
    assert offer.reverse(by=cast.ben, why="Never used", at=june)
    march, now = BudgetPeriod.objects.filter(budget=cast.budget).order_by("starts")
    assert (march.allotted_cents, march.left_cents) == (48_000, 48_000)
    assert (now.starts.month, now.allotted_cents, now.carried_cents) == (6, 52_000, 2000)
    assert reconcile() == []
