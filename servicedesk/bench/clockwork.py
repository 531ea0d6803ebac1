"""How fast promises are watched: ten thousand that break in the same second, and a million that do not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.db import connection
from django.utils import timezone

from tickets.models import Clock, ClockEntry, Event, Mark, Notice, OutgoingMail, Ticket
from tickets.sla.sweep import sweep_now
from tickets.sla.target import BY_WORD

from . import stage
from .working import in_processes

CLOCKS, RUNNING, LOOKS = 10_000, 1_000_000, 20
NUMBERS = {
    "postgresql": "SELECT i FROM generate_series(1, {count}) AS i",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n",
}


def measure_sweep() -> Iterator[str]:
    """10,000 promises that broke in the same minute: log, events, notices and mails, by one sweeper and then by two."""
    stage.crowd(tickets=200, customers=200)
    for sweepers in (1, 2):
        stage.due_clocks(CLOCKS, due_at=timezone.now() - timedelta(minutes=1))
        before = _counts()
        wall, computed = in_processes(_sweep, count=sweepers)
        events, entries, notices, mails = (after - was for after, was in zip(_counts(), before, strict=True))
        lost = Mark.objects.due(timezone.now()).count()
        whole = (events, entries, lost) == (CLOCKS, CLOCKS, 0)
        verdict = "each once" if whole else f"{events} EVENTS, {entries} ENTRIES, {lost} LEFT"
        yield (
            f"{wall:.1f} s for {CLOCKS:,} due marks with {sweepers} sweeper{'s'[: sweepers - 1]} "
            f"({sum(computed) / CLOCKS * 1e3:.2f} ms of computing each), "
            f"{notices:,} notices in {mails:,} mails; {verdict}"
        )


def measure_idle() -> Iterator[str]:
    """A sweep that finds nothing due among a million running promises."""
    stage.crowd(tickets=200, customers=200)
    _run_clocks(RUNNING)
    sweep_now()
    took = [stage.timed(sweep_now)[0] for _look in range(LOOKS)]
    running = Clock.objects.open().count()
    yield (
        f"{median(took) * 1e3:.1f} ms for a sweep with nothing due, {running:,} clocks running "
        f"(worst {max(took) * 1e3:.1f} ms)"
    )


def _counts() -> tuple[int, ...]:
    broken = ClockEntry.objects.filter(kind="breached")
    return Event.objects.count(), broken.count(), Notice.objects.count(), OutgoingMail.objects.count()


def _sweep(_number: int) -> float:
    began = time.process_time()
    while Mark.objects.due(timezone.now() - timedelta(seconds=30)).exists():
        sweep_now()
    return time.process_time() - began


def _run_clocks(count: int) -> None:
    """So many promises by word, each with two marks in the days to come; past the models, or it would take an hour."""
    ticket, now = Ticket.objects.order_by("pk")[0], timezone.now()
    numbers = NUMBERS[connection.vendor].format(count=count)
    due_at = now + timedelta(days=2)
    with connection.cursor() as cursor:
        columns = "ticket_id, kind, seconds, until, warn_percent, started_at, due_at, pauses"
        many = f"SELECT %s, %s, 86400, %s, 75, %s, %s, '[]' FROM ({numbers}) AS many"  # noqa: S608
        cursor.execute(
            f"INSERT INTO tickets_clock ({columns}) {many}",
            [ticket.pk, BY_WORD, due_at, now, due_at],
        )
        for kind, early in (("warning", timedelta(hours=12)), ("breach", timedelta())):
            cursor.execute(
                "INSERT INTO tickets_mark (clock_id, kind, step, due_at, skipped, tries, trouble) "
                "SELECT id, %s, 0, %s, '', 0, '' FROM tickets_clock WHERE kind = %s",
                [kind, due_at - early, BY_WORD],
            )
        cursor.execute("ANALYZE")
