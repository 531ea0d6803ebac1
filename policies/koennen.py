"""Können: what an agent is able to do for a cause (0 to 4), and what a gesture requires."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.cause import Cause

from .rules.rulebook import Rulebook

LEVELS = [
    (0, _("unknown")),
    (1, _("with a colleague")),
    (2, _("alone, routine")),
    (3, _("alone, unusual cases too")),
    (4, _("can decide for others")),
]


class Level(models.Model):
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="levels")
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVELS, default=0)
    since = models.DateTimeField(_("since"), default=timezone.now)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints = [
            models.UniqueConstraint(fields=["agent", "cause"], name="one_level_per_agent_and_cause"),
            models.CheckConstraint(name="level_zero_to_four", condition=models.Q(level__lte=4)),
        ]

    def __str__(self) -> str:
        return f"{self.agent} – {self.cause}: {self.level}"


class Requirement(models.Model):
    """The level a gesture of this kind needs for this cause; empty means every cause or every kind."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="requirements")
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("cause"))
    kind = models.SlugField(_("kind of gesture"), max_length=40, blank=True, default="")
    level = models.PositiveSmallIntegerField(_("level"), validators=[MaxValueValidator(4)])
    valid_until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("required level")
        verbose_name_plural = _("required levels")
        constraints = [
            models.CheckConstraint(name="required_level_zero_to_four", condition=models.Q(level__lte=4))
        ]

    def __str__(self) -> str:
        return f"{self.cause or '*'} / {self.kind or '*'}: {self.level}"

    def holds_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


def required_level(requirements: Iterable[Requirement], *, cause_id: int | None, kind: str, day: date) -> int:
    """The level the closest requirement asks for on a day: cause and kind before kind before cause before all, dated
    before standing; 0 without any."""
    speaking = [
        r for r in requirements if r.cause_id in (None, cause_id) and r.kind in ("", kind) and r.holds_on(day)
    ]
    if not speaking:
        return 0
    return max(speaking, key=_closeness).level


def _closeness(row: Requirement) -> tuple[bool, bool, bool, int]:
    return row.kind != "", row.cause_id is not None, row.valid_until is not None, row.level
