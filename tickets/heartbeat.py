"""A heartbeat: the last time a kind of work was really done. Health is work done lately, not a process that is up."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str, *, at: datetime | None = None) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": at or timezone.now()})

    @classmethod
    def ages(cls, *, now: datetime | None = None) -> dict[str, float]:
        """Seconds since each kind of work was last done."""
        now = now or timezone.now()
        return {name: (now - at).total_seconds() for name, at in cls.objects.values_list("name", "at")}
