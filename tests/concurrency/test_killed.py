"""kill -9 between reserving and confirming: nothing is lost, nothing is doubled, and the beat finds what was left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from harness import NOWHERE, ROOT, at_once, desk, environ, wait_until
from payer import paying

from policies.ledger.transfer import reconcile
from policies.models import Budget, BudgetPeriod, Offer, PayoutOrder, PayoutTarget, Ruling, Stage, Transfer
from policies.payout.delivery import deliver_now
from policies.payout.order import LEASE

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 24


def started(deed: str, *words: object) -> subprocess.Popen[bytes]:
    argv = [sys.executable, str(Path(__file__).parent / "at_once.py"), deed, *map(str, words)]
    return subprocess.Popen(
        argv, env=environ(NOWHERE), cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """All of it, at once, by the kernel."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def whole() -> None:
    """Every gesture is wholly there or not at all, and the ledger says so to the cent."""
    assert reconcile() == []
    entries = Counter(Transfer.objects.exclude(step="allot").values_list("step", flat=True))
    states = Counter(Offer.objects.values_list("state", flat=True))
    assert entries["reserve"] == sum(states.values()) == Stage.objects.filter(name="reserved").count()
    assert entries["confirm"] == states["delivered"] == Stage.objects.filter(name="delivered").count()
    period = BudgetPeriod.objects.filter(transfers__step="reserve").distinct().get()
    assert (period.reserved_cents, period.spent_cents) == (100 * states["granted"], 100 * states["delivered"])


def test_whoever_is_killed_while_giving_loses_nothing_and_the_next_goes_on(cast, no_redis):
    tickets = [ticket.pk for ticket in desk(cast, MANY)]
    Budget.objects.filter(pk=cast.budget.pk).update(monthly_cents=100 * MANY)
    for _life in range(2):
        before = Offer.objects.count()
        process = started("live", cast.anna.pk, *tickets)
        wait_until(lambda before=before: Offer.objects.count() >= min(before + 3, MANY))
        kill(process)
        whole()
    at_once("live", cast.anna.pk, *tickets, redis_url=NOWHERE)
    whole()
    assert Counter(Offer.objects.values_list("state", flat=True)) == {"delivered": MANY}
    assert Ruling.objects.count() == MANY
    assert BudgetPeriod.objects.get(budget=cast.budget).left_cents == 0


def test_whoever_is_killed_while_paying_leaves_it_held_and_it_is_sent_no_second_time(cast, no_redis):
    with paying() as payer:
        target = PayoutTarget.set_up(
            name="Bank", url=payer.url, private=True, form="credit_note", by=cast.ben
        )
        at_once("live", cast.anna.pk, cast.ticket().pk, redis_url=NOWHERE)
        payer.drips = 0.5
        process = started("pay", 1)
        wait_until(lambda: payer.got)
        kill(process)
        order = PayoutOrder.objects.get(target=target)
        assert (order.state, order.offer.state) == ("waiting", "granted")
        assert deliver_now(now=timezone.now() + LEASE + timedelta(seconds=1)) == 0
        order.refresh_from_db()
        assert (order.state, len(payer.got)) == ("unknown", 1)
        payer.drips = 0
        assert order.send_again()
        assert deliver_now() == 1
        assert len({headers["webhook-id"] for headers, _body in payer.got}) == 1
        order.offer.refresh_from_db()
        assert order.offer.state == "delivered"
        whole()
