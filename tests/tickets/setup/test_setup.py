"""The setup's pages: what is promised to whom, and when the house is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cast import person
from django.test import Client
from django.utils import timezone, translation

from tickets.models import BusinessHours, Clock, Policy, Recalculation
from tickets.setup.hours_forms import RegionForm, regions
from tickets.sla.policy import choose

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast, client) -> Client:
    client.force_login(person("Ada", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def policy(cast) -> Policy:
    return Policy.objects.get(name__startswith="North")


def filled(cast: object, **said: object) -> dict[str, object]:
    return {
        "name": "North, urgent",
        "note": "Urgent ones within the hour",
        "when-0-fact": "team",
        "when-0-operator": "in",
        "when-0-value": "north",
        "when-1-fact": "priority",
        "when-1-operator": "at_least",
        "when-1-value": "4",
        "length_first_response": "1",
        "hours_first_response": cast.hours.pk,
        **said,
    }


def test_a_policy_is_written_with_conditions_lengths_and_alerts(ada, cast):
    alerts = {
        "alert_kind0": "first_response",
        "alert_amount0": "15",
        "alert_unit0": "before",
        "alert_actions0": ["tell_lead", "raise_priority"],
    }
    answer = ada.post("/desk/setup/policies/new/", filled(cast, length_first_response="0:45", **alerts))
    made = Policy.objects.get(name="North, urgent")
    assert answer.url == f"/desk/setup/policies/{made.pk}/"
    version = made.versions.get()
    assert [c.sentence for c in version.conditions.all()] == ["Team: North", "Priority: at least urgent"]
    target = version.targets.get()
    assert (target.kind, target.seconds, target.hours) == ("first_response", 45 * 60, cast.hours)
    alert = target.alerts.get()
    assert (alert.minutes, alert.percent, alert.actions) == (-15, None, ["tell_lead", "raise_priority"])


def test_the_page_of_a_policy_shows_what_it_says_and_publishes_the_next_version(ada, cast, policy):
    page = ada.get(f"/desk/setup/policies/{policy.pk}/").content.decode()
    assert 'value="24:00"' in page
    assert 'name="when-0-value" value="north"' in page
    sent = {
        "name": policy.name,
        "note": "Faster",
        "when-0-fact": "team",
        "when-0-operator": "in",
        "when-0-value": "north",
    }
    sent |= {"length_first_response": "2", "hours_first_response": cast.hours.pk}
    assert ada.post(f"/desk/setup/policies/{policy.pk}/", sent).status_code == 302
    chosen = choose({"team": "north"}, at=timezone.now() + timedelta(seconds=1))
    assert {kind: target.seconds for kind, target in chosen.items()} == {"first_response": 7200}
    assert policy.versions.count() == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"length_first_response": "soon"}, "Write hours and minutes, such as 4:30."),
        ({"length_first_response": "１２"}, "Write hours and minutes, such as 4:30."),
        ({"length_first_response": "99999"}, "less than three years"),
        ({"length_first_response": ""}, "A policy promises at least one thing."),
        ({"hours_first_response": ""}, "Choose the hours in which this counts."),
        ({"when-0-value": "Nowhere"}, "Nowhere is not one of the available choices."),
        ({"when-1-value": "x"}, "x is not one of the available choices."),
        ({"when-0-operator": "at_least"}, "at_least is not one of the available choices."),
        ({"when-0-fact": "hours_open"}, "Choose what it is about."),
        ({"when-new": "tenure_months"}, "This field is required."),
        ({"valid_from": "2020-01-01T10:00"}, "A promise cannot begin in the past."),
        ({"alert_kind0": "first_response"}, "Say when: 1 to 99 per cent, or a number of minutes."),
        ({"alert_kind0": "first_response", "alert_amount0": "50"}, "Choose what happens then."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_typed_is_lost(ada, cast, said, words):
    answer = ada.post("/desk/setup/policies/new/", filled(cast, **said))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Urgent ones within the hour" in page
    assert not Policy.objects.filter(name="North, urgent").exists()


def test_a_policy_that_favours_prospects_is_refused_in_words(ada, cast):
    said = filled(
        cast, **{"when-1-fact": "customer_status", "when-1-operator": "in", "when-1-value": "prospect"}
    )
    answer = ada.post("/desk/setup/policies/new/", said | {"length_first_response": "1"})
    policy = Policy.objects.filter(name="North, urgent")
    if answer.status_code == 422:
        assert "Existing customers are never promised less." in answer.content.decode()
    assert (
        not policy.exists()
        or choose({"team": "north", "customer_status": "prospect"}, at=timezone.now())[
            "first_response"
        ].seconds
        >= 4 * 3600
    )


def test_moving_and_retiring(ada, cast, policy):
    south = Policy.objects.get(name__startswith="South")
    ada.post(f"/desk/setup/policies/{south.pk}/rank/", {"way": "up"})
    assert [row.pk for row in Policy.objects.kept()] == [south.pk, policy.pk]
    ada.post(f"/desk/setup/policies/{south.pk}/retirement/")
    assert [row.pk for row in Policy.objects.kept()] == [policy.pk]


def test_a_lead_reads_and_changes_nothing(client, cast, policy):
    client.force_login(cast.ben)
    page = client.get("/desk/setup/policies/").content.decode()
    assert policy.name in page
    assert "New policy" not in page
    assert client.post(f"/desk/setup/policies/{policy.pk}/", filled(cast)).status_code == 404


def test_recalculating_shows_first_and_acts_with_a_reason(ada, cast, policy):
    cast.ticket()
    sent = {
        "name": policy.name,
        "note": "Faster",
        "when-0-fact": "team",
        "when-0-operator": "in",
        "when-0-value": "north",
    }
    ada.post(
        f"/desk/setup/policies/{policy.pk}/",
        {**sent, "length_first_response": "2", "hours_first_response": cast.hours.pk},
    )
    assert "Look first: nothing changes by it." in ada.get("/desk/setup/recalculations/").content.decode()
    assert ada.post("/desk/setup/recalculations/", {"look": "1"}).status_code == 302
    page = ada.get("/desk/setup/recalculations/").content.decode()
    assert "1 would be due earlier." in page
    assert f"#{Clock.objects.first().ticket_id}, First response: due" in page
    assert ada.post("/desk/setup/recalculations/", {"reason": ""}).status_code == 422
    assert not Recalculation.objects.exists()
    ada.post("/desk/setup/recalculations/", {"reason": "As printed"})
    assert Recalculation.objects.get().earlier == 1
    assert Clock.objects.get(kind="first_response").seconds == 7200


# ---- hours -----------------------------------------------------------------------------------------------------------


def test_a_calendar_is_written_in_lines_and_shows_its_next_two_weeks(ada, cast):
    said = {
        "name": "Night desk",
        "tz": "Europe/Berlin",
        "mon": "22:00–06:00",
        "tue": "8:00-12:00, 13:00–17:00",
    }
    answer = ada.post(
        "/desk/setup/hours/new/", said | {"overrides": "2026-12-24 08:00–12:00\n2026-12-31 closed"}
    )
    hours = BusinessHours.objects.get(name="Night desk")
    assert answer.url == f"/desk/setup/hours/{hours.pk}/"
    assert hours.weekly == {"mon": [["22:00", "06:00"]], "tue": [["08:00", "12:00"], ["13:00", "17:00"]]}
    assert hours.overrides == {"2026-12-24": [["08:00", "12:00"]], "2026-12-31": []}
    page = ada.get(answer.url)
    assert len(page.context["preview"]) == 14
    assert "2026-12-31 closed" in page.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"mon": "early"}, "Write periods such as 08:00–12:00, 13:00–17:00."),
        ({"mon": "25:00–26:00"}, "is not a time of day"),
        ({"tz": "Europe/Nowhere"}, "There is no time zone called Europe/Nowhere."),
        ({"overrides": "someday 08:00–12:00"}, "is not a date"),
        ({"mon": ""}, "This calendar has no opening hours at all."),
        ({"name": "Office"}, "already exists"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_words(ada, cast, said, words):
    answer = ada.post(
        "/desk/setup/hours/new/", {"name": "New", "tz": "Europe/Berlin", "mon": "08:00–12:00", **said}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert BusinessHours.objects.count() == 1


def test_holidays_are_proposed_by_land_and_count_only_when_confirmed(ada, cast):
    path = f"/desk/setup/hours/{cast.hours.pk}/holidays/"
    days = [row[0] for row in ada.get(f"{path}?region=DE-BY&year=2026").context["days"]]
    assert {"2026-01-06", "2026-12-25"} <= set(days)
    assert "2026-01-06" not in [row[0] for row in ada.get(f"{path}?region=DE-HH&year=2026").context["days"]]
    cast.hours.refresh_from_db()
    assert cast.hours.holidays == []
    ada.post(path, {"region": "DE-BY", "year": "2026", "day": ["2026-01-06", "2026-02-30", "2026-07-07"]})
    cast.hours.refresh_from_db()
    assert cast.hours.holidays == ["2026-01-06"]


def test_before_a_year_begins_somebody_is_told_that_its_holidays_are_not_confirmed(ada, cast):
    page = f"/desk/setup/hours/{cast.hours.pk}/"
    with time_machine.travel(datetime(2026, 10, 5, 8, tzinfo=UTC)):
        assert "calendar-off" not in ada.get(page).content.decode()  # who has none at all is open on them
        cast.hours.confirm_holidays(["2026-12-25"], proposed=["2026-12-25"])
        assert "Nobody has confirmed the public holidays of 2027 yet" in ada.get(page).content.decode()
        assert "none for 2027" in ada.get("/desk/setup/hours/").content.decode()
        cast.hours.confirm_holidays(["2027-01-01"], proposed=["2027-01-01"])
        assert "none for 2027" not in ada.get("/desk/setup/hours/").content.decode()


def test_every_german_land_has_its_own_days(ada, cast):
    """How many public holidays each keeps in 2026, the days that fall on a Sunday among them; counted by hand."""
    nine = {"DE-BE": 1, "DE-BW": 3, "DE-BY": 3, "DE-BB": 3, "DE-HB": 1, "DE-HH": 1, "DE-HE": 1, "DE-MV": 2}
    nine |= {"DE-NI": 1, "DE-NW": 2, "DE-RP": 2, "DE-SH": 1, "DE-SL": 3, "DE-SN": 2, "DE-ST": 2, "DE-TH": 2}
    nine |= {"DE-Augsburg": 5}  # the one town with a day of its own
    name, (everywhere, *named) = regions()[0]
    assert (name, everywhere) == ("Germany", ("DE", "Germany (nationwide)"))
    lands = [code for code, _name in named]
    assert sorted(lands) == sorted(nine)
    for land in lands:
        form = RegionForm({"region": land, "year": 2026})
        assert form.is_valid()
        assert len(form.proposed()) == 9 + nine[land], land


def test_other_countries_stand_by_name_with_their_regions_by_name(ada, cast):
    with translation.override("de"):
        named = dict(regions())
        names = list(named)
    assert names.index("Niederlande") < names.index("Österreich") < names.index("Polen")  # not after Z
    assert named["Österreich"][:2] == [("AT", "Österreich (landesweit)"), ("AT-1", "Burgenland")]
    assert ("CH-UR", "Uri") in named["Schweiz"]
    assert ("FR-971", "Guadeloupe") in named["Frankreich"]
    assert named["LU"] == "Luxemburg"
    uri, zurich = (
        ada.get(f"/desk/setup/hours/{cast.hours.pk}/holidays/?region=CH-{land}&year=2026")
        for land in ("UR", "ZH")
    )
    kept = ["2026-01-06" in [row[0] for row in page.context["days"]] for page in (uri, zurich)]
    assert (kept, '<optgroup label="Austria">' in uri.content.decode()) == ([True, False], True)


@pytest.mark.parametrize("query", ["region=DE-XX&year=2026", "region=DE-BY&year=1e9", "region=%00&year=%00"])
def test_a_region_or_year_that_does_not_exist_proposes_nothing(ada, cast, query):
    answer = ada.get(f"/desk/setup/hours/{cast.hours.pk}/holidays/?{query}")
    assert (answer.status_code, answer.context["days"]) == (200, [])
