"""A training item: something to learn, opened where Können was the limit or where practice has grown rare."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.cause import Cause

if TYPE_CHECKING:
    from accounts.person import Person

    from ..ruling import Ruling


class TrainingItemQuerySet(models.QuerySet["TrainingItem"]):
    def open(self) -> TrainingItemQuerySet:
        return self.filter(closed_at=None)


class TrainingItem(models.Model):
    class Why(models.TextChoices):
        GAP = "gap", _("ability was the limit")
        REFRESH = "refresh", _("to refresh: few cases in twelve months")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="training")
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="+")
    opened_for = models.CharField(_("why"), max_length=8, choices=Why.choices)
    # The case it was seen at; how often it was seen since is counted, so that the dearest gap is learnt first.
    ruling = models.ForeignKey("policies.Ruling", on_delete=models.PROTECT, null=True, related_name="+")
    times = models.PositiveIntegerField(_("times"), default=1)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    words = models.CharField(_("what was learnt"), max_length=300, blank=True, default="")

    objects = TrainingItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("training item")
        verbose_name_plural = _("training items")
        ordering = ["-times", "opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "cause", "opened_for"],
                condition=models.Q(closed_at=None),
                name="one_open_training_item_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} – {self.cause}"

    @classmethod
    def need(
        cls, agent: Person, cause: Cause, why: str, *, ruling: Ruling | None = None, at: datetime
    ) -> TrainingItem:
        """Open it, or count once more on the one that is open; of two at once one opens and the other counts."""
        waiting = cls.objects.open().filter(agent=agent, cause=cause, opened_for=why)
        if not waiting.update(times=F("times") + 1):
            try:
                with transaction.atomic():
                    return cls.objects.create(
                        agent=agent, cause=cause, opened_for=why, ruling=ruling, opened_at=at
                    )
            except IntegrityError:
                waiting.update(times=F("times") + 1)
        return waiting.get()

    def finish(self, *, words: str, at: datetime) -> bool:
        """The agent has done it and says what was learnt; False when that was said before."""
        done = TrainingItem.objects.open().filter(pk=self.pk).update(closed_at=at, words=words)
        self.refresh_from_db(fields=["closed_at", "words"])
        return bool(done)
