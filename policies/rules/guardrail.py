"""A guardrail: what we never do, whatever the limits – few, dated, each with its purpose in plain words."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets import condition as conditions

from .rulebook import Rulebook


class Guardrail(models.Model):
    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="guardrails")
    code = models.SlugField(_("code"), max_length=40)
    owner = models.CharField(_("owner"), max_length=120)
    reason_en = models.CharField(_("what it protects (English)"), max_length=300)
    reason_de = models.CharField(_("what it protects (German)"), max_length=300)
    instead_en = models.CharField(_("what is possible instead (English)"), max_length=300)
    instead_de = models.CharField(_("what is possible instead (German)"), max_length=300)
    # Why the words stand against a remark about them.
    anyway = models.CharField(_("why the words stay as they are"), max_length=200, blank=True, default="")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("guardrail")
        verbose_name_plural = _("guardrails")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["rulebook", "code"], name="guardrail_code_once_per_version"),
            models.CheckConstraint(
                name="guardrail_says_why_and_what_else",
                condition=~(
                    models.Q(reason_en="")
                    | models.Q(reason_de="")
                    | models.Q(instead_en="")
                    | models.Q(instead_de="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def reason(self) -> str:
        return self.reason_de if _german() else self.reason_en

    @property
    def instead(self) -> str:
        return self.instead_de if _german() else self.instead_en

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def forbids(self, facts: dict[str, object]) -> bool:
        """Whether every condition holds; a guardrail without conditions forbids nothing."""
        rows = list(self.conditions.all())
        return bool(rows) and all(row.holds(facts) for row in rows)


class Condition(models.Model):
    """One typed row: fact, operator, value."""

    guardrail = models.ForeignKey(Guardrail, on_delete=models.CASCADE, related_name="conditions")
    fact = models.CharField(_("fact"), max_length=40)
    operator = models.CharField(_("operator"), max_length=12, choices=conditions.OPERATORS)
    value = models.JSONField(_("value"))

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}"

    @property
    def sentence(self) -> str:
        return conditions.sentence(self.fact, self.operator, self.value)

    def clean(self) -> None:
        refused = conditions.refusal(self.fact, self.operator, self.value)
        if refused:
            raise ValidationError(refused)

    def holds(self, facts: dict[str, object]) -> bool:
        return conditions.holds(facts.get(self.fact), self.operator, self.value)


def _german() -> bool:
    return (get_language() or "en").startswith("de")
