"""Who is offered what: one line over all teams, whoever rested longest first, and never more than one can do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Presence
from tickets.line.offering import offer_now
from tickets.line.sweep import sweep_line_now
from tickets.models import Chat, Place

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def ready(*people, seconds: float = 0, capacity: int = 1) -> None:
    for one in people:
        Presence.say(one, "ready", at=at(seconds))
        Presence.beat(one, at=at(seconds))
        Presence.objects.filter(person=one).update(capacity=capacity)


def call(team, number: int, seconds: float, **about) -> Place:
    return Place.enter(team, caller=f"+49 30 555{number:04d}", at=at(seconds), **about)


def chat(cast: Cast, name: str, seconds: float, cause=None) -> Place:
    customer = cast.cem.__class__.objects.create(person=person(name), status="established")
    return Chat.start(customer, cause=cause or cast.late, text="Where is it?", key=name, at=at(seconds)).place


def offered(place: Place, seconds: float):
    offer_now(now=at(seconds))
    place.refresh_from_db()
    return place.offered_to


def taken(place: Place, by, seconds: float) -> Place:
    assert offered(place, seconds) == by
    assert place.accept(by=by, at=at(seconds))
    return place


# ---- one line over all teams -----------------------------------------------------------------------------------------


def test_who_came_first_is_served_first_whichever_of_ones_teams_it_was(cast):
    cast.south.welcome(cast.anna)
    south = call(cast.south, 1, 0)
    sweep_line_now(now=at(240))
    north = call(cast.north, 2, 251)
    ready(cast.anna, seconds=251)
    assert (offered(south, 251), offered(north, 251)) == (cast.anna, None)
    taken(south, cast.anna, 252)


def test_whoever_overflowed_is_not_passed_by_the_own_team(cast):
    """Dora works in South alone; North has waited for more than four minutes."""
    north = call(cast.north, 1, 0)
    sweep_line_now(now=at(240))
    south = call(cast.south, 2, 245)
    ready(cast.dora, seconds=250)
    assert (offered(north, 250), offered(south, 250)) == (cast.dora, None)


def test_a_busy_team_takes_nobody_from_the_others_by_being_the_older_one(cast):
    cast.south.welcome(cast.anna)
    line = [call(team, n, n) for n, team in enumerate([cast.north, cast.south, cast.south, cast.north] * 3)]
    ready(cast.anna)
    order = []
    for second in range(20, 20 + len(line)):
        Presence.beat(cast.anna, at=at(second))
        offer_now(now=at(second))
        place = Place.objects.get(offered_to=cast.anna)
        order.append(place.pk)
        assert place.accept(by=cast.anna, at=at(second))
        place.finish("customer", by=cast.anna, at=at(second))
    assert order == [place.pk for place in line]


def test_priority_overtakes_three_times_in_another_team_too_and_no_more(cast):
    cast.south.welcome(cast.anna)
    first = call(cast.south, 0, 0)
    for number in range(1, 6):
        call(cast.north, number, number, priority=2)
    ready(cast.anna)
    order = []
    for second in range(10, 16):
        Presence.beat(cast.anna, at=at(second))
        offer_now(now=at(second))
        place = Place.objects.get(offered_to=cast.anna)
        order.append(place.pk - first.pk)
        assert place.accept(by=cast.anna, at=at(second))
        place.finish("customer", by=cast.anna, at=at(second))
    assert order == [1, 2, 3, 0, 4, 5]


def test_somebody_abler_in_a_team_that_cannot_serve_it_keeps_nobody_from_it(cast):
    """What a round asks of ability it asks of those who work there."""
    waits = call(cast.north, 1, 0, cause=cast.late)
    other = call(cast.south, 2, 1)
    ready(cast.anna, cast.dora)
    assert (offered(waits, 2), offered(other, 2)) == (cast.anna, cast.dora)


def test_a_round_asks_no_more_for_three_teams_than_for_one_where_nobody_is_free_for_them(cast):
    ready(cast.anna)
    taken(call(cast.north, 1, 0), cast.anna, 1)
    ready(cast.ben)
    Presence.objects.filter(person=cast.ben).update(state="busy")
    call(cast.north, 2, 2)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert offer_now(now=at(9)) == 0
        return len(found)

    one = asked()
    call(cast.south, 3, 3)
    call(cast.south, 4, 4)
    assert asked() == one


def test_a_round_asks_no_more_for_many_people_and_many_waiting_than_for_few(cast):
    """Nobody may take these: what is asked for each offer made is not counted here."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert offer_now(now=at(9)) == 0
        return len(found)

    ready(cast.dora)
    call(cast.north, 1, 0)
    one = asked()
    for number in range(3):
        colleague = person(f"Colleague {number}")
        cast.south.welcome(colleague)
        ready(colleague)
        call(cast.north, 2 + number, 1)
    assert asked() == one


