"""Programs doubt rules, grant extra authority, pass questions on and withdraw them; what is foreign is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast, person
from django.utils import timezone
from program import Program

from policies.facts import Wish
from policies.models import Ask, Challenge, ExtraAuthority, Level, Ruling
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "7d1f"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket()


@pytest.fixture
def ask(cast: Cast, ticket: Ticket) -> Ask:
    return Ruling.request(cast.anna, ticket, Wish("voucher", 9000), key="ask").ask


def later(hours: int) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


# ---- challenges ---------------------------------------------------------------------------------------------------


def test_C45_a_rule_is_doubted_and_answered_once(cast: Cast, ticket: Ticket) -> None:
    anna, ben = Program.of(cast.anna), Program.of(cast.ben)
    path, body = f"tickets/{ticket.pk}/challenges/", {"rule": "own:", "why": "Fifty is what a part costs."}
    first, again = anna.post(path, body), anna.post(path, body)
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    assert (first.json()["owner"]["name"], first.json()["rule"]) == ("Ben", "own:")
    assert [row["why"] for row in anna.get("challenges/").json()["results"]] == [
        "Fifty is what a part costs."
    ]
    answer = f"challenges/{first.json()['id']}/answer/"
    said = {"answer": "changes", "words": "Seventy from Monday on."}
    assert anna.put(answer, said).status_code == 404  # nobody answers themselves
    assert [ben.put(answer, said).status_code for _twice in range(2)] == [200, 200]
    assert ben.put(answer, {**said, "answer": "stays"}).status_code == 409
    assert anna.get("challenges/").json()["results"] == []
    assert anna.get("challenges/", {"state": "answered"}).json()["results"][0]["answer"] == "changes"


def test_somebody_elses_challenge_is_not_there(cast: Cast, ticket: Ticket) -> None:
    made = Program.of(cast.anna).post(
        f"tickets/{ticket.pk}/challenges/", {"rule": "own:", "why": "Too little"}
    )
    dora, said = Program.of(cast.dora), {"answer": "stays", "words": "No."}
    assert dora.post(f"tickets/{ticket.pk}/challenges/", {"rule": "own:", "why": "x"}).status_code == 404
    for number in (made.json()["id"], 2**70):
        assert dora.put(f"challenges/{number}/answer/", said).status_code == 404
    assert dora.get("challenges/").json()["results"] == []
    assert Program.of(cast.cem.person).get("challenges/").status_code == 404
    assert Challenge.objects.open().count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rule": "own:"},
        {"rule": "none:", "why": "x"},
        {"rule": "level:other", "why": "x"},
        {"rule": 5, "why": "x"},
    ],
)
def test_a_rule_that_cannot_speak_here_is_not_doubted(cast: Cast, ticket: Ticket, wrong: object) -> None:
    assert Program.of(cast.anna).post(f"tickets/{ticket.pk}/challenges/", wrong).status_code == 400
    gone = {"rule": "guardrail:gone", "why": "x"}
    assert Program.of(cast.anna).post(f"tickets/{ticket.pk}/challenges/", gone).status_code == 409


# ---- extra authority ----------------------------------------------------------------------------------------------


def test_extra_authority_is_granted_once_and_falls_back(cast: Cast) -> None:
    ben, body = (
        Program.of(cast.ben),
        {"team": cast.north.pk, "cents": 100, "reason": "Recall", "ends_at": later(5)},
    )
    first, again = (ben.post("extra-authority/", body, **KEY) for _twice in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert ben.post("extra-authority/", {**body, "cents": 200}, **KEY).status_code == 422
    assert ExtraAuthority.objects.count() == 1
    told = Program.of(cast.anna).get("extra-authority/").json()["results"]
    assert [(row["cents"], row["reason"], row["team"]["id"]) for row in told] == [
        (100, "Recall", cast.north.pk)
    ]
    end = f"extra-authority/{first.json()['id']}/end/"
    assert Program.of(cast.dora).put(end).status_code == 404
    assert [ben.put(end).json()["ended_at"] is not None for _twice in range(2)] == [True, True]
    assert Program.of(cast.anna).get("extra-authority/").json()["results"] == []


def test_extra_authority_ends_at_ones_own_limit_and_team(cast: Cast) -> None:
    ben, body = Program.of(cast.ben), {"cents": 100, "reason": "Recall", "ends_at": later(5)}
    north = {**body, "team": cast.north.pk}
    wrong = [
        ({**body, "team": cast.south.pk}, 400, "team"),
        ({**body, "person": cast.ben.pk}, 400, "person"),
        ({**north, "person": cast.anna.pk}, 400, "team"),
        (body, 400, "team"),
        ({**north, "ends_at": later(-1)}, 400, "ends_at"),
        ({**north, "ends_at": "2030-01-01T10:00"}, 400, "ends_at"),
        ({**north, "starts_at": later(24 * 400), "ends_at": later(24 * 401)}, 400, "starts_at"),
        ({**north, "cents": 10_000_000}, 409, "detail"),
        ({**north, "ends_at": later(24 * 60)}, 409, "detail"),
    ]
    for sent, code, field in wrong:
        answer = ben.post("extra-authority/", sent)
        assert (answer.status_code, field in answer.json() or field in answer.json().get("fields", {})) == (
            code,
            True,
        ), sent
    assert Program.of(cast.anna).post("extra-authority/", north).status_code == 404
    assert ExtraAuthority.objects.count() == 0


# ---- asks ---------------------------------------------------------------------------------------------------------


def test_a_question_is_passed_on_to_whoever_may_answer(cast: Cast, ask: Ask) -> None:
    edda = person("Edda")
    cast.north.welcome(edda, lead=True)
    Level.objects.create(agent=edda, cause=cast.late, level=3)
    ben, path = Program.of(cast.ben), f"asks/{ask.pk}/passing/"
    assert [one["name"] for one in ben.get(path).json()] == ["Edda"]
    assert ben.post(path, {"to": cast.anna.pk}).status_code == 409
    assert ben.post(path, {"to": "Edda"}).status_code == 400
    passed = [ben.post(path, {"to": edda.pk, "words": "You know them."}) for _twice in range(2)]
    assert [(one.status_code, one.json()["asked"]["name"]) for one in passed] == [(200, "Edda")] * 2
    for stranger in (cast.anna, cast.dora, cast.cem.person):
        assert Program.of(stranger).post(path, {"to": cast.ben.pk}).status_code == 404


def test_only_whoever_asked_withdraws_a_question(cast: Cast, ask: Ask) -> None:
    anna, path = Program.of(cast.anna), f"asks/{ask.pk}/withdrawal/"
    for stranger in (cast.ben, cast.dora, cast.cem.person):
        assert Program.of(stranger).put(path).status_code == 404
    assert [anna.put(path).json()["answer"] for _twice in range(2)] == ["withdrawn", "withdrawn"]
    assert Program.of(cast.ben).post(f"asks/{ask.pk}/passing/", {"to": cast.ben.pk}).status_code == 409
    assert anna.put(f"asks/{2**70}/withdrawal/").status_code == 404
