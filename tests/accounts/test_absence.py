"""Being away: from day to day in one's own zone, with somebody who stands in; it ends by itself or early."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person
from django.test import Client
from django.utils import timezone

from accounts.absence import Absence, stand_ins

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


@pytest.fixture
def finn(cast: Cast) -> object:
    finn = person("Finn")
    cast.north.welcome(finn)
    return finn


def away(who: object, by: object, *, first: date = DAY, last: date = DAY) -> Absence | None:
    return Absence.announce(who, first=first, last=last, substitute=by, by=who, at=MONDAY)


def test_it_lasts_from_midnight_to_midnight_in_the_zone_of_whoever_is_away(cast, finn):
    cast.anna.time_zone = "America/New_York"
    absence = away(cast.anna, finn, last=DAY + timedelta(days=1))
    begins = datetime.fromisoformat("2026-03-02T05:00Z")
    ends = datetime.fromisoformat("2026-03-04T05:00Z")
    assert (absence.starts_at, absence.ends_at) == (begins, ends)
    assert (absence.first_day, absence.last_day) == (DAY, DAY + timedelta(days=1))
    second = timedelta(seconds=1)
    moments = (begins - second, begins, ends - second, ends)
    assert [bool(stand_ins([cast.anna], at=at)) for at in moments] == [False, True, True, False]


def test_who_stands_in_may_be_away_too(cast, finn):
    away(cast.anna, finn)
    assert stand_ins([cast.anna, cast.ben], at=MONDAY) == {cast.anna.pk: finn}
    away(finn, cast.ben)
    assert stand_ins([cast.anna], at=MONDAY) == {cast.anna.pk: cast.ben}
    away(cast.ben, cast.anna)
    assert stand_ins([cast.anna], at=MONDAY) == {cast.anna.pk: None}


def test_two_absences_never_overlap_and_the_same_twice_is_one(cast, finn):
    first = away(cast.anna, finn)
    assert away(cast.anna, finn) == first
    assert away(cast.anna, cast.ben) is None
    assert away(cast.anna, finn, first=DAY - timedelta(days=2)) is None
    assert first.end(at=MONDAY) is True
    assert first.end(at=MONDAY) is False
    assert stand_ins([cast.anna], at=MONDAY) == {}
    assert away(cast.anna, cast.ben) is not None


def form(who: object, substitute: object, **other: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=1)
    days = {"first": str(day), "last": str(day)}
    return {"who": str(who.pk), "substitute": str(substitute.pk), **days, **other}


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def test_an_agent_notes_the_own_absence_and_is_back_early(cast, finn, anna):
    assert anna.post("/me/absences/", form(cast.anna, finn)).status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.substitute, absence.set_by) == (cast.anna, finn, cast.anna)
    page = anna.get("/me/").content.decode()
    assert "Finn stands in" in page
    anna.post(f"/me/absences/{absence.pk}/end/")
    absence.refresh_from_db()
    assert absence.ended_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("last", "2020-01-01"), ("last", "9999-12-31"), ("last", "nonsense"), ("first", "0001-01-01")),
        *(("substitute", "\x00"), ("substitute", "9" * 30), ("substitute", ""), ("first", "２")),
    ],
)
def test_bad_input_is_said_at_its_field(cast, finn, anna, field, value):
    answer = anna.post("/me/absences/", {**form(cast.anna, finn), field: value})
    assert (answer.status_code, Absence.objects.count()) == (422, 0)
    assert "field__error" in answer.content.decode()


def test_nobody_stands_in_for_themselves_nor_from_another_team(cast, finn, anna):
    for substitute in (cast.anna, cast.dora):
        assert anna.post("/me/absences/", form(cast.anna, substitute)).status_code == 422
    assert not Absence.objects.exists()


def test_only_a_lead_says_it_for_somebody_else_and_only_in_the_own_team(cast, finn, anna, client):
    assert anna.post("/me/absences/", form(finn, cast.ben)).status_code == 422
    client.force_login(cast.dora)
    assert client.post("/me/absences/", form(finn, cast.ben)).status_code == 422
    client.force_login(cast.ben)
    assert client.post("/me/absences/", form(finn, cast.anna)).status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.set_by) == (finn, cast.ben)
    client.force_login(cast.dora)
    assert client.post(f"/me/absences/{absence.pk}/end/").status_code == 404
