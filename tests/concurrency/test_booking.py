"""Money and limits when many ask in the same moment: what there is goes out once, the others hear it in words."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from harness import NOWHERE, at_once, desk, together

from policies.facts import Wish
from policies.ledger.allotment import set_aside
from policies.ledger.transfer import NotEnough, Step, book, period_at, reconcile
from policies.models import Ask, Budget, BudgetPeriod, Detail, Offer, Ruling, Transfer
from policies.weigh.gesture import SURPRISE
from tickets.models import OutgoingMail, Ticket

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
ONE, TEN = 2000, 20_000


@pytest.fixture
def tickets(cast):
    """Fifty customers; the team's budget holds ten vouchers and the house's pool none."""
    Budget.objects.filter(pk=cast.budget.pk).update(monthly_cents=TEN)
    Budget.objects.filter(pk=cast.pool.pk).update(monthly_cents=0)
    return desk(cast, 50)


def test_the_database_is_one_that_several_processes_can_use():
    assert connection.vendor == "postgresql" or "memory" not in str(connection.settings_dict["NAME"])


def holds(cast, tickets):
    """Ten got it, forty wait for a person; the ledger says so to the cent."""
    assert Counter(Ruling.objects.values_list("outcome", flat=True)) == {
        "DO": 10,
        "ASK_SILENCE_ESCALATES": 40,
    }
    assert Offer.objects.count() == 10
    assert Ask.objects.open().filter(asked=cast.ben).count() == 40
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert (period.allotted_cents, period.reserved_cents, period.spent_cents) == (TEN, TEN, 0)
    steps = Transfer.objects.values_list("step").annotate(sum=Sum("cents"))
    assert dict(steps.order_by()) == {Step.ALLOT: TEN, Step.RESERVE: TEN}
    assert reconcile() == []
    told = OutgoingMail.objects.filter(key__startswith="gesture:").values_list("to", flat=True)
    assert sorted(told) == sorted(o.customer.person.email for o in Offer.objects.all())


def test_fifty_threads_and_a_budget_for_ten(cast, tickets, no_redis):
    wish = Wish("voucher", ONE)
    answers = together(
        50,
        lambda n: Ruling.request(cast.anna, Ticket.objects.get(pk=tickets[n].pk), wish, key=f"thread-{n}"),
    )
    assert [a for a in answers if not isinstance(a, Ruling)] == []
    holds(cast, tickets)


def test_fifty_processes_and_a_budget_for_ten(cast, tickets):
    at_once("book", cast.anna.pk, ONE, *[ticket.pk for ticket in tickets], redis_url=NOWHERE)
    holds(cast, tickets)


def test_one_key_sent_by_many_at_once_is_one_request(cast, no_redis):
    ticket = cast.ticket()
    answers = together(
        10,
        lambda n: Ruling.request(
            cast.anna, Ticket.objects.get(pk=ticket.pk), Wish("voucher", ONE), key="one"
        ),
    )
    assert len({answer.pk for answer in answers}) == 1
    assert Offer.objects.count() == 1
    assert BudgetPeriod.objects.get(budget=cast.budget).reserved_cents == ONE


def test_one_customers_limit_counts_what_is_given_in_the_same_moment(cast, no_redis):
    """Anna decides up to 50 € in a case: of eight times 20 € at once two are hers, the others are asked for."""
    ticket = cast.ticket()
    answers = together(
        8,
        lambda n: Ruling.request(
            cast.anna, Ticket.objects.get(pk=ticket.pk), Wish("voucher", ONE), key=f"part-{n}"
        ),
    )
    assert [a for a in answers if not isinstance(a, Ruling)] == []
    assert Counter(a.outcome for a in answers)["DO"] == 2
    assert Offer.objects.aggregate(sum=Sum("cents"))["sum"] == 2 * ONE


def test_bookers_and_an_auditor_at_once(cast, no_redis):
    """Counting while others book finds nothing wrong, and nobody spends more than there is."""
    period, found = period_at(cast.budget, at=timezone.now()), []

    def work(number):
        if number == 0:
            for _look in range(15):
                found.extend(reconcile())
            return "audited"
        booked = 0
        for turn in range(20):
            try:
                book(period, Step.RESERVE, 500, key=f"{number}:{turn}", by=None)
                booked += 1
            except NotEnough:
                pass
        return booked

    answers = together(9, work)
    assert answers[0] == "audited"
    assert sum(answers[1:]) == 100  # 500 € by 5 €, of 160 tries
    assert found == []
    assert reconcile() == []


def test_one_booking_key_at_once_is_one_entry_even_when_it_takes_the_last(cast, no_redis):
    period = period_at(cast.budget, at=timezone.now())
    book(period, Step.RESERVE, 49_000, key="before", by=None)
    answers = together(8, lambda n: book(period, Step.RESERVE, 1000, key="the last ten euros", by=None))
    assert len({answer.pk for answer in answers}) == 1
    period.refresh_from_db()
    assert period.left_cents == 0


def test_a_pot_of_small_surprises_is_never_overdrawn(cast, no_redis):
    """Of twelve at once five are carried by the pot; the others are given from the budget, as they might be anyway."""
    pot, _new = set_aside(cast.north, monthly_cents=5 * ONE // 2, each_cents=ONE // 2)
    rows, day = desk(cast, 12), timezone.localdate() + timedelta(days=30)
    said = {"words": "Twins", "purpose": "To ask", "consent": "asked", "forget_on": day, "by": cast.anna}
    details = [Detail.note(row, **said, key=str(row.pk)).pk for row in rows]

    def give(number):
        wish = Wish(SURPRISE, ONE // 2, detail=details[number])
        ticket = Ticket.objects.get(pk=rows[number].pk)
        return Ruling.request(cast.anna, ticket, wish, key=f"small-{number}")

    answers = together(12, give)
    assert [a.outcome for a in answers if isinstance(a, Ruling)] == ["DO"] * 12
    given = Counter(Offer.objects.values_list("period__budget", flat=True))
    assert given == {pot.pk: 5, cast.budget.pk: 7}
    month = BudgetPeriod.objects.get(budget=pot)
    assert (month.reserved_cents, month.left_cents) == (5 * ONE // 2, 0)
    assert reconcile() == []
    assert {a.pk for a in together(4, give)} <= {a.pk for a in answers}


def test_two_leads_set_one_pot_aside(cast, no_redis):
    answers = together(8, lambda n: set_aside(cast.north, monthly_cents=5000 + n, each_cents=1000))
    assert [new for _pot, new in answers].count(True) == 1
    assert len({pot.pk for pot, _new in answers}) == 1
