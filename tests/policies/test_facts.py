"""What is known when a gesture is weighed: sums in their windows, purses, guardrails of the day, self-dealing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person
from django.utils import timezone

from accounts.models import Customer, Organisation
from policies.case.tie import conflicted
from policies.facts import Wish, forget_rules, gather, given, rules_in_force
from policies.ledger.purse import budgets_for, purses
from policies.models import Budget, Guardrail, Level, Offer, Requirement, Rulebook, Ruling, Stance
from tickets.models import Cause

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
VOUCHER = Wish("voucher", 2000)


def test_everything_at_once(cast: Cast) -> None:
    facts = gather(cast.anna, cast.ticket(at=MONDAY), VOUCHER, at=MONDAY)
    assert facts.to_json() == {
        "request": {
            "kind": "voucher",
            "cents": 2000,
            "currency": "EUR",
            "reversible": True,
            "cause": "late-delivery",
        },
        "missing": [],
        "owed": False,
        "guardrails": [],
        "conflict": False,
        "given": {"case_cents": 0, "customer_cents": 0},
        "limits": {"own_cents": 5000, "stretch_cents": 10_000, "customer_cents": 20_000},
        "budget": {"own_cents": 50_000, "pool_cents": 100_000},
        "koennen": {"level": 2, "required": 2},
        "wollen": "fine",
        "trial": False,
    }


def test_a_gesture_the_catalogue_lacks_is_a_fault(cast: Cast) -> None:
    with pytest.raises(KeyError):
        gather(cast.anna, cast.ticket(), Wish("gold", 1))


def give(cast: Cast, cents: int, at: datetime, **how: object) -> Offer:
    ticket = how.pop("ticket", None) or cast.ticket(at=at)
    owed = str(how.get("owed_by", ""))
    key = f"{cents}-{at}-{owed}"
    return Ruling.request(cast.anna, ticket, Wish("voucher", cents, owed_by=owed), key=key, at=at).offer


def test_what_was_given_counts_in_its_window(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    give(cast, 1, MONDAY - 365 * DAY)
    give(cast, 20, MONDAY - 365 * DAY + timedelta(seconds=1))
    give(cast, 300, MONDAY - 30 * DAY)
    give(cast, 4000, MONDAY - 30 * DAY + timedelta(seconds=1))
    assert given(ticket, at=MONDAY) == (4000, 4320)


def test_what_was_owed_taken_back_or_anothers_does_not_count(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    give(cast, 1000, MONDAY - DAY, owed_by="law")
    give(cast, 2000, MONDAY - DAY).reverse(by=cast.anna, why="twice")
    give(cast, 3000, MONDAY - DAY, ticket=cast.ticket(customer=cast.eva, by=cast.eva.person))
    assert given(ticket, at=MONDAY) == (0, 0)


def test_another_cause_is_another_case_of_the_same_customer(cast: Cast) -> None:
    other = Cause.objects.create(code="rude", name_en="Rude", name_de="Grob", team=cast.north)
    Level.objects.create(agent=cast.anna, cause=other, level=2)
    give(cast, 1000, MONDAY - DAY, ticket=cast.ticket(cause=other))
    assert given(cast.ticket(at=MONDAY), at=MONDAY) == (0, 1000)


def test_person_before_team_before_house(cast: Cast) -> None:
    ticket = cast.ticket()
    assert budgets_for(cast.anna, ticket, "EUR") == (cast.budget, cast.pool)
    own = Budget.objects.create(name="Anna’s", person=cast.anna, monthly_cents=100)
    Budget.objects.create(name="Ben’s", person=cast.ben, monthly_cents=100)
    Budget.objects.create(name="South", team=cast.south, monthly_cents=100)
    assert budgets_for(cast.anna, ticket, "EUR") == (own, cast.budget)
    assert budgets_for(cast.anna, ticket, "CHF") == (None, None)


def test_purses_are_what_is_left_this_month(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    assert purses(cast.anna, ticket, "EUR", at=MONDAY) == (50_000, 100_000)
    give(cast, 2000, MONDAY)
    assert purses(cast.anna, ticket, "EUR", at=MONDAY) == (48_000, 100_000)
    assert purses(cast.anna, ticket, "EUR", at=MONDAY + 31 * DAY) == (50_000, 100_000)
    assert purses(cast.anna, ticket, "CHF", at=MONDAY) == (0, 0)


def test_the_month_is_the_houses(cast: Cast) -> None:
    """At 23:30 UTC on the last of March it is April in Berlin."""
    give(cast, 2000, datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert purses(cast.anna, cast.ticket(), "EUR", at=late)[0] == 50_000


def test_a_stance_is_that_of_this_agent_for_this_case_in_this_shift(cast: Cast) -> None:
    ticket, other = cast.ticket(), cast.ticket()
    Stance.take(cast.anna, ticket, "not_now", at=MONDAY)

    def will(agent: object, about: object, at: datetime) -> str:
        return gather(agent, about, VOUCHER, at=at).wollen

    assert will(cast.anna, ticket, MONDAY) == "not_now"
    assert will(cast.ben, ticket, MONDAY) == "fine"
    assert will(cast.anna, other, MONDAY) == "fine"
    assert will(cast.anna, ticket, MONDAY + timedelta(hours=10)) == "fine"


def test_the_level_is_that_of_the_cause(cast: Cast) -> None:
    assert gather(cast.anna, cast.ticket(), VOUCHER).level == 2
    assert gather(cast.anna, cast.ticket(cause=cast.broken), VOUCHER).level == 0


def test_the_closest_requirement_speaks(cast: Cast) -> None:
    book = Rulebook.objects.in_force()
    needed = []
    for whom in ({}, {"cause": cast.late}, {"kind": "voucher"}, {"cause": cast.late, "kind": "voucher"}):
        if whom:
            Requirement.objects.create(rulebook=book, level=len(needed) % 4, **whom)
        forget_rules()
        needed.append(gather(cast.anna, cast.ticket(), VOUCHER).required_level)
    assert needed == [2, 1, 2, 3]


@pytest.mark.parametrize(
    ("offset", "holds"), [(-1, False), (0, True), (5, True), (9, True), (10, False)], ids=str
)
def test_a_guardrail_holds_on_its_days(cast: Cast, offset: int, holds: bool) -> None:
    cast.cem.status = "prospect"
    cast.cem.save()
    day = MONDAY.date()
    Guardrail.objects.update(valid_from=day, valid_until=day + 9 * DAY)
    forget_rules()
    facts = gather(cast.anna, cast.ticket(), Wish("refund", 1), at=MONDAY + offset * DAY)
    assert facts.guardrails == (("no-cash-to-prospects",) if holds else ())


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati"])
def test_nobody_moves_out_of_a_guardrail_by_their_own_time_zone(cast: Cast, zone: str) -> None:
    """The day of a rule is the house's; where an agent says they live is theirs to change."""
    cast.cem.status = "prospect"
    cast.cem.save()
    Guardrail.objects.update(valid_from=MONDAY.date(), valid_until=MONDAY.date())
    forget_rules()
    ticket = cast.ticket()
    with timezone.override(zone):
        assert gather(cast.anna, ticket, Wish("refund", 1), at=MONDAY).guardrails == ("no-cash-to-prospects",)
        assert gather(cast.anna, ticket, Wish("refund", 1), at=MONDAY + DAY).guardrails == ()


