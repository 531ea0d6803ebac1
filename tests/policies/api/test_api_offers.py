"""Gestures and questions for programs: weighing, giving once, reading, answering."""

from __future__ import annotations

import pytest
from counting import as_often_for_thirty, reading
from program import Program

from policies.facts import Wish
from policies.models import Ask, BudgetPeriod, Level, Offer, Ruling, Stance, Transfer
from tickets.models import Event, Notice, OutgoingMail

pytestmark = pytest.mark.django_db
VOUCHER = {"kind": "voucher", "cents": 2000}
KEY = {"Idempotency-Key": "0f8fad5b-d9cb-469f-a165-70867728950e"}


@pytest.fixture
def cem(cast):
    return Program.of(cast.cem.person)


@pytest.fixture
def anna(cast):
    return Program.of(cast.anna)


@pytest.fixture
def ben(cast):
    return Program.of(cast.ben)


@pytest.fixture
def ticket(cast):
    return cast.ticket()


def offers(ticket) -> str:
    return f"tickets/{ticket.pk}/offers/"


def stored() -> list[int]:
    kinds = (Ruling, Offer, Ask, Transfer, BudgetPeriod, Event, Notice, OutgoingMail)
    return [kind.objects.count() for kind in kinds]


# ---- weighing ----------------------------------------------------------------------------------------


def test_weighing_says_what_would_be_and_stores_nothing(cast, ticket, anna):
    before = stored()
    answer = anna.post(f"tickets/{ticket.pk}/authority/", VOUCHER).json()
    assert (answer["outcome"], answer["rank"], answer["binding"]) == ("DO", 0, ["duerfen"])
    assert answer["lights"] == {"koennen": "green", "wollen": "green", "duerfen": "green"}
    assert "€20.00 will have been given in this case" in answer["reasons"][0]["text"]
    answer = anna.post(f"tickets/{ticket.pk}/authority/", {"kind": "voucher", "cents": 8000}).json()
    assert (answer["outcome"], answer["nearest"]) == ("ASK_SILENCE_YES", {"cents": 5000, "kind": "voucher"})
    assert stored() == before


def test_the_reasons_are_in_the_language_of_the_request(cast, ticket, anna):
    answer = anna.post(f"tickets/{ticket.pk}/authority/", VOUCHER, **{"Accept-Language": "de"}).json()
    assert "20,00\xa0€" in answer["reasons"][0]["text"]


def test_a_guardrail_says_never(cast, ticket, anna):
    cast.cem.status = "prospect"
    cast.cem.save()
    answer = anna.post(f"tickets/{ticket.pk}/authority/", {"kind": "refund", "cents": 100}).json()
    assert (answer["outcome"], answer["binding"]) == ("NEVER", ["guardrail"])


# ---- giving ------------------------------------------------------------------------------------------


def test_within_the_limit_it_is_given_at_once(cast, ticket, anna):
    response = anna.post(offers(ticket), {**VOUCHER, "why": "Third delay.", "fault": "own"})
    assert response.status_code == 201
    answer, offer = response.json(), Offer.objects.get()
    assert (answer["offer"], answer["ask"], answer["decision"]["outcome"]) == (offer.pk, None, "DO")
    assert (offer.cents, offer.why, offer.fault, offer.agent) == (2000, "Third delay.", "own", cast.anna)
    assert BudgetPeriod.objects.get().reserved_cents == 2000


def test_above_it_somebody_is_asked(cast, ticket, anna):
    answer = anna.post(offers(ticket), {"kind": "voucher", "cents": 8000}).json()
    assert (answer["offer"], answer["ask"]["asked"]["name"], answer["ask"]["role"]) == (
        None,
        "Ben",
        "approve",
    )
    assert answer["gesture"].replace("\xa0", " ") == "Voucher, €80.00"
    assert Offer.objects.count() == 0


def test_never_is_an_answer_too(cast, ticket, anna):
    cast.cem.status = "prospect"
    cast.cem.save()
    response = anna.post(offers(ticket), {"kind": "refund", "cents": 100})
    assert (response.status_code, response.json()["decision"]["outcome"]) == (201, "NEVER")
    assert Offer.objects.count() == Ask.objects.count() == 0


