"""A mark: the moment a clock warns, breaks or reminds; stored with its time, claimed by one update, fired once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.inserted import insert_each

from .alert import Alert

if TYPE_CHECKING:
    from .clock import Clock

WARNING, BREACH, REMINDER = "warning", "breach", "reminder"
KINDS = [(WARNING, _("warning")), (BREACH, _("breach")), (REMINDER, _("reminder"))]
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
        wanted = set(pks)  # of a list the query would look at each number by itself
        return self.pending().filter(pk__among=wanted).update(done_at=at) == len(wanted)


class Mark(models.Model):
    clock = models.ForeignKey("tickets.Clock", on_delete=models.CASCADE, related_name="marks", db_index=False)
    kind = models.CharField(max_length=8, choices=KINDS)
    # Empty for the two every clock has: its warning and its breach.
    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    skipped = models.CharField(max_length=16, blank=True, default="")  # why it did not fire
    act_due_at = models.DateTimeField(null=True, blank=True)  # fired, and what it does is still to be done
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(fields=["clock", "kind", "step"], name="one_mark_per_clock_and_step")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="mark_pending"),
            models.Index(fields=["alert"], condition=~models.Q(alert=None), name="mark_of_alert"),
            models.Index(fields=["act_due_at"], condition=~models.Q(act_due_at=None), name="mark_to_act"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"

    @classmethod
    def set_for(cls, clock: Clock, alerts: Iterable[Alert], *, now: datetime) -> None:
        """Set the marks of a clock that starts; what speaks before the deadline and is past already is skipped.

        A target's own alerts stand in for the one warning every clock has.
        """
        cls.set_for_each([(clock, alerts, now)])

    @classmethod
    def set_for_each(cls, begun: Iterable[tuple[Clock, Iterable[Alert], datetime]]) -> None:
        """The same for many clocks, in one statement."""
        insert_each([mark for clock, alerts, now in begun for mark in cls._of(clock, alerts, now=now)])

    @classmethod
    def _of(cls, clock: Clock, alerts: Iterable[Alert], *, now: datetime) -> list[Mark]:
        marks = [cls(clock=clock, kind=BREACH)]
        for alert in alerts:
            kind = WARNING if alert.is_before else REMINDER
            marks.append(cls(clock=clock, kind=kind, alert=alert, step=alert.step))
        if len(marks) == 1:
            marks.insert(0, cls(clock=clock, kind=WARNING))
        set_marks = []
        for mark in marks:
            due_at = mark.moment_of(clock)
            if due_at is None:
                continue
            mark.due_at = due_at
            if mark.kind == WARNING and due_at <= now:
                mark.done_at, mark.skipped = now, "passed"
            set_marks.append(mark)
        return set_marks

    @classmethod
    def go_on_for(cls, clock: Clock) -> None:
        """The clock runs again, or under other terms: what has not fired moves, and what a pause or an early end
        overtook is still owed."""
        for mark in cls.objects.filter(clock=clock).select_related("alert"):
            due_at = mark.moment_of(clock)
            if due_at is not None and (
                mark.done_at is None or mark.skipped in ("paused", "met", "cancelled")
            ):
                cls.objects.filter(pk=mark.pk).update(due_at=due_at, done_at=None, skipped="")

    def moment_of(self, clock: Clock) -> datetime | None:
        """When this mark of `clock` is due; None while the clock pauses."""
        if self.alert is not None and self.alert.minutes is not None:
            due_at = clock.due_after(100)
            return due_at and due_at + timedelta(minutes=self.alert.minutes)
        if self.kind == BREACH:
            return clock.due_after(100)
        percent = self.alert.percent if self.alert is not None else None
        return clock.due_after(percent or clock.warn_percent)

    def push_ahead(self, *, now: datetime, trouble: str) -> None:
        """A mark whose firing failed waits longer each time and is shown; it never stops its neighbours."""
        # Capped before it is raised: after a week of trying, 2**tries minutes would be no interval any more.
        wait = min(FIRST_RETRY * 2 ** min(self.tries, MOST_DOUBLINGS), LONGEST_RETRY)
        Mark.objects.pending().filter(pk=self.pk).update(
            due_at=now + wait, tries=models.F("tries") + 1, trouble=trouble[:200]
        )
