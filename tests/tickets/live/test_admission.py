"""The pass to the live wire: which names it admits to, for how long, and that nobody writes one of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cast import Cast
from django.core import signing
from django.test import Client
from django.urls import reverse

from tickets.live.admission import MAX_AGE_SECONDS, MAX_TOPICS, SALT, admit, admitted

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_pass_admits_to_what_it_was_made_for() -> None:
    assert admitted(admit(["ticket-17", "team-3", "ticket-17"])).names == {"ticket-17", "team-3"}


def test_a_pass_ends() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        made = admit(["ticket-17"])
        clock.move_to(NOON + timedelta(seconds=MAX_AGE_SECONDS))
        assert admitted(made).names == {"ticket-17"}
        clock.move_to(NOON + timedelta(seconds=MAX_AGE_SECONDS + 1))
        assert admitted(made).names == frozenset()


def test_of_too_many_names_the_first_are_kept() -> None:
    names = ["ticket-17", *(f"team-{number}" for number in range(200))]
    found = admitted(admit(names)).names
    assert len(found) == MAX_TOPICS
    assert found == set(names[:MAX_TOPICS])


FORGED = [
    "",
    "x",
    "null",
    "*",
    "a:b:c",
    "\x00",
    "ключ",
    "A" * 10_000,
    signing.dumps(["ticket-17"], salt="another purpose"),
    signing.dumps(["ticket-17"], key="another house", salt=SALT),
]


@pytest.mark.parametrize("token", FORGED, ids=range(len(FORGED)))
def test_what_is_not_ours_admits_to_nothing(token: str) -> None:
    assert admitted(token).names == frozenset()


def test_a_pass_with_one_letter_changed_admits_to_nothing() -> None:
    made = admit(["ticket-17"])
    for at in range(0, len(made), 7):
        other = "A" if made[at] != "A" else "B"
        assert admitted(made[:at] + other + made[at + 1 :]).names == frozenset()
    assert admitted(made[:-1]).names == frozenset()


@pytest.mark.parametrize("content", [17, None, {}, "ticket-17"])
def test_a_pass_of_the_wrong_shape_admits_to_no_ticket(content: object) -> None:
    assert "ticket-17" not in admitted(signing.dumps(content, salt=SALT)).names


@pytest.mark.django_db
def test_each_page_hands_out_what_its_reader_may_hear(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    desk, portal = reverse("desk:ticket", args=[ticket.pk]), reverse("portal:ticket", args=[ticket.pk])
    assert names(client, cast.anna, desk) == {
        f"ticket-{ticket.pk}",
        f"viewers-{ticket.pk}",
        f"person-{cast.anna.pk}",
        f"team-{cast.north.pk}",
        f"line-{cast.north.pk}",
    }
    assert names(client, cast.anna, "/desk/") == {
        f"person-{cast.anna.pk}",
        f"team-{cast.north.pk}",
        f"line-{cast.north.pk}",
    }
    own = {f"person-{cast.cem.person.pk}", f"customer-{cast.cem.pk}"}
    assert names(client, cast.cem.person, portal) == {f"request-{ticket.pk}", *own}
    assert names(client, cast.cem.person, "/") == own
    client.logout()
    assert "live_pass" not in client.get("/").context


def names(client: Client, person: object, path: str) -> frozenset[str]:
    client.force_login(person)
    return admitted(client.get(path).context["live_pass"]).names
