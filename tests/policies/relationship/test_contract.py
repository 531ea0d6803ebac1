"""A contract as a condition of promise policies, rules and views: it makes a promise sooner, never later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cast import MONDAY, Cast, person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Customer, Organisation
from policies.models import Holding
from policies.relationship import contract
from tickets.automation import group, known
from tickets.models import Clock, Policy, PolicyVersion, Ticket
from tickets.search.conditions import asked_of
from tickets.sla.parity import Unfair
from tickets.sla.policy import Terms
from tickets.sla.promise import first_answers
from tickets.sla.recalculation import Terms as Recalculated

pytestmark = pytest.mark.django_db
HOUR = 3600
DAY = localdate(MONDAY)
GOLD = ("contract", "is", "Care Gold")


def publish(
    cast: Cast, *conditions: tuple[str, str, Any], name: str = "Gold", seconds: int = HOUR
) -> PolicyVersion | Unfair:
    first = min(Policy.objects.values_list("rank", flat=True))
    policy = Policy.found(name, rank=first - 1)
    targets = [Terms("first_response", seconds, cast.hours)]
    return policy.publish(
        conditions=conditions, targets=targets, by=cast.ben, valid_from=MONDAY - timedelta(9), at=MONDAY
    )


@pytest.fixture
def gold(cast: Cast) -> PolicyVersion:
    """An hour for those with this contract, before the usual policy in rank."""
    version = publish(cast, GOLD)
    assert isinstance(version, PolicyVersion), version.words
    return version


def holds(customer: Customer, title: str = "Care GOLD", **said: Any) -> Holding:
    said = {"kind": "contract", "began_on": DAY - timedelta(30), "at": MONDAY, **said}
    return Holding.note(customer, f"{title} {customer.pk}", title=title, **said)[0]


def owed(ticket: Ticket) -> int:
    return ticket.clocks.get(kind="first_response").seconds


def test_who_has_the_contract_is_promised_what_it_says(cast: Cast, gold: PolicyVersion) -> None:
    usual = owed(cast.ticket(at=MONDAY))
    assert usual > HOUR
    holds(cast.eva, "Care Silver")
    holds(cast.cem)
    assert owed(cast.ticket(at=MONDAY)) == HOUR
    assert owed(cast.ticket(at=MONDAY, cause=cast.late, customer=cast.eva, by=cast.eva.person)) == usual


@pytest.mark.parametrize(
    "said", [{"kind": "order"}, {"began_on": DAY + timedelta(2)}, {"ends_on": DAY - timedelta(1)}]
)
def test_only_a_contract_that_runs_counts(cast: Cast, gold: PolicyVersion, said: dict[str, Any]) -> None:
    usual = owed(cast.ticket(at=MONDAY))
    holds(cast.cem, **said)
    assert owed(cast.ticket(at=MONDAY)) == usual


def test_a_contract_of_the_organisation_counts_for_everybody_in_it(cast: Cast, gold: PolicyVersion) -> None:
    firm = Organisation.objects.create(name="Harbour Street")
    colleague = Customer.objects.create(person=person("Kai"), status="established", organisation=firm)
    stranger = Customer.objects.create(person=person("Udo"), status="established")
    Customer.objects.filter(pk=cast.cem.pk).update(organisation=firm)
    holds(colleague)
    assert contract.running(cast.cem.pk, DAY) == {"care gold"}
    assert contract.running(stranger.pk, DAY) == frozenset()
    assert owed(cast.ticket(at=MONDAY)) == HOUR


def test_a_contract_that_comes_later_makes_it_sooner_and_its_end_nothing_later(
    cast: Cast, gold: PolicyVersion
) -> None:
    ticket = cast.ticket(at=MONDAY)
    usual = owed(ticket)
    holds(cast.cem)
    clock = Clock.objects.get(ticket=ticket, kind="first_response")
    assert (clock.seconds, clock.log.last().cause) == (HOUR, "contract")
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == clock.due_at == MONDAY + timedelta(hours=1)
    holds(cast.cem, ends_on=DAY - timedelta(1))
    assert owed(ticket) == HOUR
    assert owed(cast.ticket(at=MONDAY)) == usual


def test_one_that_was_known_before_begins_on_its_day_once(cast: Cast, gold: PolicyVersion) -> None:
    ticket = cast.ticket(at=MONDAY)
    holds(cast.cem, began_on=DAY + timedelta(1))
    assert owed(ticket) > HOUR
    tomorrow = MONDAY + timedelta(1)
    assert [contract.begin_now(now=moment) for moment in (MONDAY, tomorrow, tomorrow)] == [0, 1, 1]
    assert owed(ticket) == HOUR
    assert ticket.clocks.get(kind="first_response").log.filter(cause="contract").count() == 1


def test_of_two_contracts_the_kinder_counts_and_a_slow_one_puts_nothing_off(cast: Cast) -> None:
    usual = owed(cast.ticket(at=MONDAY))
    publish(cast, ("contract", "is", "Slow"), name="Slow", seconds=50 * HOUR)
    holds(cast.cem, "Slow")
    assert owed(cast.ticket(at=MONDAY)) == usual
    publish(cast, GOLD)
    holds(cast.cem)
    assert owed(cast.ticket(at=MONDAY)) == HOUR


def test_nobody_gets_less_for_a_contract_than_a_prospect(cast: Cast, gold: PolicyVersion) -> None:
    unfair = publish(cast, GOLD, ("customer_status", "is", "prospect"), name="Lure", seconds=60)
    assert isinstance(unfair, Unfair)
    fair = publish(cast, GOLD, ("customer_status", "is", "established"), name="Thanks", seconds=60)
    assert isinstance(fair, PolicyVersion)


def test_what_is_promised_before_one_writes_is_the_same(cast: Cast, gold: PolicyVersion) -> None:
    holds(cast.cem)
    thought = Ticket(customer=cast.cem, cause=cast.late, team=cast.late.team)
    assert first_answers({7: thought}, at=MONDAY) == {7: MONDAY + timedelta(hours=1)}


def test_promises_are_brought_in_line_with_contracts_too(cast: Cast) -> None:
    holds(cast.cem)
    ticket = cast.ticket(at=MONDAY)
    publish(cast, GOLD)
    target = Recalculated(MONDAY).target(ticket.clocks.get(kind="first_response"))
    assert target is not None
    assert target.seconds == HOUR


def test_without_a_policy_that_asks_nobody_looks_for_contracts(cast: Cast) -> None:
    holds(cast.cem)
    with CaptureQueriesContext(connection) as queries:
        ticket = cast.ticket(at=MONDAY)
        known.of_moment(known.with_facts(Ticket.objects.with_people()).get(pk=ticket.pk), now=MONDAY)
    assert not [one for one in queries if "policies_holding" in one["sql"]]


def test_rules_and_views_ask_for_it(cast: Cast) -> None:
    holds(cast.cem)
    with_one = cast.ticket(at=MONDAY)
    without = cast.ticket(at=MONDAY, customer=cast.eva, by=cast.eva.person, cause=cast.broken)
    seen = list(known.with_facts(Ticket.objects.all()).with_people())
    for operator, value, found in (
        ("is", "care gold", {with_one}),
        ("is_not", "Care Gold", {without}),
        ("in", ["Care Silver", "Care Gold"], {with_one}),
    ):
        asked = {"join": "all", "parts": [{"fact": "contract", "operator": operator, "value": value}]}
        assert set(asked_of(Ticket.objects.all(), asked, now=MONDAY)) == found
        assert {one for one in seen if group.holds(asked, known.of_moment(one, now=MONDAY))} == found


def test_a_lead_writes_it_into_a_policy_and_reads_how_it_came_about(
    cast: Cast, client: Client, gold: PolicyVersion
) -> None:
    client.force_login(cast.ben)
    page = client.get(reverse("setup:policy", args=[gold.policy_id])).content.decode()
    assert "Contract that runs" in page
    assert 'value="Care Gold"' in page
    ticket = cast.ticket(at=MONDAY)
    holds(cast.cem)
    client.force_login(cast.anna)
    page = client.get(reverse("desk:reckoning", args=[ticket.pk])).content.decode()
    assert "the customer has a contract" in page
    assert "Gold" in page
