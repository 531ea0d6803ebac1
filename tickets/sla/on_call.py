"""On call: from when until when somebody hears of a team's promises while the team itself does not work."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.team import Team

LONGEST = timedelta(days=31)


class OnCallQuerySet(models.QuerySet["OnCall"]):
    def not_over(self, at: datetime) -> OnCallQuerySet:
        return self.filter(ended_at=None, ends_at__gt=at)

    def running(self, at: datetime) -> OnCallQuerySet:
        return self.not_over(at).filter(starts_at__lte=at)

    def managed_by(self, person: Person) -> OnCallQuerySet:
        """Those of the teams this person leads; administrators look after every team."""
        return self.all() if person.is_staff else self.filter(team__in=person.led_team_ids)


class OnCall(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OnCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("on call")
        verbose_name_plural = _("on call")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="on_call_ends_after_it_begins", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            models.UniqueConstraint(
                fields=["team", "person", "starts_at", "ends_at"],
                condition=models.Q(ended_at=None),
                name="on_call_said_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "ends_at"], condition=models.Q(ended_at=None), name="on_call_not_over"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.person}"

    @classmethod
    def plan(
        cls,
        team: Team,
        person: Person,
        *,
        starts_at: datetime,
        ends_at: datetime,
        by: Person,
        at: datetime | None = None,
    ) -> OnCall:
        """`person` hears of what `team` must know from one moment to the other; said twice it is the same.

        Whoever is on call works in the team, for at most a month at a time; ValueError otherwise.
        """
        if team.pk not in person.team_ids or not starts_at < ends_at <= starts_at + LONGEST:
            raise ValueError("Somebody of the team, from a moment to a later one within a month.")
        said = {"team": team, "person": person, "starts_at": starts_at, "ends_at": ends_at, "ended_at": None}
        found, _made = cls.objects.get_or_create(
            **said, defaults={"set_by": by, "set_at": at or timezone.now()}
        )
        return found

    def end(self, *, at: datetime | None = None) -> bool:
        """Not on call any longer, or not at all; False when it was over already."""
        at = at or timezone.now()
        return OnCall.objects.not_over(at).filter(pk=self.pk).update(ended_at=at) == 1
