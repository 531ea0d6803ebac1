"""Chat in the portal and on the desk: started, taken, written in on both sides, left, ended with an outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cast import MONDAY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer, Person, Presence
from tickets.line.sweep import sweep_line_now
from tickets.models import Article, Chat, CustomField, Place, Ticket

pytestmark = pytest.mark.django_db
FORM = {"cause": "late-delivery", "text": "Where is my parcel?", "key": "k" * 32}


@pytest.fixture
def cem(cast) -> Client:
    cast.cem.person.language = "en"
    cast.cem.person.save()
    browser = Client()
    browser.force_login(cast.cem.person)
    return browser


@pytest.fixture
def anna(cast) -> Client:
    browser = Client()
    browser.force_login(cast.anna)
    return browser


def page(browser: Client, name: str = "portal:chat", *args: object) -> str:
    return browser.get(reverse(name, args=args)).content.decode()


def taken(cem: Client, anna: Client, cast) -> Chat:
    cem.post(reverse("portal:chat"), FORM)
    Presence.say(cast.anna, "ready")
    sweep_line_now()
    chat = Chat.objects.get()
    answer = anna.post(reverse("desk:act", args=[chat.place_id]), {"verb": "accept"})
    assert answer.url == reverse("desk:chat", args=[chat.pk])
    return chat


def test_a_talk_from_the_first_word_to_the_outcome(cast, cem, anna):
    chat = taken(cem, anna, cast)
    assert "You are talking to Anna." in page(cem)
    room = page(anna, "desk:chat", chat.pk)
    assert "Where is my parcel?" in room
    anna.post(reverse("desk:chat_say", args=[chat.pk]), {"text": "It is in Kassel.", "key": "a" * 32})
    talk = page(cem, "portal:chat_now")
    assert "It is in Kassel." in talk
    assert ">Read<" not in talk
    cem.post(reverse("portal:chat_say"), {"text": "Thank you!", "key": "b" * 32})
    page(anna, "desk:chat_now", chat.pk)
    assert "Read" in page(cem, "portal:chat_now")
    end = reverse("desk:chat_end", args=[chat.pk])
    assert anna.post(end, {"outcome": ""}).status_code == 422
    anna.post(end, {"outcome": "Told where it is", "solved": "on"})
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.outcome) == ("ended", "Told where it is")
    assert Ticket.objects.get().status == "solved"
    assert "This chat has ended." in page(cem)
    assert "Start the chat" in cem.get(reverse("portal:chat") + "?new=1").content.decode()


def test_a_chat_does_not_end_as_solved_while_a_needed_field_is_empty(cast, cem, anna):
    said = {
        "code": "serial",
        "kind": "line",
        "name_en": "Serial",
        "name_de": "Serie",
        "needed_to_solve": True,
    }
    serial = CustomField.write(by=cast.ben, key="k", causes=(), teams=(), **said)
    chat = taken(cem, anna, cast)
    end = reverse("desk:chat_end", args=[chat.pk])
    refused = anna.post(end, {"outcome": "Told where it is", "solved": "on"})
    assert (refused.status_code, Place.objects.get().outcome) == (422, "")
    assert "Before this ticket is solved, fill in: Serial." in refused.content.decode()
    Ticket.objects.get().describe({serial: "4711"}, by=cast.anna)
    anna.post(end, {"outcome": "Told where it is", "solved": "on"})
    assert Ticket.objects.get().status == "solved"


def test_who_waits_sees_place_and_range_and_may_rather_be_called(cast, cem):
    type(cast.cem).objects.update(phone="+49 30 1234567")
    with time_machine.travel(MONDAY, tick=False):
        cem.post(reverse("portal:chat"), FORM)
        waiting = page(cem)
    assert "You are number 1 in line" in waiting
    assert "It will probably take" in waiting
    assert "+49 30 1234567" in waiting
    arrived = Chat.objects.get().place.arrived_at
    assert cem.post(reverse("portal:chat_call")).url == reverse("portal:callback")
    place = Chat.objects.get().place
    assert (place.phase, place.channel, place.arrived_at) == ("callback", "portal", arrived)


def test_a_chat_somebody_took_meanwhile_becomes_no_call(cast, cem, anna):
    cem.post(reverse("portal:chat"), FORM)
    seen = Chat.objects.select_related("place").get()
    Presence.say(cast.anna, "ready")
    sweep_line_now()
    anna.post(reverse("desk:act", args=[seen.place_id]), {"verb": "accept"})
    assert not seen.become_a_call("+49 30 1234567", by=cast.cem.person)
    place = Chat.objects.get().place
    assert (place.phase, place.channel, place.caller) == ("talking", "chat", "")


def test_leaving_leaves_a_request_and_writing_comes_back(cast, cem):
    cem.post(reverse("portal:chat"), FORM)
    chat = Chat.objects.get()
    assert cem.post(reverse("portal:chat_leave")).url == chat.ticket.portal_url()
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.ticket.messages.count()) == ("asleep", 1)
    cem.post(reverse("portal:chat_say"), {"text": "Back again", "key": "c" * 32})
    chat.place.refresh_from_db()
    assert chat.place.phase == "waiting"


def test_files_go_both_ways_and_a_program_is_refused_in_words(cast, cem, anna):
    chat = taken(cem, anna, cast)
    program = SimpleUploadedFile("run.exe", b"MZ" + b"0" * 20)
    answer = cem.post(reverse("portal:chat_say"), {"text": "See", "files": program}, HTTP_HX_REQUEST="true")
    assert "We do not take programs." in answer.content.decode()
    assert "See</textarea>" in answer.content.decode()
    note = SimpleUploadedFile("note.txt", b"Kassel")
    anna.post(reverse("desk:chat_say", args=[chat.pk]), {"text": "Here", "files": note, "key": "d" * 32})
    assert "note.txt" in page(cem, "portal:chat_now")


def test_a_draft_that_blames_is_looked_at_once_more_before_it_goes_out(cast, cem, anna):
    chat = taken(cem, anna, cast)
    say = reverse("desk:chat_say", args=[chat.pk])
    blame = {"text": "The system does not allow it.", "key": "e" * 32}
    answer = anna.post(say, blame, HTTP_HX_REQUEST="true")
    assert "Please read this once more before it goes out." in answer.content.decode()
    anna.post(say, {**blame, "anyway": "She asked how it works"})
    assert chat.said.count() == 2


def test_the_bar_shows_what_is_offered_and_what_is_unread(cast, cem, anna):
    assert page(anna, "desk:chats").strip() == ""
    chat = taken(cem, anna, cast)
    assert f'href="{reverse("desk:chat", args=[chat.pk])}"' in page(anna, "desk:chats")
    assert '<span class="count">1' in page(anna, "desk:chats")


def test_only_whoever_has_it_writes_and_ends(cast, cem, anna):
    chat = taken(cem, anna, cast)
    ben = Client()
    ben.force_login(cast.ben)
    ben.post(reverse("desk:chat_say", args=[chat.pk]), {"text": "Me too", "key": "f" * 32})
    ben.post(reverse("desk:chat_end", args=[chat.pk]), {"outcome": "No"})
    chat.place.refresh_from_db()
    assert (chat.said.count(), chat.place.phase) == (1, "talking")
    step_in = reverse("desk:chat_step_in", args=[chat.pk])
    for seen in (
        "",
        "x",
        "9" * 30,
        str(cast.dora.pk),
    ):  # nobody it shows, or somebody it does not show any more
        ben.post(step_in, {"instead_of": seen})
        chat.place.refresh_from_db()
        assert chat.place.agent == cast.anna
    shown = page(ben, "desk:chat", chat.pk)
    assert f'name="instead_of" value="{cast.anna.pk}"' in shown
    ben.post(step_in, {"instead_of": cast.anna.pk})
    chat.place.refresh_from_db()
    assert chat.place.agent == cast.ben


def test_the_same_form_twice_is_one_message(cast, cem, anna):
    chat = taken(cem, anna, cast)
    for _time in range(2):
        cem.post(reverse("portal:chat_say"), {"text": "Once", "key": "g" * 32})
        anna.post(reverse("desk:chat_say", args=[chat.pk]), {"text": "Yes", "key": "h" * 32})
    assert [m.text for m in chat.said] == ["Where is my parcel?", "Once", "Yes"]


def test_after_four_minutes_articles_and_colleagues_are_added_and_nothing_ends(cast, cem, anna):
    texts = {"title_de": "Paket kommt nicht", "text_de": "So.", "title_en": "Parcel late", "text_en": "So."}
    about = {"audience": "public", "team_id": cast.north.pk, "cause_id": cast.late.pk, "by": cast.ben}
    article = Article.write(**texts, **about, key="late")
    article.publish(by=cast.ben)
    chat = taken(cem, anna, cast)
    Presence.say(cast.ben, "ready")
    assert "Parcel late" not in page(anna, "desk:chat", chat.pk)
    Place.objects.get(pk=chat.place_id).do("helped", step=1)
    Person.objects.filter(pk=cast.cem.person.pk).update(language="de")
    said = page(anna, "desk:chat", chat.pk)
    assert ("This may help:" in said, "Free to help: Ben" in said) == (True, True)
    assert f'href="{reverse("desk:article", args=[article.pk])}">Parcel late</a>' in said
    # What is put into the answer speaks the customer's language.
    assert f'data-inserts="chat-text" value="Paket kommt nicht\n{article.link()}\n"' in said
    assert f'href="{reverse("desk:article", args=[article.pk])}">Parcel late</a>' in page(anna, "desk:line")
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.ended_by) == ("talking", "")


def test_left_without_a_word_for_four_minutes_the_customer_may_be_called_and_keeps_the_place(cast, cem, anna):
    Customer.objects.filter(pk=cast.cem.pk).update(phone="+49 30 7654321")
    chat = taken(cem, anna, cast)
    assert "longer than it should" not in page(cem, "portal:chat_now")
    cem.post(reverse("portal:chat_call"))
    place = Place.objects.get(pk=chat.place_id)
    assert (place.phase, place.holds) == ("talking", 1)
    for rung in range(4):
        place.do("silent", step=10 + rung)
    shown = page(cem, "portal:chat_now")
    assert ("longer than it should" in shown, "You hear from us by" in shown) == (True, True)
    cem.post(reverse("portal:chat_call"))
    place.refresh_from_db()
    assert (place.phase, place.caller, place.agent) == ("callback", "+49 30 7654321", None)
    assert place.arrived_at == chat.place.arrived_at


def test_while_we_are_closed_it_says_when_we_open_and_until_when_an_answer_comes(cast, cem):
    with time_machine.travel(MONDAY - timedelta(hours=3), tick=False):
        cem.post(reverse("portal:chat"), FORM)
        shown = page(cem)
        Presence.say(cast.anna, "busy")
        assert "Nobody is here right now" not in page(cem)
    assert "Nobody is here right now; we open today 09:00." in shown
    assert "You hear from us by today 13:00." in shown


def asked(ask) -> int:
    """How many questions it puts to the database, without the beginning and end of transactions."""
    with CaptureQueriesContext(connection) as said:
        ask()
    return sum("SAVEPOINT" not in one["sql"] for one in said)


def test_a_look_at_a_chat_and_a_word_in_it_stay_cheap(cast, cem, anna):
    cem.post(reverse("portal:chat"), FORM)
    later = MONDAY + timedelta(days=7)
    with time_machine.travel(later, tick=False):
        page(cem, "portal:chat_now")
    with time_machine.travel(later + timedelta(seconds=20), tick=False):
        assert asked(lambda: page(cem, "portal:chat_now")) <= 8
    Presence.say(cast.anna, "ready")
    sweep_line_now()
    chat = Chat.objects.get()
    anna.post(reverse("desk:act", args=[chat.place_id]), {"verb": "accept"})

    def both_say(number: int) -> tuple[int, int]:
        said = {"text": "Word", "key": f"{number}" * 32}
        desk, portal = reverse("desk:chat_say", args=[chat.pk]), reverse("portal:chat_say")
        return asked(lambda: anna.post(desk, said)), asked(lambda: cem.post(portal, said))

    both_say(1)
    of_agent, of_customer = both_say(2)
    assert (of_agent <= 33, of_customer <= 33) == (True, True)
    page(anna, "desk:chat_now", chat.pk)
    page(cem, "portal:chat_now")
    assert asked(lambda: page(cem, "portal:chat_now")) <= 8
    assert asked(lambda: page(anna, "desk:chat_now", chat.pk)) <= 16
