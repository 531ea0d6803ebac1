"""Thresholds: from where on a pattern is worth a question. One row, set by administrators; without it, the usual."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def _between(least: int, most: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class Thresholds(models.Model):
    bunch_least = models.PositiveSmallIntegerField(
        _("amounts just below a limit, at least"), default=10, validators=_between(5, 1000)
    )
    pair_often = models.PositiveSmallIntegerField(
        _("same agent and customer in 90 days"), default=3, validators=_between(2, 100)
    )
    pair_share = models.PositiveSmallIntegerField(
        _("one customer’s share of what an agent gives, per cent"), default=20, validators=_between(5, 100)
    )
    ring_least = models.PositiveSmallIntegerField(
        _("answered asks of each before a ring is looked for"), default=4, validators=_between(2, 100)
    )
    claims_least = models.PositiveSmallIntegerField(
        _("gestures to one customer in a year, at least"), default=4, validators=_between(2, 100)
    )
    sample_per_mille = models.PositiveSmallIntegerField(
        _("gestures read by a peer, of a thousand"), default=50, validators=_between(0, 1000)
    )
    undelivered_days = models.PositiveSmallIntegerField(
        _("days a gesture may wait for its delivery"), default=14, validators=_between(1, 365)
    )

    class Meta:
        verbose_name = _("thresholds for questions")
        verbose_name_plural = _("thresholds for questions")
        constraints = [models.CheckConstraint(name="thresholds_stand_once", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def in_force(cls) -> Thresholds:
        return cls.objects.filter(pk=1).first() or cls(pk=1)
