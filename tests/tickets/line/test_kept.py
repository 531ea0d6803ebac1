"""The place is kept: by whatever way somebody comes again about the same matter, their first arrival counts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
import time_machine
from cast import MONDAY, Cast, person

from accounts.models import Customer, Presence
from tickets.line import words as on
from tickets.line.offering import offer_now
from tickets.models import Chat, Place
from tickets.portal.callback import book

pytestmark = pytest.mark.django_db
NUMBER = "+49 30 1234567"


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def rings(cast: Cast, seconds: float, *, team=None, customer=None, **about) -> Place:
    who = {"customer": customer or cast.cem, "caller": NUMBER}
    return Place.enter(team or cast.north, at=at(seconds), **who, **about)


def chats(cast: Cast, seconds: float, *, cause=None, customer=None) -> Chat:
    key = f"chat-{seconds}"
    return Chat.start(
        customer or cast.cem, cause=cause or cast.late, text="Where is it?", key=key, at=at(seconds)
    )


def books(cast: Cast, seconds: float, *, cause=None, customer=None, number: str = NUMBER) -> Place:
    said = {"cause": cause or cast.late, "number": number, "matter": "The parcel", "when": None}
    return book(customer or cast.cem, {**said, "key": f"book-{seconds}"}, at=at(seconds))


def standing(cast: Cast) -> list[tuple[str, str, datetime]]:
    """Everything of Cem's that is not over."""
    found = Place.objects.filter(customer=cast.cem).unsettled().order_by("arrived_at")
    return [(place.phase, place.channel, place.arrived_at) for place in found]


# ---- one matter ------------------------------------------------------------------------------------------------------


def test_whoever_waits_on_the_telephone_and_writes_instead_keeps_the_place(cast):
    waiting = rings(cast, 0)
    chat = chats(cast, 300)
    assert (chat.place.pk, chat.place.ticket, chat.place.cause) == (waiting.pk, chat.ticket, cast.late)
    assert standing(cast) == [("waiting", "chat", MONDAY)]


def test_whoever_waits_on_the_telephone_and_asks_to_be_called_keeps_the_place(cast):
    waiting = rings(cast, 0)
    booked = books(cast, 300, number="+49 40 7654321")
    assert (booked.pk, booked.number_to_dial, booked.matter) == (waiting.pk, "+49 40 7654321", "The parcel")
    assert standing(cast) == [("callback", "portal", MONDAY)]


def test_whoever_waits_in_a_chat_and_asks_to_be_called_stands_there_once(cast):
    chat = chats(cast, 0)
    booked = books(cast, 200)
    assert (booked.pk, booked.ticket) == (chat.place.pk, chat.ticket)
    assert standing(cast) == [("callback", "portal", MONDAY)]


def test_whoever_waits_in_a_chat_and_rings_keeps_the_place(cast):
    chat = chats(cast, 0)
    assert rings(cast, 200).pk == chat.place.pk
    assert standing(cast) == [("waiting", "phone", MONDAY)]


def test_whoever_left_the_page_of_a_chat_that_nobody_had_taken_and_rings_keeps_the_place(cast):
    chat = chats(cast, 0)
    assert chat.sleep(at=at(120))
    assert rings(cast, 200).pk == chat.place.pk
    assert standing(cast) == [("waiting", "phone", MONDAY)]


@pytest.mark.parametrize(("seconds", "kept"), [(100, True), (989, True), (991, False)])
def test_whoever_hung_up_and_rings_again_within_a_quarter_of_an_hour_keeps_the_place(cast, seconds, kept):
    first = rings(cast, 0)
    first.hear(on.FINISHED, at=at(90), ended_by="customer")
    again = rings(cast, seconds)
    assert (again.pk == first.pk, again.arrived_at) == (kept, MONDAY if kept else at(seconds))
    assert again.phase == on.WAITING


