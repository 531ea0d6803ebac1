"""What is said on a ticket, who works on it and where it stands, for programs."""

from __future__ import annotations

import pytest
from counting import as_often_for_thirty, reading
from django.core.files.uploadedfile import SimpleUploadedFile
from program import Program

from tickets.models import Event, Message, Ticket

pytestmark = pytest.mark.django_db
INSIDE = "Zwetschgenmus"


@pytest.fixture
def cem(cast):
    return Program.of(cast.cem.person)


@pytest.fixture
def anna(cast):
    return Program.of(cast.anna)


@pytest.fixture
def ticket(cast):
    return cast.ticket()


def row_of(ticket) -> dict[str, object]:
    return Ticket.objects.filter(pk=ticket.pk).values().get()


def texts(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["text"] for row in response.json()["results"]]


def test_the_customer_reads_the_public_part_and_the_desk_all(cast, ticket, anna, cem):
    ticket.reply("On its way.", by=cast.anna, files=[SimpleUploadedFile("slip.txt", b"words")])
    ticket.note(INSIDE, by=cast.ben, files=[SimpleUploadedFile(f"{INSIDE}.txt", b"words")])
    assert texts(anna.get(f"tickets/{ticket.pk}/messages/")) == ["I am waiting again.", "On its way.", INSIDE]
    own = cem.get(f"tickets/{ticket.pk}/messages/")
    assert texts(own) == ["I am waiting again.", "On its way."]
    assert INSIDE not in own.content.decode()
    reply = own.json()["results"][1]
    assert set(reply) == {"id", "author", "from_customer", "text", "files", "at"}
    assert (reply["author"], reply["files"][0]["name"]) == ("Anna", "slip.txt")
    assert (
        cem.client.get(reply["files"][0]["url"]).status_code == 302
    )  # files answer to the browser's session
    note = anna.get(f"tickets/{ticket.pk}/messages/").json()["results"][2]
    assert (note["kind"], note["author"]) == ("internal", {"id": cast.ben.pk, "name": "Ben"})


def test_a_customer_writes_to_us_and_the_ticket_opens_again(cast, ticket, cem):
    ticket.move("waiting_customer", by=cast.anna)
    response = cem.post(f"tickets/{ticket.pk}/messages/", {"text": "Still nothing."})
    assert (response.status_code, response.json()["from_customer"]) == (201, True)
    message = Message.objects.latest("pk")
    assert (message.kind, message.channel, message.author) == ("public", "api", cast.cem.person)
    assert row_of(ticket)["status"] == "open"


def test_a_customer_writes_in_public_only(cast, ticket, cem):
    for more in ({"kind": "internal"}, {"kind": "public"}, {"anyway": "so"}):
        response = cem.post(f"tickets/{ticket.pk}/messages/", {"text": "Hello", **more})
        assert (response.status_code, list(response.json())) == (400, ["unknown"])
    assert Message.objects.count() == 1


