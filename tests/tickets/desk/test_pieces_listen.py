"""Pieces beside a conversation look again when the ticket changes, unless somebody has to put right what they typed."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
PIECES = ("desk:promises", "desk:tags", "authority:relationship")
WRONG = (
    ("desk:promise", {"words": ""}),
    ("desk:tag", {"name": ""}),
    ("authority:note_detail", {"words": ""}),
)


def test_each_listens_to_the_name_of_its_ticket_and_shows_what_a_colleague_did(
    cast: Cast, client: Client
) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)
    for name in PIECES:
        url = reverse(name, args=[ticket.pk])
        piece = client.get(url).text
        assert (f'hx-get="{url}"' in piece, f'hx-trigger="live:ticket-{ticket.pk} from:body"' in piece) == (
            True,
            True,
        ), name


def test_what_was_typed_and_is_wrong_is_not_fetched_anew(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)
    for name, said in WRONG:
        piece = client.post(reverse(name, args=[ticket.pk]), said, headers={"HX-Request": "true"}).text
        assert ("field__error" in piece, f"live:ticket-{ticket.pk} from:body" in piece) == (True, False), name
