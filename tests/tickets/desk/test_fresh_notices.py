"""Notices beside the window: the ticket and what it is about, nobody's name or words, and nothing in quiet hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from django.test import Client
from django.utils import timezone

from tickets.models import NewsWish

pytestmark = pytest.mark.django_db
PLACE = "/desk/notices/fresh/"


def test_it_says_what_came_since_and_no_name_and_no_word(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    ticket = cast.ticket("A secret matter")
    ticket.note("@Ben, before.", by=cast.anna)
    begins = client.get(PLACE).json()
    assert begins["notices"] == client.get(PLACE, {"after": "１\x00"}).json()["notices"] == []
    ticket.note("@Ben, a secret word.", by=cast.anna)
    answer = client.get(PLACE, {"after": begins["after"]})
    assert answer.json() == {
        "after": begins["after"] + 1,
        "notices": [
            {
                "id": begins["after"] + 1,
                "title": f"Ticket #{ticket.pk}",
                "text": "Somebody mentions you",
                "url": ticket.desk_url(),
            }
        ],
    }
    assert answer["Cache-Control"] == "no-store"
    assert client.get(PLACE, {"after": answer.json()["after"]}).json()["notices"] == []


def test_in_quiet_hours_nothing_is_shown_then_or_later(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    begins = client.get(PLACE).json()["after"]
    cast.ticket().note("@Ben, look.", by=cast.anna)
    here = timezone.now().astimezone(cast.ben.zone)
    quiet = {
        "quiet_from": (here - timedelta(hours=1)).time(),
        "quiet_until": (here + timedelta(hours=1)).time(),
    }
    NewsWish.say(cast.ben, **quiet)
    answer = client.get(PLACE, {"after": begins}).json()
    assert (answer["after"] > begins, answer["notices"]) == (True, [])


def test_who_left_the_team_is_shown_no_more_of_its_tickets(cast: Cast, client: Client) -> None:
    begins = 0
    cast.ticket().note("@Ben, look.", by=cast.anna)
    cast.north.dismiss(cast.ben)
    cast.south.welcome(cast.ben)
    client.force_login(cast.ben)
    assert client.get(PLACE, {"after": begins}).json() == {"after": 0, "notices": []}
