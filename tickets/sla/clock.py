"""A clock: one running promise of one ticket, stored with its deadline; the database remembers, Celery only wakes.

Its log says what happened; its own fields are the sum of that log, kept so that lists and sweeps need no adding up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.inserted import insert, insert_each, update

from .calendar_version import CalendarVersion
from .carryable import Carryable
from .course import (
    AROUND_THE_CLOCK,
    CANCELLED,
    MET,
    PAUSED,
    REPLACED,
    RESUMED,
    STARTED,
    SUM,
    Course,
    begin,
    pauses_from_text,
    step,
    sum_of,
)
from .hours import BusinessHours
from .log import ClockEntry
from .mark import BREACH, Mark
from .opening import OpeningHours
from .target import BY_WORD, KINDS, Target

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


class ClockQuerySet(models.QuerySet["Clock"]):
    def open(self) -> ClockQuerySet:
        """Not yet met and not ended otherwise; a broken promise stays open until it is kept late."""
        return self.filter(met_at=None, cancelled_at=None)

    def of_kind(self, *kinds: str) -> ClockQuerySet:
        return self.filter(kind__in=kinds)

    def hold(self) -> list[Clock]:
        """These clocks, ours until the transaction ends: first their tickets, as whoever answers or moves one takes
        them, then they themselves, read anew."""
        tickets: Any = self.model._meta.get_field("ticket").related_model
        tickets.objects.hold(*self.order_by().values_list("ticket", flat=True))
        return list(self.select_for_update(no_key=True, of=("self",)).order_by("pk"))

    def with_story(self) -> ClockQuerySet:
        """With everybody a firing mark speaks of."""
        beside = ("team", "assignee", "customer__person", "cause")
        return self.select_related(*(f"ticket__{one}" for one in beside))


class Clock(Carryable, models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=16, choices=KINDS)
    # Empty for a promise by word: every second counts.
    hours = models.ForeignKey(
        BusinessHours, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    calendar = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # The line of a policy's version this promise was made under.
    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    seconds = models.PositiveIntegerField()
    until = models.DateTimeField(null=True, blank=True)  # a moment agreed by word, whatever the hours
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
                # Two people may each have given their word on the same ticket.
                condition=models.Q(met_at=None, cancelled_at=None) & ~models.Q(kind=BY_WORD),
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

    @property
    def opening(self) -> OpeningHours:
        """The calendar as it was when the promise was made."""
        if self.calendar is not None:
            return self.calendar.opening
        return self.hours.opening if self.hours is not None else AROUND_THE_CLOCK

    @property
    def course(self) -> Course:
        return Course(
            started_at=self.started_at,
            seconds=self.seconds,
            until=self.until,
            pauses=pauses_from_text(self.pauses),
            met_at=self.met_at,
            breached_at=self.breached_at,
            cancelled_at=self.cancelled_at,
        )

    @classmethod
    def start(cls, ticket: Ticket, target: Target, *, at: datetime, **how: Any) -> Clock:
        """Start the promise of `target` at `at` (UTC); the caller's transaction holds clock, log and marks together."""
        return cls.start_each(ticket, [target], at=at, **how)[0]

    @classmethod
    def start_each(
        cls,
        ticket: Ticket,
        targets: Sequence[Target],
        *,
        at: datetime,
        by: Person | None = None,
        cause: str = "opened",
        **data: object,
    ) -> list[Clock]:
        """The promises a ticket begins with, all at once: three statements, however many they are."""
        calendars = CalendarVersion.keep_each(target.hours for target in targets)
        begun = []
        for target in targets:
            calendar = calendars[target.hours_id]
            own = {"kind": target.kind, "hours": target.hours, "warn_percent": target.warn_percent}
            said = {"seconds": target.seconds, "calendar": calendar, "target": target}
            entry = ClockEntry(kind=STARTED, at=at, by=by, cause=cause, data=data, **said)
            begun.append((cls(ticket=ticket, calendar=calendar, target=target, **own), entry))
        return cls._begin(begun)

    @classmethod
    def give_word(
        cls,
        ticket: Ticket,
        *,
        until: datetime,
        at: datetime,
        by: Person | None,
        kind: str = BY_WORD,
        cause: str = "promised",
        warn_percent: int = 75,
        **data: object,
    ) -> Clock:
        """Start a promise that names a moment, whatever the hours say; it never pauses."""
        seconds = max(1, round((until - at).total_seconds()))
        clock = cls(ticket=ticket, kind=kind, warn_percent=warn_percent)
        said = {"cause": cause, "seconds": seconds, "until": until}
        return cls._begin([(clock, ClockEntry(kind=STARTED, at=at, by=by, data=data, **said))])[0]

    def meet(
        self, *, at: datetime, by: Person | None = None, cause: str = "answered", **data: object
    ) -> bool:
        """The promise was kept at `at`; what arrived after the deadline first counts as broken."""
        return self._end(MET, at=at, by=by, cause=cause, data=data)

    def cancel(self, *, at: datetime, by: Person | None = None, cause: str = "over", **data: object) -> bool:
        """Nothing is owed any more; a promise already broken by then stays broken."""
        return self._end(CANCELLED, at=at, by=by, cause=cause, data=data)

    def pause(
        self, *, at: datetime, by: Person | None = None, cause: str = "waiting_customer", **data: object
    ) -> bool:
        """Stop counting while we wait for the customer; only working time inside the pause is given back."""
        late = self.due_at is not None and at > self.due_at
        if not self.is_open or self.is_paused or self.breached_at or late or self.until:
            return False
        self._take(ClockEntry(kind=PAUSED, at=at, by=by, cause=cause, data=data))
        self.marks.pending().skip(at=at, why="paused")
        return True

    def resume(
        self, *, at: datetime, by: Person | None = None, cause: str = "customer_wrote", **data: object
    ) -> bool:
        if not self.is_open or not self.is_paused:
            return False
        self._take(ClockEntry(kind=RESUMED, at=at, by=by, cause=cause, data=data))
        Mark.go_on_for(self)
        return True

    def reopen(
        self, *, at: datetime, by: Person | None = None, cause: str = "reopened", **data: object
    ) -> bool:
        """It had not ended, as it turns out: it goes on with the time it had used, and with what it broke."""
        if self.is_open:
            return False
        self._take(ClockEntry(kind=RESUMED, at=at, by=by, cause=cause, data=data))
        Mark.go_on_for(self)
        return True

    def replace(
        self,
        *,
        at: datetime,
        cause: str,
        seconds: int | None = None,
        until: datetime | None = None,
        calendar: CalendarVersion | None = None,
        target: Target | None = None,
        by: Person | None = None,
        **data: object,
    ) -> bool:
        """Other terms from the original start on; what the promise has used and how it paused stays."""
        if not self.is_open:
            return False
        if calendar is not None:
            self.calendar, self.hours = calendar, calendar.hours
        self.target = target or self.target
        said = {"seconds": seconds or self.seconds, "until": until or self.until, "calendar": calendar}
        said["target"] = target
        self._take(ClockEntry(kind=REPLACED, at=at, by=by, cause=cause, data=data, **said))
        self.save(update_fields=["calendar", "hours", "target"])
        Mark.go_on_for(self)
        return True

    def be_kinder(
        self, target: Target, *, at: datetime, by: Person | None, cause: str, **data: object
    ) -> bool:
        """Take the terms of `target` where they keep the promise earlier; a moment somebody named stays."""
        calendar = CalendarVersion.keep(target.hours)
        due_at = self.due_under(target.seconds, calendar)
        was_due = self.course.without_open_pause().due_at(self.opening)
        if self.until or due_at is None or (was_due is not None and due_at >= was_due):
            return False
        return self.replace(
            at=at, cause=cause, seconds=target.seconds, calendar=calendar, target=target, by=by, **data
        )

    def due_under(self, seconds: int, calendar: CalendarVersion) -> datetime | None:
        """The deadline these terms would give from the original start."""
        course = self.course.without_open_pause()
        return Course(course.started_at, seconds, pauses=course.pauses).due_at(calendar.opening)

    def due_after(self, percent: int) -> datetime | None:
        """When so much of the promise is used up."""
        return self.course.due_at(self.opening, percent=percent)

    def _end(
        self, kind: str, *, at: datetime, by: Person | None, cause: str, data: dict[str, object]
    ) -> bool:
        if not self.is_open:
            return False
        self._take(ClockEntry(kind=kind, at=at, by=by, cause=cause, data=data))
        silent = self.marks.exclude(kind=BREACH) if self.breached_at else self.marks.all()
        silent.skip(at=at, why=kind)
        return True

    @classmethod
    def _begin(cls, begun: Sequence[tuple[Clock, ClockEntry]]) -> list[Clock]:
        for clock, entry in begun:
            clock._stand(begin(entry))
        insert_each([clock for clock, _entry in begun])
        for clock, entry in begun:
            entry.clock = clock
        insert_each([entry for _clock, entry in begun])
        Mark.set_for_each(
            ((clock, clock.target.alerts.all() if clock.target else (), entry.at) for clock, entry in begun)
        )
        return [clock for clock, _entry in begun]

    def _take(self, entry: ClockEntry) -> None:
        """Write one more line into the log, and the new sum beside it."""
        entry.clock = self
        self._stand(step(self.course, entry, self.opening))
        insert(entry)
        update(self, *SUM)

    def _stand(self, course: Course) -> None:
        for name, value in sum_of(course, self.opening).items():
            setattr(self, name, value)
