"""A line event: something heard of a live contact. Append-only; where the contact stands is folded from these."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .heard import Heard
from .words import ENDED_BY, KINDS


class LineEventQuerySet(models.QuerySet["LineEvent"]):
    def update(self, **_fields: object) -> int:
        raise TypeError("Line events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Line events are never deleted.")


class LineEvent(models.Model):
    place = models.ForeignKey("tickets.Place", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField()  # when it happened, as whoever told it says
    heard_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_by = models.CharField(
        max_length=10, blank=True, default="", choices=[(word, word) for word in ENDED_BY if word]
    )
    step = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True, blank=True)
    queued = models.BooleanField(null=True, blank=True)
    is_long = models.BooleanField(default=False)
    # The telephone system's own name for the call, and its name for this event: told twice is heard once.
    call = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=128, null=True, blank=True, unique=True)

    objects = LineEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("line event")
        verbose_name_plural = _("line events")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["place", "at"], name="line_event_of_place"),
            models.Index(
                fields=["agent", "-at"],
                condition=models.Q(agent__isnull=False),
                name="line_event_of_agent",
            ),
            models.Index(fields=["call"], condition=~models.Q(call=""), name="line_event_of_call"),
        ]
        constraints = [
            models.CheckConstraint(name="line_event_kind_known", condition=models.Q(kind__in=KINDS)),
            # No contact is ever ended by the system: there is no word for it.
            models.CheckConstraint(
                name="line_event_ended_by_people", condition=models.Q(ended_by__in=ENDED_BY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.kind}"

    @property
    def heard(self) -> Heard:
        """As the fold takes it in."""
        return Heard(
            kind=self.kind,
            at=self.at,
            agent=self.agent_id,
            ended_by=self.ended_by,
            step=self.step,
            until=self.until,
            queued=self.queued,
            is_long=self.is_long,
            call=self.call,
        )


def after(events: list[Heard], kind: str, at: datetime) -> datetime:
    """When something done at `at` counts: after everything heard, and in one instant with it only where the order
    of kinds says so anyway."""
    latest = max(events, key=lambda heard: heard.at, default=None)
    if latest is None or latest.at < at:
        return at
    same = [KINDS.index(heard.kind) for heard in events if heard.at == latest.at]
    return latest.at if KINDS.index(kind) > max(same) else latest.at + timedelta(microseconds=1)
