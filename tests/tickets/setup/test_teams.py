"""Teams set up by hand: founded once, joined, led and left; tickets stay, and the last lead goes on purpose only."""

from __future__ import annotations

import pytest
from cast import person
from django.test import Client

from accounts.models import Person, SetupChange, Team
from tickets.models import OutgoingMail, TeamHours, Ticket

pytestmark = pytest.mark.django_db
TEAMS = "/desk/setup/teams/"


@pytest.fixture
def ada(cast, client) -> Client:
    client.force_login(person("Ada", is_staff=True, language="en"))
    return client


def roles(team: Team) -> dict[str, list[str]]:
    every, leads = Person.objects.working_in(team), Person.objects.leading(team)
    return {"works": [one.name for one in every], "leads": [one.name for one in leads]}


def test_a_team_is_founded_once_with_hours_and_somebody_who_leads(ada, cast):
    sent = {"name": "East", "hours": cast.hours.pk, "lead": cast.anna.pk}
    for _time in range(2):
        answer = ada.post(f"{TEAMS}new/", sent)
        assert answer.url == f"{TEAMS}{Team.objects.get(name='East').pk}/"
    east = Team.objects.get(name="East")
    assert (east.slug, TeamHours.of(east), roles(east)) == (
        "east",
        cast.hours,
        {"works": ["Anna"], "leads": ["Anna"]},
    )
    assert [change.done for change in SetupChange.objects.filter(part="accounts.team")] == ["added"]
    assert OutgoingMail.objects.filter(to=cast.anna.email).count() == 1
    other = ada.post(f"{TEAMS}new/", {**sent, "lead": cast.ben.pk})
    assert (other.status_code, list(other.context["form"].errors)) == (422, ["name"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"lead": "9" * 30}, "lead"),
        ({"lead": "a\0b"}, "lead"),
        ({"hours": "x"}, "hours"),
    ],
)
def test_a_wrong_team_says_so_at_its_field(ada, cast, wrong, field):
    answer = ada.post(f"{TEAMS}new/", {"name": "East", "lead": cast.anna.pk, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Team.objects.count() == 2


def test_customers_and_the_blocked_join_no_team(ada, cast):
    Person.objects.filter(pk=cast.dora.pk).update(is_active=False)
    for who in (cast.cem.person, cast.dora):
        answer = ada.post(f"{TEAMS}{cast.north.pk}/people/", {"person": who.pk, "role": "agent"})
        assert (answer.status_code, list(answer.context["joining"].errors)) == (422, ["person"])
    assert roles(cast.north) == {"works": ["Anna", "Ben"], "leads": ["Ben"]}


def test_somebody_joins_leads_and_steps_down_with_old_and_new_written_down(ada, cast):
    one = f"{TEAMS}{cast.north.pk}/people/"
    for _time in range(2):
        assert ada.post(one, {"person": cast.dora.pk, "role": "lead"}).status_code == 302
    assert roles(cast.north) == {"works": ["Anna", "Ben", "Dora"], "leads": ["Ben", "Dora"]}
    assert ada.post(f"{one}{cast.ben.pk}/", {"role": "agent"}).status_code == 302
    assert roles(cast.north) == {"works": ["Anna", "Ben", "Dora"], "leads": ["Dora"]}
    stepped, joined = SetupChange.objects.filter(part="accounts.team")
    assert joined.said == [("Leads", "Ben", "Ben\nDora")]
    assert stepped.said == [("Leads", "Ben\nDora", "Dora"), ("Members", "Anna", "Anna\nBen")]


def test_the_last_lead_goes_only_when_that_is_said(ada, cast):
    ben = f"{TEAMS}{cast.north.pk}/people/{cast.ben.pk}/"
    for page, sent in ((ben, {"role": "agent"}), (f"{ben}leaving/", {})):
        answer = ada.post(page, sent)
        assert answer.status_code == 422
        assert "Nobody else leads it." in answer.content.decode()
    assert roles(cast.north)["leads"] == ["Ben"]
    assert ada.post(ben, {"role": "agent", "sure": "on"}).status_code == 302
    assert roles(cast.north) == {"works": ["Anna", "Ben"], "leads": []}
    assert "Nobody leads this team." in ada.get(f"{TEAMS}{cast.north.pk}/").content.decode()
    cast.north.welcome(cast.ben, lead=True)
    assert ada.post(f"{ben}leaving/", {"leave-sure": "on"}).status_code == 302
    assert roles(cast.north) == {"works": ["Anna"], "leads": []}
    assert ada.get(ben).status_code == 404


def test_whoever_is_taken_off_gives_open_tickets_back_and_keeps_what_they_solved(ada, cast):
    mine, solved = cast.ticket(), cast.ticket("Another")
    elsewhere = cast.ticket("In the south", cause=cast.broken)
    cast.south.welcome(cast.anna)
    for ticket in (mine, solved, elsewhere):
        ticket.assign(cast.anna, by=cast.anna)
    Ticket.objects.filter(pk=solved.pk).update(status="solved")
    anna = f"{TEAMS}{cast.north.pk}/people/{cast.anna.pk}/"
    assert "1 open ticket is with them." in ada.get(anna).content.decode()
    assert ada.post(f"{anna}leaving/").status_code == 302
    held = dict(Ticket.objects.values_list("pk", "assignee"))
    assert held == {mine.pk: None, solved.pk: cast.anna.pk, elsewhere.pk: cast.anna.pk}
    assert mine.events.order_by("-pk").first().kind == "released"
    assert cast.anna not in Person.objects.working_in(cast.north)
    assert ada.post(f"{anna}leaving/").status_code == 404


def test_a_team_is_renamed_and_known_by_its_short_name_as_before(ada, cast):
    page = f"{TEAMS}{cast.north.pk}/"
    assert ada.post(page, {"name": "South"}).context["form"].errors["name"] == [
        "There is a team of this name already."
    ]
    assert ada.post(page, {"name": "Northern"}).url == page
    cast.north.refresh_from_db()
    assert (cast.north.name, cast.north.slug) == ("Northern", "north")
    assert SetupChange.objects.get().said == [("Name", "North", "Northern")]


def test_leads_see_their_team_and_change_nothing(ada, cast, client):
    client.force_login(cast.ben)
    assert [team for team, _hours, _led in client.get(TEAMS).context["teams"]] == [cast.north]
    page = client.get(f"{TEAMS}{cast.north.pk}/").content.decode()
    assert "Anna" in page
    assert "Add somebody" not in page
    assert client.post(f"{TEAMS}{cast.north.pk}/", {"name": "Mine"}).status_code == 404


def test_the_list_of_teams_asks_as_often_for_one_as_for_thirty(ada, cast, django_assert_num_queries):
    with django_assert_num_queries(6):
        ada.get(TEAMS)
    for number in range(28):
        team = Team.objects.create(name=f"T{number:02}", slug=f"t{number}")
        team.welcome(cast.anna, lead=True)
    with django_assert_num_queries(6):
        rows = ada.get(TEAMS).context["teams"]
    assert [(team.people, led) for team, _hours, led in rows] == [(2, ["Ben"]), (1, ["Dora"])] + [
        (1, ["Anna"])
    ] * 28
