"""A clock: one running promise of one ticket, stored with its deadline; the database remembers, Celery only wakes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from .hours import BusinessHours
from .mark import BREACH, Mark
from .target import KINDS, Target
from .worktime import deadline

if TYPE_CHECKING:
    from tickets.ticket import Ticket


class ClockQuerySet(models.QuerySet["Clock"]):
    def open(self) -> ClockQuerySet:
        """Not yet met and not ended otherwise; a broken promise stays open until it is kept late."""
        return self.filter(met_at=None, cancelled_at=None)

    def with_story(self) -> ClockQuerySet:
        """With everybody a firing mark speaks of."""
        return self.select_related(
            "ticket__team", "ticket__assignee", "ticket__customer__person", "ticket__cause"
        )


class Clock(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=16, choices=KINDS)
    hours = models.ForeignKey(BusinessHours, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField()
    warn_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # empty while it pauses
    pauses = models.JSONField(default=list, blank=True)  # [[from, until or null], …] in ISO 8601, UTC
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"],
                condition=models.Q(met_at=None, cancelled_at=None),
                name="one_open_clock_per_kind",
            ),
            models.CheckConstraint(name="clock_target_positive", condition=models.Q(seconds__gt=0)),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    @classmethod
    def start(cls, ticket: Ticket, target: Target, *, at: datetime) -> Clock:
        """Start the promise of `target` at `at` (UTC); the caller's transaction holds clock and marks together."""
        clock = cls(
            ticket=ticket,
            kind=target.kind,
            hours=target.hours,
            seconds=target.seconds,
            warn_percent=target.warn_percent,
            started_at=at,
        )
        clock.due_at = clock.deadline_of(clock.seconds)
        clock.save()
        Mark.set_for(clock, now=at)
        return clock

    def owes(self, kind: str) -> bool:
        """Whether a mark of this kind, now due, still has something to say; a breach has it even after the end."""
        if kind == BREACH and self.breached_at:
            return True
        return self.is_open and not self.is_paused and not self.breached_at

    def meet(self, *, at: datetime) -> None:
        """The promise was kept at `at`; what arrived after the deadline first counts as broken."""
        self._end("met_at", at=at, why="met")

    def cancel(self, *, at: datetime) -> None:
        """Nothing is owed any more; a promise already broken by then stays broken."""
        self._end("cancelled_at", at=at, why="cancelled")

    def pause(self, *, at: datetime) -> None:
        """Stop counting while we wait for the customer; only working time inside the pause is given back."""
        if not self.is_open or self.is_paused or self.breached_at or self._is_late(at):
            return
        self.pauses = [*self.pauses, [at.isoformat(), None]]
        self.due_at = None
        self.save(update_fields=["pauses", "due_at"])
        self.marks.pending().skip(at=at, why="paused")

    def resume(self, *, at: datetime) -> None:
        if not self.is_open or not self.is_paused:
            return
        since = self.pauses[-1][0]
        # Two processes' clocks differ by a little: a pause that ends before it began lasted no time.
        until = max(at, _moment(since)).isoformat()
        self.pauses = [*self.pauses[:-1], [since, until]]
        self.due_at = self.deadline_of(self.seconds)
        self.save(update_fields=["pauses", "due_at"])
        Mark.set_for(self, now=at)

    def _end(self, how: str, *, at: datetime, why: str) -> None:
        """The moment of the deed decides, not who wrote first: a sweep that was faster than an answer in time is
        put right, and a breach no sweep has seen yet is kept for it to tell."""
        if not self.is_open:
            return
        setattr(self, how, at)
        self.breached_at = (self.breached_at or self.due_at) if self._is_late(at) else None
        self.save(update_fields=[how, "breached_at"])
        silent = self.marks.exclude(kind=BREACH) if self.breached_at else self.marks.all()
        silent.skip(at=at, why=why)

    def _is_late(self, at: datetime) -> bool:
        return self.due_at is not None and at > self.due_at

    def deadline_of(self, seconds: int) -> datetime | None:
        pauses = [(_moment(start), _moment(end) if end else None) for start, end in self.pauses]
        return deadline(self.hours.opening, self.started_at, seconds, pauses)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
