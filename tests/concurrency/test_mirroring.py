"""The same for everybody when several begin it, carry it, die at it or give by hand meanwhile: each customer once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from harness import NOWHERE, ROOT, environ, together, wait_until

from accounts.models import Customer, Person
from policies.facts import Wish
from policies.ledger.transfer import reconcile
from policies.mirrors.mirror import Mirror, carry_mirrors_now
from policies.models import BudgetPeriod, Offer, Reflection, Ruling
from policies.referral import Refusal
from tickets.models import Event, Incident, OutgoingMail, Ticket

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY, EACH = 40, 1000


@pytest.fixture
def fault(cast, no_redis):
    """Forty customers hit by one fault; ten of them wrote about it."""
    happened = timezone.now() - timedelta(days=1)
    said = {"name": "Van", "cause": cast.late, "team": cast.north, "happened_at": happened}
    found = Incident.report(**said, by=cast.anna, key="k")
    people = Person.objects.bulk_create(
        Person(email=f"quiet{n}@kulanz.example", name=f"Quiet {n}", language="en") for n in range(MANY)
    )
    customers = Customer.objects.bulk_create(Customer(person=p, status="established") for p in people)
    found.add(customers, by=cast.anna)
    for customer in customers[:10]:
        found.link(cast.ticket(customer=customer, by=customer.person), by=cast.anna)
    return found


@pytest.fixture
def offer(cast, fault):
    ticket = Ticket.objects.filter(incident_link__incident=fault).earliest("pk")
    return Ruling.request(cast.anna, ticket, Wish("voucher", EACH), key="first").offer


def each_once(cast, fault, *, given=MANY):
    """Every customer holds it once, was told once, and the ledger says so to the cent."""
    holders = Counter(Offer.objects.values_list("customer", flat=True))
    assert (len(holders), set(holders.values())) == (given, {1})
    told = Counter(OutgoingMail.objects.filter(key__startswith="gesture:").values_list("to", flat=True))
    assert (len(told), set(told.values())) == (given, {1})
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert period.reserved_cents == given * EACH
    assert reconcile() == []
    assert Ticket.objects.filter(incident_link__opened_by_us=True).count() == given - 10
    assert Reflection.objects.waiting().count() == 0


def begin(cast, fault, offer, number, *, by=None):
    agent = Person.objects.get(pk=(by or cast.anna).pk)
    fresh = Offer.objects.get(pk=offer.pk)
    return Mirror.begin(fresh, fault, by=agent, key=f"m{number}", expected=MANY - 1)


def test_six_who_carry_the_same_mirror_at_once_give_each_customer_once(cast, fault, offer):
    made = begin(cast, fault, offer, 0)
    assert together(6, lambda _n: carry_mirrors_now()).count(None) == 0
    carry_mirrors_now()
    made.refresh_from_db()
    assert made.done_at is not None
    assert Event.objects.filter(kind="mirrored").count() == 1
    each_once(cast, fault)


def test_two_who_begin_at_once_begin_one(cast, fault, offer):
    answers = together(2, lambda n: begin(cast, fault, offer, n, by=(cast.anna, cast.ben)[n]))
    assert sorted(type(answer).__name__ for answer in answers) == ["Mirror", "Refusal"]
    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refusal.code == "running"
    carry_mirrors_now()
    each_once(cast, fault)


def test_the_same_click_sent_five_times_at_once_is_one(cast, fault, offer):
    answers = together(5, lambda _n: begin(cast, fault, offer, 0))
    assert {answer.pk for answer in answers} == {Mirror.objects.get().pk}
    carry_mirrors_now()
    each_once(cast, fault)


def test_whoever_gives_by_hand_meanwhile_is_not_doubled(cast, fault, offer):
    """Five colleagues give the very same on linked tickets while the mirror runs; customers take turns."""
    begin(cast, fault, offer, 0)
    own = list(Ticket.objects.filter(incident_link__incident=fault, incident_link__opened_by_us=False))[5:]

    def deed(number):
        if number == 0:
            return carry_mirrors_now()
        ticket = Ticket.objects.get(pk=own[number - 1].pk)
        held = Offer.objects.filter(customer=ticket.customer_id)
        return (
            None
            if held.exists()
            else Ruling.request(cast.anna, ticket, Wish("voucher", EACH), key=f"h{number}")
        )

    answers = together(6, deed)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    carry_mirrors_now()
    by_mirror = Counter(Reflection.objects.values_list("fate", flat=True))
    assert set(by_mirror) <= {"given", "held"}
    # Who gave by hand after the mirror had given cannot be stopped: that is a person's own decision.
    doubled = [
        key for key, count in Counter(Offer.objects.values_list("customer", flat=True)).items() if count > 1
    ]
    late = {ruling.ticket.customer_id for ruling in Ruling.objects.filter(key__startswith="h")}
    assert set(doubled) <= late
    assert reconcile() == []


def test_the_budget_is_never_overdrawn_however_many_carry(cast, fault, offer):
    made = begin(cast, fault, offer, 0)
    BudgetPeriod.objects.update(spent_cents=50_000 - 25 * EACH)
    together(6, lambda _n: carry_mirrors_now())
    carry_mirrors_now()
    period = BudgetPeriod.objects.get(budget=cast.budget)
    assert (period.left_cents, Offer.objects.count()) == (0, 25)
    assert made.progress() == {"given": 24, "budget": MANY - 1 - 24}


PROGRAM = """
import django
django.setup()
from policies.mirrors.mirror import carry_mirrors_now
carry_mirrors_now()
"""


@pytest.mark.timeout(300)
def test_a_worker_killed_in_the_middle_again_and_again_gives_each_customer_once(cast, fault, offer):
    begin(cast, fault, offer, 0)
    in_the_middle = 0
    for _kill in range(4):
        before = Reflection.objects.waiting().count()
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environ(NOWHERE), cwd=ROOT)
        try:
            wait_until(lambda before=before: Reflection.objects.waiting().count() < before or not before)
            time.sleep(0.02)
        finally:
            os.kill(process.pid, 9)
            process.wait(10)
        in_the_middle += 0 < Reflection.objects.waiting().count() < before
    assert in_the_middle >= 1
    carry_mirrors_now()
    each_once(cast, fault)
