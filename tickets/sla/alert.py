"""An alert: at which point of a promise somebody is told or something is done; a target may have several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .mark import Mark

TELL_ASSIGNEE, TELL_LEAD, TELL_TEAM = "tell_assignee", "tell_lead", "tell_team"
TELLS = {
    TELL_ASSIGNEE: _("tell the assignee"),
    TELL_LEAD: _("tell the leads"),
    TELL_TEAM: _("tell the team"),
}
MOST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Act:
    """Something an alert can do besides telling: how the editor calls it, and the verb, given its mark."""

    label: str | Promise
    do: Callable[[Mark, datetime], None]


# What can be done; packages to the right add theirs when they are ready.
acts: dict[str, Act] = {}


class Alert(models.Model):
    target = models.ForeignKey("tickets.Target", on_delete=models.CASCADE, related_name="alerts")
    step = models.PositiveSmallIntegerField(
        _("step"), validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    percent = models.PositiveSmallIntegerField(
        _("at percent of the time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    # Of the wall clock; below nothing is before the deadline.
    minutes = models.IntegerField(
        _("minutes from the deadline"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-MOST_MINUTES), MaxValueValidator(MOST_MINUTES)],
    )
    actions = models.JSONField(_("actions"), default=list)  # names of TELLS and `acts`

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["target", "step"]
        constraints = [
            models.UniqueConstraint(fields=["target", "step"], name="alert_step_once_per_target"),
            models.CheckConstraint(
                name="alert_by_percent_or_by_minutes",
                # Not-null said aloud: a comparison with nothing is unknown, and unknown passes a check.
                condition=models.Q(percent__isnull=False, percent__gte=1, percent__lte=99, minutes=None)
                | models.Q(
                    percent=None,
                    minutes__isnull=False,
                    minutes__gte=-MOST_MINUTES,
                    minutes__lte=MOST_MINUTES,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.step}"

    @property
    def is_before(self) -> bool:
        """Whether it speaks before the promise is broken."""
        return self.percent is not None or (self.minutes or 0) < 0

    @property
    def tells(self) -> list[str]:
        return [action for action in self.actions if action in TELLS]

    @property
    def acts(self) -> list[str]:
        return [action for action in self.actions if action in acts]

    def clean(self) -> None:
        known = TELLS.keys() | acts.keys()
        if not isinstance(self.actions, list) or not self.actions or not set(self.actions) <= known:
            raise ValidationError({"actions": _("Choose at least one action; only those listed exist.")})
