"""One request: what its customer reads and does, and what stays inside."""

from __future__ import annotations

import pytest
from cast import MONDAY
from counting import as_often_for_thirty, reading
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tickets.live.admission import admitted
from tickets.models import Attachment, Event, Message, Notice, Rating, Ticket

pytestmark = pytest.mark.django_db
KEY = "5f" * 16
INSIDE = "Zwetschgenmus"


@pytest.fixture
def eva(client, cast):
    client.force_login(cast.people["eva"])
    return client


@pytest.fixture
def ticket(cast):
    return cast.ticket("Where is it?", customer=cast.eva, by=cast.eva.person, at=MONDAY)


def url(ticket, what: str = "") -> str:
    return f"/requests/{ticket.pk}/{what}"


def text_of(response) -> str:
    return response.content.decode()


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_page_shows_the_public_conversation_with_names_and_files(eva, cast, ticket):
    ticket.reply("It is on its way.", by=cast.anna, files=[SimpleUploadedFile("slip.txt", b"words")])
    response = eva.get(url(ticket))
    assert [(m.text, m.from_customer, m.author.name) for m in response.context["thread"]] == [
        ("I am waiting again.", True, "Eva"),
        ("It is on its way.", False, "Anna"),
    ]
    page = text_of(response)
    assert "<b>You</b>" in page
    assert "<b>Anna</b>" in page
    assert f'href="/files/{Attachment.objects.get().token}/"' in page
    assert "slip.txt" in page


@pytest.mark.parametrize("what", ["", "conversation/", "gestures/"])
def test_nothing_from_inside_is_on_any_page(eva, cast, ticket, what):
    cast.north.name = cast.budget.name = f"{INSIDE} North"
    cast.north.save(), cast.budget.save()
    cast.ben.name = f"{INSIDE} Ben"
    cast.ben.save()
    ticket.note(f"{INSIDE}: be careful.", by=cast.ben, files=[SimpleUploadedFile(f"{INSIDE}.txt", b"words")])
    ticket.assign(cast.ben, by=cast.ben)
    Notice.tell(cast.ben, Event.objects.filter(ticket=ticket).last())
    cast.ticket(INSIDE)
    for headers in ({}, {"HX-Request": "true"}):
        response = eva.get(url(ticket, what), headers=headers)
        assert response.status_code == 200
        assert INSIDE not in text_of(response)
        assert INSIDE not in str(response.headers)


def test_a_note_changes_nothing_a_customer_can_fetch(eva, cast, ticket):
    before = text_of(eva.get(url(ticket, "conversation/")))
    ticket.note(INSIDE, by=cast.anna)
    ticket.assign(cast.anna, by=cast.ben)
    after = text_of(eva.get(url(ticket, "conversation/")))
    assert _without_tokens(after) == _without_tokens(before)


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize("what", ["", "conversation/", "gestures/"])
@pytest.mark.parametrize("who", ["cem", "anna", "ben", "dora"])
def test_foreign_requests_answer_like_missing_ones(client, cast, ticket, what, who):
    client.force_login(cast.people[who])
    foreign, missing = client.get(url(ticket, what)), client.get(f"/requests/999999/{what}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert (foreign.content, foreign.headers) == (missing.content, missing.headers)


@pytest.mark.parametrize(
    ("what", "data"),
    [("messages/", {"text": "Mine now", "key": KEY}), ("confirmation/", {}), ("rating/", {"score": 1})],
)
@pytest.mark.parametrize("who", ["cem", "anna", "dora"])
def test_nobody_else_writes_confirms_or_rates(client, cast, ticket, what, data, who):
    ticket.move("solved", by=cast.anna)
    client.force_login(cast.people[who])
    events = Event.objects.count()
    assert client.post(url(ticket, what), data).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.count(), Rating.objects.count(), Event.objects.count()) == (
        "solved",
        1,
        0,
        events,
    )


@pytest.mark.parametrize("what", ["", "conversation/", "messages/", "confirmation/", "rating/", "gestures/"])
def test_strangers_sign_in_first(client, cast, ticket, what):
    for answer in (client.get(url(ticket, what)), client.post(url(ticket, what))):
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url(ticket, what)}")


def test_the_page_hears_of_this_request_and_not_of_the_desk(eva, cast, ticket):
    response = eva.get(url(ticket))
    assert admitted(response.context["live_pass"]).names == {
        f"request-{ticket.pk}",
        f"customer-{cast.eva.pk}",
        f"person-{cast.eva.person.pk}",
    }
    page = text_of(response)
    assert page.count(f'hx-trigger="live:request-{ticket.pk} from:body"') == 1
    assert f'hx-get="/requests/{ticket.pk}/conversation/"' in page
    assert f'hx-get="/requests/{ticket.pk}/gestures/"' in page


def test_a_session_that_ends_is_said_and_costs_nothing_typed(eva, ticket):
    for address, behaviours in (("/", "first"), (url(ticket), "app")):
        page = text_of(eva.get(address))
        assert f'src="/static/js/{behaviours}.js"' in page
        assert 'data-signed-out="You are signed out.' in page


def test_what_is_typed_lies_outside_of_what_is_refreshed(eva, cast, ticket):
    fragment = text_of(eva.get(url(ticket, "conversation/")))
    assert "<textarea" not in fragment
    ticket.move("solved", by=cast.anna)
    fragment = text_of(eva.get(url(ticket, "conversation/")))
    assert '<section class="card" id="rating" hx-preserve="true">' in fragment
    assert fragment.count("<textarea") == 1


