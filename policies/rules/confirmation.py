"""A confirmation: somebody looked at a rule nobody had touched for a year, and says that it still holds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.person import Person


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def newest(self) -> dict[tuple[str, str], Confirmation]:
        """For each rule the last one; there is about one a year and rule."""
        rows = self.select_related("by").order_by("at", "pk")
        return {(row.about, row.code): row for row in rows}


class Confirmation(models.Model):
    class About(models.TextChoices):
        GUARDRAIL = "guardrail", _("guardrail")
        REQUIREMENT = "requirement", _("required level")
        LIMIT = "limit", _("limit")
        GESTURE = "gesture", _("kind of gesture")
        STANDARD = "standard", _("base standard")

    about = models.CharField(max_length=16, choices=About.choices)
    code = models.CharField(max_length=80)  # which one; the same through all versions
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation of a rule")
        verbose_name_plural = _("confirmations of rules")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["about", "code", "-at"], name="confirmation_of_rule")]

    def __str__(self) -> str:
        return f"{self.about} {self.code}"

    @classmethod
    def say(cls, about: str, code: str, *, by: Person, at: datetime | None = None) -> Confirmation:
        return cls.objects.create(about=about, code=code, by=by, at=at or timezone.now())
