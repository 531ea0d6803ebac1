"""What is like cash ends at a share of what was paid for whoever answers, by whichever door."""

from __future__ import annotations

import html
import re

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from program import Program

from policies.facts import Wish
from policies.models import Ask, Limit, Offer, Paid, Ruling, Stance
from policies.referral import NobodyToAsk, deciders
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
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
    assert Ruling.request(cast.anna, ask.ruling.ticket, Wish("call"), key="call").outcome == "DO"
    with pytest.raises(NobodyToAsk):
        Ruling.request(cast.anna, ask.ruling.ticket, Wish("voucher", 2501), key="rest")
    second = Ruling.request(cast.anna, ask.ruling.ticket, Wish("voucher", 2500), key="rest").ask
    assert second.grant(by=cast.ben) is None
    assert deciders(ask.ruling, "approve")[0] == cast.ben  # a question lands at a person all the same


@pytest.mark.parametrize(
    ("cents", "given", "instead"),
    [
        (7501, 0, "You can give €50.00 at once, and ask for up to €75.00."),
        (7001, 1000, "You can give €40.00 at once, and ask for up to €65.00."),
        (3001, 5000, "You can ask for up to €25.00."),
        (1, 7500, "You can help without money at once: listen, explain, apologise, call back."),
    ],
)
def test_nobody_is_asked_what_nobody_can_grant_and_what_is_possible_is_said(
    cast: Cast, client: Client, cents: int, given: int, instead: str
) -> None:
    ticket = cast.ticket()
    Paid.note(ticket, 5000, source="document", by=cast.anna)
    if given:
        first = Ruling.request(cast.anna, ticket, Wish("voucher", given), key="first")
        assert given <= 5000 or first.ask.grant(by=cast.ben) is None
    said = f"{WORDS} {instead}"
    client.force_login(cast.anna)
    path, chosen = (
        f"/desk/tickets/{ticket.pk}/authority/",
        {"kind": "voucher", "amount": f"{cents / 100:.2f}"},
    )
    shown = html.unescape(client.get(path, chosen).content.decode())
    assert said in shown
    assert "Ask Ben" not in shown
    sent = client.post(reverse("authority:offer", args=[ticket.pk]), chosen | {"key": "k" * 32}, headers=HTMX)
    program = Program.of(cast.anna)
    asked = program.post(f"tickets/{ticket.pk}/offers/", {"kind": "voucher", "cents": cents})
    weighed = program.post(f"tickets/{ticket.pk}/authority/", {"kind": "voucher", "cents": cents})
    look = weighed.json()["outlook"]
    assert (sent.status_code, asked.status_code) == (200, 409)
    assert said in html.unescape(sent.content.decode())
    assert asked.json()["detail"] == look["in_vain"] == said
    assert (look["nobody"], look["asked"], look["at_deadline"]) == (True, None, "")
    assert Ask.objects.open().count() == 0


def test_a_case_is_handed_over_and_what_is_owed_is_given_whatever_was_paid(cast: Cast) -> None:
    ticket = cast.ticket()
    Paid.note(ticket, 1000, source="document", by=cast.anna)
    assert Ruling.request(cast.anna, ticket, Wish("voucher", 9000, owed_by="law"), key="k").outcome == "OWED"
    Stance.take(cast.anna, ticket, "not_now")
    assert Ruling.request(cast.anna, ticket, Wish("voucher", 9000), key="over").ask.role == Ask.Role.TAKE_OVER
