"""A version of a calendar: its content as it once held, kept for every clock that was reckoned with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared

from .hours import BusinessHours, opening_of
from .worktime import OpeningHours


class CalendarVersion(models.Model):
    hours = models.ForeignKey("tickets.BusinessHours", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(max_length=32)
    since = models.DateTimeField(_("in force since"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        ordering = ["hours", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hours", "number"], name="calendar_version_number_once"),
            models.UniqueConstraint(fields=["hours", "digest"], name="calendar_content_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hours_id}.{self.number}"

    @property
    def opening(self) -> OpeningHours:
        return opening_of(self.content)

    @classmethod
    def keep(cls, hours: BusinessHours) -> CalendarVersion:
        """The version that says what the calendar says now; made when it has not been needed before."""
        content = hours.as_data()
        digest = digest_of(content)
        kept: CalendarVersion | None = _KEPT.first(hours=hours.pk, digest=digest)
        if kept is None:
            last = cls.objects.filter(hours=hours).aggregate(last=models.Max("number"))["last"] or 0
            fields = {"number": last + 1, "content": content}
            kept, _made = cls.objects.get_or_create(hours=hours, digest=digest, defaults=fields)
        return kept

    @classmethod
    def keep_each(cls, calendars: Iterable[BusinessHours]) -> dict[int, CalendarVersion]:
        """The versions of several calendars by number of the calendar; each is asked for once."""
        return {pk: cls.keep(one) for pk, one in {one.pk: one for one in calendars}.items()}


_KEPT = Prepared(lambda hours, digest: CalendarVersion.objects.filter(hours=hours, digest=digest)[:1])


def digest_of(content: Mapping[str, object]) -> str:
    said = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(said, digest_size=16).hexdigest()
