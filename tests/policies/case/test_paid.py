"""What is like cash ends at a share of what was paid – where that is known; the rulebook says at which."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from program import Program

from policies.facts import Wish, gather
from policies.models import Paid, Rulebook, Ruling, Term
from policies.weigh.gesture import Facts
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
TWENTY = {"source": "document", "words": "Order 4711"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket()


def own(cast: Cast, ticket: Ticket, kind: str = "voucher") -> tuple[int, int]:
    facts: Facts = gather(cast.anna, ticket, Wish(kind, 100))
    return facts.own_limit_cents, facts.stretch_limit_cents


def test_unknown_it_binds_nothing_and_the_newest_word_counts(cast: Cast, ticket: Ticket) -> None:
    assert own(cast, ticket) == (5000, 10_000)
    Paid.note(ticket, 4000, **TWENTY, by=cast.anna)
    assert own(cast, ticket) == (5000, 6000)
    for _twice in range(2):
        Paid.note(ticket, 2001, **TWENTY, by=cast.anna)
    assert own(cast, ticket) == (3001, 3001)
    assert (Paid.objects.count(), Paid.of(ticket).cents) == (2, 2001)
    Paid.note(ticket, 1000, source="customer", currency="JPY", by=cast.anna)
    assert own(cast, ticket) == (5000, 10_000)  # of another currency nobody knows


def test_time_and_goods_are_not_like_cash_and_it_costs_no_query(
    cast: Cast, ticket: Ticket, django_assert_num_queries: object
) -> None:
    Paid.note(ticket, 2000, **TWENTY, by=cast.anna)
    assert own(cast, ticket, "call") == (5000, 10_000)
    with CaptureQueriesContext(connection) as call:
        own(cast, ticket, "call")
    with django_assert_num_queries(len(call)):
        own(cast, ticket)


def test_beyond_it_somebody_is_asked_and_the_ruling_says_what_it_rested_on(
    cast: Cast, ticket: Ticket
) -> None:
    Paid.note(ticket, 2000, **TWENTY, by=cast.anna)
    within = Ruling.weigh(cast.anna, ticket, Wish("voucher", 3000), at=timezone.now())
    beyond = Ruling.weigh(cast.anna, ticket, Wish("voucher", 3001), at=timezone.now())
    assert (within.outcome, beyond.outcome) == ("DO", "ASK_SILENCE_ESCALATES")
    assert (beyond.circumstances["paid_cents"], beyond.answer.nearest.cents) == (2000, 3000)


def test_the_share_is_a_term_of_the_rulebook(client: Client, cast: Cast, ticket: Ticket) -> None:
    Paid.note(ticket, 2000, **TWENTY, by=cast.anna)
    with Rulebook.amend(by=cast.ben, note="As much as was paid", at=timezone.now()) as book:
        Term.objects.create(
            rulebook=book,
            name="paid_percent",
            value=100,
            valid_until=timezone.localdate() + timedelta(days=30),
            reason="A month of looking",
        )
    assert own(cast, ticket) == (2000, 2000)
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    answer = reverse("authority:answer", args=[ticket.pk]), {"kind": "voucher", "amount": "20"}
    assert "What is like cash ends at 100 % of what was paid: €20.00." in client.get(*answer).content.decode()
    for value in (9, 301):
        with pytest.raises(IntegrityError), transaction.atomic():
            Term.objects.create(rulebook=book, name="paid_percent", value=value)


def test_the_database_knows_an_amount(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Paid.note(ticket, 0, **TWENTY, by=cast.anna)


def test_the_panel_notes_it_and_says_what_it_means(client: Client, cast: Cast, ticket: Ticket) -> None:
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    answer = reverse("authority:answer", args=[ticket.pk]), {"kind": "voucher", "amount": "20"}
    assert "What was paid is not known, so it sets no limit." in client.get(*answer).content.decode()
    note = reverse("authority:note_paid", args=[ticket.pk])
    for wrong in ("0", "-5", "1e9", "０", ""):
        client.post(note, {"cents": wrong, "source": "customer"})
    client.post(note, {"cents": "20", "source": "nobody"})
    assert Paid.objects.count() == 0
    client.post(note, {"cents": "20,00", **TWENTY})
    assert (Paid.of(ticket).cents, Paid.of(ticket).by) == (2000, cast.anna)
    assert "What is like cash ends at 150 % of what was paid: €30.00." in client.get(*answer).content.decode()
    panel = client.get(reverse("authority:panel", args=[ticket.pk])).content.decode()
    assert "Order 4711" in panel


def test_programs_write_it_down_and_strangers_find_nothing(cast: Cast, ticket: Ticket) -> None:
    anna, path = Program.of(cast.anna), f"tickets/{ticket.pk}/paid/"
    assert anna.get(path).status_code == 404
    for wrong in (
        {"cents": 0, **TWENTY},
        {"cents": "20", **TWENTY},
        {"cents": 2000},
        {"cents": 2**70, **TWENTY},
    ):
        assert anna.put(path, wrong).status_code == 400
    assert [anna.put(path, {"cents": 2000, **TWENTY}).json()["most_cents"] for _twice in range(2)] == [
        3000,
        3000,
    ]
    assert (anna.get(path).json()["words"], Paid.objects.count()) == ("Order 4711", 1)
    for stranger in (cast.dora, cast.cem.person):
        assert Program.of(stranger).get(path).status_code == 404
        assert Program.of(stranger).put(path, {"cents": 1, **TWENTY}).status_code == 404
