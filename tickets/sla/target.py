"""A target: how fast a team answers or solves, by priority, in which business hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.team import Team

from .hours import BusinessHours

if TYPE_CHECKING:
    from tickets.ticket import Ticket

ANSWER, FIRST_RESPONSE, NEXT_RESPONSE = "answer", "first_response", "next_response"
UPDATE, SOLUTION = "update", "solution"
BY_WORD = "by_word"  # what somebody promised in person; no target says it
TARGET_KINDS = [
    (ANSWER, _("answer to a call or chat")),
    (FIRST_RESPONSE, _("first response")),
    (NEXT_RESPONSE, _("next response")),
    (UPDATE, _("regular update")),
    (SOLUTION, _("solution")),
]
KINDS = [*TARGET_KINDS, (BY_WORD, _("promise in person"))]
RESPONSES = (FIRST_RESPONSE, NEXT_RESPONSE)
# What a ticket owes from its first moment; a next response is owed once the customer writes again.
FROM_THE_START = (FIRST_RESPONSE, UPDATE, SOLUTION)


class Target(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="targets", verbose_name=_("team"))
    kind = models.CharField(_("promise"), max_length=16, choices=TARGET_KINDS)
    # Empty means every priority; an exact one wins over it.
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("seconds of business hours"), validators=[MinValueValidator(60)])
    hours = models.ForeignKey(BusinessHours, on_delete=models.PROTECT, verbose_name=_("business hours"))
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "priority"], name="one_target_per_priority"),
            # Of its own, because an empty priority equals nothing in a plain unique constraint.
            models.UniqueConstraint(
                fields=["team", "kind"],
                condition=models.Q(priority=None),
                name="one_target_for_all_priorities",
            ),
            models.CheckConstraint(name="target_positive", condition=models.Q(seconds__gt=0)),
            models.CheckConstraint(
                name="target_warns_before_it_breaks",
                condition=models.Q(warn_percent__gte=1, warn_percent__lte=99),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} – {self.get_kind_display()}"

    @classmethod
    def of(cls, ticket: Ticket) -> list[Target]:
        """Exactly one target per kind: the ticket's priority if it has its own, else the one for all."""
        chosen: dict[str, Target] = {}
        rows = cls.objects.select_related("hours").filter(team_id=ticket.team_id)
        for target in rows.filter(models.Q(priority=ticket.priority) | models.Q(priority=None)):
            if target.kind not in chosen or target.priority is not None:
                chosen[target.kind] = target
        return [chosen[kind] for kind in sorted(chosen)]