def test_the_same_key_gives_once_and_answers_the_same(cast, ticket, anna):
    first, again = (anna.post(offers(ticket), VOUCHER, **KEY) for _twice in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (Offer.objects.count(), BudgetPeriod.objects.get().reserved_cents) == (1, 2000)


@pytest.mark.parametrize(
    "other",
    [
        {"cents": 2001},
        {"kind": "refund"},
        {"owed_by": "law"},
        {"why": "So."},
        {"fault": "own"},
    ],
)
def test_another_body_under_the_same_key_is_refused(cast, ticket, anna, other):
    anna.post(offers(ticket), VOUCHER, **KEY)
    response = anna.post(offers(ticket), {**VOUCHER, **other}, **KEY)
    assert (response.status_code, list(response.json())) == (422, ["detail"])
    assert Offer.objects.count() == 1


def test_another_ticket_under_the_same_key_is_refused(cast, ticket, anna):
    anna.post(offers(ticket), VOUCHER, **KEY)
    assert anna.post(offers(cast.ticket()), VOUCHER, **KEY).status_code == 422
    assert Offer.objects.count() == 1


def test_a_body_that_says_the_same_is_the_same(cast, ticket, anna):
    anna.post(offers(ticket), VOUCHER, **KEY)
    again = anna.post(offers(ticket), {"cents": 2000, "currency": "EUR", "kind": "voucher", "why": ""}, **KEY)
    assert (again.status_code, Offer.objects.count()) == (201, 1)


def test_a_key_of_somebody_else_is_another_key(cast, ticket, anna, ben):
    anna.post(offers(ticket), VOUCHER, **KEY)
    response = ben.post(offers(ticket), VOUCHER, **KEY)
    assert "Idempotent-Replayed" not in response.headers
    assert Offer.objects.count() == 2


def test_without_a_key_each_request_is_a_new_one(cast, ticket, anna):
    for _twice in range(2):
        assert anna.post(offers(ticket), {"kind": "voucher", "cents": 100}).status_code == 201
    assert Offer.objects.count() == 2


def test_nobody_to_ask_is_said(cast, ticket, anna):
    for lead in (cast.ben, cast.dora):
        lead.is_active = False
        lead.save()
    response = anna.post(offers(ticket), {"kind": "voucher", "cents": 8000})
    assert response.status_code == 409
    assert "name a lead" in response.json()["detail"]
    assert Ruling.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"cents": 0}, "cents"),
        ({"cents": -1}, "cents"),
        ({"cents": 20.0}, "cents"),
        ({"cents": 0.001}, "cents"),
        ({"cents": "2000"}, "cents"),
        ({"cents": "1_000"}, "cents"),
        ({"cents": "１２"}, "cents"),
        ({"cents": True}, "cents"),
        ({"cents": None}, "cents"),
        ({"cents": 10**10 + 1}, "cents"),
        ({"cents": 10**30}, "cents"),
        ({"kind": "gold"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "\ud800"}, "kind"),
        ({"kind": "call"}, "cents"),
        ({"currency": "USD"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"owed_by": "everybody"}, "owed_by"),
        ({"owed_by": None}, "owed_by"),
        ({"fault": "moon"}, "fault"),
        ({"why": "a\nb"}, "why"),
        ({"why": "a\u202eb"}, "why"),
        ({"why": "a\x00b"}, "why"),
        ({"why": "\ud800"}, "why"),
        ({"why": "x" * 301}, "why"),
        ({"named": "A walk"}, "named"),
        ({"agent": 1}, "unknown"),
        ({"approver": 1}, "unknown"),
        ({"state": "delivered"}, "unknown"),
        ({"wollen": "want"}, "unknown"),
        ({"at": "2020-01-01"}, "unknown"),
        ({"key": "x"}, "unknown"),
        ({"\ud800": 1}, "unknown"),
    ],
)
def test_what_is_no_gesture_is_refused(cast, ticket, anna, changed, at):
    before = stored()
    for path in (offers(ticket), f"tickets/{ticket.pk}/authority/"):
        response = anna.post(path, {**VOUCHER, **changed})
        assert (response.status_code, list(response.json())) == (400, [at])
    assert stored() == before


def test_no_field_of_what_is_stored_can_be_written(cast, ticket, anna):
    before = stored()
    names = {field.name for model in (Ruling, Offer, Ask, Transfer) for field in model._meta.get_fields()}
    tried = names - {"kind", "cents", "currency", "owed_by", "why", "fault"}
    assert len(tried) > 25
    for name in sorted(tried):
        response = anna.post(offers(ticket), {**VOUCHER, name: 1})
        assert (response.status_code, list(response.json())) == (400, ["unknown"]), name
    assert stored() == before


