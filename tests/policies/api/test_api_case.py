"""Programs write down what the customer wishes and what is in the way, and read what comes of a gesture."""

from __future__ import annotations

import pytest
from cast import Cast
from program import Program

from policies.models import CustomerWish, Hindrance, Tie
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket()


@pytest.fixture
def anna(cast: Cast) -> Program:
    return Program.of(cast.anna)


def test_a_wish_is_written_down_and_read(anna: Program, ticket: Ticket) -> None:
    path = f"tickets/{ticket.pk}/customer-wish/"
    assert anna.get(path).status_code == 404
    for _twice in range(2):
        answer = anna.put(path, {"wants": "apology", "words": "Say sorry"})
        assert (answer.status_code, answer.json()["wants"]) == (200, "apology")
    assert anna.get(path).json()["words"] == "Say sorry"
    assert CustomerWish.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{}, {"wants": "more"}, {"wants": 5}, {"wants": "speed", "words": "a\x00b"}, {"wants": "speed", "x": 1}],
)
def test_nonsense_is_refused(anna: Program, ticket: Ticket, wrong: dict[str, object]) -> None:
    assert anna.put(f"tickets/{ticket.pk}/customer-wish/", wrong).status_code == 400
    assert anna.post(f"tickets/{ticket.pk}/hindrances/", wrong).status_code == 400
    assert (CustomerWish.objects.count(), Hindrance.objects.count()) == (0, 0)


def test_what_is_in_the_way_comes_and_goes(anna: Program, ticket: Ticket) -> None:
    path = f"tickets/{ticket.pk}/hindrances/"
    first = anna.post(path, {"what": "tool", "words": "Black screen"})
    again = anna.post(path, {"what": "tool"})
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    ended = anna.put(f"{path}{first.json()['id']}/end/", {})
    assert ended.json()["ended_at"] is not None
    assert [row["words"] for row in anna.get(path).json()["results"]] == ["Black screen"]
    assert anna.put(f"{path}{2**70}/end/", {}).status_code == 404


def test_the_customer_reads_neither(cast: Cast, ticket: Ticket) -> None:
    cem = Program.of(cast.cem.person)
    for path in ("customer-wish/", "hindrances/"):
        assert cem.get(f"tickets/{ticket.pk}/{path}").status_code == 404


def test_weighing_says_what_would_come_of_it(cast: Cast, anna: Program, ticket: Ticket) -> None:
    path = f"tickets/{ticket.pk}/authority/"
    free = anna.post(path, {"kind": "voucher", "cents": 1000}).json()["outlook"]
    assert (free["asked"], free["due_at"], free["at_deadline"]) == (None, None, "")
    Tie.declare(cast.anna, cast.cem, "friend")
    close = anna.post(path, {"kind": "voucher", "cents": 1000}).json()
    assert (close["outcome"], close["nearest"]) == ("WITH_OTHER", {"kind": "help", "cents": 0})
    assert close["outlook"]["asked"]["name"] == "Ben"
    assert close["outlook"]["due_at"] is not None
    assert "next neutral person" in close["outlook"]["at_deadline"]
    assert close["outlook"]["customer_words"].startswith("Unsere Antwort haben Sie bis ")
    assert "Ben" not in close["outlook"]["customer_words"]
