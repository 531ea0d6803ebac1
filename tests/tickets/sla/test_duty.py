"""Alerts follow the duty of who hears them: at once while the team works, else whoever is on call, or next morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, person, promised
from django.test import Client
from django.urls import reverse

from accounts.absence import Absence
from tickets.models import BusinessHours, Notice, OnCall, OutgoingMail, PersonHours, TeamHours
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Around the clock: warned at 20:00 in Berlin, broken at 22:00, long after North went home.
OPENED, WARNED, BROKEN = MONDAY + 4 * HOUR, MONDAY + 10 * HOUR, MONDAY + 12 * HOUR
MORNING = MONDAY + DAY - HOUR  # 9:00 in Berlin


@pytest.fixture
def night(cast):
    """A promise that runs at night, on a ticket of Anna's."""
    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    always = BusinessHours.objects.create(name="Always", weekly=week)
    promised(cast.north, always, priority=3, first_response=8 * 3600)
    ticket = cast.ticket(at=OPENED, priority=3)
    ticket.assign(cast.anna, by=cast.ben, at=OPENED)
    return ticket


def mails() -> list[str]:
    return sorted(OutgoingMail.objects.filter(key__startswith="promise:").values_list("to", flat=True))


def told(at: object) -> list[str]:
    return sorted(Notice.objects.filter(at=at).values_list("person__name", flat=True))


def test_at_night_whoever_is_on_call_is_mailed_and_the_assignee_in_the_morning(cast, night):
    gina = person("Gina")
    cast.north.welcome(gina)
    OnCall.plan(cast.north, gina, starts_at=OPENED, ends_at=MORNING, by=cast.ben)
    sweep_now(now=WARNED)
    assert told(WARNED) == ["Anna", "Gina"]
    assert mails() == ["gina@kulanz.example"]
    sweep_now(now=MORNING - timedelta(seconds=1))
    assert "anna@kulanz.example" not in mails()
    sweep_now(now=MORNING)
    assert mails().count("anna@kulanz.example") == 1


def test_with_nobody_on_call_the_mail_waits_for_the_morning_and_is_not_written_if_it_is_kept_by_then(
    cast, night
):
    sweep_now(now=WARNED)
    assert (told(WARNED), mails()) == (["Anna"], [])
    night.reply("Here.", by=cast.anna, at=WARNED + HOUR)
    sweep_now(now=MORNING)
    assert mails() == []


def test_on_call_counts_only_while_it_runs_and_never_for_who_left_the_team(cast, night):
    gina, hugo = person("Gina"), person("Hugo")
    cast.north.welcome(gina)
    cast.north.welcome(hugo)
    OnCall.plan(cast.north, gina, starts_at=WARNED + HOUR, ends_at=MORNING, by=cast.ben)
    OnCall.plan(cast.north, hugo, starts_at=OPENED, ends_at=MORNING, by=cast.ben).end(at=OPENED)
    sweep_now(now=WARNED)
    assert told(WARNED) == ["Anna"]
    cast.north.dismiss(gina)
    sweep_now(now=BROKEN)
    assert told(BROKEN) == ["Ben"]


def test_during_duty_nobody_on_call_is_bothered(cast):
    OnCall.plan(cast.north, cast.ben, starts_at=MONDAY, ends_at=MORNING, by=cast.ben)
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    sweep_now(now=MONDAY + 3 * HOUR)
    assert (told(MONDAY + 3 * HOUR), mails()) == (["Anna"], ["anna@kulanz.example"])


def test_a_team_whose_hours_nobody_said_is_always_on_duty(cast, night):
    TeamHours.agree(cast.north, None)
    sweep_now(now=WARNED)
    assert mails() == ["anna@kulanz.example"]


def test_who_stands_in_hears_what_the_one_away_would(cast):
    gina = person("Gina")
    cast.north.welcome(gina)
    day = MONDAY.date()
    Absence.announce(cast.anna, first=day, last=day, substitute=gina, by=cast.anna, at=MONDAY)
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    sweep_now(now=MONDAY + 3 * HOUR)
    assert told(MONDAY + 3 * HOUR) == ["Gina"]


def test_on_call_is_for_people_of_the_team_and_said_twice_it_is_once(cast):
    first, second = (
        OnCall.plan(cast.north, cast.anna, starts_at=MONDAY, ends_at=MORNING, by=cast.ben) for _n in range(2)
    )
    assert first == second
    with pytest.raises(ValueError, match="Somebody of the team"):
        OnCall.plan(cast.north, cast.dora, starts_at=MONDAY, ends_at=MORNING, by=cast.ben)
    with pytest.raises(ValueError, match="within a month"):
        OnCall.plan(cast.north, cast.anna, starts_at=MONDAY, ends_at=MONDAY + 32 * DAY, by=cast.ben)


