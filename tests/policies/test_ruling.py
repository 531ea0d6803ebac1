"""From a wish to a booking, an ask or a no."""

import pytest

from policies.facts import Wish
from policies.models import Ask, BudgetPeriod, Offer, Ruling
from tickets.models import Event, OutgoingMail

pytestmark = pytest.mark.django_db


def test_within_the_limit_it_is_booked_and_the_customer_told(cast):
    ticket = cast.ticket()
    ruling = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k1")
    assert ruling.outcome == "DO"
    offer = Offer.objects.get()
    assert (offer.cents, offer.state, offer.approver) == (2000, "granted", None)
    period = BudgetPeriod.objects.get()
    assert (period.allotted_cents, period.reserved_cents, period.left_cents) == (50_000, 2000, 48_000)
    mail = OutgoingMail.objects.get(key=f"gesture:{ruling.pk}")
    assert mail.to == "cem@kulanz.example"
    assert "Gutschein, 20,00\xa0€" in mail.text


def test_the_same_key_books_once(cast):
    ticket = cast.ticket()
    first = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k1")
    assert Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k1") == first
    assert Offer.objects.count() == 1
    assert BudgetPeriod.objects.get().reserved_cents == 2000


def test_above_the_limit_a_named_person_is_asked_and_grants(cast):
    ticket = cast.ticket()
    ruling = Ruling.request(cast.anna, ticket, Wish("voucher", 8000), key="k1")
    assert ruling.outcome == "ASK_SILENCE_YES"
    ask = Ask.objects.get()
    assert (ask.asked, ask.role, ask.silence_grants) == (cast.ben, "approve", True)
    assert Offer.objects.count() == 0
    assert ask.grant(by=cast.ben, words="Gladly.") is None
    offer = Offer.objects.get()
    assert (offer.cents, offer.approver, offer.agent) == (8000, cast.ben, cast.anna)
    assert [e.kind for e in Event.objects.filter(ticket=ticket)][-2:] == ["offer_made", "ask_granted"]


def test_nobody_grants_their_own_ask(cast):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k1")
    ask = Ask.objects.get()
    assert ask.grant(by=cast.anna).code == "own"
    ask.refresh_from_db()
    assert ask.is_open
