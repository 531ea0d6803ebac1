"""Routing: ability for the cause, will, learning slots, needs-time, a helper named, and the newcomers' hotline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.db import IntegrityError, transaction

from accounts.models import Customer, Presence
from policies.facts import forget_rules
from policies.models import LearningSlot, Level, Requirement, Stance
from policies.routing import beside
from policies.rules.rulebook import Rulebook
from tickets.line.offering import offer_now
from tickets.models import Chat, Overflow, Place

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def ready(*people, seconds: float = 0) -> None:
    for one in people:
        Presence.say(one, "ready", at=at(seconds))
        Presence.beat(one, at=at(seconds))


@pytest.fixture
def asked(cast: Cast) -> Place:
    """A late delivery asks for level 3; Anna has 1, Ben 3. Anna was idle first."""
    Level.objects.all().delete()
    Level.objects.create(agent=cast.anna, cause=cast.late, level=1)
    Level.objects.create(agent=cast.ben, cause=cast.late, level=3)
    Requirement.objects.create(rulebook=Rulebook.objects.in_force(), cause=cast.late, level=3)
    forget_rules()
    return Place.enter(cast.north, customer=cast.cem, cause=cast.late, at=MONDAY)


def offered(place: Place, seconds: float = 1):
    offer_now(now=at(seconds))
    place.refresh_from_db()
    return place.offered_to


def test_whoever_is_able_is_asked_before_whoever_was_idle_longer(cast, asked):
    ready(cast.anna)
    ready(cast.ben, seconds=1)
    assert offered(asked) == cast.ben


def test_c17_with_nobody_able_free_the_next_best_is_asked_and_has_a_colleague_named(cast, asked):
    ready(cast.anna)
    Presence.say(cast.ben, "busy", at=MONDAY)
    assert offered(asked) == cast.anna
    assert beside(cast.anna, asked, at(1)) == cast.ben
    assert beside(cast.ben, asked, at(1)) is None


def test_after_four_minutes_whoever_is_there_may_take_it(cast, asked):
    ready(cast.anna)
    ready(cast.ben, seconds=1)
    Place.objects.update(escalated=True)
    assert offered(asked) == cast.anna


def test_a_learning_slot_is_disturbed_by_nobody(cast, asked):
    ready(cast.ben)
    LearningSlot.objects.create(
        agent=cast.ben, starts=at(-60), ends=at(600), planned_by=cast.ben, planned_at=MONDAY
    )
    assert offered(asked) is None
    Place.objects.update(escalated=True)
    assert offered(asked) is None


def test_who_said_rather_not_now_about_a_case_is_not_asked_for_it(cast, asked):
    ready(cast.ben)
    ticket = cast.ticket()
    Place.objects.update(ticket=ticket)
    Stance.take(cast.ben, ticket, "not_now", at=MONDAY)
    assert offered(asked) is None


def test_a_chat_does_not_wake_whoever_learns_just_now(cast):
    """Ben had it; he is at his desk, and learns."""
    ready(cast.ben)
    chat = Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1", at=MONDAY)
    assert offered(chat.place) == cast.ben and chat.accept(by=cast.ben, at=at(2))
    assert chat.sleep(at=at(10))
    slot = {"planned_by": cast.ben, "planned_at": MONDAY}
    LearningSlot.objects.create(agent=cast.ben, starts=at(15), ends=at(600), **slot)
    chat.say("Here again", by=cast.cem.person, key="k2", at=at(20))
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.agent, chat.place.arrived_at) == ("waiting", None, MONDAY)


def test_a_contact_that_needs_its_time_leaves_room_for_the_next(cast, asked):
    ready(cast.ben)
    Place.objects.update(channel="chat")
    assert offered(asked) == cast.ben
    assert asked.accept(by=cast.ben, at=at(2))
    second = Place.enter(cast.north, customer=cast.eva, cause=cast.late, channel="chat", at=at(3))
    assert offered(second, 4) is None
    assert asked.take_time(by=cast.ben)
    assert offered(second, 5) == cast.ben


# ---- the newcomers' hotline ---------------------------------------------------------------------------------------


def newcomer(name: str) -> Customer:
    return Customer.objects.create(person=person(name), status="prospect")


def test_c02_the_hotline_serves_an_existing_customer_first_who_would_wait_longer(cast):
    Overflow.say(cast.south, margin_seconds=0, by=cast.ben)
    waits = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    fresh = Place.enter(cast.south, customer=newcomer("Nia"), at=at(30))
    ready(cast.dora, seconds=40)
    assert (offered(waits, 40), offered(fresh, 40)) == (cast.dora, None)


def test_c02_within_the_margin_the_newcomer_is_served(cast):
    Overflow.say(cast.south, margin_seconds=240, by=cast.ben)
    waits = Place.enter(cast.north, customer=cast.cem, at=at(25))
    Place.objects.filter(pk=waits.pk).update(phase="waiting")
    fresh = Place.enter(cast.south, customer=newcomer("Nia"), at=MONDAY)
    ready(cast.dora, seconds=26)
    assert (offered(fresh, 26), offered(waits, 26)) == (cast.dora, None)


def test_c02_a_newcomer_never_overflows_to_the_existing_customers_line(cast):
    Overflow.say(cast.south, margin_seconds=0, by=cast.ben)
    fresh = Place.enter(cast.south, customer=newcomer("Nia"), at=MONDAY)
    ready(cast.anna)
    assert offered(fresh) is None


def test_turning_it_off_needs_a_reason(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Overflow.objects.create(team=cast.south, set_by=cast.ben, off_at=MONDAY)
    Overflow.say(cast.south, margin_seconds=0, by=cast.ben, off_reason="Their system is down")
    waits = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    ready(cast.dora)
    assert offered(waits) is None


def test_c02_over_time_existing_customers_wait_no_longer_than_newcomers(cast):
    """Two lines, one person each, twice as many existing customers; every talk takes a minute and a half."""
    Overflow.say(cast.south, margin_seconds=0, by=cast.ben)
    waits: dict[str, list[float]] = {"established": [], "prospect": []}
    arrivals = [(60 * n, "established") for n in range(6)] + [(120 * n + 5, "prospect") for n in range(3)]
    free_at = {cast.anna.pk: 0.0, cast.dora.pk: 0.0}
    for second in range(0, 600, 15):
        for when, status in [one for one in arrivals if second <= one[0] < second + 15]:
            guest = Customer.objects.create(person=person(f"{status}{when}"), status=status)
            team = cast.north if status == "established" else cast.south
            Place.enter(team, customer=guest, at=at(when))
        for one in (cast.anna, cast.dora):
            ready(one, seconds=second + 15)
            for mine in Place.objects.filter(agent=one, phase="talking"):
                if second >= free_at[one.pk]:
                    mine.conclude("Done", by=one, at=at(second + 15))
                    mine.finish("customer", by=one, at=at(second + 15))
        offer_now(now=at(second + 15))
        for place in Place.objects.exclude(offered_to=None).select_related("offered_to"):
            free_at[place.offered_to_id] = second + 90
            waits[place.status].append((at(second + 15) - place.arrived_at).total_seconds())
            assert place.accept(by=place.offered_to, at=at(second + 15))
    mean = {status: sum(found) / len(found) for status, found in waits.items()}
    assert mean["established"] <= mean["prospect"]
