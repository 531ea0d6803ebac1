"""A promise and its pauses: what is given back is working time, to the second, and only where waiting is not ours."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY

from tickets.desk.paging import page_of
from tickets.models import Clock, Event, Ticket
from tickets.sla.sweep import sweep_now
from tickets.sla.worktime import elapsed

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Berlin, before summer time begins; the 2nd is a Monday, the desk is open 9 to 17."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def ticket(cast):
    return cast.ticket(at=MONDAY)


def due(ticket: Ticket, kind: str = "solution") -> datetime | None:
    return ticket.clocks.get(kind=kind).due_at


def waits(ticket: Ticket, cast: object, since: datetime, until: datetime) -> None:
    ticket.move("waiting_customer", by=cast.anna, at=since)
    ticket.hear("Here is the number.", by=cast.cem.person, at=until)


def test_a_deadline_counts_working_time_over_nights(ticket):
    """Four hours and 24 hours from Monday ten: the same day at two, and on Thursday at ten."""
    assert due(ticket, "first_response") == berlin(2, 14)
    assert due(ticket) == berlin(5, 10)
    assert ticket.next_due_at == berlin(2, 14)


def test_a_deadline_over_a_weekend(cast):
    friday = cast.ticket(at=berlin(6, 16))
    assert due(friday, "first_response") == berlin(9, 12)
    assert due(friday) == berlin(11, 16)


def test_waiting_for_the_customer_pauses_the_solution_alone(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(2, 12))
    assert due(ticket) is None
    assert due(ticket, "first_response") == berlin(2, 14)
    assert ticket.next_due_at == berlin(2, 14)


def test_the_first_response_breaks_while_we_wait(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(2, 12))
    sweep_now(now=berlin(2, 14))
    assert ticket.clocks.get(kind="first_response").breached_at == berlin(2, 14)
    sweep_now(now=berlin(20, 14))
    assert ticket.clocks.get(kind="solution").breached_at is None


def test_c68_waiting_for_others_is_our_own_time(ticket, cast):
    ticket.move("waiting_others", by=cast.anna, at=berlin(2, 12))
    assert due(ticket) == berlin(5, 10)


@pytest.mark.parametrize(
    ("since", "until", "then"),
    [
        (berlin(2, 12), berlin(2, 13, 30), berlin(5, 11, 30)),
        (berlin(2, 12), berlin(3, 11), berlin(5, 17)),
        (berlin(2, 18), berlin(3, 8), berlin(5, 10)),
        (berlin(2, 12), berlin(2, 12), berlin(5, 10)),
        (berlin(4, 16), berlin(9, 10), berlin(9, 12)),
    ],
    ids=["an hour and a half", "a night", "a night alone", "no time at all", "a weekend and more"],
)
def test_going_on_gives_back_exactly_the_working_time(ticket, cast, since, until, then):
    waits(ticket, cast, since, until)
    assert ticket.status == "open"
    assert due(ticket) == then


def test_pauses_add_up(ticket, cast):
    waits(ticket, cast, berlin(2, 12), berlin(2, 13))
    waits(ticket, cast, berlin(3, 9), berlin(3, 10))
    waits(ticket, cast, berlin(3, 16), berlin(4, 10))
    assert due(ticket) == berlin(5, 14)


def test_any_pauses_leave_just_the_promised_working_time(cast):
    """Seeded: whatever waited when, between start and deadline lie 24 working hours that did not wait."""
    dice = random.Random(2)
    for _round in range(10):
        ticket, now = cast.ticket(at=MONDAY), MONDAY
        while dice.random() < 0.7:
            since = now + timedelta(seconds=dice.randrange(1, 8 * 3600))
            now = since + timedelta(seconds=dice.randrange(1, 100 * 3600))
            if since >= due(ticket):
                break
            waits(ticket, cast, since, now)
        clock = ticket.clocks.get(kind="solution")
        pauses = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in clock.pauses]
        assert elapsed(clock.hours.opening, MONDAY, clock.due_at, pauses) == 24 * 3600


def test_solved_straight_from_waiting_the_pause_ends_first(ticket, cast):
    """Without the pause it would be late by a day; nobody may be blamed for a customer's silence."""
    ticket.move("waiting_customer", by=cast.anna, at=berlin(4, 10))
    ticket.move("solved", by=cast.anna, at=berlin(6, 10))
    clock = ticket.clocks.get(kind="solution")
    assert clock.pauses == [[berlin(4, 10).isoformat(), berlin(6, 10).isoformat()]]
    assert (clock.due_at, clock.met_at, clock.breached_at) == (berlin(9, 10), berlin(6, 10), None)
    sweep_now(now=berlin(20, 10))
    assert not Event.objects.filter(kind="promise_breached", data__clock=clock.pk).exists()


