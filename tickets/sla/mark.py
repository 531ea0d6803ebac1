"""A mark: the moment a clock warns or breaks. Stored with its time, claimed by conditional update, fired once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .clock import Clock

WARNING, BREACH = "warning", "breach"
KINDS = [(WARNING, _("warning")), (BREACH, _("breach"))]
FIRST_RETRY, LONGEST_RETRY, MOST_DOUBLINGS = timedelta(minutes=1), timedelta(hours=3), 10


class MarkQuerySet(models.QuerySet["Mark"]):
    def pending(self) -> MarkQuerySet:
        return self.filter(done_at=None)

    def due(self, now: datetime) -> MarkQuerySet:
        return self.pending().filter(due_at__lte=now).order_by("due_at", "pk")

    def skip(self, *, at: datetime, why: str) -> int:
        return self.pending().update(done_at=at, skipped=why)

    def claim(self, pks: Iterable[int], *, at: datetime) -> bool:
        """Whoever changes all the rows fires the marks; everybody else finds one of them done."""
        wanted = list(pks)
        return self.pending().filter(pk__in=wanted).update(done_at=at) == len(wanted)


class Mark(models.Model):
    clock = models.ForeignKey("tickets.Clock", on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8, choices=KINDS)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    skipped = models.CharField(max_length=16, blank=True, default="")  # why it did not fire
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="one_mark_per_clock_and_kind")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="mark_pending")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"

    @classmethod
    def set_for(cls, clock: Clock, *, now: datetime) -> None:
        """Set the marks of a clock that starts or goes on; a fired one stays as it is.

        A warning already passed when the clock starts is skipped; one that a pause or an early end overtook is still
        owed.
        """
        there = {mark.kind: mark for mark in cls.objects.filter(clock=clock)}
        fresh = []
        for kind, due_at in _moments(clock):
            if kind not in there:
                late = kind == WARNING and due_at <= now
                done = {"done_at": now, "skipped": "passed"} if late else {}
                fresh.append(cls(clock=clock, kind=kind, due_at=due_at, **done))
            elif there[kind].skipped in ("paused", "met"):
                cls.objects.filter(pk=there[kind].pk).update(due_at=due_at, done_at=None, skipped="")
        cls.objects.bulk_create(fresh)

    @classmethod
    def move_for(cls, clock: Clock, *, now: datetime) -> None:
        """Other terms, other moments: what has not fired yet moves. What is past by now fires late, but once."""
        for kind, due_at in _moments(clock):
            cls.objects.pending().filter(clock=clock, kind=kind).update(due_at=due_at)
        cls.set_for(clock, now=now)

    def push_ahead(self, *, now: datetime, trouble: str) -> None:
        """A mark whose firing failed waits longer each time and is shown; it never stops its neighbours."""
        # Capped before it is raised: after a week of trying, 2**tries minutes would be no interval any more.
        wait = min(FIRST_RETRY * 2 ** min(self.tries, MOST_DOUBLINGS), LONGEST_RETRY)
        Mark.objects.pending().filter(pk=self.pk).update(
            due_at=now + wait, tries=models.F("tries") + 1, trouble=trouble[:200]
        )


def _moments(clock: Clock) -> list[tuple[str, datetime]]:
    """What the clock has to say, and when; nothing while it pauses."""
    due = [(WARNING, clock.due_after(clock.warn_percent)), (BREACH, clock.due_after(100))]
    return [(kind, due_at) for kind, due_at in due if due_at is not None]
