"""A recalculation: running promises brought in line with the policies in force – asked for, with a reason, and kept.

Nothing a customer was told is put off: a promise changes only where the policies now in force keep it earlier.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.fields.says import of_values

from . import besides
from .calendar_version import CalendarVersion
from .clock import Clock, ClockQuerySet
from .parity import pick
from .policy import PolicyVersion
from .target import Target
from .terms import ask_fields, days, soonest, ways

if TYPE_CHECKING:
    from accounts.person import Person

BATCH = 200
# Whoever asks for it waits so long; what is left then goes on behind their back, so long within each minute.
AT_ONCE_SECONDS, LONGEST_SECONDS = 5.0, 50.0


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
    def ask_for(cls, *, reason: str, by: Person, at: datetime | None = None) -> Recalculation:
        """Do it now, batch by batch; what takes longer, and a run that was killed, goes on with `go_on`."""
        run = cls.objects.create(reason=reason, by=by, at=at or timezone.now())
        run.go_on(seconds=AT_ONCE_SECONDS)
        return run

    def go_on(self, *, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while self._batch():
            if time.monotonic() > ends:
                return
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])

    def _batch(self) -> bool:
        """The next clocks and how far it came, in one transaction; whoever else goes on with this run waits."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Recalculation.objects.select_for_update())
            rest = running().filter(pk__gt=self.after).order_by("pk")
            pks = list(rest.values_list("pk", flat=True)[:BATCH])
            clocks, terms = running().filter(pk__in=pks).hold(), Terms(self.at)
            if terms.asks_fields:
                prefetch_related_objects(clocks, "ticket__field_values__field")
            for clock in clocks:
                due_at = terms.earlier(clock)
                if due_at is not None:
                    self.earlier += 1
                    self.late += due_at < self.at and not clock.breached_at
                    _bring_in_line(clock, terms.target(clock), run=self)
            self.looked_at += len(clocks)
            self.after = pks[-1] if pks else self.after
            self.save()
        return bool(pks)


def running() -> ClockQuerySet:
    """What policies could keep earlier; a moment somebody named is nobody's to change."""
    story = ("ticket__team", "ticket__cause", "ticket__customer__person", "calendar", "hours")
    return Clock.objects.open().filter(until=None).select_related(*story)


class Terms:
    """What the policies in force promise, read once for all the clocks that are looked at."""

    def __init__(self, at: datetime) -> None:
        self.at, self._calendars = at, dict[int, CalendarVersion]()
        self._versions = list(PolicyVersion.objects.in_force(at))
        self.asks_fields, self._besides = ask_fields(self._versions), besides.asked(self._versions)
        self._day = days(self._versions, at=at)

    def target(self, clock: Clock) -> Target | None:
        on = self._day(clock.ticket.team_id)
        facts = clock.ticket.facts(on=on)
        said = of_values(clock.ticket.custom_values, on=on) if self.asks_fields else {}
        cases = besides.one_by_one(self._besides, customer=clock.ticket.customer_id, on=on)
        each = (pick(self._versions, known) for known in ways(facts, said, cases))
        return soonest(each, at=clock.started_at).get(clock.kind)

    def earlier(self, clock: Clock) -> datetime | None:
        """When the promise would be due by these terms, where that is earlier than it is."""
        target = self.target(clock)
        if target is None:
            return None
        if target.hours_id not in self._calendars:
            self._calendars[target.hours_id] = CalendarVersion.keep(target.hours)
        due_at = clock.due_under(target.seconds, self._calendars[target.hours_id])
        was_due = clock.course.without_open_pause().due_at(clock.opening)
        return due_at if due_at is not None and (was_due is None or due_at < was_due) else None


def _bring_in_line(clock: Clock, target: Target | None, *, run: Recalculation) -> None:
    if target is not None:
        clock.be_kinder(target, at=run.at, by=run.by, cause="recalculated", reason=run.reason)
        clock.ticket.refresh_promise()


def recalculate_now() -> None:
    """Go on with every run that was interrupted or took long."""
    for run in Recalculation.objects.filter(finished_at=None).order_by("pk"):
        run.go_on(seconds=LONGEST_SECONDS)
