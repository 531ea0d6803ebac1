"""What the line owes is done for each contact on its own: what breaks for one is shown and stops nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse

from accounts.models import Presence
from tickets import history
from tickets.line import words as on
from tickets.line.closing import close_the_day
from tickets.line.offering import offer_now, relieve
from tickets.line.sweep import care_now, free_the_lost
from tickets.models import Chat, Place, Ticket

pytestmark = pytest.mark.django_db
EVENING = MONDAY + timedelta(hours=8)


@pytest.fixture
def broken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Something that listens to every ticket fails for these customers."""
    failing: list[int] = []

    def listen(event) -> None:
        if event.ticket.customer_id in failing:
            raise RuntimeError("nobody thought of this customer")

    monkeypatch.setattr(history, "listeners", [*history.listeners, listen])
    return failing


def waits_for_a_call(cast: Cast, customer, *, team=None) -> Place:
    place = Place.enter(team or cast.north, customer=customer, channel="portal", at=MONDAY)
    place.want_callback(by=customer.person, at=MONDAY)
    return place


def test_one_customers_error_stops_no_other_promise_at_closing_time(cast: Cast, broken, client: Client):
    first, second = waits_for_a_call(cast, cast.cem), waits_for_a_call(cast, cast.eva)
    broken.append(cast.cem.pk)
    assert close_the_day(now=EVENING) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phase, second.phase, Ticket.objects.count()) == (on.CALLBACK, on.PROMISED, 1)
    assert (first.trouble, second.trouble) == ("RuntimeError: nobody thought of this customer", "")
    client.force_login(cast.ben)
    assert "nobody thought of this customer" in client.get(reverse("desk:line")).content.decode()
    client.force_login(cast.anna)
    assert "nobody thought of this customer" not in client.get(reverse("desk:line")).content.decode()
    broken.clear()
    assert close_the_day(now=EVENING + timedelta(minutes=1)) == 1
    assert Place.objects.in_trouble().count() == 0


def test_what_failed_is_shown_no_more_once_they_move_on(cast: Cast, broken):
    place = waits_for_a_call(cast, cast.cem)
    broken.append(cast.cem.pk)
    assert close_the_day(now=EVENING) == 0
    assert Place.objects.in_trouble().get() == place
    assert place.withdraw(by=cast.cem.person, at=EVENING)
    assert place.trouble == ""
    assert Place.objects.in_trouble().count() == 0


def test_one_customers_error_stops_no_other_follow_up(cast: Cast, broken):
    for customer in (cast.cem, cast.eva):
        gone = Place.enter(cast.north, customer=customer, at=MONDAY)
        gone.hear(on.FINISHED, at=MONDAY + timedelta(seconds=50), ended_by="customer")
    broken.append(cast.cem.pk)
    tomorrow = MONDAY + timedelta(days=1)
    assert care_now(now=tomorrow) == 1
    assert Ticket.objects.get().customer == cast.eva
    assert Place.objects.get(customer=cast.cem).follow_up_at is None
    broken.clear()
    assert care_now(now=tomorrow + timedelta(minutes=1)) == 1


def test_a_chat_whose_owner_was_lost_is_freed_though_the_sweep_that_noticed_was_killed(cast: Cast):
    chat = Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1", at=MONDAY)
    Presence.say(cast.anna, "busy", at=MONDAY)
    assert chat.place.offer(cast.anna, at=MONDAY)
    assert chat.accept(by=cast.anna, at=MONDAY)
    later = MONDAY + timedelta(seconds=61)
    assert Presence.lose(now=later) == [cast.anna.pk]
    assert free_the_lost(now=later) == 0
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.agent, chat.place.arrived_at) == (on.WAITING, None, MONDAY)


def test_without_anybody_to_ask_relief_takes_nothing_away(cast: Cast):
    chat = Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1", at=MONDAY)
    Presence.say(cast.anna, "ready", at=MONDAY)
    chat.place.offer(cast.anna, at=MONDAY)
    chat.accept(by=cast.anna, at=MONDAY)
    place = Place.objects.get(pk=chat.place_id)
    assert not relieve(place, now=MONDAY + timedelta(seconds=20))
    assert not chat.step_in(by=cast.ben, instead_of=cast.dora.pk)
    place.refresh_from_db()
    assert (place.phase, place.agent, place.offered_to) == (on.TALKING, cast.anna, None)


def test_whoever_was_handed_on_twice_comes_to_the_lead_until_that_takes_too_long(cast: Cast):
    place = Place.enter(cast.north, customer=cast.cem, at=MONDAY)
    Presence.say(cast.anna, "ready", at=MONDAY)
    Place.objects.filter(pk=place.pk).update(transfers=2)
    assert offer_now(now=MONDAY) == 0
    Presence.say(cast.ben, "ready", at=MONDAY)
    assert offer_now(now=MONDAY) == 1
    place.refresh_from_db()
    assert place.offered_to == cast.ben
    place.decline(by=cast.ben, at=MONDAY)
    Place.objects.filter(pk=place.pk).update(transfers=2, escalated=True)
    Presence.say(cast.ben, "away", at=MONDAY)
    assert offer_now(now=MONDAY) == 1
    place.refresh_from_db()
    assert place.offered_to == cast.anna
