"""Wollen: whether this agent wants this case now. Asked for the case, no trait; it changes only who acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets.ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

LASTS = timedelta(hours=10)  # the end of the shift


class Stance(models.Model):
    class Will(models.TextChoices):
        WANT = "want", _("gladly")
        FINE = "fine", _("fine")
        NOT_NOW = "not_now", _("rather not now")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stances")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="stances")
    will = models.CharField(max_length=8, choices=Will.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("stance")
        verbose_name_plural = _("stances")
        constraints = [
            models.UniqueConstraint(fields=["agent", "ticket"], name="one_stance_per_agent_and_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} #{self.ticket_id}: {self.will}"

    @classmethod
    def take(cls, agent: Person, ticket: Ticket, will: str, *, at: datetime | None = None) -> Stance:
        stance, _made = cls.objects.update_or_create(
            agent=agent, ticket=ticket, defaults={"will": cls.Will(will), "at": at or timezone.now()}
        )
        return stance

    @classmethod
    def of(cls, agent: Person, ticket: Ticket, *, at: datetime) -> str:
        """What the agent said about this case this shift; nobody is asked twice, silence is “fine”."""
        said = _LATEST.first(agent=agent.pk, ticket=ticket.pk, after=at - LASTS) if ticket.pk else None
        return said[0] if said else cls.Will.FINE.value


_LATEST = Prepared(
    lambda agent, ticket, after: Stance.objects.filter(agent=agent, ticket=ticket, at__gt=after).values_list(
        "will"
    )[:1]
)