def test_whoever_rings_while_we_ring_them_waits_on_the_line_at_the_old_place(cast):
    waiting = rings(cast, 0)
    waiting.want_callback(by=cast.cem.person, at=at(60))
    waiting.offer(cast.anna, at=at(70))
    assert waiting.accept(by=cast.anna, at=at(71)) and waiting.dial(by=cast.anna, at=at(72))
    assert rings(cast, 75).pk == waiting.pk
    assert standing(cast) == [("waiting", "phone", MONDAY)]
    Presence.say(cast.anna, "ready", at=at(76))
    offer_now(now=at(76))
    waiting.refresh_from_db()
    assert waiting.offered_to == cast.anna


def test_an_unknown_caller_too(cast):
    first = Place.enter(cast.north, caller="+49 30 99", at=MONDAY)
    first.hear(on.FINISHED, at=at(10), ended_by="customer")
    assert Place.enter(cast.north, caller="+49 30 99", at=at(20)).pk == first.pk
    assert Place.enter(cast.north, caller="+49 30 98", at=at(20)).pk != first.pk


def test_of_two_calls_from_the_number_of_a_firm_each_has_a_place(cast):
    assert rings(cast, 0).pk != rings(cast, 10).pk


def test_whoever_was_handed_on_and_dials_the_number_they_know_goes_on_where_they_were(cast):
    first = rings(cast, 0)
    first.answered(by=cast.anna, at=at(10))
    assert first.transfer(cast.south, by=cast.anna, at=at(20)) and first.lose(at=at(30))
    again = rings(cast, 40)
    assert (again.pk, again.team, again.arrived_at) == (first.pk, cast.south, MONDAY)
    chat = chats(cast, 50)
    assert (chat.place.pk, chat.place.team, chat.ticket.team) == (first.pk, cast.south, cast.south)


# ---- another matter --------------------------------------------------------------------------------------------------


def test_another_matter_is_another_place_and_both_live(cast):
    callback = books(cast, 0, cause=cast.broken)
    chat = chats(cast, 100)
    callback.refresh_from_db()
    assert (callback.phase, callback.team, callback.cause) == ("callback", cast.south, cast.broken)
    assert (chat.place.team, chat.place.cause, chat.ticket.team) == (cast.north, cast.late, cast.north)
    assert standing(cast) == [("callback", "portal", MONDAY), ("waiting", "chat", at(100))]


def test_a_call_to_another_team_is_another_matter(cast):
    callback = books(cast, 0)
    assert rings(cast, 100, team=cast.south).pk != callback.pk
    assert standing(cast) == [("callback", "portal", MONDAY), ("waiting", "phone", at(100))]


def test_another_cause_of_the_same_team_is_another_matter(cast):
    """Where both are known; where one is not, the team says it."""
    late = cast.late.__class__.objects.create(
        code="lost", name_en="Lost", name_de="Verloren", team=cast.north
    )
    chat = chats(cast, 0)
    assert books(cast, 100, cause=late).pk != chat.place.pk
    assert rings(cast, 200).pk == chat.place.pk


# ---- any sequence ----------------------------------------------------------------------------------------------------


