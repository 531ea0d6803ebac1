"""A learning slot: time somebody learns in. While it runs nobody offers them work and nobody asks them anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person

from ..refusal import Refusal
from .evidence import led_by
from .training import TrainingItem

LONGEST, FURTHEST = timedelta(hours=8), timedelta(days=366)


class LearningSlotQuerySet(models.QuerySet["LearningSlot"]):
    def kept(self) -> LearningSlotQuerySet:
        return self.filter(cancelled_at=None)

    def running(self, at: datetime) -> LearningSlotQuerySet:
        return self.kept().filter(starts__lte=at, ends__gt=at)

    def to_come(self, at: datetime) -> LearningSlotQuerySet:
        return self.kept().filter(ends__gt=at).order_by("starts", "pk")

    def changeable_by(self, person: Person) -> LearningSlotQuerySet:
        """One's own, and those of the people one leads."""
        return self.filter(agent__in=[person.pk, *led_by(person).values_list("pk", flat=True)])


class LearningSlot(models.Model):
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="learning_slots"
    )
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    item = models.ForeignKey(
        TrainingItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="slots"
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = LearningSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning slot")
        verbose_name_plural = _("learning slots")
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(
                name="learning_slot_ends_after_it_begins", condition=models.Q(ends__gt=models.F("starts"))
            )
        ]
        indexes = [
            models.Index(
                fields=["ends", "starts"],
                condition=models.Q(cancelled_at=None),
                name="learning_slot_kept",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.starts:%Y-%m-%d %H:%M}"

    @classmethod
    def plan(
        cls,
        agent: Person,
        starts: datetime,
        ends: datetime,
        *,
        by: Person,
        item: TrainingItem | None = None,
        at: datetime | None = None,
    ) -> LearningSlot | Refusal:
        """Keep this time free; the same time twice is once. One's own, or as a lead that of one's people."""
        at = at or timezone.now()
        if by != agent and not led_by(by).filter(pk=agent.pk).exists():
            return _NOT_YOURS
        if not at < ends <= at + FURTHEST or not timedelta(0) < ends - starts <= LONGEST:
            return _NO_TIME
        with transaction.atomic():
            # Two who plan for one person at once do so one after the other.
            Person.objects.select_for_update(no_key=True).get(pk=agent.pk)
            taken = cls.objects.kept().filter(agent=agent, starts__lt=ends, ends__gt=starts).first()
            if taken and (taken.starts, taken.ends) == (starts, ends):
                return taken
            if taken:
                return _TAKEN
            return cls.objects.create(
                agent=agent, starts=starts, ends=ends, item=item, planned_by=by, planned_at=at
            )

    def cancel(self, *, by: Person, at: datetime | None = None) -> bool:
        """Give the time back; False when that was done before."""
        at = at or timezone.now()
        kept = LearningSlot.objects.kept().filter(pk=self.pk)
        return bool(kept.update(cancelled_at=at, cancelled_by=by))


def learning_at(at: datetime, people: Iterable[Person] | None = None) -> frozenset[int]:
    """Who learns at this moment, by id, of these people or of all: whoever hands out work leaves them in peace."""
    running = LearningSlot.objects.running(at)
    if people is not None:
        running = running.filter(agent__in=[person.pk for person in people])
    return frozenset(running.values_list("agent_id", flat=True))


_NOT_YOURS = Refusal("team", _("This colleague works in another team."))
_NO_TIME = Refusal("time", _("A learning slot is at most eight hours long and ends within the next year."))
_TAKEN = Refusal("overlap", _("There is another learning slot at this time."))
