"""Tickets for programs: who reads which and how much of it, and writing one down."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest
from counting import as_often_for_thirty, reading
from django.test import Client
from program import Program

from tickets.models import Message, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
CUSTOMER_FIELDS = {
    *("customer", "number", "subject", "cause", "status", "standing", "created_at", "solved_at"),
    "custom_fields",
}
DESK_FIELDS = {
    "number",
    "subject",
    "status",
    "priority",
    "language",
    "cause",
    "team",
    "assignee",
    "own_status",
    "customer",
    "promises",
    "custom_fields",
    "created_at",
    "changed_at",
    "solved_at",
    "next_due_at",
}
NEW = {"subject": "The lamp flickers", "text": "Since yesterday.", "cause": "late-delivery"}


def numbers(response) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["number"] for row in response.json()["results"]]


@pytest.fixture
def cem(cast):
    return Program.of(cast.cem.person)


@pytest.fixture
def anna(cast):
    return Program.of(cast.anna)


# ---- reading ---------------------------------------------------------------------------------------------


def test_each_reads_their_own(cast, anna, cem):
    mine, south = cast.ticket(), cast.ticket("Broken", cause=cast.broken)
    evas = cast.ticket("Eva's", customer=cast.eva, by=cast.eva.person)
    assert numbers(anna.get("tickets/")) == [evas.pk, mine.pk]
    assert numbers(cem.get("tickets/")) == [south.pk, mine.pk]
    assert numbers(Program.of(cast.eva.person).get("tickets/")) == [evas.pk]
    assert numbers(Program.of(cast.dora).get("tickets/")) == [south.pk]
    assert numbers(Program.of(cast.ben).get("tickets/")) == [evas.pk, mine.pk]


def test_the_customer_reads_the_customers_fields_and_the_desk_the_desks(cast, anna, cem):
    ticket = cast.ticket()
    ticket.assign(cast.ben, by=cast.ben)
    own, desk = cem.get(f"tickets/{ticket.pk}/").json(), anna.get(f"tickets/{ticket.pk}/").json()
    assert set(own) == CUSTOMER_FIELDS
    assert set(desk) == DESK_FIELDS
    assert own["cause"] == {"code": "late-delivery", "name": "Late delivery"}
    assert own["standing"]["code"] == "promised"
    assert (desk["assignee"]["name"], desk["team"]["slug"]) == ("Ben", "north")
    assert desk["customer"]["organisation"] == "Cemal & Sons"
    assert [promise["kind"] for promise in desk["promises"]] == ["first_response", "solution"]
    assert own["created_at"].endswith("Z")
    assert desk["next_due_at"] == desk["promises"][0]["due_at"]


def test_an_agent_who_is_the_customer_reads_as_one(cast):
    cast.north.welcome(cast.cem.person)
    ticket = cast.ticket()
    evas = cast.ticket(customer=cast.eva, by=cast.eva.person)
    both = Program.of(cast.cem.person)
    assert set(both.get(f"tickets/{ticket.pk}/").json()) == CUSTOMER_FIELDS
    rows = both.get("tickets/").json()["results"]
    assert [(row["number"], set(row) == DESK_FIELDS) for row in rows] == [(evas.pk, True), (ticket.pk, False)]
    assert numbers(both.get("tickets/", {"assignee": "none"})) == [evas.pk]
    assert both.put(f"tickets/{ticket.pk}/assignment/", {"assignee": cast.anna.pk}).status_code == 404


def test_that_we_wait_for_others_is_not_the_customers_to_know(cast, anna, cem):
    ticket = cast.ticket()
    ticket.move("waiting_others", by=cast.anna)
    assert cem.get(f"tickets/{ticket.pk}/").json()["status"] == "open"
    assert cem.get("tickets/", {"status": "waiting_others"}).status_code == 400
    assert numbers(cem.get("tickets/", {"status": "open"})) == [ticket.pk]
    assert numbers(anna.get("tickets/", {"status": "open"})) == []
    assert numbers(anna.get("tickets/", {"status": "waiting_others"})) == [ticket.pk]


def test_a_note_changes_nothing_the_customer_reads(cast, cem):
    ticket = cast.ticket()
    before = [cem.get(path).content for path in ("tickets/", f"tickets/{ticket.pk}/")]
    ticket.note("Careful.", by=cast.anna)
    ticket.assign(cast.anna, by=cast.ben)
    assert [cem.get(path).content for path in ("tickets/", f"tickets/{ticket.pk}/")] == before


@pytest.mark.parametrize(
    "path",
    ["tickets/{}/", "tickets/{}/messages/", "tickets/{}/offers/"],
)
@pytest.mark.parametrize("who", ["eva", "dora"])
def test_foreign_tickets_answer_like_missing_ones(cast, who, path):
    ticket = cast.ticket()
    program = Program.of(cast.people[who])
    foreign, missing = program.get(path.format(ticket.pk)), program.get(path.format(999_999))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert (foreign.content, foreign.headers) == (missing.content, missing.headers)


@pytest.mark.parametrize("number", [2**63, 10**30, "9" * 5000, 0])
def test_a_number_nobody_can_store_is_missing(cast, anna, number):
    response = anna.get(f"tickets/{number}/")
    assert (response.status_code, response.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("path", ["nothing/", "tickets/1", "tickets/x/", "", "../me/"])
def test_any_other_address_is_missing_too(cast, anna, path):
    response = anna.get(path)
    assert (response.status_code, response.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "me/"),
        ("get", "causes/"),
        ("get", "tickets/"),
        ("post", "tickets/"),
        ("get", "tickets/{}/"),
        ("get", "tickets/{}/messages/"),
        ("post", "tickets/{}/messages/"),
        ("put", "tickets/{}/assignment/"),
        ("put", "tickets/{}/status/"),
        ("get", "schema/"),
        ("get", "nothing/"),
    ],
)
def test_strangers_and_ended_tokens_get_no_further(cast, method, path):
    path = path.format(cast.ticket().pk)
    gone = Program.of(cast.anna)
    cast.anna.is_active = False
    cast.anna.save()
    forged = Program.of(None, Authorization="Bearer kul_0000")
    for program in (Program.of(None), gone, forged):
        response = getattr(program, method)(path)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert path == "schema/" or set(response.json()) == {"detail"}


def test_who_left_the_team_reads_nothing_at_once(cast, anna):
    ticket = cast.ticket()
    assert anna.get(f"tickets/{ticket.pk}/").status_code == 200
    cast.north.dismiss(cast.anna)
    assert anna.get(f"tickets/{ticket.pk}/").status_code == 404
    assert numbers(anna.get("tickets/")) == []


def test_answers_are_nobody_elses_to_keep(cast, anna):
    for path in ("me/", "tickets/", "tickets/999/"):
        assert anna.get(path).headers["Cache-Control"] == "no-store"


# ---- filters and pages -----------------------------------------------------------------------------------


def test_filters_say_what_they_filter(cast, anna):
    first = cast.ticket("Where is the drill?")
    second = cast.ticket("Second", customer=cast.eva, by=cast.eva.person)
    first.assign(cast.anna, by=cast.ben)
    second.move("solved", by=cast.anna)
    for query, found in [
        ({"assignee": "me"}, [first.pk]),
        ({"assignee": str(cast.anna.pk)}, [first.pk]),
        ({"assignee": "none"}, [second.pk]),
        ({"assignee": str(cast.dora.pk)}, []),
        ({"team": str(cast.north.pk)}, [second.pk, first.pk]),
        ({"team": str(cast.south.pk)}, []),
        ({"status": "solved"}, [second.pk]),
        ({"cause": "late-delivery"}, [second.pk, first.pk]),
        ({"cause": "broken"}, []),
        ({"q": "drill"}, [first.pk]),
        ({"q": "DRILL"}, [first.pk]),
        ({"q": f"#{second.pk}"}, [second.pk]),
        ({"q": "eva@kulanz"}, [second.pk]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"status": "open", "assignee": "me", "q": "drill"}, [first.pk]),
    ]:
        assert numbers(anna.get("tickets/", query)) == found, query


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "red"},
        {"assignee__password": "x"},
        {"status": "lost"},
        {"status": ["open", "solved"]},
        {"team": "１"},
        {"team": "-1"},
        {"team": "1.0"},
        {"team": str(2**63)},
        {"team": "9" * 6000},
        {"assignee": "everybody"},
        {"assignee": "me\x00"},
        {"q": "\x00"},
        {"q": "a\u202eb"},
        {"q": "x" * 201},
        {"cause": "x" * 41},
    ],
)
def test_a_filter_we_do_not_know_is_refused(cast, anna, query):
    response = anna.get("tickets/", query)
    assert response.status_code == 400
    assert response.json()


@pytest.mark.parametrize("query", [{"team": "1"}, {"assignee": "none"}])
def test_filters_of_the_desk_are_unknown_to_customers(cast, cem, query):
    response = cem.get("tickets/", query)
    assert response.status_code == 400
    assert list(response.json()) == ["unknown"]


def test_pages_follow_each_other_without_gap(cast, anna):
    made = [cast.ticket(f"Number {number}").pk for number in range(7)]
    found, address = [], "tickets/?page_size=3"
    while address:
        page = anna.get(address).json()
        found += [row["number"] for row in page["results"]]
        address = page["next"] and page["next"].split("/api/v1/")[1]
    assert found == made[::-1]


@pytest.mark.parametrize(
    "position", ["abc", "-1", "9" * 30, "1 OR 1=1", "１", "1.5", "", "\x00", "2026-01-01", str(2**63)]
)
def test_a_forged_cursor_is_no_page(cast, anna, position):
    cast.ticket()
    cursor = base64.b64encode(urlencode({"p": position}).encode()).decode()
    assert anna.get("tickets/", {"cursor": cursor}).status_code in (200, 404)
    assert anna.get("tickets/", {"cursor": position}).status_code in (200, 404)


@pytest.mark.parametrize("size", ["0", "-1", "1000000", "x", "１２", "9" * 5000])
def test_no_page_is_larger_than_the_largest(cast, anna, size):
    cast.ticket()
    assert anna.get("tickets/", {"page_size": size}).status_code == 200


@pytest.mark.parametrize("who", ["anna", "cem"])
def test_thirty_tickets_cost_no_more_queries_than_one(cast, who):
    as_often_for_thirty(
        reading(Program.of(cast.people[who]), "tickets/"),
        lambda _number: cast.ticket().assign(cast.ben, by=cast.ben),
    )


# ---- writing one down ------------------------------------------------------------------------------------


def test_a_customer_writes_down_the_own_matter(cast, cem):
    response = cem.post("tickets/", NEW)
    assert response.status_code == 201
    assert set(response.json()) == CUSTOMER_FIELDS
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.team, ticket.priority) == (cast.cem, cast.north, 2)
    message = Message.objects.get()
    assert (message.text, message.from_customer, message.channel) == ("Since yesterday.", True, "api")
    assert OutgoingMail.objects.filter(to="cem@kulanz.example").count() == 1


def test_an_agent_writes_for_a_customer_of_the_own_teams(cast, anna):
    cast.ticket()
    response = anna.post("tickets/", {**NEW, "customer": cast.cem.pk, "priority": 3})
    assert response.status_code == 201
    ticket = Ticket.objects.latest("pk")
    assert (ticket.customer, ticket.priority) == (cast.cem, 3)
    message = Message.objects.get(ticket=ticket)
    assert (message.author, message.from_customer) == (cast.anna, False)


def test_whom_one_does_not_serve_is_like_nobody(cast, anna):
    cast.ticket(customer=cast.eva, by=cast.eva.person, cause=cast.broken)
    strangers = [anna.post("tickets/", {**NEW, "customer": number}) for number in (cast.eva.pk, 999_999)]
    assert [answer.status_code for answer in strangers] == [400, 400]
    assert strangers[0].content == strangers[1].content
    assert Ticket.objects.count() == 1


def test_an_agent_needs_a_customer_and_a_cause_of_the_own_teams(cast, anna):
    cast.ticket()
    assert anna.post("tickets/", NEW).json() == {"customer": ["This field is required."]}
    response = anna.post("tickets/", {**NEW, "customer": cast.cem.pk, "cause": "broken"})
    assert response.json() == {"cause": ["This is not one of the possible values."]}


def test_a_customer_chooses_among_the_causes_that_are_offered(cast, cem):
    cast.broken.offered = False
    cast.broken.save()
    assert [cause["code"] for cause in cem.get("causes/").json()] == ["late-delivery"]
    assert cem.post("tickets/", {**NEW, "cause": "broken"}).status_code == 400


def test_the_desk_reads_causes_with_their_teams(cast, anna):
    rows = anna.get("causes/").json()
    assert {row["code"]: row["team"]["slug"] for row in rows} == {"late-delivery": "north", "broken": "south"}


def test_who_is_neither_customer_nor_agent_writes_nothing(cast):
    cast.south.dismiss(cast.dora)
    nobody = Program.of(cast.dora)
    assert nobody.post("tickets/", NEW).status_code == 404
    assert numbers(nobody.get("tickets/")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", ""),
        ("subject", "   "),
        ("subject", "\u200b"),
        ("subject", "a\nb"),
        ("subject", "a\u2028b"),
        ("subject", "a\x00b"),
        ("subject", "a\u202eb"),
        ("subject", "\ud800"),
        ("subject", "x" * 201),
        ("subject", 5),
        ("subject", True),
        ("subject", None),
        ("subject", ["x"]),
        ("subject", {"x": 1}),
        ("text", ""),
        ("text", "\ud800"),
        ("text", "x" * 50_001),
        ("text", 5),
        ("cause", "nothing"),
        ("cause", "\ud800"),
        ("cause", 1),
        ("cause", None),
        ("cause", {"code": "late-delivery"}),
    ],
)
def test_what_is_no_text_is_refused(cast, cem, name, value):
    response = cem.post("tickets/", {**NEW, name: value})
    assert response.status_code == 400
    assert list(response.json()) == [name]
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("value", [True, 1.0, "1", "1_000", "１", -1, 0, 2**63, 10**30, 1e400, None, [1]])
def test_what_is_no_number_is_refused(cast, anna, value):
    cast.ticket()
    for name in ("customer", "priority"):
        response = anna.post("tickets/", {**NEW, "customer": cast.cem.pk, name: value})
        assert response.status_code == 400
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"subject": "a", "subject": "b", "text": "c", "cause": "late-delivery"}',
        '{"subject": NaN}',
        "[" * 100_000,
        '{"a":' * 5000,
        b"\xff\xfe",
        '{"subject": "a", "text": "b", "cause": "late-delivery", "\\ud800": 1}',
        "9" * 5000,
    ],
)
def test_a_body_that_is_no_object_is_refused(cast, cem, body):
    response = cem.post("tickets/", body)
    assert response.status_code == 400
    assert Ticket.objects.count() == 0


def test_too_much_is_refused_before_it_is_read(cast, cem):
    response = cem.post("tickets/", {**NEW, "text": "x" * (2 * 1024 * 1024 + 1)})
    assert response.status_code == 413


def test_only_json_is_read(cast):
    program = Program.of(cast.cem.person)
    response = program.client.post("/api/v1/tickets/", NEW, headers=program.headers)
    assert response.status_code == 415


def test_a_session_needs_its_csrf_token(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.cem.person)
    assert browser.get("/api/v1/tickets/").status_code == 200
    assert browser.post("/api/v1/tickets/", NEW, content_type="application/json").status_code == 403
    assert Ticket.objects.count() == 0


# ---- fields one may not write ----------------------------------------------------------------------------


def all_fields(*models) -> list[str]:
    return sorted(
        {
            name
            for model in models
            for field in model._meta.get_fields()
            for name in (field.name, getattr(field, "attname", field.name))
        }
    )


@pytest.mark.parametrize("name", sorted(set(all_fields(Ticket)) - set(NEW)))
def test_no_other_field_of_a_ticket_can_be_written_by_a_customer(cast, cem, name):
    response = cem.post("tickets/", {**NEW, name: 1})
    assert (response.status_code, list(response.json())) == (400, ["unknown"])
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("name", sorted(set(all_fields(Ticket)) - set(NEW) - {"customer", "priority"}))
def test_nor_by_an_agent(cast, anna, name):
    cast.ticket()
    response = anna.post("tickets/", {**NEW, "customer": cast.cem.pk, name: 1})
    assert (response.status_code, list(response.json())) == (400, ["unknown"])
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "post"])
@pytest.mark.parametrize("who", ["anna", "cem"])
def test_a_ticket_itself_cannot_be_overwritten(cast, who, method):
    ticket = cast.ticket()
    row = Ticket.objects.filter(pk=ticket.pk).values().get()
    response = getattr(Program.of(cast.people[who]), method)(f"tickets/{ticket.pk}/", {"subject": "Mine"})
    assert response.status_code == 405
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == row


# ---- Idempotency-Key -------------------------------------------------------------------------------------


def test_the_same_key_makes_one_ticket(cast, cem):
    first, again = (cem.post("tickets/", NEW, **{"Idempotency-Key": "a"}) for _twice in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    other = cem.post("tickets/", {**NEW, "text": "Since today."}, **{"Idempotency-Key": "a"})
    assert other.status_code == 422
    assert Ticket.objects.count() == 1
    assert cem.post("tickets/", NEW, **{"Idempotency-Key": "b"}).status_code == 201
    assert cem.post("tickets/", NEW).status_code == 201
    assert Ticket.objects.count() == 3


def test_a_key_is_ones_own(cast, cem):
    cem.post("tickets/", NEW, **{"Idempotency-Key": "a"})
    eva = Program.of(cast.eva.person).post("tickets/", NEW, **{"Idempotency-Key": "a"})
    assert (eva.status_code, Ticket.objects.count()) == (201, 2)
    assert "Idempotent-Replayed" not in eva.headers


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(cast, cem, key):
    response = cem.post("tickets/", NEW, **{"Idempotency-Key": key})
    assert (response.status_code, list(response.json())) == (400, ["Idempotency-Key"])


def test_me(cast, anna, cem):
    assert anna.get("me/").json() == {
        "id": cast.anna.pk,
        "name": "Anna",
        "email": "anna@kulanz.example",
        "language": "",
        "time_zone": "Europe/Berlin",
        "is_agent": True,
        "is_lead": False,
        "teams": [{"id": cast.north.pk, "name": "North", "slug": "north", "leads": False}],
        "customer": None,
    }
    me = cem.get("me/").json()
    assert (me["customer"], me["teams"], me["is_agent"]) == (cast.cem.pk, [], False)
