"""Going out: who answers while a colleague’s answer is on its way reads that first, and then sends it anyway."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tickets.composing.going_out import in_words
from tickets.models import HeldReply, Ticket
from tickets.together.merge import Merge

pytestmark = pytest.mark.django_db


def send(client: Client, ticket: Ticket, key: str, **said: str) -> HttpResponse:
    said = {"text": "Soon.", "key": key, "then": "", "anyway": "yes", "seen": "999999999", **said}
    return client.post(f"{ticket.desk_url()}replies/", said)


def test_a_second_answer_is_held_up_once_while_another_s_is_on_its_way(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    held = HeldReply.hold(ticket, "On its way.", by=cast.ben, key="b")
    client.force_login(cast.anna)
    page = send(client, ticket, "a", seen_held="0")
    assert (page.status_code, "Ben’s answer goes out in " in page.text) == (422, True)
    assert (f'name="seen_held" value="{held.pk}"' in page.text, ">Soon.</textarea>" in page.text) == (
        True,
        True,
    )
    assert not HeldReply.objects.filter(author=cast.anna).exists()
    assert send(client, ticket, "a", seen_held=str(held.pk)).status_code == 302
    assert HeldReply.objects.filter(author=cast.anna).count() == 1
    later = HeldReply.hold(ticket, "And more.", by=cast.ben, key="c")
    assert send(client, ticket, "d", seen_held=str(held.pk)).status_code == 422
    assert send(client, ticket, "a").status_code == 302  # the same once more is the same
    assert later.pk > held.pk
    client.force_login(cast.ben)
    page = send(client, ticket, "e", seen_held="0").text
    assert ("Anna’s answer" in page, "Ben’s answer" in page) == (True, False)


def test_what_is_planned_is_said_with_its_moment_also_of_what_was_merged(cast: Cast, client: Client) -> None:
    ticket, whole = cast.ticket(), cast.ticket("The whole")
    now = timezone.now()
    HeldReply.hold(ticket, "Tomorrow.", by=cast.ben, key="b", goes_at=now + timedelta(days=1))
    Merge.make(ticket, whole, by=cast.anna)
    client.force_login(cast.anna)
    page = send(client, whole, "a")
    assert (page.status_code, "Ben’s answer goes out tomorrow" in page.text) == (422, True)
    for bad in ("x", "-1", "\x00", str(10**30)):
        assert send(client, whole, "a", seen_held=bad).status_code == 422


def test_seconds_are_counted_upwards_and_never_none(cast: Cast) -> None:
    held = HeldReply.hold(cast.ticket(), "On its way.", by=cast.ben, key="b")
    said = [in_words(held, now=held.goes_at - timedelta(seconds=left)) for left in (7.2, 1, -3)]
    assert [words.partition(". ")[0] for words in said] == [
        "Ben’s answer goes out in 8 seconds",
        *["Ben’s answer goes out in 1 second"] * 2,
    ]
