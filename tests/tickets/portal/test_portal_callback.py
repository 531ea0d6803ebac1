"""Call me back: a place in line without holding; once, honest, and to be taken back at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from cast import MONDAY
from django.test import Client
from django.urls import reverse

from tickets.line.sweep import sweep_line_now
from tickets.models import BusinessHours, Clock, Place, TeamHours
from tickets.portal.callback import slots_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_open():
    """A Monday morning; whoever asks while we are closed chooses a time."""
    with time_machine.travel(MONDAY):
        yield


FORM = {"cause": "late-delivery", "number": "+49 30 1234567", "matter": "The parcel", "key": "k" * 32}


@pytest.fixture
def cem(cast, client: Client) -> Client:
    cast.cem.person.language = "en"
    cast.cem.person.save()
    client.force_login(cast.cem.person)
    return client


def page(client: Client) -> str:
    return client.get(reverse("portal:callback")).content.decode()


def test_asked_for_once_however_often_it_is_sent(cast, cem):
    for _sending in range(2):
        assert cem.post(reverse("portal:callback"), FORM).status_code == 302
    place = Place.objects.get()
    assert (place.customer, place.team, place.phase, place.caller) == (
        cast.cem,
        cast.north,
        "callback",
        FORM["number"],
    )
    assert "You are number 1 in line" in page(cem)
    assert "It will probably take 1 to 2 minutes." in page(cem)


def test_who_came_before_is_before(cast, cem):
    Place.enter(cast.north, customer=cast.eva)
    cem.post(reverse("portal:callback"), FORM)
    assert "You are number 2 in line" in page(cem)


def test_while_we_are_closed_one_chooses_a_time(cast, cem):
    with time_machine.travel(MONDAY + timedelta(hours=9)):
        assert "As soon as it is my turn" not in page(cem)
        assert cem.post(reverse("portal:callback"), FORM).status_code == 422
    assert Place.objects.count() == 0


def test_the_start_page_says_when_we_are_here_again_and_offers_a_call_then(cast, cem):
    start = reverse("portal:home")
    assert "We are closed" not in cem.get(start).content.decode()
    with time_machine.travel(MONDAY + timedelta(hours=9)):
        shown, strangers = (browser.get(start).content.decode() for browser in (cem, Client()))
        form = cem.get(reverse("portal:callback"), {"cause": "late-delivery"}).content.decode()
    for page_of in (shown, strangers):
        assert "are here again tomorrow 09:00." in page_of
    assert (f"{reverse('portal:callback')}?cause=late-delivery" in shown, "09:00</option>" in form) == (
        True,
        True,
    )


def test_a_time_of_ones_own(cast, cem):
    when = slots_of(cast.hours, now=MONDAY)[3][0]
    cem.post(reverse("portal:callback"), {**FORM, "when": when})
    place = Place.objects.get()
    assert place.not_before == datetime.fromisoformat(when)
    assert "by 12:30 at the latest" in page(cem)
    assert Clock.objects.get().due_at == place.not_before + timedelta(minutes=30)


def test_times_lie_in_opening_hours_and_ahead(cast):
    slots = [datetime.fromisoformat(value) for value, _name in slots_of(cast.hours, now=MONDAY)]
    assert slots[0] == MONDAY + timedelta(minutes=30)
    assert all(9 <= slot.astimezone(cast.cem.person.zone).hour < 17 for slot in slots)
    assert len(slots) == 40


def test_times_are_those_of_the_team_that_will_call(cast, cem):
    """South works in the evening; whoever changes the cause gets its times, without a word of anybody's team."""
    evening = BusinessHours.objects.create(name="Evening", weekly={"mon": [["18:00", "20:00"]]})
    TeamHours.agree(cast.south, evening)
    spoken = cem.get(reverse("portal:callback"), {"cause": "broken"}).content.decode()
    assert [time for time in ("18:00", "19:30", "10:30") if f"Mon 2 Mar, {time}" in spoken] == [
        "18:00",
        "19:30",
    ]
    assert "As soon as it is my turn" not in spoken
    assert (
        "As soon as it is my turn"
        in cem.get(reverse("portal:callback"), {"cause": "late-delivery"}).content.decode()
    )
    noon = {"when": "2026-03-02T11:00:00+00:00"}
    assert cem.post(reverse("portal:callback"), {**FORM, **noon, "cause": "broken"}).status_code == 422
    assert cem.post(reverse("portal:callback"), {**FORM, **noon}).status_code == 302


def test_it_can_be_taken_back(cast, cem):
    cem.post(reverse("portal:callback"), FORM)
    assert cem.post(reverse("portal:withdraw_callback")).status_code == 302
    place = Place.objects.get()
    assert (place.phase, place.ended_by) == ("abandoned", "customer")
    assert 'name="number"' in page(cem)


def test_one_escalation_tells_the_customer_nothing_of_the_inside(cast, cem):
    cem.post(reverse("portal:callback"), FORM)
    sweep_line_now()
    for word in ("Anna", "Ben", "escalat", "every team"):
        assert word not in page(cem)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": ""}, "This field is required."),
        ({"number": "call me"}, "A telephone number has digits"),
        ({"number": "１２３４５６"}, "A telephone number has digits"),
        ({"cause": "\x00"}, "Null characters are not allowed."),
        ({"cause": "nothing"}, "Select a valid choice."),
        ({"when": "tomorrow"}, "Nobody can call you then."),
        ({"when": "2026-03-02T03:00:00+00:00"}, "Nobody can call you then."),
        ({"matter": "x" * 201}, "at most 200"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(cast, cem, changed, words):
    answer = cem.post(reverse("portal:callback"), {**FORM, **changed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert ("The parcel" in text) is ("matter" not in changed)
    assert Place.objects.count() == 0
