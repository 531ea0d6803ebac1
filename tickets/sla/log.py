"""The log of a clock: what happened to a promise, when, why and by whom. Append-only; the clock itself is its sum."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .calendar_version import CalendarVersion
from .course import BREACHED, CANCELLED, MET, PAUSED, REPLACED, RESUMED, STARTED

KINDS = [
    (STARTED, _("started")),
    (PAUSED, _("paused")),
    (RESUMED, _("resumed")),
    (MET, _("met")),
    (BREACHED, _("broken")),
    (CANCELLED, _("cancelled")),
    (REPLACED, _("replaced")),
]


class ClockEntryQuerySet(models.QuerySet["ClockEntry"]):
    def update(self, **_fields: object) -> int:
        raise TypeError("A clock's log is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A clock's log is never deleted.")


class ClockEntry(models.Model):
    clock = models.ForeignKey("tickets.Clock", on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=10, choices=KINDS)
    at = models.DateTimeField()  # when it counts; `written_at` is when we came to know
    written_at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=40)  # a word of `CAUSES`
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # What was promised from here on; only a start and a replacement say so.
    seconds = models.PositiveIntegerField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    calendar = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # The line of a policy's version that says so; empty for what was agreed by word.
    target = models.ForeignKey(
        "tickets.Target", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # What the cause refers to: a message, a reason somebody gave, the end somebody set to a pause.
    data = models.JSONField(default=dict, blank=True)

    objects = ClockEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a clock’s log")
        verbose_name_plural = _("entries of clocks’ logs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=models.Q(kind=STARTED), name="a_clock_starts_once"
            ),
            models.CheckConstraint(
                name="clock_entry_kind_known",
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]),
            ),
            models.CheckConstraint(
                name="clock_entry_names_its_terms",
                condition=~models.Q(kind__in=[STARTED, REPLACED]) | models.Q(seconds__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if self.pk is not None:
            raise TypeError("A clock's log is never changed.")
        super().save(*args, **kwargs)
