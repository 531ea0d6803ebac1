"""What the count does not agree with is told to people once, stays until somebody answered, and repairs nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Person
from policies.ledger.finding import reconcile_now
from policies.ledger.transfer import Step, book, period_at
from policies.models import BudgetPeriod, Finding
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast):
    return Person.objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)


@pytest.fixture
def broken(cast) -> BudgetPeriod:
    period = period_at(cast.budget, at=MONDAY)
    book(period, Step.RESERVE, 1000, key="k", by=None, at=MONDAY)
    BudgetPeriod.objects.filter(pk=period.pk).update(reserved_cents=900)
    return period


def test_where_all_agrees_nobody_is_told(cast, ada):
    period_at(cast.budget, at=MONDAY)
    assert reconcile_now(now=MONDAY) == 0
    assert not Finding.objects.exists()


def test_a_difference_is_told_once_to_those_who_answer_for_it(cast, ada, broken):
    assert [reconcile_now(now=MONDAY + timedelta(days=d)) for d in range(3)] == [2, 2, 2]
    found = Finding.objects.get(what="reserved")
    assert (found.stored, found.counted, found.seen_at) == ("900", "1000", MONDAY + timedelta(days=2))
    told = OutgoingMail.objects.filter(key__startswith="finding:").values_list("to", flat=True)
    assert sorted(told) == sorted(["ada@kulanz.example", "ben@kulanz.example"] * 2)
    broken.refresh_from_db()
    assert broken.reserved_cents == 900


def test_the_lead_sees_it_and_answers_for_it_others_do_not(cast, client, broken):
    reconcile_now(now=MONDAY)
    found = Finding.objects.get(what="reserved")
    path = reverse("studio:settle_finding", args=[found.pk])
    client.force_login(cast.dora)
    assert "stored 900, counted 1000" not in client.get(reverse("studio:books")).content.decode()
    assert client.post(path, {"words": "x"}).status_code == 404
    client.force_login(cast.ben)
    assert "stored 900, counted 1000" in client.get(reverse("studio:books")).content.decode()
    assert (
        "Say in a few words how it came about."
        in client.post(path, {"words": ""}, follow=True).content.decode()
    )
    client.post(path, {"words": "A restore went wrong"})
    found.refresh_from_db()
    assert (found.settled_by, found.words) == (cast.ben, "A restore went wrong")


def test_what_is_still_there_afterwards_is_reported_again(cast, ada, broken):
    reconcile_now(now=MONDAY)
    found = Finding.objects.get(what="reserved")
    assert found.settle(by=ada, words="Known")
    assert not found.settle(by=ada, words="Twice")
    reconcile_now(now=MONDAY)
    assert Finding.objects.filter(what="reserved").count() == 2


def test_the_command_says_so_and_ends_with_one(cast, broken, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger")
    assert ended.value.code == 1
    assert "reserved: stored 900, counted 1000" in capsys.readouterr().out
    BudgetPeriod.objects.filter(pk=broken.pk).update(reserved_cents=1000)
    call_command("verify_ledger")
    assert "agrees" in capsys.readouterr().out
