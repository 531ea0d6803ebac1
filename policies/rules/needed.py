"""A needed fact: what has to be known before something of this size is given. What is needed only grows with it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.cause import Cause

from ..weigh.words import FACT_NAMES
from .rulebook import Rulebook


class NeededFact(models.Model):
    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="needed_facts")
    fact = models.CharField(_("fact"), max_length=20, choices=list(FACT_NAMES.items()))
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("cause"))
    # Never 0: help without money needs nothing to be known.
    from_cents = models.PositiveBigIntegerField(_("from this amount on"))

    class Meta:
        verbose_name = _("needed fact")
        verbose_name_plural = _("needed facts")
        ordering = ["from_cents", "fact", "pk"]
        constraints = [
            models.CheckConstraint(name="needed_fact_above_zero", condition=models.Q(from_cents__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_fact_display()} ≥ {self.from_cents}"


def needed(rows: Iterable[NeededFact], *, cause_id: int | None, cents: int) -> frozenset[str]:
    """What must be known: every row the amount has reached, so a larger one never needs less."""
    return frozenset(row.fact for row in rows if row.from_cents <= cents and row.cause_id in (None, cause_id))
