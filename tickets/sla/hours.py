"""Business hours: a team's calendar as data, with its zone, holidays and days that differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .worktime import CalendarError, OpeningHours, parse_calendar

# So long before a year begins its public holidays should be known: what is promised then may reach into it.
AHEAD: Final = timedelta(days=92)


class BusinessHours(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    tz = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    weekly = models.JSONField(
        _("week"), default=dict, help_text='{"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}'
    )
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    overrides = models.JSONField(_("days with own hours"), default=dict, blank=True)
    breaks = models.JSONField(_("extra breaks"), default=dict, blank=True)

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def as_data(self) -> dict[str, object]:
        fields = ("tz", "weekly", "holidays", "overrides", "breaks")
        return {name: getattr(self, name) for name in fields}

    @property
    def opening(self) -> OpeningHours:
        return opening_of(self.as_data())

    def unconfirmed_year(self, today: date) -> int | None:
        """The year whose public holidays nobody has confirmed though its days are promised already; None where none
        were ever confirmed: whoever is open on holidays need not be reminded."""
        ahead = (today + AHEAD).year
        if not self.holidays or any(str(day).startswith(f"{ahead}-") for day in self.holidays):
            return None
        return ahead

    def clean(self) -> None:
        try:
            parse_calendar(self.as_data())
        except CalendarError as error:
            raise ValidationError(_(error.words), params=error.params) from error

    def amend(self, *, name: str, tz: str, weekly: object, overrides: object) -> None:
        """Open at other times from now on; promises already made keep the hours they were made under."""
        self.name, self.tz, self.weekly, self.overrides = name, tz, weekly, overrides
        self.full_clean()
        self.save()

    def confirm_holidays(self, ticked: Iterable[str], *, proposed: Iterable[str]) -> None:
        """Of the days proposed, these count; days that were not in question stay as they are."""
        kept = set(self.holidays) - set(proposed)
        self.holidays = sorted(kept | set(ticked))
        self.full_clean()
        self.save(update_fields=["holidays"])


def opening_of(calendar: Mapping[str, object]) -> OpeningHours:
    """What a process has read once it need not read again: five hundred who wait ask whether we are open."""
    return _opening_of(json.dumps(calendar, sort_keys=True))


@lru_cache(maxsize=256)
def _opening_of(content: str) -> OpeningHours:
    return parse_calendar(json.loads(content))
