"""Promises in figures: what was kept of each kind, and the share of time tickets stood parked; for leads, of teams."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse

from tickets.models import Clock, Pause, Ticket
from tickets.sla.figures import Kept, kept, parked

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = {"since": MONDAY, "until": MONDAY + 10 * HOUR}


def tickets(cast: Cast, count: int) -> list[Ticket]:
    return Ticket.objects.bulk_create(
        Ticket(subject="x", customer=cast.cem, team=cast.north, cause=cast.late, created_at=MONDAY - DAY)
        for _n in range(count)
    )


def pause(ticket: Ticket, start: float, end: float | None, *, until: float = 48) -> None:
    Pause.objects.create(
        ticket=ticket,
        starts_at=MONDAY + start * HOUR,
        ends_at=MONDAY + until * HOUR,
        ended_at=None if end is None else MONDAY + end * HOUR,
    )


def test_only_what_lies_in_the_period_is_parked_in_it(cast, django_assert_num_queries):
    rows = tickets(cast, 30)
    pause(rows[0], -20, 5)  # begun before: five hours of it
    pause(rows[1], 8, None)  # lasts still: two
    pause(rows[2], 1, 2, until=2)  # ran out: one
    pause(rows[3], -9, -8)  # long over
    pause(rows[4], 11, 12)  # later
    Ticket.objects.filter(pk=rows[5].pk).update(solved_at=MONDAY + 8 * HOUR)
    with django_assert_num_queries(2):
        (found,) = parked([cast.north, cast.south], **PERIOD)
    assert (found.tickets, found.open, found.waited) == (30, 298 * HOUR, 8 * HOUR)
    assert (found.pauses, found.ran_out) == (3, 1)
    assert found.share == 8 / 298


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
    assert "3.3\u00a0%" in text  # one of thirty stood still the whole day
    assert "South" not in text
