"""What is like cash ends at a share of what was paid for whoever answers, by whichever door."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from program import Program

from policies.facts import Wish
from policies.models import Ask, Limit, Offer, Paid, Ruling
from policies.referral import deciders
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
WORDS = "What is like cash ends at 150 % of what was paid: €75.00. Nobody can grant more."


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """Anna asks for 80 €, which Ben may say yes to; then it turns out that no more than 50 € were paid."""
    asked = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k").ask
    Paid.note(asked.ruling.ticket, 5000, source="document", by=cast.anna)
    return asked


def test_whoever_answers_is_bound_by_it_at_every_door(ask: Ask, cast: Cast, client: Client) -> None:
    mail = OutgoingMail.objects.filter(key__startswith=f"ask:{ask.pk}:").latest("pk")
    by_mail = client.post(re.search(r"/studio/answers/[\w-]+/", mail.text)[0], {"answer": "grant"})
    client.force_login(cast.ben)
    desk = client.post(reverse("studio:answer", args=[ask.pk]), {"answer": "grant"})
    program = Program.of(cast.ben).post(f"asks/{ask.pk}/answer/", {"answer": "grant"})
    assert (by_mail.status_code, desk.status_code, program.status_code) == (422, 422, 409)
    for answer in (by_mail, desk):
        assert WORDS in answer.content.decode()
    assert program.json()["detail"].startswith(WORDS)
    ask.refresh_from_db()
    assert (ask.is_open, Offer.objects.count()) == (True, 0)
    Paid.note(ask.ruling.ticket, 6000, source="document", by=cast.anna)
    assert client.post(reverse("studio:answer", args=[ask.pk]), {"answer": "grant"}).status_code == 302
    assert Offer.objects.get().approver == cast.ben


def test_no_limit_of_a_lead_and_no_second_part_goes_beyond_it(cast: Cast, ask: Ask) -> None:
    Limit.objects.filter(role="lead").update(own_cents=900_000, stretch_cents=900_000, customer_cents=900_000)
    assert ask.grant(by=cast.ben).code == "paid"
    assert Ruling.request(cast.anna, ask.ruling.ticket, Wish("voucher", 5000), key="part").outcome == "DO"
    second = Ruling.request(cast.anna, ask.ruling.ticket, Wish("voucher", 2501), key="rest").ask
    assert second.grant(by=cast.ben).code == "paid"
    assert deciders(ask.ruling, "approve")[0] == cast.ben  # a question lands at a person all the same
    assert Ruling.request(cast.anna, ask.ruling.ticket, Wish("call"), key="call").outcome == "DO"
