"""Single keys, the palette, and finishing one ticket to begin the next."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Presence
from tickets.composing.held_reply import let_go_now
from tickets.desk.shortcuts import DEEDS, doubled, is_key, keys_of
from tickets.models import Macro, Pledge, Ticket

pytestmark = pytest.mark.django_db
USUAL = {deed.name: deed.usual for deed in DEEDS}


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def test_no_usual_key_is_given_twice_and_each_can_be_pressed() -> None:
    assert doubled(USUAL) == set()
    assert [key for key in USUAL.values() if not is_key(key)] == []


@pytest.mark.parametrize(("typed", "fits"), [("r", True), ("ö", True), ("7", True), ("?", True), ("$", True)])
def test_what_one_press_makes_is_a_key(typed: str, fits: bool) -> None:
    assert is_key(typed) is fits


@pytest.mark.parametrize("typed", ["R", "rr", "", " ", "\u200b", "\x00", "\n", "\u0301"])
def test_what_no_single_press_makes_is_none(typed: str) -> None:
    assert not is_key(typed)


def test_keys_are_chosen_by_each_for_themselves_and_stay_what_they_were_where_nothing_was_said(
    cast: Cast, anna: Client
) -> None:
    page = reverse("desk:keys")
    assert anna.post(page, {**USUAL, "on": "1", "reply": "q", "macro": ""}).status_code == 302
    cast.anna.refresh_from_db()
    assert cast.anna.shortcuts == {"keys": {"reply": "q", "macro": ""}}
    assert keys_of(cast.anna.shortcuts) == {**USUAL, "reply": "q", "macro": ""}
    shown = escape(json.dumps(keys_of(cast.anna.shortcuts)))
    assert f'data-keys="{shown}"' in anna.get("/desk/").content.decode()
    anna.force_login(cast.ben)
    assert f'data-keys="{escape(json.dumps(USUAL))}"' in anna.get("/desk/").content.decode()


def test_keys_can_be_switched_off(cast: Cast, anna: Client) -> None:
    anna.post(reverse("desk:keys"), USUAL)
    cast.anna.refresh_from_db()
    assert cast.anna.shortcuts == {"off": True}
    assert "data-keys" not in anna.get("/desk/").content.decode()


@pytest.mark.parametrize(("said", "wrong"), [({"reply": "n"}, {"reply", "note"}), ({"note": "N"}, {"note"})])
def test_a_key_that_cannot_be_is_refused_at_its_field(
    cast: Cast, anna: Client, said: dict[str, str], wrong: set[str]
) -> None:
    answer = anna.post(reverse("desk:keys"), {**USUAL, **said})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, wrong)
    cast.anna.refresh_from_db()
    assert cast.anna.shortcuts == {}


def palette(client: Client, typed: str, **more: object) -> dict[str, list[str]]:
    groups = client.get(reverse("desk:palette"), {"q": typed, **more}).context["groups"]
    return {name: [choice.label for choice in choices] for name, choices in groups}


def test_the_palette_finds_what_can_be_done_from_here(cast: Cast, anna: Client) -> None:
    ticket, hidden = cast.ticket("Lamp is dark"), cast.ticket("Lamp of South", cause=cast.broken)
    Macro.objects.create(name="Lamp exchange", owner=cast.anna, key="m", steps=[])
    found = palette(anna, "lamp", ticket=ticket.pk)
    assert found == {
        "This ticket": ["Macro: Lamp exchange"],
        "Tickets": [f"#{ticket.pk} Lamp is dark"],
    }
    assert palette(anna, "cem")["Customers"] == ["Cem"]
    assert "Customers" not in palette(anna, "eva")
    assert palette(anna, "I am bu") == {"I am": ["I am busy"]}
    assert palette(anna, "my promises")["Go to"] == ["My promises"]
    assert "This ticket" not in palette(anna, "", ticket=hidden.pk)
    for strange in ("\x00", "１", str(10**30), "-1", "x"):
        assert "This ticket" not in palette(anna, "", ticket=strange)


def test_what_the_palette_offers_can_be_done(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp is dark")
    groups = anna.get(reverse("desk:palette"), {"ticket": ticket.pk}).context["groups"]
    choices = {choice.label: choice for _name, group in groups for choice in group}
    for label in ("Take it", "Priority: urgent", "Status: solved", "I am ready"):
        assert anna.post(choices[label].url, dict(choices[label].fields)).status_code == 302, label
    for choice in choices.values():
        if choice.label == "On to the next":
            assert anna.get(choice.url).status_code == 302
        elif not (choice.fields or choice.copies):
            assert anna.get(choice.url).status_code == 200, choice.label
    assert choices["Copy the number"].copies == f"#{ticket.pk}"
    assert choices["Copy the link"].copies == ticket.desk_url()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status, ticket.priority) == (cast.anna, "solved", 4)
    assert Presence.objects.get(person=cast.anna).state == "ready"


def three(cast: Cast) -> list[Ticket]:
    return [cast.ticket(f"t{at}", at=MONDAY + timedelta(hours=at)) for at in range(3)]


def test_finishing_leads_to_the_next_by_promise_and_from_the_last_to_the_first(
    cast: Cast, anna: Client
) -> None:
    first, second, third = three(cast)

    def finish(ticket: Ticket) -> str:
        return anna.post(reverse("desk:move", args=[ticket.pk]), {"status": "solved", "onward": "1"})[
            "Location"
        ]

    assert finish(second) == third.desk_url()
    assert finish(third) == first.desk_url()
    assert finish(first) == reverse("desk:tickets")
    assert set(Ticket.objects.values_list("status", flat=True)) == {"solved"}


def test_an_answer_may_finish_and_lead_on(cast: Cast, anna: Client) -> None:
    first, second, _third = three(cast)
    said = {"text": "It is on its way.", "key": "k", "then": "solved_next", "anyway": "sure"}
    assert anna.post(reverse("desk:reply", args=[first.pk]), said)["Location"] == second.desk_url()
    let_go_now(now=timezone.now() + timedelta(seconds=30))
    first.refresh_from_db()
    assert (first.status, first.messages.last().text) == ("solved", "It is on its way.")


def test_what_would_be_left_open_is_asked_before_leading_on(cast: Cast, anna: Client) -> None:
    first, second, _third = three(cast)
    Pledge.give(first, words="I call you", until=timezone.now() + timedelta(days=1), by=cast.anna, key="p")
    move = reverse("desk:move", args=[first.pk])
    asked = anna.post(move, {"status": "solved", "onward": "1"})
    assert asked.status_code == 422
    assert '<input type="hidden" name="onward" value="1">' in asked.content.decode()
    said = {"status": "solved", "onward": "1", "leave_open": "1"}
    assert anna.post(move, said)["Location"] == second.desk_url()


def test_a_key_given_to_another_deed_is_no_longer_the_usual_one_of_a_later_deed(
    cast: Cast, anna: Client
) -> None:
    assert keys_of({"keys": {"reply": "x"}}) == {**USUAL, "reply": "x", "skip": ""}
    cast.anna.choose_shortcuts({"keys": {"note": "y"}})
    assert anna.get(reverse("desk:keys")).context["form"].initial["copy"] == ""


def test_the_palette_leads_into_every_room_one_may_enter(cast: Cast, anna: Client) -> None:
    own = {"Knowledge", "My ability", "Kind words", "What I want to hear", "Choose columns", "New view"}
    leads = {"Feedback", "Studio"}
    assert own <= set(palette(anna, "")["Go to"])
    assert leads.isdisjoint(palette(anna, "")["Go to"])
    anna.force_login(cast.ben)
    page = anna.get(reverse("desk:palette")).context["groups"]
    places = {choice.label: choice.url for name, group in page if name == "Go to" for choice in group}
    assert own | leads <= set(places)
    assert [name for name in own | leads if anna.get(places[name]).status_code != 200] == []


def test_the_priority_is_changed_by_key_and_what_is_none_is_said(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp")
    words = anna.get(ticket.desk_url()).content.decode()
    for deed in ("priority", "copy", "copy_link", "recent", "skip"):
        assert words.count(f'data-does="{deed}"') == 1, deed
    address = reverse("desk:prioritise", args=[ticket.pk])
    anna.post(address, {"priority": "3"})
    ticket.refresh_from_db()
    assert ticket.priority == 3
    for strange in ("9", "", "high", "４", "\x00"):
        told = anna.post(address, {"priority": strange}, follow=True).content.decode()
        assert "This priority does not exist." in told
    ticket.move("solved", by=cast.anna)
    assert "This ticket is done." in anna.post(address, {"priority": "4"}, follow=True).content.decode()
    ticket.refresh_from_db()
    assert ticket.priority == 3