class Story:
    """Some customers, each with one matter, to whom anything happens but an end."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice, self.second = cast, random.Random(seed), 0
        cast.north.welcome(cast.anna, lead=True)
        cast.south.welcome(cast.anna, lead=True)
        names = [f"Guest {number}" for number in range(5)]
        self.guests = [
            Customer.objects.create(person=person(name), status="established", phone=f"+49 30 {n}")
            for n, name in enumerate(names)
        ]
        self.first: dict[int, datetime] = {}

    def place_of(self, guest: Customer) -> Place:
        return Place.objects.filter(customer=guest).order_by("-pk")[0]

    def comes(self, guest: Customer) -> None:
        ways = [rings, chats, books]
        place = Place.objects.filter(customer=guest).last()
        if place is not None and place.phase in (on.TALKING, on.HELD):
            return
        if place is not None and (place.phase, place.channel) == (on.WAITING, "phone"):
            ways.remove(rings)
        self.dice.choice(ways)(self.cast, self.second, customer=guest)
        self.first.setdefault(guest.pk, at(self.second))

    def something_happens(self, guest: Customer) -> None:
        place, anna, now = self.place_of(guest), self.cast.anna, at(self.second)
        chat = Chat.objects.filter(place=place).first() if place.channel == "chat" else None
        deeds = {
            on.WAITING: [lambda: place.offer(anna, at=now) and (chat or place).accept(by=anna, at=now)],
            on.CALLBACK: [lambda: self.is_rung(place), lambda: place.postpone(now, by=guest.person, at=now)],
            on.TALKING: [lambda: (chat or place).transfer(self.another(place), by=anna, at=now)],
            on.HELD: [
                lambda: place.resume(by=anna, at=now),
                lambda: place.transfer(self.another(place), by=anna, at=now),
            ],
        }.get(place.phase, [])
        if place.channel == "phone" and place.phase in (on.WAITING, on.TALKING):
            deeds += [lambda: place.lose(at=now), lambda: place.hold(by=anna, at=now)]
        if place.channel == "phone" and place.phase == on.WAITING:
            deeds += [lambda: place.hear(on.FINISHED, at=now, ended_by="customer")]
        if chat is not None and place.phase == on.WAITING:
            deeds += [lambda: self.would_rather_be_called(chat, guest)]
        if deeds:
            self.dice.choice(deeds)()

    def another(self, place: Place):
        return self.cast.south if place.team_id == self.cast.north.pk else self.cast.north

    def would_rather_be_called(self, chat: Chat, guest: Customer) -> None:
        with time_machine.travel(at(self.second), tick=False):
            assert chat.become_a_call("+49 30 4", by=guest.person)

    def is_rung(self, place: Place) -> None:
        """In vain."""
        anna, now = self.cast.anna, at(self.second)
        if place.attempts < 2 and place.offer(anna, at=now) and place.accept(by=anna, at=now):
            assert place.dial(by=anna, at=now) and place.not_reached(by=anna, at=now)

    def goes_on(self, steps: int) -> None:
        for _step in range(steps):
            self.second += self.dice.randint(1, 9)
            guest = self.dice.choice(self.guests)
            if guest.pk not in self.first or self.dice.random() < 0.4:
                self.comes(guest)
            else:
                self.something_happens(guest)

    def everybody_waits(self) -> None:
        """Whoever hung up rings again, and whoever talks is handed on."""
        for guest in self.guests:
            self.second += 1
            if guest.pk not in self.first or self.place_of(guest).phase in on.OVER:
                self.comes(guest)
            place = self.place_of(guest)
            if place.phase in (on.TALKING, on.HELD):
                assert place.transfer(self.another(place), by=self.cast.anna, at=at(self.second))


@pytest.mark.parametrize("seed", range(10))
def test_c13_after_any_sequence_they_are_served_by_first_arrival(cast, seed):
    """Through the doors and in the tables: hold, callback, another channel, a lost line, a hang-up, a transfer."""
    story = Story(cast, seed)
    story.goes_on(60)
    story.everybody_waits()
    places = list(Place.objects.filter(customer__in=story.guests).unsettled())
    assert sorted(place.customer_id for place in places) == sorted(guest.pk for guest in story.guests)
    assert {place.customer_id: place.arrived_at for place in places} == story.first
    dropped = {place.customer_id for place in places if place.comes_first}
    served = []
    for second in range(story.second + 1000, story.second + 1000 + len(places)):
        Presence.say(cast.anna, "ready", at=at(second))
        offer_now(now=at(second))
        place = Place.objects.get(offered_to=cast.anna)
        served.append(place.customer_id)
        assert place.accept(by=cast.anna, at=at(second))
        assert place.phase != on.RESERVED or place.answered(by=cast.anna, at=at(second))
        assert place.finish("customer", by=cast.anna, at=at(second))
    # Whom we dropped comes first: a class of its own.
    for one_class in (dropped, set(served) - dropped):
        assert [pk for pk in served if pk in one_class] == sorted(one_class, key=story.first.__getitem__)
