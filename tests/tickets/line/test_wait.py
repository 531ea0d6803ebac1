"""What was waited, talked and dropped in all: over callbacks, booked times and chats that were left without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast

from accounts.models import Presence
from tickets.line import words as on
from tickets.line.fair_wait import longer_waits
from tickets.line.report import contacts_of, report_of
from tickets.line.sweep import let_sleep_now, sweep_line_now
from tickets.models import Chat, Place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def report(cast: Cast) -> dict:
    return report_of(contacts_of([cast.north], since=MONDAY, until=MONDAY + DAY))


def answer(place: Place, agent, start: float) -> None:
    assert place.offer(agent, at=at(start))
    assert place.accept(by=agent, at=at(start))


def chat_of(cast: Cast, customer=None) -> Chat:
    return Chat.start(customer or cast.cem, cause=cast.late, text="Where is it?", key="k1", at=MONDAY)


def test_c11_a_drop_stays_counted_after_we_have_called_back(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=MONDAY)
    answer(place, cast.anna, 10)
    place.finish("agent", by=cast.anna, at=at(14))
    assert (place.phase, report(cast)["suspected_drops"]) == (on.CALLBACK, 1)
    answer(place, cast.anna, 60)
    assert place.dial(by=cast.anna, at=at(61))
    assert place.answered(by=cast.anna, at=at(70))
    assert place.conclude("Sent again", by=cast.anna, at=at(170))
    assert place.finish("customer", by=cast.anna, at=at(170))
    assert (place.phase, place.drop, place.drops) == (on.ENDED, "", 1)
    assert report(cast)["suspected_drops"] == 1


def test_a_talk_found_twice_to_be_dropped_counts_once(cast: Cast):
    place = Place.enter(cast.north, at=MONDAY)  # nobody we could call back
    answer(place, cast.anna, 10)
    place.finish("agent", by=cast.anna, at=at(14))
    sweep_line_now(now=at(700))
    place.refresh_from_db()
    assert (place.drop, place.drops) == ("no_outcome", 1)


def test_talks_are_summed_and_what_lies_between_them_is_not_talked(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=MONDAY)
    answer(place, cast.anna, 0)
    place.lose(at=at(100))
    answer(place, cast.anna, 3000)
    assert place.dial(by=cast.anna, at=at(3001))
    assert place.answered(by=cast.anna, at=at(3010))
    assert place.finish("customer", by=cast.anna, at=at(3060))
    assert place.talked_seconds == 150.0
    assert (report(cast)["mean_talk_seconds"], report(cast)["talks_over_240"]) == (150.0, 0)


def test_a_chat_left_before_anybody_came_counts_as_given_up(cast: Cast):
    chat = chat_of(cast)
    Chat.objects.update(seen_at=at(40))
    assert let_sleep_now(now=at(200)) == 1
    chat.place.refresh_from_db()
    assert chat.place.phase == on.ASLEEP
    found = report(cast)
    assert (found["answered"], found["abandoned"], found["sl20"]["f3"]) == (0, 1, 0.0)
    assert found["parity"]["existing"]["mean_wait_seconds"] == 40.0


def test_a_chat_in_which_nothing_of_ours_was_read_counts_as_given_up_and_one_that_was_read_as_answered(
    cast: Cast,
):
    gone, there = chat_of(cast), chat_of(cast, cast.eva)
    for chat in (gone, there):
        answer(chat.place, cast.anna, 10)
        chat.answer("Good morning!", by=cast.anna, at=at(12))
    there.read(by_customer=True)
    Chat.objects.update(seen_at=at(20))
    assert let_sleep_now(now=at(300)) == 2
    found = report(cast)
    assert (found["answered"], found["abandoned"], found["sl20"]["f3"], found["asa_seconds"]) == (
        *(1, 1, 0.5),
        10.0,
    )


def test_c01_whoever_chose_a_time_waits_from_then_on(cast: Cast):
    tomorrow = MONDAY + DAY
    for number in range(30):
        for status in ("established", "prospect"):
            place = Place.enter(cast.north, channel="portal", at=MONDAY)
            Place.objects.filter(pk=place.pk).update(status=status)
            booked = tomorrow if status == "established" else None
            place.want_callback(until=booked, at=MONDAY)
            start = booked or MONDAY
            assert place.offer(cast.anna, at=start + timedelta(seconds=30))
            assert place.accept(by=cast.anna, at=start + timedelta(seconds=30))
            assert place.answered(by=cast.anna, at=start + timedelta(seconds=60 if booked else 90)), number
            assert place.finish("customer", by=cast.anna, at=start + timedelta(seconds=200))
    assert longer_waits(since=MONDAY, until=tomorrow) == []
    parity = report(cast)["parity"]
    assert (parity["existing"]["median_wait_seconds"], parity["prospect"]["median_wait_seconds"]) == (60, 90)


def test_whoever_comes_before_the_time_they_chose_waits_from_then_on(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=MONDAY)
    place.want_callback(until=at(9000), at=at(5))
    again = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=at(600))
    assert again == place
    answer(again, cast.anna, 640)
    again.finish("customer", by=cast.anna, at=at(700))
    assert report(cast)["asa_seconds"] == 40.0


def test_whoever_wants_another_call_after_a_talk_did_not_wait_less_for_the_first(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=MONDAY)
    answer(place, cast.anna, 30)
    place.lose(at=at(60))
    place.postpone(at=at(70), until=MONDAY + DAY, by=cast.cem.person)
    assert report(cast)["asa_seconds"] == 30.0


def test_whoever_writes_in_a_held_chat_has_broken_the_silence(cast: Cast):
    chat = chat_of(cast)
    Presence.say(cast.anna, "ready", at=MONDAY)
    answer(chat.place, cast.anna, 10)
    assert chat.place.hold(by=cast.anna, at=at(20))
    chat.answer("I am still looking.", by=cast.anna, at=at(50))
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.held_since) == (on.TALKING, None)
    Chat.objects.update(seen_at=at(100))
    Presence.beat(cast.anna, at=at(100))
    sweep_line_now(now=at(100))
    assert chat.place.events.filter(kind=on.SILENT).count() == 0
