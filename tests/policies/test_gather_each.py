"""One look at many tickets says of each what a look at it alone says."""

from datetime import timedelta

import pytest
from cast import MONDAY, person

from accounts.models import Customer
from policies.facts import Wish, gather, gather_each, given, rules_in_force
from policies.models import Level, Ruling, Stance
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def tickets(cast):
    """Two teams, two causes, a prospect, somebody who was given to before, somebody who wrote twice."""
    customers = [Customer.objects.create(person=person(f"C{at}"), status="established") for at in range(3)]
    prospect = Customer.objects.create(person=person("P"), status="prospect")
    Level.objects.create(agent=cast.anna, cause=cast.broken, level=1)
    found = [cast.ticket(customer=who, by=who.person) for who in [*customers, prospect, customers[0]]]
    found.append(cast.ticket(customer=customers[1], by=customers[1].person, cause=cast.broken))
    for at, days in enumerate([1, 40, 400]):
        when = MONDAY - timedelta(days=days)
        Ruling.request(cast.anna, found[0], Wish("voucher", 1000), key=f"k{at}", at=when)
    Ruling.request(cast.anna, found[1], Wish("voucher", 700), key="other", at=MONDAY - timedelta(days=2))
    Stance.take(cast.anna, found[1], "not_now", at=MONDAY)
    return found


def test_each_is_seen_as_if_alone(cast):
    found = tickets(cast)
    for wish in (
        Wish("voucher", 2500),
        Wish("refund", 500),
        Wish("call"),
        Wish("voucher", 100, owed_by="law"),
    ):
        together = gather_each(cast.anna, found, wish, at=MONDAY)
        assert together == [gather(cast.anna, ticket, wish, at=MONDAY) for ticket in found]
    facts = gather_each(cast.anna, found, Wish("refund", 500), at=MONDAY)
    assert [(f.given_case_cents, f.given_customer_cents) for f in facts] == [
        (1000, 2000),
        (700, 700),
        (0, 0),
        (0, 0),
        (1000, 2000),
        (0, 700),
    ]
    assert [f.guardrails for f in facts] == [(), (), (), ("no-cash-to-prospects",), (), ()]
    assert [f.wollen for f in facts] == ["fine", "not_now", "fine", "fine", "fine", "fine"]
    assert [f.level for f in facts] == [2, 2, 2, 2, 2, 1]
    assert given(found[0], at=MONDAY) == (1000, 2000)


def test_a_ticket_nobody_stored_yet_can_be_weighed(cast):
    new = Ticket(customer=cast.eva, cause=cast.late, team=cast.north)
    assert gather(cast.anna, new, Wish("voucher", 100), at=MONDAY).own_budget_cents == 50_000


def test_no_tickets_no_facts(cast):
    assert gather_each(cast.anna, [], Wish("voucher", 100), at=MONDAY) == []


def test_many_take_as_many_queries_as_one(cast, django_assert_num_queries):
    rules = rules_in_force()
    assert (cast.anna.as_customer, cast.anna.is_lead) == (None, False)
    many = [Customer.objects.create(person=person(f"Many {at}"), status="established") for at in range(30)]
    new = [Ticket(customer=customer, cause=cast.late, team=cast.north) for customer in many]
    for some in (new[:1], new):
        with django_assert_num_queries(5):
            gather_each(cast.anna, some, Wish("voucher", 100), rules=rules, at=MONDAY)
