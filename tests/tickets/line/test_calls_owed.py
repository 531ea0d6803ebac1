"""Calls we owe, told by telephone and desk: none dies with a leg, none stays with somebody who is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse

from accounts.models import Presence
from tickets.line import words as on
from tickets.line.closing import close_the_day, closings
from tickets.line.offering import offer_now
from tickets.line.sweep import free_the_lost, sweep_line_now
from tickets.line.telephone import Told, take_in
from tickets.models import Place, Ticket

pytestmark = pytest.mark.django_db
NUMBER, STRANGER = "+49 30 1234567", "+49 30 7654321"
EVENING = MONDAY + timedelta(hours=8)


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


@pytest.fixture
def ready(cast: Cast):
    cast.cem.phone = NUMBER
    cast.cem.save()
    Presence.say(cast.anna, "ready", at=MONDAY)
    return cast.anna


@pytest.fixture
def tell(cast: Cast):
    """Ben's token speaks for the telephone system."""

    def tell(kind: str, seconds: float, *, call: str = "c1", caller: str = NUMBER, **more: object) -> Place:
        event, team = f"{call}-{kind}-{seconds}", cast.north
        told = Told(event, call, kind, at(seconds), team, caller, **more)
        return take_in(told, by=cast.ben)[0]

    return tell


def keep(place: Place, agent, seconds: float) -> None:
    Presence.beat(agent, at=at(seconds))
    assert place.offer(agent, at=at(seconds))
    assert place.accept(by=agent, at=at(seconds))


def test_the_leg_ends_and_the_callback_stays(ready, tell):
    tell(on.ENTERED, 0)
    tell(on.CALLBACK_WANTED, 61)
    place = tell(on.FINISHED, 65, ended_by="customer")
    assert (place.phase, offer_now(now=at(20))) == (on.CALLBACK, 1)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_c11_a_lost_customer_is_called_however_it_is_told(ready, tell, order):
    tell(on.ENTERED, 0)
    story = [
        (on.ANSWERED, 10, {"agent": ready}),
        (on.LOST, 90, {}),
        (on.FINISHED, 91, {"ended_by": "connection"}),
    ]
    for number in order:
        kind, seconds, more = story[number]
        place = tell(kind, seconds, **more)
    assert (place.phase, place.drop, place.comes_first) == (on.CALLBACK, "connection", True)


