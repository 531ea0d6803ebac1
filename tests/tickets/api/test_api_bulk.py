"""One step on many tickets by a program: rehearsed, counted, done once, and taken back."""

from __future__ import annotations

import pytest
from cast import Cast
from program import Program

from tickets.models import Bulk, Event
from tickets.ticket import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast: Cast) -> list[Ticket]:
    return [cast.ticket(name) for name in ("One", "Two")]


def test_it_is_rehearsed_counted_done_once_and_taken_back(cast: Cast, two: list[Ticket]) -> None:
    program, souths = Program.of(cast.anna), cast.ticket("Broken", cause=cast.broken)
    two[0].prioritise(4, by=cast.anna)
    said = {"do": "priority", "priority": 4, "tickets": [two[0].pk, two[1].pk, souths.pk, two[1].pk]}
    would = program.post("bulk-actions/rehearsal/", said).json()
    assert (would["step"], would["all"], would["would"]) == ("set the priority to “urgent”", 2, 1)
    assert would["lines"][0] == {
        "ticket": two[0].pk,
        "would": False,
        "trouble": "It has this priority already.",
    }
    assert Bulk.objects.count() == 0
    done = program.post("bulk-actions/", said, **{"Idempotency-Key": "k"})
    again = program.post("bulk-actions/", said, **{"Idempotency-Key": "k"})
    assert (done.status_code, again.json(), again["Idempotent-Replayed"]) == (201, done.json(), "true")
    assert (done.json()["all"], done.json()["done"], done.json()["left"]) == (2, 1, 0)
    assert Event.objects.filter(kind="prioritised", ticket=two[1]).count() == 1
    place = f"bulk-actions/{done.json()['id']}/"
    assert program.get(place).json() == done.json()
    back = program.put(f"{place}undoing/").json()
    assert [line["is_taken_back"] for line in back["lines"]] == [False, True]
    assert (Ticket.objects.get(pk=two[1].pk).priority, back["undoable_until"]) == (2, None)
    lost = program.put(f"{place}undoing/")
    assert (lost.status_code, lost.json()) == (200, back)
    assert Program.of(cast.ben).get(place).status_code == 404


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"do": "close"}, {"do"}),
        ({"do": "priority"}, {"priority"}),
        ({"do": "priority", "priority": "4"}, {"priority"}),
        ({"do": "release", "tag": "Van"}, {"tag"}),
        ({"do": "tag", "tag": "\x00"}, {"tag"}),
        ({"do": "assign", "person": 2**62}, {"person"}),
        ({"do": "release", "tickets": [True]}, {"tickets"}),
        ({"do": "release", "tickets": []}, {"tickets"}),
        ({"do": "release", "tickets": [2**62]}, {"tickets"}),
        ({"do": "release", "all": True}, {"unknown"}),
    ],
)
def test_what_cannot_be_understood_is_an_error_at_its_field(
    cast: Cast, two: list[Ticket], said: dict[str, object], errors: set[str]
) -> None:
    answer = Program.of(cast.anna).post("bulk-actions/", {"tickets": [two[0].pk], **said})
    assert (answer.status_code, set(answer.json()), Bulk.objects.count()) == (400, errors, 0)
