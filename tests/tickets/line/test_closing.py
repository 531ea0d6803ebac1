"""Before closing time whoever waits for our call is asked; after it what is left is promised. Nobody is moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cast import MONDAY, WEEK, Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Presence
from tickets.line import words as on
from tickets.line.closing import ask_before_closing, close_the_day, closings
from tickets.line.sweep import care_now
from tickets.models import BusinessHours, OutgoingMail, Place, Ticket

pytestmark = pytest.mark.django_db
# North closes at 17:00, eight hours after ten in the morning.
CLOSES = MONDAY + timedelta(hours=7)


@pytest.fixture
def waiting(cast: Cast) -> Place:
    at = CLOSES - timedelta(minutes=50)
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 12345", channel="portal", at=at)
    place.want_callback(by=cast.cem.person, at=at)
    return place


@pytest.fixture
def cem(cast: Cast, client: Client) -> Client:
    client.force_login(cast.cem.person)
    return client


def before(minutes: float):
    return CLOSES - timedelta(minutes=minutes)


def test_who_may_wait_in_vain_is_asked_once_by_mail(cast, waiting):
    assert ask_before_closing(now=before(46)) == 0
    assert ask_before_closing(now=before(30)) == 1
    ask_before_closing(now=before(29))
    mail = OutgoingMail.objects.get(key__startswith="closing:")
    assert (mail.to, "17:00" in mail.subject, reverse("portal:callback") in mail.text) == (
        *(cast.cem.person.email, True),
        True,
    )
    assert Place.objects.get().phase == on.CALLBACK


def test_a_break_at_noon_is_no_closing_time(cast):
    noon, week = MONDAY + timedelta(hours=2), {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEK}
    BusinessHours.objects.filter(pk=cast.hours.pk).update(weekly=week)
    at = noon - timedelta(minutes=50)
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 12345", channel="portal", at=at)
    place.want_callback(by=cast.cem.person, at=at)
    assert ask_before_closing(now=noon - timedelta(minutes=30)) == 0
    assert closings([cast.north], now=noon - timedelta(minutes=30)) == []
    assert close_the_day(now=noon + timedelta(minutes=10)) == 0
    assert closings([cast.north], now=before(30)) == [(cast.north, CLOSES, 1)]
    assert close_the_day(now=CLOSES + timedelta(minutes=1)) == 1


def test_who_is_called_in_time_is_not_bothered(cast, waiting, monkeypatch):
    waiting.postpone(CLOSES + timedelta(days=1), by=cast.cem.person, at=before(48))
    assert ask_before_closing(now=before(5)) == 0
    waiting.postpone(None, by=cast.cem.person, at=before(44))
    assert waiting.arrived_at == before(50)
    assert ask_before_closing(now=before(44)) == 1  # already longer than eight of ten usually wait


def test_the_time_is_changed_by_the_customer_and_the_place_stays(cast, waiting, cem):
    with time_machine.travel(before(30), tick=False):
        shown = cem.get(reverse("portal:callback")).content.decode()
        assert "17:00" in shown
        assert "<details" in shown
        tomorrow = (CLOSES + timedelta(hours=17)).isoformat()
        moved = cem.post(reverse("portal:move_callback"), {"when": tomorrow})
        assert moved.status_code == 302
        waiting.refresh_from_db()
        assert (waiting.phase, waiting.not_before.isoformat(), waiting.arrived_at) == (
            *(on.CALLBACK, tomorrow),
            before(50),
        )
        assert (
            "17:00" not in cem.get(reverse("portal:callback_now")).content.decode().partition("<details")[0]
        )
        for wrong in ("tomorrow", "2026-03-02T04:00:00+00:00", "x\0"):
            refused = cem.post(reverse("portal:move_callback"), {"when": wrong})
            assert refused.status_code == 422
        assert cem.post(reverse("portal:move_callback"), {"when": ""}).status_code == 302
        waiting.refresh_from_db()
        assert (waiting.not_before, waiting.ahead()) == (None, 0)
    care_now(now=CLOSES + timedelta(minutes=1))
    assert (Place.objects.get().phase, Ticket.objects.count()) == (on.PROMISED, 1)


def test_whoever_was_being_asked_is_asked_no_longer(cast, waiting):
    Presence.say(cast.anna, "ready", at=before(49))
    assert waiting.offer(cast.anna, at=before(49))
    waiting.postpone(CLOSES + timedelta(hours=17), by=cast.cem.person, at=before(48))
    assert (waiting.offered_to, waiting.accept(by=cast.anna, at=before(47))) == (None, False)


def test_the_desk_sees_what_is_still_to_be_done(cast, waiting, client):
    assert closings([cast.north, cast.south], now=before(60)) == []
    assert closings([cast.north, cast.south], now=before(40)) == [(cast.north, CLOSES, 1)]
    client.force_login(cast.anna)
    with time_machine.travel(before(40), tick=False):
        for name in ("desk:line_now", "desk:wall_now"):
            assert (
                "North closes at 17:00: 1 call is still to be made."
                in client.get(reverse(name)).content.decode()
            )


def test_a_call_stands_on_every_page_with_what_it_may_be_about(cast, client):
    ticket = cast.ticket()
    call = Place.enter(cast.north, customer=cast.cem, caller="+49 30 12345")
    client.force_login(cast.anna)

    def bar() -> str:
        return client.get(reverse("desk:chats")).content.decode()

    assert bar().strip() == ""
    Presence.say(cast.anna, "ready", at=timezone.now())
    call.offer(cast.anna)
    assert ('value="accept"' in bar(), f"#{ticket.number} {ticket.subject}" in bar()) == (True, True)
    call.accept(by=cast.anna)
    assert f'href="{ticket.desk_url()}"' in bar()
    call.finish("customer", by=cast.anna)
    assert bar().strip() == ""


def test_a_night_shift_ends_its_day_in_the_morning(cast, waiting):
    nights = {day: [["00:00", "06:00"], ["22:00", "24:00"]] for day in (*WEEK, "sat", "sun")}
    BusinessHours.objects.filter(pk=cast.hours.pk).update(weekly=nights)
    six = MONDAY.replace(hour=5) + timedelta(days=1)
    assert closings([cast.north], now=six - timedelta(minutes=30)) == [(cast.north, six, 1)]
    assert close_the_day(now=six - timedelta(hours=6)) == 0  # midnight, in the midst of it
    assert close_the_day(now=six + timedelta(minutes=1)) == 1


def test_a_break_at_midnight_is_no_closing_time(cast, waiting):
    late = {day: [["00:30", "04:00"], ["18:00", "23:30"]] for day in (*WEEK, "sat", "sun")}
    BusinessHours.objects.filter(pk=cast.hours.pk).update(weekly=late)
    midnight = MONDAY.replace(hour=23)
    assert close_the_day(now=midnight) == 0
    assert close_the_day(now=midnight + timedelta(hours=5)) == 1


@pytest.mark.parametrize(
    "hours_later", [0.1, 8.5, 12, 50]
)  # 17:06, half past one, five, a day too late at seven
def test_whenever_the_beat_looks_again_after_closing_time_what_is_left_is_promised(
    cast, waiting, hours_later
):
    now = CLOSES + timedelta(hours=hours_later)
    if hours_later > 24:
        BusinessHours.objects.filter(pk=cast.hours.pk).update(weekly={"mon": [["09:00", "17:00"]]})
    assert close_the_day(now=now) == 1
    assert Place.objects.get().phase == on.PROMISED


def test_whoever_rang_and_waits_for_our_call_is_asked_too_and_chooses_in_the_portal(cast, cem):
    at = before(50)
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 12345", at=at)
    place.want_callback(at=at)
    Place.enter(cast.north, caller="+49 30 99", at=at).want_callback(at=at)
    assert ask_before_closing(now=before(30)) == 1
    assert OutgoingMail.objects.get(key__startswith="closing:").to == cast.cem.person.email
    with time_machine.travel(before(30), tick=False):
        assert "17:00" in cem.get(reverse("portal:callback")).content.decode()
        tomorrow = (CLOSES + timedelta(hours=17)).isoformat()
        assert cem.post(reverse("portal:move_callback"), {"when": tomorrow}).status_code == 302
    place.refresh_from_db()
    assert place.not_before.isoformat() == tomorrow


def test_whoever_rang_and_did_not_choose_is_promised_an_answer(cast):
    place = Place.enter(cast.north, customer=cast.cem, caller="+49 30 12345", at=before(50))
    place.want_callback(at=before(50))
    assert close_the_day(now=CLOSES + timedelta(minutes=1)) == 1
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.assignee, ticket.next_due_at is not None) == (cast.cem, cast.ben, True)
