"""Jobs: what Celery wakes. Three lines each; the work is a verb elsewhere, and every one may run twice."""

from celery import shared_task

from . import forgetting, news, snooze
from .automation import bulk, carry, timing
from .composing import held_reply, staged_file, viewer
from .heartbeat import Heartbeat
from .knowledge.missed_search import MissedSearch
from .line import fair_wait, lasting
from .line import sweep as line
from .mail import delivery, fetching, intake
from .sla import pause, recalculation, recalculation_preview, sweep
from .webhook import call


@shared_task
def beat_heart() -> None:
    Heartbeat.beat("worker")


@shared_task
def sweep_marks() -> None:
    sweep.sweep_now()
    Heartbeat.beat("sweep")


@shared_task
def end_pauses() -> None:
    pause.end_due_now()


@shared_task
def wake_the_snoozed() -> None:
    snooze.wake_due_now()


@shared_task
def go_on_recalculating() -> None:
    recalculation_preview.look_now()
    recalculation.recalculate_now()


@shared_task
def deliver_mail() -> None:
    delivery.deliver_now()
    Heartbeat.beat("mail")


@shared_task
def let_replies_go() -> None:
    held_reply.let_go_now()


@shared_task
def forget_files() -> None:
    staged_file.forget_now()


@shared_task
def forget_viewers() -> None:
    viewer.forget_now()


@shared_task
def call_webhooks() -> None:
    call.call_now()
    Heartbeat.beat("webhooks")


@shared_task
def take_in_mail() -> None:
    intake.take_in_now()


@shared_task
def fetch_mail() -> None:
    fetching.fetch_now()


@shared_task
def sweep_line() -> None:
    line.sweep_line_now()
    Heartbeat.beat("line")


@shared_task
def care_for_the_line() -> None:
    line.care_now()


@shared_task
def tell_of_longer_waits() -> None:
    fair_wait.tell_now()


@shared_task
def judge_what_lasted() -> None:
    lasting.judge_now()


@shared_task
def automate() -> None:
    carry.automate_now()
    Heartbeat.beat("rules")


@shared_task
def time_rules() -> None:
    timing.time_now()


@shared_task
def go_on_with_many() -> None:
    bulk.go_on_now()


@shared_task
def forget_addresses() -> None:
    forgetting.forget_addresses_now()


@shared_task
def forget_missed_searches() -> None:
    MissedSearch.forget_now()


@shared_task
def write_the_days_news() -> None:
    news.daily_now()
