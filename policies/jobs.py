"""Jobs: what Celery wakes. Three lines each; the work is a verb elsewhere, and every one may run twice."""

import logging

from celery import shared_task

from tickets.heartbeat import Heartbeat

from .asks import sweep
from .challenges import challenge
from .learning import rise
from .ledger import transfer as ledger
from .mirrors import mirror
from .rules import rehearsal, space
from .rules.publication import publish_due_now

logger = logging.getLogger(__name__)


@shared_task
def sweep_asks() -> None:
    sweep.sweep_asks_now()
    Heartbeat.beat("asks")


@shared_task
def reconcile_ledger() -> None:
    for difference in ledger.reconcile():
        logger.error("ledger differs: %s", difference)
    Heartbeat.beat("ledger")


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
