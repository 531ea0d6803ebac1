"""Incidents for programs: reported once, filled from outside with a report per entry, read by their team alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import person
from counting import as_often_for_thirty, reading
from django.utils import timezone

from accounts.models import Customer
from tests.program import Program
from tickets.models import Incident

pytestmark = pytest.mark.django_db


def new(**said: object) -> dict[str, object]:
    happened = (timezone.now() - timedelta(hours=3)).isoformat()
    return {"name": "Van broke down", "cause": "late-delivery", "happened_at": happened, **said}


@pytest.fixture
def anna(cast):
    return Program.of(cast.anna)


@pytest.fixture
def fault(cast):
    happened = timezone.now() - timedelta(hours=3)
    said = {"name": "Van broke down", "cause": cast.late, "team": cast.north, "happened_at": happened}
    return Incident.report(**said, by=cast.anna, key="k")


def test_it_is_reported_and_read(cast, anna):
    made = anna.post("incidents/", new(words_de="Unser Wagen blieb liegen.", note="Tell the drivers"))
    assert made.status_code == 201
    found = Incident.objects.get()
    assert (found.team, found.cause, found.by) == (cast.north, cast.late, cast.anna)
    body = made.json()
    assert (body["id"], body["name"], body["cause"]["code"], body["team"]["slug"]) == (
        found.pk,
        "Van broke down",
        "late-delivery",
        "north",
    )
    assert (body["words_de"], body["note"], body["affected"], body["tickets"]) == (
        "Unser Wagen blieb liegen.",
        "Tell the drivers",
        0,
        0,
    )
    assert anna.get(f"incidents/{found.pk}/").json() == body
    assert anna.get("incidents/").json()["results"] == [body]


def test_the_same_key_reports_once(anna):
    said = new()
    key = {"Idempotency-Key": "one"}
    first, again = anna.post("incidents/", said, **key), anna.post("incidents/", said, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert anna.post("incidents/", new(name="Other"), **key).status_code == 422
    assert Incident.objects.count() == 1
    anna.post("incidents/", said)
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"cause": "broken"}, "cause"),  # the other team's
        ({"cause": "no-such"}, "cause"),
        ({"happened_at": "2026-03-02T10:00:00"}, "happened_at"),
        ({"happened_at": "2999-03-02T10:00:00Z"}, "happened_at"),
        ({"happened_at": "1999-03-02T10:00:00Z"}, "happened_at"),
        ({"happened_at": "yesterday Z"}, "happened_at"),
        ({"happened_at": 1772445600}, "happened_at"),
        ({"happened_at": None}, "happened_at"),
        ({"words_en": "x" * 301}, "words_en"),
        ({"note": "x" * 2001}, "note"),
        ({"team": 1}, "unknown"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(anna, said, field):
    response = anna.post("incidents/", new(**said))
    assert (response.status_code, list(response.json())) == (400, [field])
    assert Incident.objects.count() == 0


def test_each_entry_says_what_became_of_it(cast, anna, fault):
    fault.add([cast.eva], by=cast.anna)
    sent = ["CEM@kulanz.example", cast.cem.pk, "eva@kulanz.example", "nobody@x.example", f"#{cast.cem.pk}"]
    response = anna.post(f"incidents/{fault.pk}/affected/", {"customers": sent})
    assert response.status_code == 200
    assert response.json() == {
        "added": 1,
        "entries": [
            {"place": 1, "entry": "CEM@kulanz.example", "fate": "found", "customer": cast.cem.pk},
            {"place": 2, "entry": str(cast.cem.pk), "fate": "doubled", "customer": cast.cem.pk},
            {"place": 3, "entry": "eva@kulanz.example", "fate": "listed", "customer": cast.eva.pk},
            {"place": 4, "entry": "nobody@x.example", "fate": "unknown", "customer": None},
            {"place": 5, "entry": f"#{cast.cem.pk}", "fate": "doubled", "customer": cast.cem.pk},
        ],
    }
    again = anna.post(f"incidents/{fault.pk}/affected/", {"customers": sent}).json()
    assert (again["added"], fault.affected.count()) == (0, 2)
    listed = anna.get(f"incidents/{fault.pk}/affected/").json()["results"]
    assert [row["customer"]["email"] for row in listed] == ["eva@kulanz.example", "cem@kulanz.example"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        {"customers": []},
        {"customers": "cem@kulanz.example"},
        {"customers": [None]},
        {"customers": [True]},
        {"customers": [1.0]},
        {"customers": [0]},
        {"customers": [-1]},
        {"customers": [2**63]},
        {"customers": [""]},
        {"customers": ["x" * 255]},
        {"customers": [1] * 2001},
        {"customers": [1], "note": "x"},
    ],
)
def test_a_broken_list_changes_nothing(anna, fault, said):
    assert anna.post(f"incidents/{fault.pk}/affected/", said).status_code == 400
    assert fault.affected.count() == 0


@pytest.mark.parametrize("who", ["dora", "cem", "eva"])
def test_strangers_find_nothing(cast, fault, who):
    fault.add([cast.cem], by=cast.anna)
    program = Program.of(cast.people[who])
    assert program.get(f"incidents/{fault.pk}/").status_code == 404
    assert program.get(f"incidents/{fault.pk}/affected/").status_code == 404
    assert program.post(f"incidents/{fault.pk}/affected/", {"customers": [1]}).status_code == 404
    listed = program.get("incidents/")
    assert listed.json()["results"] == [] if who == "dora" else listed.status_code == 404
    if who != "dora":
        assert program.post("incidents/", new()).status_code == 404
    assert Program.of(None).get("incidents/").status_code == 401
    assert fault.affected.count() == 1


def test_no_such_incident(anna):
    for number in (0, 999_999, 2**70):
        assert anna.get(f"incidents/{number}/").status_code == 404


def test_lists_take_as_many_queries_for_thirty_as_for_one(cast, anna, fault):
    def more(number: int) -> None:
        fault.add([Customer.objects.create(person=person(f"N {number}"))], by=cast.anna)
        assert anna.post("incidents/", new()).status_code == 201

    as_often_for_thirty(reading(anna, "incidents/", f"incidents/{fault.pk}/affected/"), more, most=24)