def test_who_is_gone_while_dialling_gives_the_call_to_a_colleague_at_once(cast, ready, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    keep(place, ready, 20)
    assert place.dial(by=ready, at=at(25))
    Presence.say(cast.ben, "ready", at=at(80))
    sweep_line_now(now=at(81))
    place.refresh_from_db()
    assert (place.phase, place.offered_to, place.attempts) == (on.CALLBACK, cast.ben, 0)


def test_an_agent_without_a_page_of_ours_is_not_taken_for_gone(cast, ready, tell):
    tell(on.ENTERED, 0)
    tell(on.CALLBACK_WANTED, 10)
    place = tell(on.DIALLED, 500, call="c2", agent=ready)
    assert (place.phase, place.agent, free_the_lost(now=at(501))) == (on.DIALLING, ready, 1)
    place.refresh_from_db()
    assert place.phase == on.DIALLING


def test_who_keeps_a_callback_and_does_not_dial_gives_it_back(ready, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    keep(place, ready, 20)
    for seconds in range(20, 270, 10):
        Presence.beat(ready, at=at(seconds))
        sweep_line_now(now=at(seconds))
    place.refresh_from_db()
    assert (place.phase, place.offered_to, place.attempts) == (on.CALLBACK, ready, 0)


def test_a_call_with_an_agent_is_still_to_be_made_before_closing(cast, ready, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    keep(place, ready, 20)
    closes = MONDAY + timedelta(hours=7)
    assert [row.calls for row in closings([cast.north], now=closes - timedelta(minutes=30))] == [1]


def test_a_call_the_telephone_system_makes_is_made_at_the_place_of_whoever_waits_for_it(ready, tell):
    tell(on.ENTERED, 0)
    waiting = tell(on.CALLBACK_WANTED, 61)
    place = tell(on.DIALLED, 70, call="c2", agent=ready)
    assert (place.pk, place.phase, place.agent, place.attempts) == (waiting.pk, on.DIALLING, ready, 1)
    place = tell(on.ANSWERED, 80, call="c2", agent=ready)
    assert (place.phase, Place.objects.count()) == (on.TALKING, 1)
    tell(on.FINISHED, 65, ended_by="customer")
    place = tell(on.FINISHED, 200, call="c2", ended_by="customer")
    assert (place.phase, Place.objects.count()) == (on.ENDED, 1)


def test_a_number_not_said_is_that_of_whom_the_agent_dials(ready, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    keep(place, ready, 20)
    place.dial(by=ready, at=at(25))
    assert tell(on.ANSWERED, 40, call="c2", caller="", agent=ready).pk == place.pk
    assert Place.objects.get().phase == on.TALKING


def test_an_answer_told_before_the_arrival_finds_the_place_that_was_kept(ready, tell):
    tell(on.ENTERED, 0)
    waiting = tell(on.CALLBACK_WANTED, 61)
    tell(on.ANSWERED, 320, call="c2", agent=ready)
    place = tell(on.ENTERED, 300, call="c2")
    assert (place.pk, place.phase, place.arrived_at, Place.objects.count()) == (
        *(waiting.pk, on.TALKING),
        *(MONDAY, 1),
    )


def test_nobody_waits_in_front_whom_nobody_can_dial(cast, ready, tell, client: Client):
    tell(on.ENTERED, 0, caller="")
    tell(on.ANSWERED, 10, caller="", agent=ready)
    place = tell(on.LOST, 90, caller="")
    assert (place.phase, place.drop, offer_now(now=at(20))) == (on.UNREACHED, "connection", 0)
    client.force_login(cast.ben)
    assert "there is no number" in client.get(reverse("desk:line")).content.decode()


def test_the_number_may_come_with_the_wish_to_be_called(cast, ready, tell):
    tell(on.ENTERED, 0, caller="")
    place = tell(on.CALLBACK_WANTED, 30)
    assert (place.phase, place.customer, place.number_to_dial) == (on.CALLBACK, cast.cem, NUMBER)


def test_a_stranger_is_tried_three_times_and_then_left_to_the_leads(cast, ready, tell, client: Client):
    tell(on.ENTERED, 0, caller=STRANGER)
    place = tell(on.CALLBACK_WANTED, 10, caller=STRANGER)
    for start in (20, 700, 1400):
        tell(on.DIALLED, start, call=f"o{start}", caller=STRANGER, agent=ready)
        place = tell(on.NOT_REACHED, start + 30, call=f"o{start}", caller=STRANGER)
    assert (place.phase, place.attempts, Ticket.objects.count()) == (on.UNREACHED, 3, 0)
    line = reverse("desk:line")
    told = "was called 3 times and not reached"
    client.force_login(cast.anna)
    assert told not in client.get(line).content.decode()
    said = {"verb": "conclude", "outcome": "Reached on another day"}
    client.post(reverse("desk:act", args=[place.pk]), said)
    client.force_login(cast.ben)
    assert told in client.get(line).content.decode()
    client.post(reverse("desk:act", args=[place.pk]), said)
    assert told not in client.get(line).content.decode()
    place.refresh_from_db()
    assert place.outcome == "Reached on another day"


def test_a_stranger_who_was_not_reached_calls_and_keeps_the_place(ready, tell):
    tell(on.ENTERED, 0, caller=STRANGER)
    place = tell(on.CALLBACK_WANTED, 10, caller=STRANGER)
    assert close_the_day(now=at(7.5 * 3600)) == 1
    again = tell(on.ENTERED, 8 * 3600, call="c2", caller=STRANGER)
    assert (again.pk, again.phase, again.arrived_at) == (place.pk, on.WAITING, MONDAY)


def test_the_letter_says_what_happened(cast, ready, tell):
    tell(on.ENTERED, 0)
    place = tell(on.CALLBACK_WANTED, 10)
    assert close_the_day(now=EVENING) == 1
    place.refresh_from_db()
    said = place.ticket.messages.order_by("pk").last().text
    assert "nicht erreicht" not in said
    assert "nicht dazu gekommen" in said


def test_a_lead_sees_whose_call_is_late(cast, ready, tell, client: Client):
    now = MONDAY
    place = Place.enter(cast.north, customer=cast.cem, caller=NUMBER, channel="portal", at=now)
    place.want_callback(by=cast.cem.person, at=now)
    Presence.say(cast.anna, "away", at=now)
    sweep_line_now(now=at(1799))
    assert not Place.objects.get().escalated
    sweep_line_now(now=at(1800))
    assert Place.objects.get().escalated
    sweep_line_now(now=at(1900))
    assert place.events.filter(kind=on.ESCALATED).count() == 1
    shown = {}
    for somebody in (cast.ben, cast.anna):
        client.force_login(somebody)
        shown[somebody.name] = (
            "has waited for our call for" in client.get(reverse("desk:line")).content.decode()
        )
    assert shown == {"Ben": True, "Anna": False}
