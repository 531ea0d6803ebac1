"""When the line needs somebody at once: leads at the bound, colleagues where one is silent, words after a drop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse

from accounts.models import Presence
from tickets import history
from tickets.line import words as on
from tickets.line.sweep import sweep_line_now
from tickets.live import relay
from tickets.models import Chat, Clock, Notice, OutgoingMail, Place

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every name that goes out on the live wire."""
    names: set[str] = set()
    monkeypatch.setattr(relay, "announce", lambda *told: names.update(told))
    return names


def chat_of(cast: Cast) -> Chat:
    return Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1", at=MONDAY)


def taken(cast: Cast) -> Chat:
    chat = chat_of(cast)
    assert chat.place.offer(cast.anna, at=at(5))
    assert chat.accept(by=cast.anna, at=at(5))
    return chat


def test_c12_at_the_bound_the_lead_is_told_once_on_the_bell(cast: Cast, client: Client):
    chat = chat_of(cast)
    for second in (200, 240, 242, 300):
        Chat.objects.update(seen_at=at(second))
        sweep_line_now(now=at(second))
    found = Notice.objects.filter(event__kind=history.WAITED_TOO_LONG)
    assert [(notice.person, notice.event.ticket) for notice in found] == [(cast.ben, chat.ticket)]
    client.force_login(cast.ben)
    assert "every team is asked, Ben was told" in client.get(reverse("desk:notices")).content.decode()
    fresh = client.get(reverse("desk:fresh_notices"), {"after": "0"}).json()["notices"]
    assert [line["text"] for line in fresh] == ["Somebody waits too long"]


def test_c12_a_caller_without_a_ticket_comes_to_the_lead_by_mail_once(cast: Cast):
    Place.enter(cast.north, caller="+49 30 1", at=MONDAY)
    for second in (240, 242, 300):
        sweep_line_now(now=at(second))
    mail = OutgoingMail.objects.get(key__startswith="waited-too-long")
    assert (mail.to, "+49 30 1" in mail.text, "North" in mail.text) == (cast.ben.email, True, True)


def test_a_colleague_who_becomes_free_after_four_minutes_of_silence_is_still_asked(cast: Cast):
    chat = taken(cast)
    for second in range(10, 280, 10):
        Presence.beat(cast.anna, at=at(second))
        if second == 260:
            Presence.say(cast.ben, "ready", at=at(260))
        Chat.objects.update(seen_at=at(second))
        sweep_line_now(now=at(second))
        chat.place.refresh_from_db()
        assert (chat.place.offered_to == cast.ben) == (second >= 260), second
    assert (chat.place.phase, chat.place.arrived_at) == (on.WAITING, MONDAY)


def test_whoever_has_just_written_is_not_relieved(cast: Cast):
    chat = taken(cast)
    Presence.say(cast.ben, "ready", at=at(250))
    chat.answer("Still looking.", by=cast.anna, at=at(251))
    Chat.objects.update(seen_at=at(252))
    Presence.beat(cast.anna, at=at(252))
    sweep_line_now(now=at(252))
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.agent, chat.place.offered_to) == (on.TALKING, cast.anna, None)


def test_after_three_minutes_of_silence_on_the_telephone_the_agent_calls_back(cast: Cast, client: Client):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1")
    start = place.arrived_at
    assert place.offer(cast.anna, at=start)
    assert place.accept(by=cast.anna, at=start)
    assert place.hold(by=cast.anna, at=start)
    Presence.say(cast.anna, "ready", at=start)
    client.force_login(cast.anna)
    assert 'value="call_back"' not in client.get(reverse("desk:line")).content.decode()
    for second in (60, 120, 180):
        sweep_line_now(now=start + timedelta(seconds=second))
    assert 'value="call_back"' in client.get(reverse("desk:line")).content.decode()
    Presence.say(cast.anna, "busy")
    assert client.post(reverse("desk:act", args=[place.pk]), {"verb": "call_back"}).status_code == 302
    place.refresh_from_db()
    assert (place.phase, place.arrived_at, place.agent) == (on.CALLBACK, start, None)


