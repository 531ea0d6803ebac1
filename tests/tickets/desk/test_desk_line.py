"""The line on the desk: saying ready, taking what comes, ending it with an outcome; and the wall."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from counting import as_often_for_thirty, reading
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Presence
from tickets.line.sweep import sweep_line_now
from tickets.models import Place
from tickets.templatetags.shares import on_the_wall

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def waiting(cast) -> Place:
    return Place.enter(cast.north, customer=cast.cem, caller="+49 30 1234567")


def say(client: Client, place: Place, verb: str, **more: object) -> Place:
    assert client.post(reverse("desk:act", args=[place.pk]), {"verb": verb, **more}).status_code == 302
    place.refresh_from_db()
    return place


def page(client: Client, name: str = "desk:line") -> str:
    return client.get(reverse(name)).content.decode()


def test_a_contact_from_ready_to_outcome(cast, anna, waiting):
    assert "Cem" in page(anna)
    anna.post(reverse("desk:presence"), {"state": "ready"})
    sweep_line_now()
    assert 'value="accept"' in page(anna)
    assert say(anna, waiting, "accept").phase == "talking"
    assert "tel:+49301234567" in page(anna)
    assert say(anna, waiting, "hold").phase == "held"
    assert say(anna, waiting, "resume").phase == "talking"
    done = say(anna, waiting, "finish", ended_by="customer", outcome="Sent again")
    assert (done.phase, done.ended_by, done.outcome) == ("ended", "customer", "Sent again")


def test_an_open_page_is_a_sign_of_life(cast, anna):
    Presence.say(cast.anna, "ready")
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=50))
    assert not Presence.objects.ready(timezone.now()).exists()
    page(anna, "desk:line_badge")
    assert Presence.objects.ready(timezone.now()).exists()


def test_a_callback_is_dialled_from_the_desk(cast, anna, waiting):
    waiting.want_callback(by=cast.cem.person)
    waiting.offer(cast.anna)
    assert say(anna, waiting, "accept").phase == "reserved"
    assert say(anna, waiting, "dial").phase == "dialling"
    assert say(anna, waiting, "reached").phase == "talking"


def test_a_contact_is_handed_on(cast, anna, waiting):
    waiting.offer(cast.anna)
    waiting.accept(by=cast.anna)
    moved = say(anna, waiting, "transfer", team="south")
    assert (moved.phase, moved.team) == ("waiting", cast.south)


def test_nobody_moves_what_somebody_else_holds(cast, anna, waiting):
    waiting.offer(cast.ben)
    waiting.accept(by=cast.ben)
    answer = anna.post(reverse("desk:act", args=[waiting.pk]), {"verb": "finish"}, follow=True)
    assert "Somebody was faster" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.phase == "talking"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "What shall happen?"),
        ({"verb": "end"}, "This cannot be done here."),
        ({"verb": "transfer"}, "To which team?"),
        ({"verb": "transfer", "team": "１"}, "This team does not exist."),
        ({"verb": "transfer", "team": 10**30}, "This team does not exist."),
        ({"verb": "transfer", "team": "\x00"}, "Null characters are not allowed."),
        ({"verb": "conclude", "outcome": "\x00 "}, "What came of it?"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(cast, anna, waiting, sent, words):
    waiting.offer(cast.anna)
    waiting.accept(by=cast.anna)
    answer = anna.post(reverse("desk:act", args=[waiting.pk]), sent, follow=True)
    assert words in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.phase == "talking"


def test_a_state_that_does_not_exist_changes_nothing(cast, anna):
    for state in ("", "asleep", "\x00"):
        anna.post(reverse("desk:presence"), {"state": state})
    assert not Presence.objects.exclude(state="away").exists()


def test_the_wall_counts_what_is_there(cast, anna, waiting):
    Place.enter(cast.north, customer=cast.eva).want_callback(by=cast.eva.person)
    Presence.say(cast.ben, "ready")
    text = page(anna, "desk:wall")
    assert "Ben" in text
    assert text.count("<dd>1</dd>") == 2


def test_the_wall_shows_the_longest_silence_on_our_side(cast, anna, waiting):
    now = timezone.now()
    for customer, minutes in ((cast.cem, 3), (cast.eva, 7)):
        gone = now - timedelta(minutes=minutes)
        Place.objects.create(
            team=cast.north,
            customer=customer,
            phase="held",
            agent=cast.anna,
            held_since=gone,
            arrived_at=gone,
        )
    assert "<dt>Longest silence on our side</dt><dd>7:0" in page(anna, "desk:wall")
    assert [on_the_wall(timedelta(seconds=number)) for number in (5, 245, 13_260)] == [
        "0:05\u00a0min",
        "4:05\u00a0min",
        "3:41\u00a0h",
    ]


def test_what_others_wait_for_is_not_seen(cast, client, waiting):
    client.force_login(cast.dora)
    assert "Cem" not in page(client)


def test_on_a_phone_each_of_those_who_wait_is_a_card_that_names_what_it_says(anna, waiting):
    page = anna.get(reverse("desk:line")).content.decode()
    table = page[page.index("table--stacks") : page.index("</table>")]
    cells = re.findall(r"<td([^>]*)>", table)
    assert [re.findall(r'(?:data-label|class)="([^"]*)"', cell) for cell in cells] == [
        ["First arrival"],
        ["Waiting for"],
        ["only-wide"],
        ["Where it stands"],
    ]


def test_thirty_waiting_cost_no_more_queries_than_one(cast, anna, waiting):
    as_often_for_thirty(
        reading(anna, reverse("desk:line"), reverse("desk:line_now"), reverse("desk:wall")),
        lambda number: Place.enter(cast.north, caller=f"+49 30 99{number:02}"),
    )