# ---- who rested longest ----------------------------------------------------------------------------------------------


def test_whoever_rested_longest_is_asked_next_however_long_ago_they_said_ready(cast):
    ready(cast.anna)
    ready(cast.ben, seconds=1)
    asked = []
    for number in range(4):
        second = 5 + 10 * number
        for somebody in (cast.anna, cast.ben):
            Presence.beat(somebody, at=at(second))
        place = call(cast.north, number, second)
        offer_now(now=at(second))
        place.refresh_from_db()
        asked.append(place.offered_to)
        assert place.accept(by=place.offered_to, at=at(second + 1))
        place.finish("customer", by=place.agent, at=at(second + 5))
    assert asked == [cast.anna, cast.ben, cast.anna, cast.ben]


def test_a_contact_that_was_handed_on_counts_as_had_and_one_that_was_declined_does_not(cast):
    ready(cast.anna)
    ready(cast.ben, seconds=1)
    first = taken(call(cast.north, 1, 2), cast.anna, 3)
    assert first.transfer(cast.south, by=cast.anna, at=at(6))
    second = call(cast.north, 2, 7)
    assert offered(second, 8) == cast.ben
    assert second.decline(by=cast.ben, at=at(9))
    assert offered(second, 10) == cast.anna
    assert offered(call(cast.north, 3, 11), 12) == cast.ben


def test_whoever_has_nothing_in_hand_is_asked_before_whoever_chats(cast):
    ready(cast.anna, cast.ben, capacity=3)
    one = taken(chat(cast, "One", 0), cast.anna, 1)
    assert one.agent == cast.anna
    assert offered(call(cast.north, 1, 2), 3) == cast.ben


# ---- how much one can do ---------------------------------------------------------------------------------------------


def test_one_call_at_a_time_whatever_number_somebody_set(cast):
    ready(cast.anna, capacity=5)
    first, second = call(cast.north, 1, 0), call(cast.north, 2, 1)
    taken(first, cast.anna, 2)
    assert offered(second, 3) is None
    assert offered(chat(cast, "One", 4), 5) is None
    first.finish("customer", by=cast.anna, at=at(6))
    assert offered(second, 7) == cast.anna


def test_chats_go_beside_each_other_up_to_the_number_and_a_call_goes_beside_none_too_many(cast):
    ready(cast.anna, capacity=3)
    for number in range(2):
        taken(chat(cast, f"Chat {number}", number), cast.anna, 3 + number)
    assert offered(call(cast.north, 1, 10), 11) == cast.anna
    assert offered(chat(cast, "Late", 12), 13) is None


def test_three_chats_of_three_leave_no_room_for_a_call(cast):
    ready(cast.anna, capacity=3)
    for number in range(3):
        taken(chat(cast, f"Chat {number}", number), cast.anna, 3 + number)
    assert offered(call(cast.north, 1, 10), 11) is None


def test_whoever_is_kept_free_for_a_callback_or_rings_somebody_is_on_the_telephone(cast):
    ready(cast.anna, capacity=4)
    place = call(cast.north, 1, 0)
    assert place.want_callback(at=at(1))
    assert offered(place, 2) == cast.anna and offered(chat(cast, "One", 3), 4) is None
    assert place.accept(by=cast.anna, at=at(5))
    assert offered(chat(cast, "Two", 6), 7) is None
    assert place.dial(by=cast.anna, at=at(8))
    assert offered(chat(cast, "Three", 9), 10) is None