def test_without_a_number_nobody_can_be_called_back_later(cast: Cast):
    place = Place.enter(cast.north, at=MONDAY)
    assert place.offer(cast.anna, at=MONDAY)
    assert place.accept(by=cast.anna, at=MONDAY)
    assert not place.put_off(by=cast.anna, at=at(300))
    assert place.phase == on.TALKING


def test_c11_a_chat_cut_short_without_a_number_owes_an_answer_and_is_seen(cast: Cast):
    chat = taken(cast)
    chat.answer("One moment.", by=cast.anna, at=at(6))
    assert not Clock.objects.open().of_kind("first_response").filter(ticket=chat.ticket).exists()
    chat.place.finish("agent", by=cast.anna, at=at(9))
    sweep_line_now(now=at(700))  # nor was an outcome said: it is the same talk
    chat.ticket.refresh_from_db()
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.ticket.assignee) == (on.ENDED, cast.anna)
    owed = Clock.objects.open().of_kind("first_response").get(ticket=chat.ticket)
    assert (owed.started_at, chat.ticket.next_due_at is not None) == (at(9), True)
    notice = Notice.objects.get(event__kind=history.BROKE_OFF)
    assert (notice.person, notice.event.ticket) == (cast.anna, chat.ticket)


def test_c11_a_call_cut_short_of_somebody_without_any_number_becomes_a_ticket(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    assert place.offer(cast.anna, at=MONDAY)
    assert place.accept(by=cast.anna, at=MONDAY)
    assert place.finish("agent", by=cast.anna, at=at(5))
    place.refresh_from_db()
    assert (place.phase, place.ticket.assignee) == (on.ENDED, cast.ben)


def test_both_lines_hear_of_a_contact_that_is_handed_on(cast: Cast, said):
    place = Place.enter(cast.north, at=MONDAY)
    assert place.offer(cast.anna, at=MONDAY)
    assert place.accept(by=cast.anna, at=MONDAY)
    said.clear()
    assert place.transfer(cast.south, by=cast.anna, at=at(10))
    assert {f"line-{cast.north.pk}", f"line-{cast.south.pk}"} <= said


def test_every_line_hears_of_a_contact_for_which_everybody_is_asked_until_somebody_has_it(cast: Cast, said):
    place = Place.enter(cast.north, at=MONDAY)
    south = f"line-{cast.south.pk}"
    assert south not in said
    sweep_line_now(now=at(240))
    assert south in said
    place.refresh_from_db()
    said.clear()
    assert place.offer(cast.anna, at=at(250))
    assert place.accept(by=cast.anna, at=at(251))
    assert south in said
    said.clear()
    assert place.hold(by=cast.anna, at=at(260))
    assert south not in said


def test_whoever_comes_or_goes_is_heard_of_at_once(cast: Cast, said):
    line = f"line-{cast.north.pk}"
    Presence.say(cast.anna, "ready", at=MONDAY)
    assert line in said
    said.clear()
    Presence.say(cast.anna, "ready", at=at(1))
    assert line not in said
    assert Presence.lose(now=at(100)) == [cast.anna.pk]
    assert line in said
    Presence.say(cast.anna, "ready", at=at(100))
    said.clear()
    for _twice in range(2):
        Presence.miss(cast.anna.pk, now=at(101))
    assert line in said


def test_the_wall_shows_who_talks_and_who_could_take_one_more(cast: Cast, client: Client):
    for one in (cast.anna, cast.ben):
        Presence.say(one, "ready")
        place = Place.enter(cast.north, channel="chat")
        assert place.offer(one)
        assert place.accept(by=one)
    Presence.objects.filter(person=cast.ben).update(capacity=2)
    client.force_login(cast.anna)
    wall = client.get(reverse("desk:wall_now")).content.decode()
    people = wall.partition("wall__people")[2]
    assert ("talking" in people, "in 1 talk, free for more" in people, ">ready<" in people) == (
        True,
        True,
        False,
    )