def test_the_page_costs_the_same_for_one_and_thirty_messages(eva, cast, ticket):
    def say(number: int) -> None:
        ticket.reply(f"{number}", by=cast.anna, files=[SimpleUploadedFile("a.txt", b"words")])

    as_often_for_thirty(reading(eva, url(ticket)), say, most=11)


def test_an_answer_is_heard_and_opens_what_waited(eva, cast, ticket):
    ticket.move("waiting_customer", by=cast.anna)
    response = eva.post(url(ticket, "messages/"), {"text": "The blue one.", "key": KEY}, follow=True)
    assert response.redirect_chain == [(url(ticket), 302)]
    assert said(response) == ["Sent."]
    ticket.refresh_from_db()
    message = Message.objects.last()
    assert (ticket.status, message.text, message.author, message.from_customer, message.channel) == (
        "open",
        "The blue one.",
        cast.people["eva"],
        True,
        "portal",
    )


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_answering_opens_a_settled_request_again(eva, cast, ticket, status):
    ticket.move(status, by=cast.anna)
    response = eva.post(url(ticket, "messages/"), {"text": "It is back.", "key": KEY}, follow=True)
    ticket.refresh_from_db()
    assert (ticket.status, said(response)) == ("open", ["Sent. Your request is open again."])


def test_an_answer_sent_twice_is_one_and_with_other_words_two(eva, ticket):
    for text in ("Once.", "Once.", "Twice."):
        assert eva.post(url(ticket, "messages/"), {"text": text, "key": KEY}).status_code == 302
    assert [m.text for m in Message.objects.all()] == ["I am waiting again.", "Once.", "Twice."]


def test_the_same_words_with_other_files_are_another_answer(eva, ticket):
    for name in ("a.txt", "b.txt"):
        data = {"text": "Here.", "key": KEY, "files": [SimpleUploadedFile(name, b"words")]}
        eva.post(url(ticket, "messages/"), data)
    assert [a.name for a in Attachment.objects.all()] == ["a.txt", "b.txt"]


def test_an_empty_answer_comes_back_with_words_at_the_field(eva, ticket):
    data = {"text": " \u200b\n", "key": KEY, "files": [SimpleUploadedFile("a.txt", b"words")]}
    response = eva.post(url(ticket, "messages/"), data)
    assert (response.status_code, response.context["reply_form"].errors) == (
        422,
        {"text": ["Please write something before you send it."]},
    )
    assert "Please choose your files once more" in text_of(response)
    assert Message.objects.count() == 1


def test_only_the_customer_says_that_it_is_solved(eva, cast, ticket):
    assert "It is solved already" in text_of(eva.get(url(ticket)))
    ticket.move("solved", by=cast.anna)
    assert "Yes, it is solved" in text_of(eva.get(url(ticket)))
    response = eva.post(url(ticket, "confirmation/"))
    assert (response.status_code, response["Location"]) == (302, f"{url(ticket)}#rating")
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    events = Event.objects.count()
    eva.post(url(ticket, "confirmation/"))
    assert Event.objects.count() == events


def test_a_rating_with_words_once_it_is_solved(eva, cast, ticket):
    assert "How was it with us?" not in text_of(eva.get(url(ticket)))
    ticket.move("solved", by=cast.anna)
    response = eva.post(url(ticket, "rating/"), {"score": "4", "comment": "Quick."}, follow=True)
    assert said(response) == ["Thank you. We read every rating."]
    assert "You gave us 4 of 5." in text_of(response)
    eva.post(url(ticket, "rating/"), {"score": "5"})
    assert [(r.score, r.comment) for r in Rating.objects.all()] == [(5, "")]


def test_what_is_not_solved_cannot_be_rated(eva, ticket):
    response = eva.post(url(ticket, "rating/"), {"score": "1"}, follow=True)
    assert said(response) == ["You can rate this request as soon as it is solved."]
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("score", ["0", "6", "-1", "4.5", "", "five", "1e0", "９", "1\x00", "9" * 40])
def test_a_rating_is_a_number_from_one_to_five(eva, cast, ticket, score):
    ticket.move("solved", by=cast.anna)
    response = eva.post(url(ticket, "rating/"), {"score": score, "comment": "I typed this."})
    assert (response.status_code, list(response.context["rating_form"].errors)) == (422, ["score"])
    assert "I typed this." in text_of(response)
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("what", ["messages/", "confirmation/", "rating/"])
def test_coming_back_from_signing_in_lands_on_the_request(eva, ticket, what):
    response = eva.get(url(ticket, what))
    assert (response.status_code, response["Location"]) == (302, url(ticket))
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_page_that_stood_open_too_long_is_answered_in_words(cast, ticket):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["eva"])
    response = client.post(url(ticket, "messages/"), {"text": "Hello?", "key": KEY})
    assert (response.status_code, response.templates[0].name) == (403, "403.html")
    assert Message.objects.count() == 1


def test_a_deactivated_customer_is_a_stranger_at_once(eva, cast, ticket):
    person = cast.people["eva"]
    person.is_active = False
    person.save()
    assert eva.get(url(ticket)).status_code == 302
    assert list(Ticket.objects.owned_by(person)) == []
