"""What is left when those who watch over promises are killed at random moments: worker, beat and broker, emptied too.

Five thousand promises break one after the other for the better part of a minute; meanwhile somebody pulls plugs. Then
it is counted: each broken once in the log, once in the history, told once, and no mail owed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone

from tickets.models import Clock, ClockEntry, Event, Mark, Notice
from tickets.sla.target import ANSWER, FIRST_RESPONSE

from . import stage
from .crew import WATCH, Crew, crew

GROUPS, OF_EACH = 50, 100  # so many seconds, and so many promises that break in each of them
SETTLES: Final = timedelta(
    seconds=180
)  # until then everything must have fired after the last plug was pulled
SINGLES, SPREAD_SECONDS = 200, 60
SEED = 20_261_126


def measure_kills() -> Iterator[str]:
    """5,000 promises that break while plugs are pulled; nothing may be lost and nothing doubled."""
    stage.crowd(tickets=200, customers=200)
    starts = timezone.now() + timedelta(seconds=30)
    for group in range(GROUPS):
        stage.due_clocks(OF_EACH, due_at=starts + timedelta(seconds=group))
    clocks = list(Clock.objects.filter(until__gte=starts).values_list("pk", flat=True))
    last = starts + timedelta(seconds=GROUPS)
    dice, pulled = random.Random(SEED), Counter[str]()  # noqa: S311 - dice, not secrets
    stage.let_go()
    with crew(WATCH) as found:
        while timezone.now() < last:
            time.sleep(dice.uniform(0.3, 2.0))
            pulled[_pull(found, dice)] += 1
        while _waits(clocks) and timezone.now() < last + SETTLES:
            time.sleep(0.2)
        late = (timezone.now() - last).total_seconds()
    told = ", ".join(f"{count} {name}" for name, count in sorted(pulled.items()))
    yield (
        f"{len(clocks):,} promises under {pulled.total()} kills ({told}): {_verdict(clocks)}; "
        f"all done {late:.1f} s after the last moment"
    )


def measure_late() -> Iterator[str]:
    """How late a single promise is called broken by a worker and a beat at their usual pace, nobody harming them."""
    stage.crowd(tickets=200, customers=200)
    starts, dice = timezone.now() + timedelta(seconds=30), random.Random(SEED)  # noqa: S311 - dice, not secrets
    for kind in (ANSWER, FIRST_RESPONSE):
        stage.due_clocks(SINGLES, due_at=starts, kind=kind)
    ours = Mark.objects.filter(clock__until__gte=starts)
    _spread(ours.select_related("clock"), dice)
    stage.let_go()
    with crew(WATCH, pace="5"):
        ends = starts + timedelta(seconds=SPREAD_SECONDS) + SETTLES
        while timezone.now() < starts or (ours.pending().exists() and timezone.now() < ends):
            time.sleep(0.2)
    for kind, name in ((ANSWER, "calls and chats"), (FIRST_RESPONSE, "tickets")):
        fired = ours.filter(clock__kind=kind, done_at__isnull=False).values_list("due_at", "done_at")
        late = [(done_at - due_at).total_seconds() for due_at, done_at in fired]
        yield (
            f"{name}: {len(late)} of {SINGLES} single marks fired, late p50 {stage.percentile(late, 0.5):.1f} s, "
            f"p99 {stage.percentile(late, 0.99):.1f} s"
        )


def _spread(marks: Iterable[Mark], dice: random.Random) -> None:
    """Each at a moment of its own within the minute."""
    marks = list(marks)
    for mark in marks:
        later = timedelta(seconds=dice.uniform(0, SPREAD_SECONDS))
        mark.due_at, mark.clock.due_at, mark.clock.until = (mark.due_at + later,) * 3
    Mark.objects.bulk_update(marks, ["due_at"])
    Clock.objects.bulk_update([mark.clock for mark in marks], ["due_at", "until"])


def _pull(found: Crew, dice: random.Random) -> str:
    ways = ("child", "worker", "beat", "broker", "emptied", "refusing")
    what = dice.choices(ways, (40, 20, 15, 10, 10, 5))[0]
    if what == "child":
        return "child" if found.kill_a_child(dice) else "no child yet"
    if what == "emptied":
        found.empty()
        return what
    if what == "refusing":
        found.refuse(seconds=dice.uniform(1, 3))
        return what
    found.kill(what)
    time.sleep(dice.uniform(0, 1))
    found.begin(what)
    return what


def _waits(clocks: list[int]) -> bool:
    return (
        Mark.objects.pending().filter(clock__in=clocks).exists()
        or Notice.objects.mail_due(timezone.now()).exists()
    )


def _verdict(clocks: list[int]) -> str:
    """“each once”, or what was lost and what came twice: in the history, in the log, and to whoever was told."""
    known, breached = set(clocks), Event.objects.filter(kind="promise_breached")
    told = Notice.objects.filter(event__kind="promise_breached").values_list("person", "event__data__clock")
    counts = {
        "events": Counter(pk for pk in breached.values_list("data__clock", flat=True) if pk in known),
        "entries": Counter(
            ClockEntry.objects.filter(kind="breached", clock__in=known).values_list("clock", flat=True)
        ),
        "notices": Counter(pair for pair in told if pair[1] in known),
    }
    wrong = []
    for name, counted in counts.items():
        lost = len(known - {pair[1] if isinstance(pair, tuple) else pair for pair in counted})
        doubled = sum(count - 1 for count in counted.values())
        if lost or doubled:
            wrong.append(f"{lost} {name} LOST, {doubled} DOUBLED")
    if _waits(clocks):
        wrong.append("some STILL WAIT")
    return "; ".join(wrong) or "each once"
