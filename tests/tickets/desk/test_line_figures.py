"""The line in figures: for leads, of contacts, both sides of the counter, and a day plan from the own history."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import MONDAY
from django.test import Client
from django.urls import reverse

from tickets.line.forecast import outlook_of
from tickets.line.report import contacts_of, day_plan, report_of
from tickets.models import Forecast, Place

pytestmark = pytest.mark.django_db


def over(cast, start: datetime, *, status: str, wait: float, talk: float | None) -> Place:
    answered = start + timedelta(seconds=wait) if talk is not None else None
    ended = start + timedelta(seconds=wait + (talk or 0))
    return Place.objects.create(
        team=cast.north,
        status=status,
        arrived_at=start,
        queued=wait > 0,
        phase="ended" if answered else "abandoned",
        first_answered_at=answered,
        answered_at=answered,
        ended_at=ended,
        agent=cast.anna if answered else None,
        ended_by="customer",
    )


def test_both_sides_are_compared_for_identical_days(cast):
    for number in range(30):
        over(cast, MONDAY + timedelta(minutes=number), status="established", wait=50, talk=100)
        over(
            cast, MONDAY + timedelta(minutes=number), status="prospect", wait=20, talk=None if number else 60
        )
    found = report_of(contacts_of([cast.north], since=MONDAY, until=MONDAY + timedelta(days=1)))
    assert (found["seeking"], found["answered"], found["abandoned"]) == (60, 31, 29)
    assert found["parity"]["existing"]["median_wait_seconds"] == 50
    assert found["parity"]["days_with_longer_waits"] == {"existing": 1, "prospect": 0}
    assert found["sl20"]["f3"] == 1 / 60


def test_a_day_plan_comes_from_the_same_weekday_of_the_last_weeks(cast):
    for week in (1, 2):
        for minute in range(30):
            start = datetime(2026, 3, 2, 10, minute, tzinfo=ZoneInfo("Europe/Berlin")) - timedelta(weeks=week)
            over(cast, start, status="established", wait=0, talk=300)
    over(cast, MONDAY - timedelta(days=6), status="established", wait=0, talk=300)
    hours, known, handle, _patience = day_plan([cast.north], date(2026, 3, 2))
    assert [(hour.hour, hour.arrivals) for hour in hours] == [(10, 30.0)]
    assert (known, handle) == (2, 300.0)
    assert 3 <= hours[0].by_patience <= hours[0].by_wait + 2


def test_leads_see_the_page_in_words_and_agents_do_not(cast, client: Client):
    over(cast, MONDAY, status="established", wait=5, talk=100)
    client.force_login(cast.ben)
    page = client.get(reverse("desk:line_figures"), {"days": "\x00", "day": "１２"})
    assert page.status_code == 200
    assert "too few" in page.content.decode()
    client.force_login(cast.anna)
    assert client.get(reverse("desk:line_figures")).status_code == 404


def test_what_was_just_shorter_does_not_rise_again_within_a_minute(cast):
    place = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    Forecast.objects.filter(place=place).update(
        shown={"least_minutes": 1, "most_minutes": 1, "is_open_ended": False, "fell_at": MONDAY.timestamp()}
    )
    ahead = [
        Place.enter(cast.north, caller=f"+49 30 {n}", at=MONDAY - timedelta(minutes=9)) for n in range(9)
    ]
    assert len(ahead) == 9
    soon, *_more = outlook_of(place, at=MONDAY + timedelta(seconds=30))
    assert (soon.most_minutes, soon.is_open_ended) == (1, True)
    later, *_more = outlook_of(place, at=MONDAY + timedelta(seconds=61))
    assert later.most_minutes > 1
