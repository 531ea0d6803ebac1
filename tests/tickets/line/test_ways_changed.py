"""Whoever changes the way they come is where they are now: the way they left behind says nothing of them any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Presence
from tickets.desk.line_forms import ActForm
from tickets.line import words as on
from tickets.line.offering import offer_now
from tickets.line.sweep import let_sleep_now, sweep_line_now
from tickets.line.telephone import Told, take_in
from tickets.models import Chat, Place, Ticket

pytestmark = pytest.mark.django_db
NUMBER = "+49 30 1234567"


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


@pytest.fixture
def tell(cast: Cast):
    """Ben's token speaks for the telephone system."""
    cast.cem.phone = NUMBER
    cast.cem.save()

    def tell(kind: str, seconds: float, *, call: str = "c1", caller: str = NUMBER, **more: object) -> Place:
        told = Told(f"{call}-{kind}-{seconds}", call, kind, at(seconds), cast.north, caller, **more)
        return take_in(told, by=cast.ben)[0]

    return tell


def chats(cast: Cast, seconds: float) -> Chat:
    return Chat.start(cast.cem, cause=cast.late, text="Where?", key=f"k{seconds}", at=at(seconds))


def test_whoever_hangs_up_once_they_write_still_waits_in_the_chat(cast, tell):
    tell(on.ENTERED, 0)
    chat = chats(cast, 30)
    place = tell(on.FINISHED, 40, ended_by="customer")
    assert (place.pk, place.phase, place.arrived_at) == (chat.place_id, on.WAITING, MONDAY)


def test_who_holds_the_line_while_their_chat_page_closes_is_asked_for_as_a_call(cast, tell):
    tell(on.ENTERED, 0)
    chats(cast, 30)
    assert let_sleep_now(now=at(200)) == 1
    place = Place.objects.get()
    assert (place.phase, place.channel, place.arrived_at) == (on.WAITING, "phone", MONDAY)
    Presence.say(cast.anna, "ready", at=at(201))
    assert (offer_now(now=at(201)), let_sleep_now(now=at(400))) == (1, 0)
    assert tell(on.ANSWERED, 210, agent=cast.anna).phase == on.TALKING


def test_a_page_left_behind_puts_no_call_to_sleep(cast, tell):
    chats(cast, 0)
    tell(on.ENTERED, 30)
    assert let_sleep_now(now=at(200)) == 0
    assert Place.objects.get().phase == on.WAITING
    tell(on.ANSWERED, 210, agent=cast.anna)
    sweep_line_now(now=at(2000))
    assert Place.objects.get().phase == on.TALKING


def test_a_chat_that_became_a_call_sleeps_no_more(cast, tell):
    chat = chats(cast, 0)
    assert chat.become_a_call(NUMBER, by=cast.cem.person)
    place = Place.objects.get()
    Presence.say(cast.anna, "ready", at=at(5))
    assert place.offer(cast.anna) and place.accept(by=cast.anna) and place.dial(by=cast.anna)
    assert place.answered(by=cast.anna)
    let_sleep_now(now=place.answered_at + timedelta(minutes=20))
    assert Place.objects.get().phase == on.TALKING


@pytest.mark.parametrize("nobody", ["anonymous", "Unknown", "sip:anonymous@10.0.0.1"])
def test_of_two_callers_without_a_number_each_is_somebody(cast, tell, nobody):
    first = tell(on.ENTERED, 0, caller=nobody)
    tell(on.FINISHED, 10, caller=nobody, ended_by="customer")
    second = tell(on.ENTERED, 20, call="c2", caller=nobody)
    assert (second.pk != first.pk, second.number_to_dial, second.arrived_at) == (True, "", at(20))


def test_who_takes_a_call_that_was_a_chat_has_its_ticket_and_is_not_silent_on_it(cast, tell):
    chat = chats(cast, 0)
    place = tell(on.ENTERED, 30)
    assert place.offer(cast.anna, at=at(31))
    form = ActForm({"verb": "accept"}, person=cast.anna)
    assert form.is_valid() and form.act(place)
    chat.ticket.refresh_from_db()
    place = Place.objects.get()
    assert (place.phase, place.held_since, chat.ticket.assignee) == (on.TALKING, None, cast.anna)
    assert not Chat.objects.held_by(cast.anna).exists()
    later = ActForm({"verb": "call_back"}, person=cast.anna)
    assert later.is_valid() and later.act(place)
    assert Place.objects.get().phase == on.CALLBACK


def test_the_third_try_that_ends_at_the_desk_is_written_down(cast, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    for start in (20, 700, 1400):
        assert place.offer(cast.anna, at=at(start)) and place.accept(by=cast.anna, at=at(start))
        assert place.dial(by=cast.anna, at=at(start + 1))
        assert place.finish(on.BY_AGENT, by=cast.anna, at=at(start + 30))
    assert (place.phase, place.ticket.assignee) == (on.PROMISED, cast.ben)


def test_what_a_call_is_about_is_learned_with_its_ticket_held_first(cast, tell):
    ticket = Ticket.open(
        cast.cem, subject="A call", text="It rang", cause=cast.late, by=None, channel="phone"
    )
    Place.objects.filter(pk=tell(on.ENTERED, 0).pk).update(ticket=ticket)
    with CaptureQueriesContext(connection) as asked:
        tell(on.ANSWERED, 10, agent=cast.anna, cause=cast.late)
    held = [one["sql"] for one in asked if 'FROM "tickets_ticket"' in one["sql"]]
    written = [one["sql"] for one in asked if one["sql"].startswith('UPDATE "tickets_place"')]
    order = [one["sql"] for one in asked]
    assert order.index(held[0]) < order.index(written[0])
    assert Place.objects.get().cause == cast.late


def test_what_is_written_beside_a_call_is_no_silence_on_the_telephone(cast, tell):
    chat = chats(cast, 0)
    tell(on.ENTERED, 30)
    tell(on.ANSWERED, 40, agent=cast.anna)
    chat = Chat.objects.get()
    chat.say("And here is the photo", by=cast.cem.person, key="x", at=at(60))
    assert Place.objects.get().held_since is None
