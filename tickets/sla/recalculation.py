"""A recalculation: running promises brought in line with the policies in force – asked for, with a reason, and kept.

Nothing a customer was told is put off: a promise changes only where the policies now in force keep it earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .calendar_version import CalendarVersion
from .clock import Clock, ClockQuerySet
from .target import BY_WORD

if TYPE_CHECKING:
    from accounts.person import Person

BATCH = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What a recalculation would change: promises looked at, those that would be due earlier, those then late."""

    looked_at: int
    earlier: int
    late: int


class Recalculation(models.Model):
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    after = models.BigIntegerField(default=0)  # the last clock that is done
    looked_at = models.PositiveIntegerField(_("looked at"), default=0)
    earlier = models.PositiveIntegerField(_("due earlier"), default=0)
    late = models.PositiveIntegerField(_("late by it"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("recalculation")
        verbose_name_plural = _("recalculations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="recalculation_has_a_reason", condition=~models.Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.reason}"

    @classmethod
    def preview(cls, *, at: datetime) -> Preview:
        looked_at = earlier = late = 0
        for clock in _running().order_by("pk").iterator(chunk_size=BATCH):
            due_at = _earlier(clock, at=at)
            looked_at += 1
            earlier += due_at is not None
            late += due_at is not None and due_at < at and not clock.breached_at
        return Preview(looked_at, earlier, late)

    @classmethod
    def ask_for(cls, *, reason: str, by: Person, at: datetime | None = None) -> Recalculation:
        """Do it now, batch by batch; a run that was killed goes on with `go_on`."""
        run = cls.objects.create(reason=reason, by=by, at=at or timezone.now())
        run.go_on()
        return run

    def go_on(self) -> None:
        while self._batch():
            pass
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])

    def _batch(self) -> bool:
        """The next clocks and how far it came, in one transaction; whoever else goes on with this run waits."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Recalculation.objects.select_for_update())
            rest = _running().filter(pk__gt=self.after).order_by("pk")
            pks = list(rest.values_list("pk", flat=True)[:BATCH])
            clocks = _running().filter(pk__in=pks).hold()
            for clock in clocks:
                due_at = _earlier(clock, at=self.at)
                if due_at is not None:
                    self.earlier += 1
                    self.late += due_at < self.at and not clock.breached_at
                    _bring_in_line(clock, run=self)
            self.looked_at += len(clocks)
            self.after = pks[-1] if pks else self.after
            self.save()
        return bool(pks)


def _running() -> ClockQuerySet:
    story = ("ticket__team", "ticket__cause", "ticket__customer__person", "calendar", "hours")
    return Clock.objects.open().exclude(kind=BY_WORD).select_related(*story)


def _earlier(clock: Clock, *, at: datetime) -> datetime | None:
    """When the promise would be due by the policies in force at `at`, where that is earlier than it is."""
    target = clock.ticket.targets(at=at).get(clock.kind)
    if target is None:
        return None
    due_at = clock.due_under(target.seconds, CalendarVersion.keep(target.hours))
    was_due = clock.course.without_open_pause().due_at(clock.opening)
    return due_at if due_at is not None and (was_due is None or due_at < was_due) else None


def _bring_in_line(clock: Clock, *, run: Recalculation) -> None:
    target = clock.ticket.targets(at=run.at)[clock.kind]
    clock.be_kinder(target, at=run.at, by=run.by, cause="recalculated", reason=run.reason)
    clock.ticket.refresh_promise()


def recalculate_now() -> None:
    """Go on with every run that was interrupted."""
    for run in Recalculation.objects.filter(finished_at=None).order_by("pk"):
        run.go_on()
