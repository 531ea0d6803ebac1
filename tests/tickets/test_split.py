"""A message of the customer's becomes a ticket of its own, whose promises count from when it was written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cast import MONDAY, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tickets.models import Attachment, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def ticket(cast: Cast, settings: object, tmp_path: Path) -> Ticket:
    settings.MEDIA_ROOT = tmp_path
    ticket = cast.ticket("The lamp", at=MONDAY)
    file = SimpleUploadedFile("bill.png", PNG)
    ticket.hear("And the bill is wrong, too.", by=cast.cem.person, at=LATER, files=[file])
    return ticket


def test_it_begins_with_the_message_and_its_promises_count_from_then(cast: Cast, ticket: Ticket) -> None:
    said = ticket.messages.last()
    twice = [
        ticket.split_off(said, subject="The bill", cause=cast.broken, by=cast.anna, key="k")
        for _time in range(2)
    ]
    fresh = twice[0]
    assert twice == [fresh, fresh]
    assert (fresh.subject, fresh.team, fresh.customer, fresh.follows) == (
        "The bill",
        cast.south,
        cast.cem,
        ticket,
    )
    assert [message.text for message in fresh.messages.all()] == ["And the bill is wrong, too."]
    assert fresh.clocks.get(kind="first_response").started_at == LATER
    old, new = Attachment.objects.order_by("pk")
    assert (new.message.ticket, new.sha256, new.token == old.token) == (fresh, old.sha256, False)
    assert [ticket.messages.count(), ticket.events.filter(kind="split_off").count()] == [2, 1]
    assert OutgoingMail.objects.filter(subject__contains=f"#{fresh.number}").count() == 1


def test_our_own_words_and_other_tickets_are_not_split_off(cast: Cast, ticket: Ticket) -> None:
    other = cast.ticket("Another").messages.get()
    for wrong in (ticket.reply("We look.", by=cast.anna), ticket.note("Hm.", by=cast.anna), other):
        with pytest.raises(ValueError, match="cannot be split off"):
            ticket.split_off(wrong, subject="x", cause=cast.late, by=cast.anna, key="k")
    assert Ticket.objects.count() == 2


def test_the_desk_asks_what_it_is_about_and_loses_nothing_typed(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    client.force_login(cast.anna)
    place = reverse("desk:split", args=[ticket.pk, ticket.messages.last().pk])
    assert place in client.get(ticket.desk_url()).content.decode()
    page = client.get(place)
    assert (page.context["form"]["subject"].value(), page.context["form"]["cause"].value()) == (
        "The lamp",
        cast.late.pk,
    )
    for wrong in ({"subject": "", "cause": cast.late.pk}, {"subject": "The bill", "cause": "9" * 30}):
        refused = client.post(place, wrong)
        assert (refused.status_code, refused.context["form"]["subject"].value()) == (422, wrong["subject"])
    sent = {"subject": "The bill", "cause": cast.late.pk, "key": "k" * 32}
    fresh = [client.post(place, sent).url for _twice in range(2)]
    made = Ticket.objects.get(follows=ticket)
    assert fresh == [made.desk_url()] * 2
    assert client.get(reverse("desk:split", args=[ticket.pk, 10**18])).status_code == 404