def test_closed_by_the_customer_while_waiting(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(4, 10))
    ticket.confirm_solved(by=cast.cem.person, at=berlin(6, 10))
    clock = ticket.clocks.get(kind="solution")
    assert (clock.met_at, clock.breached_at) == (berlin(6, 10), None)
    assert ticket.next_due_at is None


def test_a_broken_promise_cannot_be_paused_away(ticket, cast):
    sweep_now(now=berlin(5, 10))
    ticket.move("waiting_customer", by=cast.anna, at=berlin(5, 11))
    assert due(ticket) == berlin(5, 10)
    assert page_of(Ticket.objects.all()).rows[0] == ticket


def test_nor_in_the_moment_before_anybody_looked(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(5, 10) + SECOND)
    assert due(ticket) == berlin(5, 10)
    sweep_now(now=berlin(5, 10) + 2 * SECOND)
    assert ticket.clocks.get(kind="solution").breached_at == berlin(5, 10)


def test_a_warning_overtaken_by_a_pause_is_still_owed(ticket, cast):
    """Three quarters of 24 hours are over on Wednesday at twelve; the customer was faster than the sweep."""
    warning = ticket.clocks.get(kind="solution").marks.get(kind="warning")
    assert warning.due_at == berlin(4, 12)
    waits(ticket, cast, berlin(4, 12) + SECOND, berlin(4, 15))
    sweep_now(now=berlin(4, 15))
    warning.refresh_from_db()
    assert (warning.done_at, warning.skipped) == (berlin(4, 15), "")


def test_a_warning_that_has_fired_does_not_fire_again(ticket, cast):
    sweep_now(now=berlin(4, 12))
    waits(ticket, cast, berlin(4, 12), berlin(4, 15))
    sweep_now(now=berlin(5, 12))
    assert Event.objects.filter(kind="promise_warned", data__promise__en="solution").count() == 1


def test_a_pause_that_ends_before_it_began_lasted_no_time(ticket, cast):
    """Two processes' clocks differ by a little: the customer's message is dated just before the pause."""
    waits(ticket, cast, berlin(2, 12), berlin(2, 12) - timedelta(milliseconds=300))
    assert ticket.status == "open"
    assert due(ticket) == berlin(5, 10)


def test_a_calendar_that_never_opens_again_promises_nothing_and_breaks_nothing(cast):
    cast.hours.weekly, cast.hours.overrides = {}, {"2020-01-02": [["09:00", "17:00"]]}
    cast.hours.save()
    ticket = cast.ticket(at=MONDAY)
    assert (due(ticket), ticket.next_due_at) == (None, None)
    assert sweep_now(now=berlin(30, 12)) == 0


def test_one_open_clock_of_a_kind_and_ended_ones_stay_ended(ticket, cast):
    clock = ticket.clocks.get(kind="first_response")
    ticket.reply("Hello.", by=cast.anna, at=MONDAY + HOUR)
    ticket.reply("And again.", by=cast.anna, at=MONDAY + 9 * HOUR)
    clock.refresh_from_db()
    clock.cancel(at=MONDAY + 9 * HOUR)
    clock.pause(at=MONDAY + 9 * HOUR)
    clock.refresh_from_db()
    assert (clock.met_at, clock.cancelled_at, clock.breached_at) == (MONDAY + HOUR, None, None)
    assert Clock.objects.filter(ticket=ticket).count() == 2