def test_an_agent_replies_or_leaves_a_note(cast, ticket, anna):
    path = f"tickets/{ticket.pk}/messages/"
    assert anna.post(path, {"text": "On its way."}).json()["kind"] == "public"
    assert anna.post(path, {"text": "Careful.", "kind": "internal"}).json()["kind"] == "internal"
    kinds = list(Event.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert kinds[-2:] == ["replied", "noted"]
    assert ticket.clocks.get(kind="first_response").met_at is not None


def test_a_reply_with_second_thoughts_goes_out_only_with_a_reason(cast, ticket, anna):
    path, text = f"tickets/{ticket.pk}/messages/", "The headquarters decided it."
    response = anna.post(path, {"text": text})
    assert response.status_code == 422
    assert response.json()["detail"] == "Please read this once more before it goes out."
    assert [remark["kind"] for remark in response.json()["remarks"]] == ["blame"]
    assert Message.objects.count() == 1
    assert anna.post(path, {"text": text, "anyway": "It is a quotation."}).status_code == 201
    assert (
        Event.objects.filter(ticket=ticket, kind="replied").latest("pk").data["anyway"]
        == "It is a quotation."
    )
    assert anna.post(path, {"text": text, "kind": "internal"}).status_code == 201
    refused = anna.post(path, {"text": text, "kind": "internal", "anyway": "So."})
    assert (refused.status_code, list(refused.json())) == (400, ["anyway"])


@pytest.mark.parametrize("who", ["eva", "dora"])
def test_nobody_else_can_say_anything(cast, ticket, who):
    program = Program.of(cast.people[who])
    deeds = [
        ("post", "tickets/{}/messages/", {"text": "Hello"}),
        ("put", "tickets/{}/status/", {"status": "closed"}),
        ("put", "tickets/{}/assignment/", {"assignee": cast.dora.pk}),
    ]
    row = row_of(ticket)
    for method, path, body in deeds:
        foreign = getattr(program, method)(path.format(ticket.pk), body)
        missing = getattr(program, method)(path.format(999_999), body)
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content
    assert row_of(ticket) == row
    assert Message.objects.count() == 1


def test_the_same_key_says_it_once(cast, ticket, anna):
    path, key = f"tickets/{ticket.pk}/messages/", {"Idempotency-Key": "say-1"}
    first, again = (anna.post(path, {"text": "On its way."}, **key) for _twice in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.content == again.content
    assert anna.post(path, {"text": "On its way!"}, **key).status_code == 422
    assert anna.post(path, {"text": "On its way.", "kind": "internal"}, **key).status_code == 422
    assert Message.objects.count() == 2


def test_nobody_fetches_anothers_note_by_its_key(cast, ticket, anna, cem):
    path, key = f"tickets/{ticket.pk}/messages/", {"Idempotency-Key": "1"}
    anna.post(path, {"text": INSIDE, "kind": "internal"}, **key)
    response = cem.post(path, {"text": "Hello"}, **key)
    assert (response.status_code, response.json()["text"]) == (201, "Hello")
    assert INSIDE not in response.content.decode()
    assert Message.objects.count() == 3


def test_assigning_to_somebody_of_the_team(cast, ticket, anna):
    path = f"tickets/{ticket.pk}/assignment/"
    assert anna.put(path, {"assignee": cast.ben.pk}).json()["assignee"] == {"id": cast.ben.pk, "name": "Ben"}
    for nobody in (cast.dora.pk, cast.cem.person.pk, 999_999):
        response = anna.put(path, {"assignee": nobody})
        assert response.json() == {"assignee": ["This person does not work in the ticket’s team."]}
    cast.ben.is_active = False
    cast.ben.save()
    assert anna.put(path, {"assignee": cast.ben.pk}).status_code == 400


@pytest.mark.parametrize("value", [None, "1", True, 1.0, -1, 2**63, 10**30, "me"])
def test_an_assignee_is_a_number(cast, ticket, anna, value):
    response = anna.put(f"tickets/{ticket.pk}/assignment/", {"assignee": value})
    assert (response.status_code, list(response.json())) == (400, ["assignee"])


def test_customers_assign_nobody(cast, ticket, cem):
    response = cem.put(f"tickets/{ticket.pk}/assignment/", {"assignee": cast.anna.pk})
    missing = cem.put("tickets/999999/assignment/", {"assignee": cast.anna.pk})
    assert (response.status_code, response.content) == (404, missing.content)
    assert row_of(ticket)["assignee_id"] is None


@pytest.mark.parametrize("status", ["waiting_customer", "waiting_others", "solved", "closed", "open"])
def test_the_desk_moves_a_ticket(cast, ticket, anna, status):
    response = anna.put(f"tickets/{ticket.pk}/status/", {"status": status})
    assert (response.status_code, response.json()["status"]) == (200, status)
    assert row_of(ticket)["status"] == status


@pytest.mark.parametrize("status", ["", "lost", "OPEN", None, 1, ["open"], "open\x00", "\ud800"])
def test_a_status_is_one_of_five(cast, ticket, anna, status):
    response = anna.put(f"tickets/{ticket.pk}/status/", {"status": status})
    assert (response.status_code, list(response.json())) == (400, ["status"])
    assert row_of(ticket)["status"] == "open"


def test_a_customer_only_says_that_it_is_solved(cast, ticket, cem):
    path = f"tickets/{ticket.pk}/status/"
    for status in ("open", "solved", "waiting_others"):
        assert cem.put(path, {"status": status}).status_code == 400
    response = cem.put(path, {"status": "closed"})
    assert (response.json()["status"], response.json()["standing"]["code"]) == ("closed", "done")
    assert Event.objects.filter(ticket=ticket).latest("pk").by == cast.cem.person


@pytest.mark.parametrize("place", ["messages", "status", "assignment"])
def test_no_other_field_can_be_written(cast, ticket, anna, place):
    allowed = {
        "messages": {"text": "Hello"},
        "status": {"status": "solved"},
        "assignment": {"assignee": cast.ben.pk},
    }[place]
    send = anna.post if place == "messages" else anna.put
    row, said = row_of(ticket), Message.objects.count()
    names = {field.name for model in (Ticket, Message) for field in model._meta.get_fields()}
    tried = names - set(allowed) - ({"kind"} if place == "messages" else set())
    assert len(tried) > 15
    for name in sorted(tried):
        response = send(f"tickets/{ticket.pk}/{place}/", {**allowed, name: 1})
        assert (response.status_code, list(response.json())) == (400, ["unknown"]), name
    assert row_of(ticket) == row
    assert Message.objects.count() == said


@pytest.mark.parametrize("who", ["anna", "cem"])
def test_thirty_messages_cost_no_more_queries_than_one(cast, ticket, who):
    def say(number: int) -> None:
        ticket.reply(f"{number}", by=cast.anna, files=[SimpleUploadedFile("slip.txt", b"words")])

    as_often_for_thirty(reading(Program.of(cast.people[who]), f"tickets/{ticket.pk}/messages/"), say)
