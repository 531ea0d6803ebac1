"""Dürfen: how much may be decided alone (own) and how much when nobody objects (stretch), by role, team or person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.team import Team

from .rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Latitude:
    """What one agent may do, in cents."""

    own_cents: int = 0
    stretch_cents: int = 0
    customer_cents: int = 0
    on_trial: bool = False

    def times(self, percent: int) -> Latitude:
        """This room for a customer whose loyalty widens it; whole cents, rounded down."""
        if percent == 100:
            return self
        own, stretch, customer = (
            cents * percent // 100 for cents in (self.own_cents, self.stretch_cents, self.customer_cents)
        )
        return Latitude(own, stretch, customer, self.on_trial)

    def plus(self, cents: int) -> Latitude:
        """This room with so much more per case, alone and when nobody objects; the year's limit stays."""
        return Latitude(
            self.own_cents + cents, self.stretch_cents + cents, self.customer_cents, self.on_trial
        )

    def for_the_case(self, other: Latitude) -> Latitude:
        """The wider of both, as far as one case goes; what the customer may get in all stays."""
        own, stretch = max(self.own_cents, other.own_cents), max(self.stretch_cents, other.stretch_cents)
        return Latitude(own, stretch, self.customer_cents, self.on_trial)

    def at_most(self, cents: int) -> Latitude:
        """This room for a case worth no more than so much; what the customer may get in all is another matter."""
        own, stretch = min(self.own_cents, cents), min(self.stretch_cents, cents)
        return Latitude(own, stretch, self.customer_cents, self.on_trial)


class Limit(models.Model):
    class Role(models.TextChoices):
        AGENT = "agent", _("agents")
        LEAD = "lead", _("leads")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="limits")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("person"),
        related_name="limits",
    )
    own_cents = models.PositiveIntegerField(_("alone, per case"))
    stretch_cents = models.PositiveIntegerField(_("when nobody objects, per case"))
    customer_cents = models.PositiveIntegerField(_("per customer and year"))
    on_trial = models.BooleanField(_("on trial: do it, and tell the lead"), default=False)
    valid_from = models.DateTimeField(_("from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["role", "team", "person"]
        constraints = [
            models.CheckConstraint(
                name="limit_stretch_not_below_own", condition=Q(stretch_cents__gte=F("own_cents"))
            ),
            models.CheckConstraint(
                name="limit_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """Whom it is for: “Anna Kowalski”, “Agents, North”, “Everybody”."""
        if self.person is not None:
            return self.person.name
        lead = self.role == self.Role.LEAD
        if self.team is None:
            return str(_("All leads") if lead else _("Everybody"))
        words = _("Leads, %(team)s") if lead else _("Agents, %(team)s")
        return str(words) % {"team": self.team.name}

    def applies(self, person: Person, team: Team, *, at: datetime) -> bool:
        if (self.valid_from and at < self.valid_from) or (self.valid_until and at >= self.valid_until):
            return False
        if self.person_id is not None:
            return self.person_id == person.pk
        if self.team_id is not None and self.team_id != team.pk:
            return False
        return self.role == self.Role.AGENT or team.pk in person.led_team_ids

    @property
    def closeness(self) -> tuple[bool, bool, bool, bool]:
        """The closest rule wins: person before team before house, lead before agent, dated before standing."""
        return (
            self.person_id is not None,
            self.role == self.Role.LEAD,
            self.team_id is not None,
            self.valid_until is not None,
        )


def latitude(limits: Iterable[Limit], person: Person, team: Team, *, at: datetime) -> Latitude:
    """The limit that applies to `person` on a ticket of `team`; nothing where no rule speaks."""
    applying = [limit for limit in limits if limit.applies(person, team, at=at)]
    if not applying:
        return Latitude()
    limit = max(applying, key=lambda row: (row.closeness, row.own_cents))
    return Latitude(limit.own_cents, limit.stretch_cents, limit.customer_cents, limit.on_trial)