@pytest.mark.parametrize("cents", ["1e309", "2000.0", "2e3", "-0"])
def test_a_number_written_otherwise_is_no_amount(cast, ticket, anna, cents):
    response = anna.post(offers(ticket), f'{{"kind": "voucher", "cents": {cents}}}')
    assert (response.status_code, list(response.json())) == (400, ["cents"])
    assert Offer.objects.count() == 0


def test_a_gesture_of_ones_own_needs_its_name(cast, ticket, anna):
    free = {"kind": "other", "cents": 500}
    assert list(anna.post(offers(ticket), free).json()) == ["named"]
    answer = anna.post(offers(ticket), {**free, "named": "A cake"}, **KEY).json()
    assert answer["gesture"].replace("\xa0", " ") == "A cake, €5.00"
    assert anna.post(offers(ticket), {**free, "named": "A pie"}, **KEY).status_code == 422


def test_an_amount_out_of_the_ordinary_needs_a_line(cast, anna):
    for number in range(5):
        evas = cast.ticket(customer=cast.eva, by=cast.eva.person)
        Ruling.request(cast.anna, evas, Wish("voucher", 1000), key=f"like-{number}")
    ticket = cast.ticket()
    assert list(anna.post(offers(ticket), VOUCHER).json()) == ["why"]
    assert anna.post(offers(ticket), {**VOUCHER, "why": "Two parcels at once."}).status_code == 201


# ---- reading -----------------------------------------------------------------------------------------


def test_the_customer_reads_the_gesture_and_nothing_of_how_it_came_about(cast, ticket, anna, cem):
    anna.post(offers(ticket), {"kind": "voucher", "cents": 8000, "why": "Zwetschgenmus"})
    Ask.objects.get().grant(by=cast.ben, words="Zwetschgenmus")
    own = cem.get(offers(ticket))
    (row,) = own.json()["results"]
    assert set(row) == {"gesture", "cents", "currency", "state", "at", "delivered_at", "runs_out_at"}
    assert (row["cents"], row["currency"], row["state"]) == (8000, "EUR", "granted")
    assert "Zwetschgenmus" not in own.content.decode()
    assert "Ben" not in own.content.decode()
    (desk,) = anna.get(offers(ticket)).json()["results"]
    assert (desk["approver"]["name"], desk["agent"]["name"], desk["why"]) == ("Ben", "Anna", "Zwetschgenmus")


def test_an_open_question_is_not_the_customers_to_see(cast, ticket, anna, cem):
    anna.post(offers(ticket), {"kind": "voucher", "cents": 8000})
    assert cem.get(offers(ticket)).json()["results"] == []


@pytest.mark.parametrize("who", ["cem", "eva", "dora"])
def test_only_the_desk_of_the_team_weighs_and_gives(cast, ticket, who):
    program = Program.of(cast.people[who])
    before = stored()
    for path in ("tickets/{}/authority/", "tickets/{}/offers/"):
        foreign = program.post(path.format(ticket.pk), VOUCHER)
        missing = program.post(path.format(999_999), VOUCHER)
        assert (foreign.status_code, missing.status_code, foreign.content) == (404, 404, missing.content)
    assert stored() == before


def test_thirty_gestures_cost_no_more_queries_than_one(cast, ticket, anna):
    def give(number: int) -> None:
        assert Ruling.request(cast.anna, ticket, Wish("voucher", 100), key=f"{number}").offer

    as_often_for_thirty(reading(anna, offers(ticket)), give)


# ---- questions ---------------------------------------------------------------------------------------


def asked(cast, ticket, cents=8000, *, key="k", kind="voucher") -> Ask:
    return Ruling.request(cast.anna, ticket, Wish(kind, cents), key=key).ask


def ids(response) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_each_reads_the_questions_they_can_answer(cast, ticket, anna, ben, cem):
    ask = asked(cast, ticket)
    assert ids(ben.get("asks/")) == [ask.pk]
    assert ids(ben.get("asks/", {"state": "answered"})) == []
    assert ids(anna.get("asks/")) == []
    assert ids(Program.of(cast.dora).get("asks/")) == []
    assert cem.get("asks/").status_code == 404
    (row,) = ben.get("asks/").json()["results"]
    assert (row["ticket"], row["agent"]["name"], row["cents"], row["customer"]) == (
        ticket.pk,
        "Anna",
        8000,
        "Cem",
    )
    assert row["decision"]["outcome"] == "ASK_SILENCE_YES"
    assert ben.get("asks/", {"state": "all"}).status_code == 400
    assert ben.get("asks/", {"agent": "1"}).status_code == 400


