"""C07: won and lost in one table and one unit, by month; each lost customer once, whatever happened to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from policies.facts import Wish
from policies.insight.lost import AFTER_NO, GAVE_UP, OPEN_REQUEST, UNANSWERED, won_and_lost
from policies.models import Holding, Ruling
from policies.weigh.decision import Outcome
from tickets.models import Chat, Place

pytestmark = pytest.mark.django_db


def ends(customer: Customer, day: date, number: str) -> None:
    Holding.note(
        customer, number, kind="contract", title="Service", began_on=date(2020, 1, 1), ends_on=day, status=""
    )


def says_no(cast: Cast, customer: Customer, at: datetime) -> None:
    ticket = cast.ticket("Late", customer=customer)
    ticket.move("solved", by=cast.anna)
    ruling = Ruling.weigh(cast.anna, ticket, Wish("voucher", 1000), at=at)
    ruling.outcome, ruling.key = Outcome.NEVER, f"no-{customer.pk}"
    ruling.save()


def test_c07_everybody_lost_counts_once_and_beside_who_was_won(cast: Cast):
    now = timezone.now()
    today = timezone.localdate(now)
    Customer.objects.filter(pk=cast.eva.pk).update(since=today)
    Place.objects.create(team=cast.north, customer=cast.cem, phase="abandoned", arrived_at=now)
    chat = Chat.start(cast.cem, cause=cast.late, text="Hello?", key="k1", at=now)
    chat.place.hear("ended", at=now, ended_by="customer")
    ends(cast.cem, today, "1")
    month = won_and_lost(at=now)[-1]
    assert (month.begins, month.won, month.lost) == (today.replace(day=1), 1, 1)
    assert month.by_reason[OPEN_REQUEST] == 1
    assert month.by_reason[GAVE_UP] + month.by_reason[UNANSWERED] >= 1


def test_c07_a_contract_that_ends_within_ninety_days_after_a_no_is_lost_by_it(cast: Cast):
    now = timezone.now()
    for customer, days, number in ((cast.cem, 89, "1"), (cast.eva, 92, "2")):
        says_no(cast, customer, now - timedelta(days=days))
        ends(customer, timezone.localdate(now), number)
    assert won_and_lost(at=now)[-1].by_reason[AFTER_NO] == 1


def test_c07_who_renewed_or_was_reached_later_is_not_lost(cast: Cast):
    now = timezone.now()
    ends(cast.cem, timezone.localdate(now), "1")
    ends(cast.cem, timezone.localdate(now) + timedelta(days=365), "2")
    gone = {"team": cast.north, "customer": cast.cem, "arrived_at": now}
    Place.objects.create(**gone, phase="abandoned")
    Place.objects.create(**gone, phase="ended", first_answered_at=now + timedelta(minutes=5))
    assert won_and_lost(at=now)[-1].lost == 0


def test_c07_losses_stand_beside_wins_on_the_leads_page(cast: Cast, client: Client):
    Place.objects.create(team=cast.north, customer=cast.cem, phase="abandoned", arrived_at=timezone.now())
    client.force_login(cast.ben)
    page = client.get(reverse("studio:insight")).content.decode()
    assert ("Won and lost" in page, "1 customer<" in page) == (True, True)
