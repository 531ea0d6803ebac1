"""Promises in figures: what was kept of each kind, and the share of time tickets stood parked; for leads, of teams."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cast import MONDAY, Cast
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tickets.models import CalendarVersion, Clock, Pause, Ticket
from tickets.sla.figures import Kept, kept
from tickets.sla.parked import parked

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = {"since": MONDAY, "until": MONDAY + 10 * HOUR}


def tickets(cast: Cast, count: int) -> list[Ticket]:
    """Each owes a solution since the day before, in the hours of the cast: Monday to Friday, nine to five."""
    rows = Ticket.objects.bulk_create(
        Ticket(subject="x", customer=cast.cem, team=cast.north, cause=cast.late, created_at=MONDAY - DAY)
        for _n in range(count)
    )
    solution = {"kind": "solution", "calendar": CalendarVersion.keep(cast.hours), "hours": cast.hours}
    Clock.objects.bulk_create(
        Clock(ticket=row, started_at=MONDAY - DAY, seconds=HOUR.seconds, warn_percent=50, **solution)
        for row in rows
    )
    return rows


def pause(ticket: Ticket, start: float, end: float | None, *, until: float = 48) -> None:
    Pause.objects.create(
        ticket=ticket,
        starts_at=MONDAY + start * HOUR,
        ends_at=MONDAY + until * HOUR,
        ended_at=None if end is None else MONDAY + end * HOUR,
    )


def test_only_what_lies_in_the_period_is_parked_in_it(cast):
    rows = tickets(cast, 30)
    pause(rows[0], -20, 5)  # begun before: five hours of it
    pause(rows[1], 6, None)  # lasts still: one, for at five the day is over
    pause(rows[2], 1, 2, until=2)  # ran out: one
    pause(rows[3], -9, -8)  # long over
    pause(rows[4], 11, 12)  # later
    Clock.objects.filter(ticket=rows[5]).update(met_at=MONDAY + 5 * HOUR)
    (found,) = parked([cast.north, cast.south], **PERIOD)
    assert (found.tickets, found.open, found.waited) == (30, 208 * HOUR, 7 * HOUR)
    assert (found.pauses, found.ran_out) == (3, 1)
    assert found.share == 7 / 208


def test_a_weekend_is_no_time_parked_and_solved_in_between_is_no_time_open(cast):
    friday = MONDAY + 4 * DAY
    row = tickets(cast, 1)[0]
    Pause.objects.create(
        ticket=row,
        starts_at=friday + 6 * HOUR,
        ends_at=friday + 9 * DAY,
        ended_at=friday + 3 * DAY + HOUR,
    )
    clock = Clock.objects.get(ticket=row)
    Clock.objects.filter(pk=clock.pk).update(started_at=friday)
    clock.refresh_from_db()
    clock.meet(at=friday + 3 * DAY + 2 * HOUR, cause="solved")
    clock.reopen(at=friday + 3 * DAY + 4 * HOUR)
    (found,) = parked([cast.north], since=MONDAY, until=friday + 3 * DAY + 5 * HOUR)
    # Friday from ten, Monday from nine to three without the two hours it was solved; parked one hour and two.
    assert (found.open, found.waited) == (11 * HOUR, 3 * HOUR)


def test_the_database_does_the_sums_however_many_tickets(cast):
    """Three queries would do for any number of clocks too, if each clock came along; here none does."""
    asked = [(len(sizes), sum(sizes)) for sizes in (_answers(cast, 3), _answers(cast, 27))]
    assert asked[0] == asked[1]
    assert asked[0][0] == 9


def _answers(cast: Cast, more: int) -> list[int]:
    """How many rows each query about parked tickets brings, after `more` of them came."""
    for row in tickets(cast, more):
        pause(row, 1, 2)
    with CaptureQueriesContext(connection) as queries:
        assert len(parked([cast.north, cast.south], **PERIOD)) == 1
    with connection.cursor() as cursor:
        counts = []
        for query in queries:
            cursor.execute(f"SELECT COUNT(*) FROM ({query['sql']}) AS answer")
            counts.append(cursor.fetchone()[0])
    return counts


def test_minutes_past_the_hour_count_too(cast):
    """Open from nine to five: two moments within one hour, and a pause that reaches beyond closing time."""
    rows = tickets(cast, 1)
    pause(rows[0], 0.25, 0.75)
    pause(rows[0], 6.5, 9)
    (found,) = parked([cast.north], **PERIOD)
    assert (found.open, found.waited) == (7 * HOUR, HOUR)


def test_of_few_tickets_no_share_is_told(cast):
    pause(tickets(cast, 29)[0], 0, 10)
    assert parked([cast.north], **PERIOD)[0].share is None


def test_kept_is_what_ended_in_time_by_kind(cast):
    for number, row in enumerate(tickets(cast, 3)):
        Clock.objects.create(
            ticket=row,
            kind="solution",
            hours=cast.hours,
            seconds=60,
            warn_percent=50,
            started_at=MONDAY,
            met_at=MONDAY + HOUR,
            breached_at=MONDAY + HOUR / 2 if number == 0 else None,
        )
    assert kept([cast.north], **PERIOD) == [Kept("solution", 2, 3)]
    assert kept([cast.south], **PERIOD) == []
    assert (Kept("solution", 2, 3).broken, Kept("solution", 2, 3).share) == (1, None)
    assert Kept("solution", 27, 30).share == 0.9


def test_a_lead_reads_it_and_whoever_leads_nobody_does_not(cast, client: Client):
    pause(tickets(cast, 30)[0], -24, 0)
    with time_machine.travel(MONDAY):
        for person, status in ((cast.anna, 404), (cast.cem.person, 404), (cast.ben, 200)):
            client.force_login(person)
            page = client.get(reverse("desk:promise_figures"), {"days": "7\x00"})
            assert page.status_code == status
    text = page.content.decode()
    assert "North" in text
    assert "3.3\u00a0%" in text  # one of thirty stood still as long as somebody worked
    assert "South" not in text