def test_how_willing_the_agent_is_is_told_to_the_agent_alone(cast, ticket, anna, ben):
    Stance.take(cast.anna, ticket, "not_now")
    answer = anna.post(offers(ticket), VOUCHER).json()
    assert answer["decision"]["lights"]["wollen"] == "amber"
    assert "will-not-now" in [reason["code"] for reason in answer["decision"]["reasons"]]
    response = ben.get("asks/")
    (row,) = response.json()["results"]
    assert (row["role"], row["decision"]["binding"]) == ("take_over", [])
    assert "wollen" not in response.content.decode()
    assert "will-" not in response.content.decode()


def test_answering_yes_books_and_sent_again_is_answered_the_same(cast, ticket, ben):
    ask = asked(cast, ticket)
    first, again = (
        ben.post(f"asks/{ask.pk}/answer/", {"answer": "grant", "words": "Gladly."}) for _x in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (first.json()["answer"], first.json()["answered_by"]["name"]) == ("granted", "Ben")
    assert Offer.objects.get().approver == cast.ben


def test_answering_no_needs_words(cast, ticket, ben):
    ask = asked(cast, ticket)
    path = f"asks/{ask.pk}/answer/"
    for bare in ({"answer": "decline"}, {"answer": "decline", "words": " \n"}):
        assert list(ben.post(path, bare).json()) == ["words"]
    response = ben.post(path, {"answer": "decline", "words": "A courier today helps more."})
    assert response.json()["answer"] == "declined"
    late = ben.post(path, {"answer": "grant"})
    assert (late.status_code, late.json()) == (409, {"detail": "This question is already answered."})


def test_above_the_own_limit_it_is_refused_in_words(cast, ticket, ben):
    ask = asked(cast, ticket, 30_000)
    response = ben.post(f"asks/{ask.pk}/answer/", {"answer": "grant"})
    assert response.status_code == 409
    assert "above your own limit too" in response.json()["detail"]
    assert Offer.objects.count() == 0


def test_a_case_that_is_offered_is_taken_by_a_yes(cast, ticket, ben):
    Level.objects.filter(agent=cast.anna).update(level=0)
    ask = asked(cast, ticket, 2000)
    assert ben.post(f"asks/{ask.pk}/answer/", {"answer": "grant"}).json()["answer"] == "taken"


@pytest.mark.parametrize("who", ["anna", "cem", "dora"])
def test_nobody_else_answers(cast, ticket, who):
    ask = asked(cast, ticket)
    program = Program.of(cast.people[who])
    foreign = program.post(f"asks/{ask.pk}/answer/", {"answer": "grant"})
    missing = program.post("asks/999999/answer/", {"answer": "grant"})
    assert (foreign.status_code, missing.status_code, foreign.content) == (404, 404, missing.content)
    assert program.post(f"asks/{10**30}/answer/", {"answer": "grant"}).status_code == 404
    ask.refresh_from_db()
    assert ask.is_open


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "answer"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": True}, "answer"),
        ({"answer": "silence"}, "answer"),
        ({"answer": "grant", "words": 5}, "words"),
        ({"answer": "grant", "words": "x" * 501}, "words"),
        ({"answer": "grant", "words": "\ud800"}, "words"),
        ({"answer": "grant", "cents": 1}, "unknown"),
        ({"answer": "grant", "answered_by": 1}, "unknown"),
    ],
)
def test_what_is_no_answer_is_refused(cast, ticket, ben, body, at):
    ask = asked(cast, ticket)
    response = ben.post(f"asks/{ask.pk}/answer/", body)
    assert (response.status_code, list(response.json())) == (400, [at])
    ask.refresh_from_db()
    assert ask.is_open


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "tickets/{}/authority/"),
        ("get", "tickets/{}/offers/"),
        ("post", "tickets/{}/offers/"),
        ("get", "asks/"),
        ("post", "asks/1/answer/"),
    ],
)
def test_strangers_and_ended_tokens_get_no_further(cast, ticket, method, path):
    gone = Program.of(cast.anna)
    cast.anna.is_active = False
    cast.anna.save()
    for program in (Program.of(None), gone):
        assert getattr(program, method)(path.format(ticket.pk)).status_code == 401


def test_thirty_questions_cost_no_more_queries_than_one(cast, ben):
    as_often_for_thirty(reading(ben, "asks/"), lambda number: asked(cast, cast.ticket(), key=f"{number}"))
    assert len(ids(ben.get("asks/"))) == 30
