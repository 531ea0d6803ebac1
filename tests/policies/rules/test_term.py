"""Windows and loyalty are terms of a version: live, dated, and never making anybody's room smaller with the years."""

from datetime import date, timedelta

import pytest
from cast import MONDAY
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.duerfen import Latitude
from policies.facts import Wish, gather, room_for, rules_in_force
from policies.models import Rulebook, Ruling, Term
from policies.referral import may_decide
from policies.rules.rehearsal import Rehearsal, rehearse_now
from policies.rules.term import MOST_PERCENT, Terms, terms_on

DAY = date(2026, 3, 2)
steps = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 1000)), max_size=6).map(tuple)
# A machine with much else to do draws slowly; that says nothing about the rule.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@given(steps, st.integers(0, 700), st.integers(0, 700))
@unhurried
def test_loyalty_is_bounded_never_below_the_base_and_never_falls_with_the_years(loyalty, one, other):
    terms = Terms(loyalty=loyalty)
    less, more = sorted([one, other])
    assert 100 <= terms.factor(less) <= terms.factor(more) <= MOST_PERCENT


@given(steps, st.integers(0, 700), st.integers(0, 10**9), st.integers(0, 10**9))
@unhurried
def test_a_wider_room_never_holds_less_and_keeps_its_order(loyalty, months, own, more):
    room = Latitude(own, own + more, more).times(Terms(loyalty=loyalty).factor(months))
    assert (room.own_cents >= own, room.stretch_cents >= own + more, room.customer_cents >= more) == (
        True,
        True,
        True,
    )
    assert room.own_cents <= room.stretch_cents


def test_whoever_is_no_customer_yet_or_no_longer_has_the_plain_room():
    terms = Terms(loyalty=((12, 150),))
    found = {status: terms.factor_for(status, 60) for status in ("prospect", "new", "established", "former")}
    assert found == {"prospect": 100, "new": 150, "established": 150, "former": 100}


def test_the_one_with_an_end_holds_while_it_lasts():
    rows = [
        Term(name="case_days", value=60, valid_until=DAY),
        Term(name="case_days", value=30),
        Term(name="loyalty", from_months=24, value=110),
        Term(name="loyalty", from_months=24, value=150, valid_until=DAY - timedelta(days=1)),
    ]
    assert terms_on(rows, DAY) == Terms(60, 365, ((24, 110),))
    assert terms_on(rows, DAY + timedelta(days=1)) == Terms(30, 365, ((24, 110),))
    assert terms_on([], DAY) == Terms(30, 365, ())


def set_terms(*rows, at=None):
    with Rulebook.amend(by=None, note="Terms", at=at) as book:
        for name, months, value in rows:
            Term.objects.create(rulebook=book, name=name, from_months=months, value=value)


@pytest.mark.django_db
def test_the_windows_of_the_version_in_force_decide_what_counts(cast):
    ticket = cast.ticket(at=MONDAY)
    for days, key in ((5, "a"), (20, "b"), (100, "c")):
        Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key=key, at=MONDAY - timedelta(days=days))

    def seen():
        facts = gather(cast.anna, ticket, Wish("voucher", 500), at=MONDAY)
        return facts.given_case_cents, facts.given_customer_cents

    assert seen() == (2000, 3000)
    set_terms(("case_days", 0, 10), ("customer_days", 0, 90))
    assert seen() == (1000, 2000)


@pytest.mark.django_db
def test_a_case_window_longer_than_the_other_still_counts(cast):
    ticket = cast.ticket(at=MONDAY)
    Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="a", at=MONDAY - timedelta(days=40))
    set_terms(("case_days", 0, 60), ("customer_days", 0, 30))
    facts = gather(cast.anna, ticket, Wish("voucher", 500), at=MONDAY)
    assert (facts.given_case_cents, facts.given_customer_cents) == (1000, 0)


@pytest.mark.django_db
def test_years_widen_the_room_of_whoever_decides(cast):
    ticket = cast.ticket(at=MONDAY)  # Cem has been with us for seven years
    set_terms(("loyalty", 24, 110), ("loyalty", 60, 150))
    facts = gather(cast.anna, ticket, Wish("voucher", 7000), at=MONDAY)
    assert (facts.own_limit_cents, facts.stretch_limit_cents, facts.customer_limit_cents) == (
        7500,
        15_000,
        30_000,
    )
    assert Ruling.weigh(cast.anna, ticket, Wish("voucher", 7500), at=MONDAY).outcome == "DO"
    asked = Ruling.weigh(cast.anna, ticket, Wish("voucher", 29_000), at=MONDAY)
    assert may_decide(cast.ben, asked, "approve", at=MONDAY) is None
    eva = cast.ticket(at=MONDAY, customer=cast.eva, by=cast.eva.person)
    assert room_for(rules_in_force(), cast.anna, eva, at=MONDAY).own_cents == 5500


@pytest.mark.django_db
def test_a_rehearsal_weighs_with_the_loyalty_of_the_draft(cast):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 7000), key="k")
    draft = Rulebook.draft(by=cast.ben, note="Loyal")
    Term.objects.create(rulebook=draft, name="loyalty", from_months=12, value=150)
    rehearsal = Rehearsal.ask(draft, by=cast.ben)
    rehearse_now()
    rehearsal.refresh_from_db()
    assert [(row["before"], row["after"]) for row in rehearsal.found["changes"]] == [
        ("ASK_SILENCE_YES", "DO")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"name": "loyalty", "value": 99},
        {"name": "loyalty", "value": 201},
        {"name": "case_days", "value": 0},
        {"name": "customer_days", "value": 1097},
        {"name": "case_days", "value": 30, "from_months": 5},
    ],
)
def test_no_row_leaves_its_bounds(cast, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(rulebook=Rulebook.objects.in_force(), **row)
