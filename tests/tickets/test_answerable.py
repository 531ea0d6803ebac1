"""What a message does to where a ticket stands."""

import pytest

from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_message_opens_what_an_agent_set_to_waiting_meanwhile(cast):
    ticket = cast.ticket()
    as_it_was_when_the_page_came = Ticket.objects.get(pk=ticket.pk)
    ticket.move("waiting_customer", by=cast.anna)
    as_it_was_when_the_page_came.hear("Here is the number.", by=cast.cem.person)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.clocks.get(kind="solution").is_paused is False
