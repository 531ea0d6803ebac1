"""Custom fields as conditions of promise policies: they make a promise sooner, never later than it was told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cast import MONDAY, WEEK, Cast
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tickets.models import (
    BusinessHours,
    CustomField,
    Policy,
    PolicyVersion,
    Recalculation,
    RecalculationPreview,
    TeamHours,
    Ticket,
)
from tickets.sla.parity import Unfair
from tickets.sla.policy import Terms
from tickets.sla.promise import first_answers
from tickets.sla.recalculation import Terms as Recalculated

pytestmark = pytest.mark.django_db
HOUR = 3600
DOWN = ("field_down", "is", True)


@pytest.fixture
def down(cast: Cast) -> CustomField:
    said = {"name_en": "All down", "name_de": "Alles steht", "options": []}
    return CustomField.write(code="down", kind="flag", by=cast.ben, key="d", causes=(), teams=(), **said)


def publish(
    cast: Cast, *conditions: tuple[str, str, Any], name: str = "Down", **seconds: int
) -> PolicyVersion | Unfair:
    targets = [Terms(kind, length, cast.hours) for kind, length in seconds.items()]
    policy = Policy.found(name, rank=Policy.objects.count() + 1)
    return policy.publish(
        conditions=conditions, targets=targets, by=cast.ben, valid_from=MONDAY - timedelta(1), at=MONDAY
    )


def first_in_rank(version: PolicyVersion | Unfair) -> None:
    assert isinstance(version, PolicyVersion)
    while version.policy.move(up=True) is True:
        version.policy.refresh_from_db()


def owed(ticket: Ticket) -> dict[str, int]:
    return dict(ticket.clocks.values_list("kind", "seconds"))


def test_what_is_filled_in_from_the_start_is_promised_by(cast: Cast, down: CustomField) -> None:
    first_in_rank(publish(cast, DOWN, first_response=HOUR))
    assert owed(cast.ticket(at=MONDAY, fields={down: True})) == {
        "first_response": HOUR,
        "solution": 24 * HOUR,
    }
    assert owed(cast.ticket(at=MONDAY, fields={down: False})) == owed(cast.ticket(at=MONDAY))


def test_what_would_be_promised_is_known_before_anything_is_written_down(
    cast: Cast, down: CustomField
) -> None:
    """As a call asks before it becomes a ticket."""
    first_in_rank(publish(cast, DOWN, first_response=HOUR))
    about = {"customer": cast.cem, "team": cast.north, "cause": cast.late, "channel": "phone"}
    targets = Ticket(**about, language="en").targets(at=MONDAY)
    assert {kind: target.seconds for kind, target in targets.items()} == owed(cast.ticket(at=MONDAY))


def test_filled_in_later_it_makes_the_promise_sooner_and_emptied_it_stays(
    cast: Cast, down: CustomField
) -> None:
    first_in_rank(publish(cast, DOWN, first_response=HOUR))
    ticket = cast.ticket(at=MONDAY)
    due_at = ticket.clocks.get(kind="first_response").due_at
    ticket.describe({down: True}, by=cast.anna, at=MONDAY)
    clock = ticket.clocks.get(kind="first_response")
    assert (due_at - clock.due_at, clock.log.last().cause) == (timedelta(hours=3), "fields")
    ticket.describe({down: None}, by=cast.anna, at=MONDAY)
    assert ticket.clocks.get(kind="first_response").due_at == clock.due_at


def test_a_field_never_makes_it_later_than_was_told_before(cast: Cast, down: CustomField) -> None:
    first_in_rank(publish(cast, DOWN, first_response=90 * HOUR))
    assert owed(cast.ticket(at=MONDAY, fields={down: True})) == owed(cast.ticket(at=MONDAY))


def test_running_promises_are_brought_in_line_with_it(cast: Cast, down: CustomField) -> None:
    ticket = cast.ticket(at=MONDAY, fields={down: True})
    first_in_rank(publish(cast, DOWN, first_response=HOUR))
    RecalculationPreview.begin(by=cast.ben, at=MONDAY)
    assert RecalculationPreview.objects.get().earlier == 1
    Recalculation.ask_for(by=cast.ben, reason="Down means down", at=MONDAY)
    assert owed(ticket)["first_response"] == HOUR


def test_many_promises_are_brought_in_line_without_asking_for_each_ones_fields(
    cast: Cast, down: CustomField
) -> None:
    first_in_rank(publish(cast, DOWN, first_response=HOUR))
    counts = []
    for number in (1, 2):
        for _more in range(number):
            cast.ticket(at=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            Recalculation.ask_for(by=cast.ben, reason="Down means down", at=MONDAY)
        counts.append(len([one for one in asked.captured_queries if "tickets_fieldvalue" in one["sql"]]))
    assert counts == [1, 1]


def test_nobody_existing_gets_less_for_what_is_or_is_not_filled_in(cast: Cast, down: CustomField) -> None:
    prospects = ("customer_status", "is", "prospect")
    assert isinstance(publish(cast, prospects, DOWN, update=HOUR), Unfair)
    assert isinstance(publish(cast, DOWN, name="All", update=HOUR), PolicyVersion)
    assert isinstance(publish(cast, prospects, DOWN, name="Like all", update=HOUR), PolicyVersion)
    assert isinstance(publish(cast, prospects, name="Unknown too", update=HOUR), Unfair)


def test_without_such_a_condition_no_field_is_asked_for(
    cast: Cast, down: CustomField, django_assert_max_num_queries: Any
) -> None:
    ticket = cast.ticket(at=MONDAY)
    facts = ticket.facts(on=MONDAY.date())
    assert "field_down" not in facts
    with django_assert_max_num_queries(2):  # which versions, and whose calendars
        ticket.targets(at=MONDAY)


# Half an hour after midnight in Berlin, still the day before in Greenwich and in New York.
MIDNIGHT = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "is_april"), [("Europe/Berlin", True), ("America/New_York", False), ("", True)]
)
def test_the_day_of_a_condition_is_that_of_the_team_or_else_of_the_house(
    cast: Cast, zone: str, is_april: bool
) -> None:
    first_in_rank(publish(cast, ("tenure_months", "at_least", 27), first_response=HOUR))  # Eva, in April
    TeamHours.agree(cast.north, None)
    if zone:
        there = BusinessHours.objects.create(name=zone, tz=zone, weekly=WEEK)
        TeamHours.agree(cast.north, there)
    ticket = cast.ticket(customer=cast.eva, by=cast.eva.person, at=MIDNIGHT)
    promised = {ticket.pk: ticket}
    seconds = HOUR if is_april else 4 * HOUR
    assert owed(ticket)["first_response"] == seconds
    clock = ticket.clocks.select_related("ticket").get(kind="first_response")
    assert Recalculated(MIDNIGHT).target(clock).seconds == seconds
    assert first_answers(promised, at=MIDNIGHT) == {ticket.pk: clock.due_at}


def test_a_day_of_a_field_is_counted_from_where_the_team_works(cast: Cast) -> None:
    said = {"name_en": "Moving in", "name_de": "Einzug", "options": []}
    day = CustomField.write(code="in", kind="day", by=cast.ben, key="i", causes=(), teams=(), **said)
    first_in_rank(publish(cast, ("until_in", "is", 0), first_response=HOUR))
    for on, seconds in ((date(2026, 4, 1), HOUR), (date(2026, 3, 31), 4 * HOUR)):
        assert owed(cast.ticket(at=MIDNIGHT, fields={day: on}))["first_response"] == seconds


def test_policies_offer_fields_with_one_value(cast: Cast, down: CustomField, client: Client) -> None:
    options = [{"code": "a", "en": "A", "de": "A"}]
    said = {"name_en": "Parts", "name_de": "Teile", "options": options, "causes": (), "teams": ()}
    CustomField.write(code="parts", kind="several", by=cast.ben, key="p", **said)
    cast.dora.is_staff = True
    cast.dora.save()
    client.force_login(cast.dora)
    page = client.get(reverse("setup:new_policy"))
    names = [fact.name for fact in page.context["conditions"].facts]
    assert ("field_down" in names, "field_parts" in names) == (True, False)


def test_the_list_of_policies_looks_fields_up_once(cast: Cast, down: CustomField, client: Client) -> None:
    for number in (1, 2, 3):
        assert isinstance(publish(cast, DOWN, name=f"Down {number}", first_response=HOUR), PolicyVersion)
    client.force_login(cast.ben)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("setup:policies"))
    assert len([one for one in asked.captured_queries if "tickets_customfield" in one["sql"]]) == 1
