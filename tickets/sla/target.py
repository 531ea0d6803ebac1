"""A target: how fast one kind of promise is to be kept, in which business hours; one line of a policy's version."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .hours import BusinessHours

ANSWER, FIRST_RESPONSE, NEXT_RESPONSE = "answer", "first_response", "next_response"
UPDATE, SOLUTION = "update", "solution"
CALLBACK = "callback"  # owed to somebody who hung up and waits for our call
BY_WORD = "by_word"  # what somebody promised in person; no target says it
TARGET_KINDS = [
    (ANSWER, _("answer to a call or chat")),
    (CALLBACK, _("callback")),
    (FIRST_RESPONSE, _("first response")),
    (NEXT_RESPONSE, _("next response")),
    (UPDATE, _("regular update")),
    (SOLUTION, _("solution")),
]
KINDS = [*TARGET_KINDS, (BY_WORD, _("promise in person"))]
RESPONSES = (FIRST_RESPONSE, NEXT_RESPONSE)
# What a ticket owes from its first moment; a next response is owed once the customer writes again.
FROM_THE_START = (FIRST_RESPONSE, UPDATE, SOLUTION)
# What belongs to somebody's word or place in line: it stays owed where the ticket is solved or goes on in another.
MOVING = (BY_WORD, CALLBACK)
# Where the customer sits and waits for us, seconds count too.
CHAT, PHONE = "chat", "phone"

MOST_SECONDS = 3 * 366 * 86_400


class Target(models.Model):
    version = models.ForeignKey("tickets.PolicyVersion", on_delete=models.PROTECT, related_name="targets")
    kind = models.CharField(_("promise"), max_length=16, choices=TARGET_KINDS)
    seconds = models.PositiveIntegerField(
        _("seconds of business hours"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SECONDS)]
    )
    hours = models.ForeignKey(BusinessHours, on_delete=models.PROTECT, verbose_name=_("business hours"))
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="one_target_per_kind"),
            models.CheckConstraint(
                name="target_positive", condition=models.Q(seconds__gt=0, seconds__lte=MOST_SECONDS)
            ),
            models.CheckConstraint(
                name="target_warns_before_it_breaks",
                condition=models.Q(warn_percent__gte=1, warn_percent__lte=99),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} – {self.get_kind_display()}"