def test_the_lead_sets_hours_and_puts_somebody_on_call(cast, client):
    client.force_login(cast.ben)
    said = {"team": cast.north.pk, "person": cast.anna.pk, "starts_at": "2099-03-02T18:00"}
    refused = client.post("/desk/setup/duty/", {**said, "ends_at": "2099-03-02T17:00"})
    assert refused.status_code == 422
    assert "It ends before it begins." in refused.content.decode()
    assert 'value="2099-03-02T18:00"' in refused.content.decode()
    assert client.post("/desk/setup/duty/", {**said, "ends_at": "2099-03-03T08:00"}).status_code == 302
    row = OnCall.objects.get()
    assert (row.person, row.set_by, row.ends_at - row.starts_at) == (cast.anna, cast.ben, 14 * HOUR)
    page = client.get("/desk/setup/duty/").content.decode()
    assert f"/desk/setup/duty/on-call/{row.pk}/end/" in page
    client.post(f"/desk/setup/duty/on-call/{row.pk}/end/")
    assert not OnCall.objects.not_over(MONDAY).exists()
    client.post(f"/desk/setup/duty/{cast.north.pk}/hours/", {f"team-{cast.north.pk}-hours": ""})
    assert TeamHours.of(cast.north) is None


@pytest.mark.parametrize("typed", ["x", "\0", "１２", "9" * 40])
def test_nonsense_is_refused_at_its_field(cast, client, typed):
    client.force_login(cast.ben)
    said = {"team": typed, "person": typed, "starts_at": typed, "ends_at": typed}
    answer = client.post("/desk/setup/duty/", said)
    assert (answer.status_code, OnCall.objects.count()) == (422, 0)
    address = f"/desk/setup/duty/{cast.north.pk}/hours/"
    assert client.post(address, {f"team-{cast.north.pk}-hours": typed}).status_code == 422


# ---- hours of one's own ------------------------------------------------------------------------------------------


def test_who_works_at_other_times_than_the_team_is_mailed_in_those(cast):
    """Anna works in the afternoon only: what warns at one reaches her at two, though the team is there."""
    afternoons = BusinessHours.objects.create(name="Afternoons", weekly={"mon": [["14:00", "18:00"]]})
    PersonHours.agree(cast.anna, afternoons)
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    sweep_now(now=MONDAY + 3 * HOUR)
    assert (told(MONDAY + 3 * HOUR), mails()) == (["Anna"], [])
    sweep_now(now=MONDAY + 4 * HOUR - timedelta(seconds=1))
    assert "anna@kulanz.example" not in mails()
    PersonHours.agree(cast.anna, None)
    assert PersonHours.of_each([cast.anna.pk]) == {}


def test_while_none_of_those_told_works_whoever_is_on_call_is(cast):
    gina = person("Gina")
    cast.north.welcome(gina)
    PersonHours.agree(
        cast.anna, BusinessHours.objects.create(name="Late", weekly={"mon": [["20:00", "22:00"]]})
    )
    OnCall.plan(cast.north, gina, starts_at=MONDAY, ends_at=MORNING, by=cast.ben)
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    sweep_now(now=MONDAY + 3 * HOUR)
    assert (told(MONDAY + 3 * HOUR), mails()) == (["Anna", "Gina"], ["gina@kulanz.example"])


def test_a_lead_sets_up_the_hours_of_those_who_work_there_and_of_nobody_else(cast, client: Client):
    client.force_login(cast.ben)
    own = {"own-person": cast.anna.pk, "own-hours": cast.hours.pk}
    assert client.post(reverse("setup:person_hours"), own).status_code == 302
    assert PersonHours.of_each([cast.anna.pk]) == {cast.anna.pk: cast.hours}
    assert "Anna" in client.get(reverse("setup:duty")).content.decode()
    for wrong in ({"own-person": cast.dora.pk}, {"own-person": "\x00"}, {"own-hours": 2**70}, {}):
        answer = client.post(
            reverse("setup:person_hours"), {"own-person": cast.anna.pk, **wrong} if wrong else {}
        )
        assert answer.status_code == 422
    client.post(reverse("setup:person_hours"), {"own-person": cast.anna.pk, "own-hours": ""})
    assert PersonHours.objects.count() == 0
