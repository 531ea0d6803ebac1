"""Jobs: what Celery wakes. Three lines each; the work is a verb elsewhere, and every one may run twice."""

from celery import shared_task

from tickets.heartbeat import Heartbeat

from .asks import sweep
from .challenges import challenge
from .insight import alert
from .learning import rise
from .ledger import carry, finding
from .life import expiry
from .mirrors import mirror
from .payout import delivery as payout
from .questions import watch
from .relationship import contract, detail, outreach
from .rules import rehearsal, space
from .rules.publication import publish_due_now


@shared_task
def sweep_asks() -> None:
    sweep.sweep_asks_now()
    Heartbeat.beat("asks")


@shared_task
def reconcile_ledger() -> None:
    finding.reconcile_now()
    Heartbeat.beat("ledger")


@shared_task
def begin_contracts() -> None:
    contract.begin_now()


@shared_task
def turn_months() -> None:
    carry.turn_months_now()
    Heartbeat.beat("months")


@shared_task
def expire_offers() -> None:
    expiry.expire_now()
    Heartbeat.beat("expiry")


@shared_task
def deliver_payouts() -> None:
    payout.deliver_now()
    Heartbeat.beat("payouts")


@shared_task
def ask_questions() -> None:
    watch.watch_now()
    Heartbeat.beat("questions")


@shared_task
def rehearse() -> None:
    rehearsal.rehearse_now()


@shared_task
def publish_due() -> None:
    publish_due_now()


@shared_task
def carry_mirrors() -> None:
    mirror.carry_mirrors_now()
    Heartbeat.beat("mirrors")


@shared_task
def sweep_ideas() -> None:
    space.sweep_ideas_now()
    Heartbeat.beat("ideas")


@shared_task
def raise_levels() -> None:
    rise.sweep_levels_now()
    Heartbeat.beat("levels")


@shared_task
def sweep_challenges() -> None:
    challenge.sweep_challenges_now()
    Heartbeat.beat("challenges")


@shared_task
def tell_when_the_field_fell() -> None:
    alert.tell_when_it_fell_now()


@shared_task
def forget_details() -> None:
    detail.forget_details_now()


@shared_task
def draw_the_quiet() -> None:
    outreach.draw_now()