def test_a_call_that_needs_its_time_brings_no_second_one(cast):
    ready(cast.anna, capacity=2)
    first = taken(call(cast.north, 1, 0), cast.anna, 1)
    assert first.take_time(by=cast.anna)
    assert offered(call(cast.north, 2, 2), 3) is None
    assert offered(chat(cast, "One", 4), 5) is None


def test_that_a_contact_needs_its_time_is_not_handed_on_with_it(cast):
    ready(cast.anna)
    ready(cast.dora)
    first = taken(chat(cast, "One", 0), cast.anna, 1)
    assert first.take_time(by=cast.anna) and first.needs_time
    assert first.transfer(cast.south, by=cast.anna, at=at(2))
    assert first.needs_time is False
    taken(first, cast.dora, 3)
    assert offered(chat(cast, "Two", 4, cause=cast.broken), 5) is None


# ---- not now ---------------------------------------------------------------------------------------------------------


def test_not_now_is_not_asked_again_before_the_time_of_an_offer_is_over(cast):
    ready(cast.anna)
    place = call(cast.north, 1, 0)
    assert offered(place, 1) == cast.anna
    assert place.decline(by=cast.anna, at=at(5))
    for second in (5, 6, 24):
        Presence.beat(cast.anna, at=at(second))
        assert offered(place, second) is None
    assert offered(place, 25) == cast.anna


def test_whoever_said_not_now_is_asked_for_others_at_once(cast):
    ready(cast.anna)
    place = call(cast.north, 1, 0)
    assert offered(place, 1) == cast.anna
    assert place.decline(by=cast.anna, at=at(5))
    assert offered(call(cast.north, 2, 6), 6) == cast.anna


# ---- handed on twice -------------------------------------------------------------------------------------------------


def test_whoever_waited_too_long_once_and_is_handed_on_twice_comes_to_the_lead(cast):
    place = call(cast.north, 1, 0)
    sweep_line_now(now=at(240))
    place.refresh_from_db()
    assert place.escalated
    for second, team in ((250, cast.south), (260, cast.north)):
        place.answered(by=cast.anna, at=at(second))
        assert place.transfer(team, by=cast.anna, at=at(second + 5))
    assert (place.escalated, place.transfers) == (False, 2)
    ready(cast.anna, seconds=266)
    assert offered(place, 266) is None
    ready(cast.ben, seconds=267)
    assert offered(place, 267) == cast.ben


def test_whoever_waits_too_long_again_after_that_is_everybodys_again(cast):
    place = call(cast.north, 1, 0)
    for second, team in ((1, cast.south), (10, cast.north)):
        place.answered(by=cast.anna, at=at(second))
        assert place.transfer(team, by=cast.anna, at=at(second + 5))
    sweep_line_now(now=at(254))
    place.refresh_from_db()
    assert place.escalated is False
    sweep_line_now(now=at(255))
    ready(cast.dora, seconds=256)
    assert offered(place, 256) == cast.dora


# ---- a chat that wakes -----------------------------------------------------------------------------------------------


@pytest.fixture
def asleep(cast) -> Chat:
    """Anna had it, and the customer went quiet."""
    ready(cast.anna)
    taken(chat(cast, "Sue", 0), cast.anna, 1)
    found = Chat.objects.get()
    assert found.sleep(at=at(10))
    return found


def woken(found: Chat, seconds: float) -> tuple[str, object]:
    found.say("Here again", by=found.ticket.customer.person, key="again", at=at(seconds))
    found.place.refresh_from_db()
    return found.place.phase, found.place.agent


@pytest.mark.parametrize("state", ["ready", "busy"])
def test_a_chat_wakes_to_whoever_had_it_and_is_at_their_desk(cast, asleep, state):
    Presence.say(cast.anna, state, at=at(15))
    assert woken(asleep, 20) == ("talking", cast.anna)


@pytest.mark.parametrize("state", ["break", "away"])
def test_a_chat_disturbs_nobody_on_a_break(cast, asleep, state):
    Presence.say(cast.anna, state, at=at(15))
    assert woken(asleep, 20) == ("waiting", None)
    assert asleep.place.arrived_at == MONDAY


def test_a_chat_wakes_to_nobody_who_has_no_room_for_it(cast, asleep):
    taken(call(cast.north, 1, 11), cast.anna, 12)
    assert woken(asleep, 20) == ("waiting", None)
