"""A deadline of the line: when a contact is owed something by the house. A row, found by the beat, kept once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared

from .heard import Due

if TYPE_CHECKING:
    from .place import Place

FIRST_RETRY: Final = timedelta(seconds=10)
LONGEST_RETRY: Final = timedelta(minutes=10)
MOST_DOUBLINGS: Final = 10


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def pending(self) -> DeadlineQuerySet:
        return self.filter(done_at=None)

    def due(self, now: datetime) -> DeadlineQuerySet:
        return self.pending().filter(due_at__lte=now).order_by("due_at", "pk")

    def claim(self, pk: int, *, at: datetime) -> bool:
        """Whoever changes the row keeps the deadline; everybody else finds it done."""
        return self.pending().filter(pk=pk).update(done_at=at) == 1


class Deadline(models.Model):
    place = models.ForeignKey("tickets.Place", on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=16)
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    skipped = models.BooleanField(default=False)  # no longer owed when it came
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline of the line")
        verbose_name_plural = _("deadlines of the line")
        constraints = [
            models.UniqueConstraint(fields=["place", "kind", "step"], name="one_deadline_per_kind_and_step")
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="deadline_pending")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.kind}"

    @classmethod
    def reconcile(cls, place: Place, owed: Iterable[Due], *, at: datetime) -> None:
        """Bring the rows in line with what is owed now; what is done stays done."""
        wanted = {(due.kind, due.step): due.at for due in owed}
        missing, over = dict(wanted), []
        for row in _OF_PLACE.rows(place=place.pk):
            due_at = missing.pop((row.kind, row.step), None)
            if row.done_at is not None and not row.skipped:
                continue
            if due_at is None and row.done_at is None:
                over.append(row.pk)
            elif due_at is not None and (row.skipped or row.due_at != due_at) and not row.tries:
                cls.objects.filter(pk=row.pk).update(due_at=due_at, done_at=None, skipped=False)
        if over:
            cls.objects.pending().filter(pk__in=over).update(done_at=at, skipped=True)
        cls.objects.bulk_create(
            [cls(place=place, kind=kind, step=step, due_at=due) for (kind, step), due in missing.items()],
            ignore_conflicts=True,
        )

    def push_ahead(self, *, now: datetime, trouble: str) -> None:
        """A deadline that could not be kept waits longer each time and is shown; its neighbours go on."""
        wait = min(FIRST_RETRY * 2 ** min(self.tries, MOST_DOUBLINGS), LONGEST_RETRY)
        Deadline.objects.pending().filter(pk=self.pk).update(
            due_at=now + wait, tries=models.F("tries") + 1, trouble=trouble[:200]
        )


_OF_PLACE = Prepared(lambda place: Deadline.objects.filter(place=place))
