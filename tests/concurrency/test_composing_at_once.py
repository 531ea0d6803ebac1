"""Writing and sending in the same moment: what was sent is no draft, and whoever looks twice is there once."""

from __future__ import annotations

import pytest
from harness import desk, together

from tickets.composing.held_reply import HeldReply
from tickets.models import Draft, Ticket, Viewer

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def test_a_draft_on_its_way_while_the_reply_is_sent_stays_away(cast, no_redis):
    tickets = desk(cast, MANY)

    def deed(number: int) -> object:
        ticket = Ticket.objects.get(pk=tickets[number // 2].pk)
        if number % 2:
            return Draft.keep(ticket, by=cast.anna, kind="public", text="Soo", key=f"k{ticket.pk}")
        return HeldReply.hold(ticket, "Soon.", by=cast.anna, key=f"k{ticket.pk}")

    answers = together(2 * MANY, deed)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert HeldReply.objects.count() == MANY
    assert Draft.objects.count() == 0


def test_two_pages_of_one_person_are_one_viewer(cast, no_redis):
    [ticket] = desk(cast, 1)
    answers = together(4, lambda number: Viewer.look(ticket, by=cast.anna, writes="public" * (number % 2)))
    assert answers == [None] * 4
    assert Viewer.objects.count() == 1
