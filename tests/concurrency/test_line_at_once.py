"""The line when everybody acts at once: one contact has one agent, one deadline is kept once."""

from __future__ import annotations

import json
import random
import time
from datetime import timedelta

import pytest
from cast import person
from django.test import Client
from django.utils import timezone
from harness import together

from accounts.models import ApiToken, Customer, Presence
from tickets.line.sweep import sweep_line_now
from tickets.line.telephone import SIGNATURE, Told, signature_of, take_in
from tickets.models import Chat, LineEvent, Place
from tickets.portal.callback import book

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = 50


def test_fifty_agents_at_once_take_a_contact_once(cast, no_redis):
    """Each clicks on what may be offered to them; the desk asks them all, one has it."""
    place = Place.enter(cast.north, customer=cast.cem)
    people = [person(f"Agent {number}") for number in range(AGENTS)]
    for somebody in people:
        cast.north.welcome(somebody)
    place.offer(people[7])
    taken = together(AGENTS, lambda n: Place.objects.get(pk=place.pk).accept(by=people[n]))
    assert [n for n, answer in enumerate(taken) if answer is True] == [7]
    assert {answer for answer in taken if answer is not True} == {False}
    again = together(AGENTS, lambda _n: Place.objects.get(pk=place.pk).accept(by=people[7]))
    assert set(again) == {False}
    assert LineEvent.objects.filter(place=place, kind="answered").count() == 1


def test_fifty_colleagues_who_step_in_at_once_for_somebody_silent_are_one(cast, no_redis):
    chat = Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1")
    assert chat.place.offer(cast.anna)
    assert chat.accept(by=cast.anna)
    people = [person(f"Agent {number}") for number in range(AGENTS)]
    for somebody in people:
        cast.north.welcome(somebody)

    def step_in(number: int) -> bool:
        return Chat.objects.get(pk=chat.pk).step_in(by=people[number], instead_of=cast.anna.pk)

    stepped = together(AGENTS, step_in)
    assert sorted(stepped) == [False] * (AGENTS - 1) + [True]
    chat.refresh_from_db()
    assert chat.place.agent == chat.ticket.assignee == people[stepped.index(True)]
    assert chat.place.arrived_at == LineEvent.objects.get(kind="entered").at
    assert LineEvent.objects.filter(kind="answered").count() == 2


def test_a_telephone_system_that_tells_everything_at_once_is_heard_once_and_never_broken(cast, no_redis):
    """Eight calls told in any order, some words twice, while agents are ready and the line is swept."""
    for somebody in (cast.anna, cast.ben):
        Presence.say(somebody, "ready")
    _token, secret = ApiToken.issue(cast.anna, "telephone")
    now = timezone.now()
    story = [
        ("entered", 60, {}),
        ("answered", 30, {"agent": cast.ben.email}),
        ("ended", 5, {"ended_by": "customer"}),
    ]
    said = [
        {
            "event_id": f"{call}-{kind}",
            "call_id": f"c{call}",
            "kind": kind,
            "caller": f"+49 30 55{call % 4}00",
            **more,
        }
        | {"at": (now - timedelta(seconds=ago)).isoformat(), "team": cast.north.slug}
        for call in range(8)
        for kind, ago, more in story
    ]
    random.Random(5).shuffle(said)
    told = said + said[:4]

    def tell(number: int) -> int:
        if number >= len(told):
            sweep_line_now()
            return 200
        body, moment = json.dumps({"events": [told[number]]}), str(int(time.time()))
        signed = f"t={moment},v1={signature_of(secret, moment, body.encode())}"
        headers = {"Authorization": f"Bearer {secret}", SIGNATURE: signed}
        browser = Client(raise_request_exception=False)
        return browser.post("/api/v1/line/events", body, "application/json", headers=headers).status_code

    assert together(len(told) + 2, tell) == [200] * (len(told) + 2)
    assert LineEvent.objects.exclude(key=None).count() == len(said)
    ended = LineEvent.objects.filter(kind="ended").values_list("place__phase", flat=True)
    assert set(ended) <= {"ended", "abandoned", "callback"}


def test_four_sweeps_at_once_keep_each_deadline_once_and_offer_to_one(cast, no_redis):
    for somebody in (cast.anna, cast.ben):
        Presence.say(somebody, "ready")
    early = timezone.now() - timedelta(seconds=300)
    places = [Place.enter(cast.north, caller=f"+49 30 1{n}", at=early) for n in range(12)]
    assert together(4, lambda _n: sweep_line_now() >= 0) == [True] * 4
    sweep_line_now()
    for kind in ("callback_offered", "escalated"):
        events = LineEvent.objects.filter(kind=kind).values_list("place_id", flat=True)
        assert sorted(events) == [place.pk for place in places]
    offered = Place.objects.exclude(offered_to=None).values_list("offered_to", flat=True)
    assert sorted(offered) == [cast.anna.pk, cast.ben.pk]


def test_whoever_rings_and_asks_to_be_called_in_the_same_moment_stands_in_line_once(cast, no_redis):
    """Their telephone and the portal, and a chat beside: of the same matter there is one place."""
    guests = [
        Customer.objects.create(person=person(f"Guest {n}"), status="established", phone=f"+49 30 7771{n}")
        for n in range(6)
    ]
    pbx = cast.anna

    def come(number: int) -> object:
        guest, way = guests[number % 6], number // 6
        if way == 0:
            told = Told(f"e{number}", f"c{number}", "entered", timezone.now(), cast.north, caller=guest.phone)
            return take_in(told, by=pbx)[0].pk
        if way == 1:
            said = {
                "cause": cast.late,
                "number": guest.phone,
                "matter": "",
                "when": None,
                "key": f"b{number}",
            }
            return book(guest, said, at=timezone.now()).pk
        return Chat.start(guest, cause=cast.late, text="Where is it?", key=f"k{number}").place_id

    came = together(18, come)
    assert [answer for answer in came if not isinstance(answer, int)] == []
    assert Place.objects.count() == 6
    assert all(came[n] == came[n + 6] == came[n + 12] for n in range(6))
    assert Place.objects.unsettled().count() == 6
