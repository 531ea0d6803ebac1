"""Rebuild: what every clock should say by its log, compared with what it says, and put right if wanted.

In batches, each whole or not at all; how far it came is written with the batch, so that a run that was killed goes on
where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .clock import Clock
from .course import AROUND_THE_CLOCK, SUM, Nonsense, fold, sum_of
from .log import ClockEntry
from .opening import OpeningHours

BATCH = 500


class RebuildRun(models.Model):
    """One run over all clocks and how far it came; the last one unfinished is gone on with."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    after = models.BigIntegerField(default=0)  # the last clock that is done
    looked_at = models.PositiveIntegerField(default=0)
    differed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("rebuild of clocks")
        verbose_name_plural = _("rebuilds of clocks")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.looked_at}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A clock whose fields are not the sum of its log: by field, what is stored and what the log says."""

    clock: int
    fields: dict[str, tuple[object, object]]
    trouble: str = ""


def compare(*, after: int = 0) -> Iterator[tuple[int, list[Difference]]]:
    """Batch by batch how many clocks were looked at and which of them differ; nothing is changed."""
    while pks := _next(after):
        yield len(pks), _differences(pks)
        after = pks[-1]


def rebuild(run: RebuildRun) -> Iterator[tuple[int, list[Difference]]]:
    """Go on with `run`: put right what differs, and write down how far it came in the same transaction."""
    while pks := _next(run.after):
        with transaction.atomic():
            Clock.objects.filter(pk__in=pks).hold()
            found = _differences(pks)
            tickets = {_put_right(difference) for difference in found if not difference.trouble}
            for clock in Clock.objects.filter(pk__in=tickets).select_related("ticket"):
                clock.ticket.refresh_promise()
            run.after, run.looked_at = pks[-1], run.looked_at + len(pks)
            run.differed += len(found)
            run.save()
        yield len(pks), found
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])


def unfinished(*, now: datetime) -> RebuildRun:
    """The run that was interrupted, else a new one."""
    run = RebuildRun.objects.filter(finished_at=None).order_by("-pk").first()
    return run or RebuildRun.objects.create(started_at=now)


def _next(after: int) -> list[int]:
    return list(Clock.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _differences(pks: Sequence[int]) -> list[Difference]:
    logs: dict[int, list[ClockEntry]] = {pk: [] for pk in pks}
    for entry in ClockEntry.objects.filter(clock__in=pks).select_related("calendar").order_by("pk"):
        logs[entry.clock_id].append(entry)
    clocks = Clock.objects.filter(pk__in=pks).select_related("calendar", "hours").order_by("pk")
    found = [_difference(clock, logs[clock.pk]) for clock in clocks]
    return [difference for difference in found if difference.fields or difference.trouble]


def _difference(clock: Clock, log: Sequence[ClockEntry]) -> Difference:
    """The calendar of an entry holds until another entry names another one."""
    told: list[tuple[ClockEntry, OpeningHours]] = []
    calendar, hours = None, AROUND_THE_CLOCK
    for entry in log:
        if entry.calendar is not None:
            calendar, hours = entry.calendar, entry.calendar.opening
        told.append((entry, hours))
    try:
        course = fold(told)
    except Nonsense as nonsense:
        return Difference(clock.pk, {}, str(nonsense))
    if course is None:
        return Difference(clock.pk, {}, "This clock has no log.")
    said = sum_of(course, hours) | {"calendar_id": calendar.pk if calendar else None}
    stored = {name: getattr(clock, name) for name in (*SUM, "calendar_id")}
    return Difference(
        clock.pk, {name: (stored[name], said[name]) for name in said if stored[name] != said[name]}
    )


def _put_right(difference: Difference) -> int:
    said = {name: value for name, (_stored, value) in difference.fields.items()}
    Clock.objects.filter(pk=difference.clock).update(**said)
    return difference.clock
