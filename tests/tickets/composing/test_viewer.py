"""Who has a ticket open and who writes there: shown to the others, never what; gone soon after and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client

from accounts.person import Person
from tickets.composing.viewer import FORGOTTEN_AFTER, GONE_AFTER, TYPING, forget_now
from tickets.models import Ticket, Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket()


def beside(person: Person, ticket: Ticket, after: timedelta = timedelta()) -> list[tuple[str, str]]:
    there = Viewer.objects.beside(person, ticket, now=MONDAY + after)
    return [(viewer.person.name, viewer.writes) for viewer in there]


def test_each_sees_the_others_and_who_writes_first(cast: Cast, ticket: Ticket) -> None:
    Viewer.look(ticket, by=cast.anna, at=MONDAY)
    Viewer.look(ticket, by=cast.ben, writes="public", types=True, at=MONDAY)
    Viewer.look(cast.ticket("another"), by=cast.dora, at=MONDAY)
    assert beside(cast.anna, ticket) == [("Ben", "public")]
    assert beside(cast.ben, ticket) == [("Anna", "")]
    assert beside(cast.dora, ticket) == [("Ben", "public"), ("Anna", "")]
    Viewer.leave(ticket, by=cast.ben)
    assert beside(cast.anna, ticket) == []


def test_whoever_is_silent_is_gone_and_then_forgotten(cast: Cast, ticket: Ticket) -> None:
    Viewer.look(ticket, by=cast.ben, writes="internal", at=MONDAY)
    assert beside(cast.anna, ticket, GONE_AFTER - timedelta(seconds=1)) == [("Ben", "internal")]
    assert beside(cast.anna, ticket, GONE_AFTER) == []
    assert forget_now(now=MONDAY + FORGOTTEN_AFTER) == 0
    assert forget_now(now=MONDAY + FORGOTTEN_AFTER + timedelta(seconds=1)) == 1


def test_since_when_somebody_writes_stays_until_it_is_sent(cast: Cast, ticket: Ticket) -> None:
    for minute in range(3):
        now = MONDAY + timedelta(minutes=minute)
        Viewer.look(ticket, by=cast.ben, writes="public", types=minute == 0, at=now)
    viewer = Viewer.objects.get()
    assert (viewer.writes_since, viewer.typed_at) == (MONDAY, MONDAY)
    assert viewer.is_typing(MONDAY + TYPING - timedelta(seconds=1))
    assert not viewer.is_typing(MONDAY + TYPING)
    Viewer.has_said(ticket, by=cast.ben, at=MONDAY + timedelta(minutes=3))
    assert beside(cast.anna, ticket, timedelta(minutes=3)) == [("Ben", "")]


def test_the_wire_hears_of_it_only_when_it_changed(
    cast: Cast, ticket: Ticket, django_capture_on_commit_callbacks: object
) -> None:
    def told(**how: object) -> int:
        with django_capture_on_commit_callbacks() as said:
            Viewer.look(ticket, by=cast.ben, **how)
        return len(said)

    second = timedelta(seconds=1)
    assert told(at=MONDAY) == 1
    assert told(at=MONDAY + 15 * second) == 0
    assert told(at=MONDAY + 16 * second, writes="public", types=True) == 1
    assert told(at=MONDAY + 20 * second, writes="public", types=True) == 0
    assert told(at=MONDAY + 60 * second, writes="public", types=True) == 1  # typing again
    assert told(at=MONDAY + 300 * second, writes="public") == 1  # back from nowhere


def test_a_page_is_told_and_the_second_writer_warned_but_not_stopped(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    def look(who: Person, **said: str) -> str:
        client.force_login(who)
        return client.post(f"{ticket.desk_url()}viewers/", said).content.decode()

    assert look(cast.ben).strip() == ""
    assert "Also looking at this: Ben" in look(cast.anna)
    assert "Anna" in look(cast.ben, writes="public", types="1")
    page = look(cast.anna)
    assert "<b>Ben</b> is writing a reply to the customer." in page
    assert "hear from both of you" not in page
    assert "hear from both of you" in look(cast.anna, writes="public")
    said = {"text": "Both of us.", "key": "k" * 32, "then": ""}
    assert client.post(f"{ticket.desk_url()}replies/", said).status_code == 302
    assert "Also looking at this: Anna" in look(cast.ben, writes="public")
    look(cast.ben, writes="internal")
    assert "<b>Ben</b> is writing an internal note." in look(cast.anna)
    client.force_login(cast.ben)
    assert client.post(f"{ticket.desk_url()}viewers/", {"writes": "x"}).status_code == 422
    assert client.post(f"{ticket.desk_url()}viewers/", {"leaves": "1"}).status_code == 204
    assert Viewer.objects.filter(person=cast.ben).count() == 0


def test_many_viewers_are_one_question(cast: Cast, ticket: Ticket, django_assert_num_queries: object) -> None:
    for who in (cast.ben, cast.dora):
        Viewer.look(ticket, by=who, at=MONDAY)
        with django_assert_num_queries(1):
            beside(cast.anna, ticket)