def test_self_dealing_is_seen(cast: Cast) -> None:
    firm = cast.cem.organisation
    own = Customer.objects.create(person=cast.anna, organisation=firm, status="established")
    assert conflicted(cast.anna, own)
    assert conflicted(cast.anna, cast.cem)  # of the same firm
    assert not conflicted(cast.ben, cast.cem)
    assert not conflicted(cast.anna, cast.eva)
    own.organisation = Organisation.objects.create(name=firm.name)  # another firm of the same name
    own.save()
    anna = type(cast.anna).objects.get(pk=cast.anna.pk)
    assert not conflicted(anna, cast.cem)


@pytest.mark.parametrize(
    ("email", "same"),
    [
        ("anna+shop@kulanz.example", True),
        ("anna@kulanz.example.evil.example", False),
        ("anna.b@kulanz.example", False),
    ],
)
def test_a_second_address_of_the_same_mailbox_is_the_same_person(cast: Cast, email: str, same: bool) -> None:
    twin = person("Twin")
    type(twin).objects.filter(pk=twin.pk).update(email=email)
    customer = Customer.objects.create(person=type(twin).objects.get(pk=twin.pk), status="new")
    assert conflicted(cast.anna, customer) is same


def test_two_without_a_firm_share_none(cast: Cast) -> None:
    own = Customer.objects.create(person=cast.anna, status="new")
    assert own.organisation is None
    assert cast.eva.organisation is None
    assert not conflicted(cast.anna, cast.eva)


def test_rules_are_read_once_per_version(cast: Cast, django_assert_num_queries: object) -> None:
    first = rules_in_force()
    with django_assert_num_queries(1):
        assert rules_in_force() is first
    with Rulebook.amend(by=None, note="x"):
        pass
    assert rules_in_force() is not first
