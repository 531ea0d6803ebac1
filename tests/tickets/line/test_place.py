"""A live contact in the tables: its place, its deadlines, offers, callbacks, drops and follow-ups – by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.db import IntegrityError, transaction

from accounts.models import Presence
from tickets.line import words as on
from tickets.line.closing import close_the_day
from tickets.line.offering import offer_now
from tickets.line.sweep import care_now, free_the_lost, sweep_line_now
from tickets.models import Deadline, Forecast, LineEvent, Place, Ticket

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


@pytest.fixture
def ready(cast: Cast):
    """Anna has just said that she is ready."""
    Presence.say(cast.anna, "ready", at=MONDAY)
    return cast.anna


@pytest.fixture
def waiting(cast: Cast) -> Place:
    return Place.enter(cast.north, customer=cast.cem, caller="+49 30 1", at=MONDAY)


def kinds(place: Place) -> list[str]:
    return list(place.events.order_by("at", "pk").values_list("kind", flat=True))


def beat_until(seconds: int, *, people=()) -> None:
    """The beat, every two seconds, with open pages that say so."""
    for second in range(0, seconds + 1, 2):
        for somebody in people:
            Presence.beat(somebody, at=at(second))
        sweep_line_now(now=at(second))


def talk(place: Place, agent, start: float) -> None:
    place.offer(agent, at=at(start))
    assert place.accept(by=agent, at=at(start))


@pytest.mark.parametrize("seconds", [239, 240, 241, 3600])
def test_c09_a_talk_goes_on_until_somebody_ends_it(cast, waiting, seconds):
    talk(waiting, cast.anna, 0)
    for second in (60, 120, 239, 240, 241, 3600):
        if second <= seconds:
            sweep_line_now(now=at(second))
    waiting.refresh_from_db()
    assert (waiting.phase, waiting.agent, waiting.ended_by, waiting.ended_at) == (
        "talking",
        cast.anna,
        "",
        None,
    )
    assert kinds(waiting).count(on.HELPED) == (seconds >= 240)


def test_c09_the_tables_know_no_system_that_ends_anything(waiting):
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=waiting.pk).update(ended_by="system")
    with pytest.raises(IntegrityError), transaction.atomic():
        LineEvent.objects.create(place=waiting, kind=on.FINISHED, at=MONDAY, ended_by="system")


def test_c12_one_offer_of_a_callback_and_one_escalation_however_often_the_beat_looks(waiting):
    for second in (59, 59, 60, 60, 61, 239, 240, 240, 3600):
        sweep_line_now(now=at(second))
    assert kinds(waiting) == [on.ENTERED, on.CALLBACK_OFFERED, on.ESCALATED]
    assert [event.at for event in waiting.events.all()] == [MONDAY, at(60), at(240)]
    waiting.refresh_from_db()
    assert (waiting.phase, waiting.escalated) == (on.WAITING, True)


def test_c12_who_was_answered_in_time_is_neither_offered_nor_escalated(cast, waiting):
    talk(waiting, cast.anna, 30)
    for second in (60, 239):
        sweep_line_now(now=at(second))
    assert kinds(waiting) == [on.ENTERED, on.OFFERED, on.ANSWERED]
    assert Deadline.objects.filter(place=waiting, skipped=True).count() == 3


def test_a_deadline_that_cannot_be_kept_stops_nobody_else(cast, waiting):
    other = Place.enter(cast.north, customer=cast.eva, at=MONDAY)
    broken = Deadline.objects.get(place=waiting, kind=on.CALLBACK_OFFERED)
    Deadline.objects.filter(pk=broken.pk).update(kind="nonsense")
    LineEvent.objects.filter(place=waiting)
    sweep_line_now(now=at(60))
    assert kinds(other) == [on.ENTERED, on.CALLBACK_OFFERED]


def test_whoever_is_free_is_offered_whose_turn_it_is(cast, ready, waiting):
    Place.enter(cast.north, customer=cast.eva, at=at(1))
    assert offer_now(now=at(2)) == 1
    waiting.refresh_from_db()
    assert (waiting.offered_to, waiting.offered_at) == (ready, at(2))
    assert offer_now(now=at(3)) == 0


def test_an_offer_expires_after_twenty_seconds_and_the_next_person_is_asked(cast, ready, waiting):
    Presence.say(cast.ben, "ready", at=at(1))
    beat_until(19, people=[cast.anna, cast.ben])
    waiting.refresh_from_db()
    assert waiting.offered_to == cast.anna
    beat_until(20, people=[cast.anna, cast.ben])
    waiting.refresh_from_db()
    assert (waiting.offered_to, waiting.arrived_at, waiting.phase) == (cast.ben, MONDAY, on.WAITING)
    assert Presence.of(cast.anna).state == "ready"


def test_two_missed_offers_make_away_with_a_note_and_no_reproach(cast, ready, waiting):
    beat_until(42, people=[ready])
    presence = Presence.of(ready)
    assert (presence.state, presence.note, presence.missed) == ("away", "offers", 0)
    waiting.refresh_from_db()
    assert (waiting.offered_to, waiting.arrived_at) == (None, MONDAY)


def test_declining_asks_the_next_and_counts_for_nothing(cast, ready, waiting):
    waiting.offer(ready, at=at(1))
    assert waiting.decline(by=ready, at=at(2))
    assert Presence.of(ready).missed == 0
    Presence.say(cast.ben, "ready", at=at(2))
    offer_now(now=at(3))
    waiting.refresh_from_db()
    assert waiting.offered_to == cast.ben


def test_only_whom_it_was_offered_to_can_take_it(cast, ready, waiting):
    waiting.offer(ready, at=at(1))
    assert waiting.accept(by=cast.ben, at=at(2)) is False
    assert waiting.accept(by=ready, at=at(2)) is True
    assert waiting.accept(by=ready, at=at(3)) is False
    assert kinds(waiting) == [on.ENTERED, on.OFFERED, on.ANSWERED]


@pytest.mark.parametrize(("state", "offered"), [("ready", 1), ("busy", 0), ("break", 0), ("away", 0)])
def test_only_who_is_ready_is_asked(cast, waiting, state, offered):
    Presence.say(cast.anna, state, at=MONDAY)
    assert offer_now(now=at(1)) == offered


def test_who_is_doubtful_gets_nothing_new_and_who_is_lost_is_away(cast, ready, waiting):
    assert offer_now(now=at(30)) == 0
    assert free_the_lost(now=at(59)) == 0
    assert free_the_lost(now=at(60)) == 1
    assert (Presence.of(ready).state, Presence.of(ready).note) == ("away", "lost")


def test_an_offer_to_somebody_lost_goes_on_at_once(cast, ready, waiting):
    waiting.offer(ready, at=at(55))
    free_the_lost(now=at(60))
    waiting.refresh_from_db()
    assert (waiting.offered_to, waiting.phase) == (None, on.WAITING)


def test_capacity_is_kept(cast, ready):
    """Of chats: of calls there is one at a time, see `test_offering.py`."""
    for number in range(2):
        Place.enter(cast.north, caller=f"+49 30 {number}", channel="chat", at=at(number))
    Presence.objects.filter(person=ready).update(capacity=2)
    assert offer_now(now=at(2)) == 1
    assert offer_now(now=at(3)) == 1
    Place.enter(cast.north, caller="+49 30 9", channel="chat", at=at(4))
    assert offer_now(now=at(5)) == 0


def test_another_team_is_asked_only_once_somebody_waited_too_long(cast, waiting):
    Presence.say(cast.dora, "ready", at=at(235))
    assert offer_now(now=at(236)) == 0
    sweep_line_now(now=at(240))
    waiting.refresh_from_db()
    assert (waiting.escalated, waiting.offered_to) == (True, cast.dora)


def test_nobody_serves_their_own_matter(cast, ready):
    cast.north.welcome(cast.cem.person)
    Presence.say(cast.cem.person, "ready", at=MONDAY)
    Presence.say(ready, "away", at=MONDAY)
    Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    assert offer_now(now=at(1)) == 0


def test_priority_overtakes_three_times_and_no_more(cast, ready):
    first = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    for number in range(1, 6):
        Place.enter(cast.north, caller=f"+49 30 {number}", priority=2, at=at(number))
    order = []
    for second in range(10, 16):
        Presence.beat(ready, at=at(second))
        offer_now(now=at(second))
        place = Place.objects.get(offered_to=ready)
        order.append(place.pk - first.pk)
        place.accept(by=ready, at=at(second))
        place.finish("customer", by=ready, at=at(second))
    assert order == [1, 2, 3, 0, 4, 5]


def test_a_callback_keeps_the_place_and_the_agent_is_kept_free_before_dialling(cast, ready, waiting):
    later = Place.enter(cast.north, customer=cast.eva, at=at(30))
    assert waiting.want_callback(by=cast.cem.person, at=at(60))
    assert waiting.dial(by=ready, at=at(61)) is False
    Presence.beat(ready, at=at(62))
    offer_now(now=at(62))
    waiting.refresh_from_db()
    assert (waiting.offered_to, waiting.arrived_at, later.offered_to) == (ready, MONDAY, None)
    assert waiting.accept(by=ready, at=at(63))
    assert (waiting.phase, waiting.agent) == (on.RESERVED, ready)
    assert waiting.dial(by=ready, at=at(64)) and waiting.answered(by=ready, at=at(70))
    assert (waiting.phase, waiting.attempts, waiting.arrived_at) == (on.TALKING, 1, MONDAY)


def test_a_booked_callback_waits_for_its_time(cast, ready, waiting):
    waiting.want_callback(until=at(3600), by=cast.cem.person, at=at(10))
    assert waiting.not_before is not None
    assert offer_now(now=at(11)) == 0
    Presence.beat(ready, at=at(3600))
    assert offer_now(now=at(3600)) == 1


def test_after_three_tries_a_callback_is_one_ticket_with_an_owner_and_a_deadline(cast, ready, waiting):
    waiting.want_callback(by=cast.cem.person, at=at(10))
    for attempt in range(3):
        start = 20 + attempt * 700
        Presence.beat(ready, at=at(start))
        assert offer_now(now=at(start)) == 1
        waiting.refresh_from_db()
        assert waiting.accept(by=ready, at=at(start + 1)) and waiting.dial(by=ready, at=at(start + 2))
        assert waiting.not_reached(by=ready, at=at(start + 30))
    assert (waiting.phase, waiting.attempts) == (on.PROMISED, 3)
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.assignee, waiting.ticket) == (cast.cem, cast.ben, ticket)
    assert ticket.next_due_at is not None


def test_after_closing_time_what_is_left_becomes_a_promise(cast, waiting):
    waiting.want_callback(by=cast.cem.person, at=at(10))
    assert close_the_day(now=at(3600)) == 0
    assert close_the_day(now=at(8 * 3600)) == 1
    assert close_the_day(now=at(8 * 3600 + 60)) == 0
    waiting.refresh_from_db()
    assert (waiting.phase, Ticket.objects.count()) == (on.PROMISED, 1)


def test_a_callback_booked_for_tomorrow_is_no_promise_broken_today(cast, waiting):
    waiting.want_callback(until=at(24 * 3600), by=cast.cem.person, at=at(10))
    assert close_the_day(now=at(8 * 3600)) == 0


def test_c11_whom_we_may_have_dropped_is_called_first(cast, ready, waiting):
    talk(waiting, ready, 0)
    waiting.finish("agent", by=ready, at=at(5))
    assert (waiting.phase, waiting.drop, waiting.comes_first) == (on.CALLBACK, "short", True)
    Place.enter(cast.north, customer=cast.eva, priority=5, at=at(6))
    Presence.beat(ready, at=at(7))
    offer_now(now=at(7))
    waiting.refresh_from_db()
    assert waiting.offered_to == ready


def test_c11_a_lost_connection_too(cast, ready, waiting):
    talk(waiting, ready, 0)
    assert waiting.lose(at=at(500))
    assert (waiting.phase, waiting.drop, waiting.comes_first, waiting.arrived_at) == (
        *(on.CALLBACK, "connection", True),
        MONDAY,
    )


def test_c11_an_agent_without_an_outcome_gets_ten_minutes(cast, ready, waiting):
    talk(waiting, ready, 0)
    waiting.finish("agent", by=ready, at=at(100))
    sweep_line_now(now=at(699))
    waiting.refresh_from_db()
    assert waiting.phase == on.ENDED
    sweep_line_now(now=at(700))
    waiting.refresh_from_db()
    assert (waiting.phase, waiting.drop) == (on.CALLBACK, "no_outcome")


def test_an_outcome_said_in_time_is_kept(cast, ready, waiting):
    talk(waiting, ready, 0)
    waiting.finish("agent", by=ready, at=at(100))
    assert waiting.conclude("New parcel on its way", by=ready, at=at(200))
    sweep_line_now(now=at(9999))
    waiting.refresh_from_db()
    assert (waiting.phase, waiting.outcome) == (on.ENDED, "New parcel on its way")


def test_who_comes_again_by_themselves_goes_on_at_the_old_place(cast, ready, waiting):
    waiting.want_callback(by=cast.cem.person, at=at(60))
    again = Place.enter(cast.north, customer=cast.cem, channel="chat", at=at(300))
    assert (again.pk, again.phase, again.arrived_at) == (waiting.pk, on.WAITING, MONDAY)


def test_c13_a_transfer_keeps_the_first_arrival(cast, ready, waiting):
    talk(waiting, ready, 0)
    assert waiting.transfer(cast.south, by=ready, at=at(100))
    assert (waiting.phase, waiting.team, waiting.arrived_at, waiting.agent) == (
        on.WAITING,
        cast.south,
        MONDAY,
        None,
    )
    Presence.say(cast.dora, "ready", at=at(101))
    offer_now(now=at(102))
    waiting.refresh_from_db()
    assert waiting.offered_to == cast.dora


def test_events_told_late_are_put_where_they_belong(cast, waiting):
    waiting.hear(on.FINISHED, at=at(90), ended_by="customer")
    assert waiting.phase == on.ABANDONED
    waiting.hear(on.ANSWERED, at=at(30), agent=cast.anna)
    assert (waiting.phase, waiting.agent, waiting.first_answered_at) == (on.ENDED, cast.anna, at(30))


def test_c08_who_gave_up_and_was_not_answered_that_day_is_followed_up_once(cast):
    for second in (0, 100):
        Place.enter(cast.north, customer=cast.cem, at=at(second)).hear(
            on.FINISHED, at=at(second + 50), ended_by="customer"
        )
    answered = Place.enter(cast.north, customer=cast.eva, at=at(200))
    answered.hear(on.FINISHED, at=at(210), ended_by="customer")
    again = Place.enter(cast.north, customer=cast.eva, at=at(300))
    talk(again, cast.anna, 310)
    assert care_now(now=at(3600)) == 0
    assert care_now(now=at(24 * 3600)) == 1
    assert care_now(now=at(24 * 3600 + 60)) == 0
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.assignee, ticket.subject) == (
        cast.cem,
        cast.ben,
        "Sie haben uns nicht erreicht",
    )
    assert ticket.next_due_at is not None


def test_an_unknown_caller_who_gave_up_is_counted_and_nothing_more(cast):
    Place.enter(cast.north, caller="+49 30 5", at=MONDAY).hear(on.FINISHED, at=at(9), ended_by="customer")
    assert care_now(now=at(24 * 3600)) == 0


def test_what_was_told_and_what_came_of_it_is_kept(cast, ready, waiting):
    talk(waiting, ready, 45)
    forecast = Forecast.objects.get(place=waiting)
    assert (forecast.ahead, forecast.least_seconds, forecast.most_seconds) == (0, 8, 104)
    assert forecast.real_seconds == 45
    second = Place.enter(cast.north, customer=cast.eva, at=at(60))
    assert second.forecast.said["les"] == 45


def test_a_long_expected_wait_brings_the_offer_on_arrival(cast, ready, waiting):
    talk(waiting, ready, 200)
    Place.enter(cast.north, caller="+49 30 2", at=at(210))
    late = Place.enter(cast.north, customer=cast.eva, at=at(220))
    assert late.forecast.is_long
    sweep_line_now(now=at(220))
    assert kinds(late) == [on.ENTERED, on.CALLBACK_OFFERED]


def test_who_sees_which_contact(cast, waiting):
    stranger = person("Fred")
    seen = {p.name: Place.objects.worked_by(p).count() for p in (cast.anna, cast.ben, cast.dora, stranger)}
    assert seen == {"Anna": 1, "Ben": 1, "Dora": 0, "Fred": 0}
    assert Place.objects.owned_by(cast.cem.person).get() == waiting
    assert not Place.objects.owned_by(cast.eva.person).exists()
