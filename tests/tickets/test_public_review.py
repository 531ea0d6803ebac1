"""C61: what is written about us in public is a ticket with the same rights, and nothing hangs on who reads it."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from counting import as_often_for_thirty, reading
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import ApiToken, Person
from policies.facts import Wish
from policies.models import Ruling
from tickets.models import OutgoingMail, PublicReview, Ticket

pytestmark = pytest.mark.django_db
SAID = {
    "source": "Sternchen",
    "link": "https://sternchen.example/r/1",
    "author": "Kaffeefan",
    "text": "Die Lieferung kam schon wieder zu spät.",
    "cause": "late-delivery",
    "written_at": "2026-02-27T10:00:00Z",
}
LIST = "/api/v1/reviews/"


def review(cast: Cast, **said: object) -> PublicReview:
    said = {**SAID, "written_at": MONDAY, "cause": cast.late, "by": cast.anna, "at": MONDAY, **said}
    return PublicReview.take_up(**said)


def program(person: Person) -> Client:
    _token, secret = ApiToken.issue(person, "till")
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, said: object, path: str = LIST, by: str = "post"):
    return getattr(client, by)(path, said, content_type="application/json")


def test_it_is_a_ticket_with_the_same_promises_and_nobody_is_written_to(cast: Cast) -> None:
    ticket, mailed = review(cast, stars=1).ticket, cast.ticket(at=MONDAY)
    assert (ticket.channel, ticket.language, ticket.team) == ("review", "de", cast.north)
    due = [sorted(one.clocks.values_list("kind", "due_at")) for one in (ticket, mailed)]
    assert due[0] == due[1]
    ticket.reply("Wir klären das.", by=cast.anna, at=MONDAY)
    assert ticket.clocks.get(kind="first_response").met_at == MONDAY
    assert not OutgoingMail.objects.filter(to__endswith=".invalid").exists()


@pytest.mark.parametrize("stars", [1, 5, None])
def test_c18_stars_and_readers_change_nothing_of_what_may_be_given(cast: Cast, stars: int | None) -> None:
    """The same wish on a mail of the same customer is weighed the same; there is no place for a reach at all."""
    cast.ticket(at=MONDAY)
    mailed = cast.ticket("Review on Sternchen", at=MONDAY)
    public = review(cast, stars=stars, email="cem@kulanz.example").ticket
    given = [
        Ruling.request(cast.anna, ticket, Wish("voucher", 1500), key=str(ticket.pk), at=MONDAY)
        for ticket in (mailed, public)
    ]
    assert given[0].outcome == given[1].outcome
    assert [name for name in Ruling.objects.get(pk=given[1].pk).facts if "review" in name] == []
    answer = send(program(cast.anna), {**SAID, "followers": 100_000})
    assert (answer.status_code, list(answer.json())) == (400, ["unknown"])


def test_whose_it_is_is_known_only_by_an_address_the_author_gave(cast: Cast) -> None:
    cast.ticket(at=MONDAY)
    assert review(cast, author="Cem").ticket.customer != cast.cem
    known = review(cast, author="Cem", link="https://sternchen.example/r/2", email="CEM@kulanz.example")
    assert known.ticket.customer == cast.cem
    client = Client()
    client.force_login(cast.cem.person)
    assert client.get(known.ticket.portal_url()).status_code == 200
    stranger = review(cast).ticket.customer
    assert (stranger.is_reachable, stranger.person.is_active, str(stranger)) == (False, False, "Kaffeefan")


def test_the_same_review_is_there_once(cast: Cast) -> None:
    assert review(cast).pk == review(cast, text="Edited").pk
    assert (Ticket.objects.count(), PublicReview.objects.count()) == (1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicReview.objects.update(stars=6)


def test_a_program_brings_it_learns_our_answer_and_says_that_it_stands_there(cast: Cast) -> None:
    anna = program(cast.anna)
    made = [send(anna, {**SAID, "stars": 2}) for _time in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    one = made[0].json()
    assert (made[1].json(), one["stars"], one["is_known_customer"]) == (one, 2, False)
    Ticket.objects.get(pk=one["ticket"]).reply("Wir klären das.", by=cast.anna)
    Ticket.objects.get(pk=one["ticket"]).note("Inside.", by=cast.anna)
    path = f"{LIST}{one['id']}/"
    assert anna.get(path).json()["answers"] == ["Wir klären das."]
    posted = [send(anna, None, f"{path}posted/", "put").json()["posted_at"] for _time in range(2)]
    assert posted[0] is not None and posted[0] == posted[1]
    assert program(cast.dora).get(path).status_code == 404
    assert send(program(cast.dora), {**SAID, "cause": "broken"}).status_code == 409


def test_the_list_asks_the_same_of_one_and_of_thirty(cast: Cast) -> None:
    anna = program(cast.anna)

    def write(number: int) -> None:
        review(cast, link=f"https://sternchen.example/r/{number}").ticket.reply(f"{number}", by=cast.anna)

    as_often_for_thirty(reading(anna, LIST), write)
    rows = anna.get(LIST).json()["results"]
    assert [row["answers"] for row in rows][:3] == [["29"], ["28"], ["27"]]


def test_what_is_wrong_stands_at_its_field(cast: Cast) -> None:
    anna = program(cast.anna)
    wrong = {
        "stars": [0, 6, "3", True, 10**30],
        "link": ["javascript:alert(1)", "x", 5],
        "written_at": ["2026-02-30T10:00:00Z", "2999-01-01T00:00:00Z", "gestern"],
        "cause": ["broken", "no\0"],
        "email": ["eva@kulanz.example"],
        "text": ["", 5],
        "author": ["a" * 121],
    }
    for field, values in wrong.items():
        for value in values:
            answer = send(anna, {**SAID, field: value})
            assert (answer.status_code, list(answer.json())) == (400, [field]), (field, value)
    assert not PublicReview.objects.exists()


def test_on_the_desk_it_is_written_down_by_hand_and_shown_beside_its_ticket(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.anna)
    said = {**SAID, "written_at": "2026-02-27", "stars": "4"}
    for wrong in (
        {"stars": "９"},
        {"written_at": "2999-01-01"},
        {"written_at": "0001-01-01"},
        {"link": "x y"},
        {"email": "eva@kulanz.example"},
    ):
        assert client.post("/desk/setup/reviews/new/", {**said, **wrong}).status_code == 422
    assert client.post("/desk/setup/reviews/new/", said).status_code == 302
    made = PublicReview.objects.get()
    assert (made.stars, made.ticket.customer.person.name) == (4, "Kaffeefan")
    assert "Kaffeefan, Sternchen" in client.get("/desk/setup/reviews/").content.decode()
    beside = client.get(f"/desk/tickets/{made.ticket_id}/beside/").content.decode()
    assert ('href="https://sternchen.example/r/1"' in beside, "4 of 5 stars" in beside) == (True, True)
    for _time in range(2):
        client.post(f"/desk/tickets/{made.ticket_id}/review/posted/")
    assert PublicReview.objects.get().posted_by == cast.anna
    page = client.get(f"/desk/tickets/{made.ticket_id}/").content.decode()
    assert ("gets no mail" in page, ".invalid" in page) == (True, False)
