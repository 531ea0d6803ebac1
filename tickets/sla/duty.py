"""Duty: whose working hours count for a team when no promise says others, and who works at other times than it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team

from .hours import BusinessHours


class TeamHours(models.Model):
    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team"), primary_key=True
    )
    hours = models.ForeignKey(
        BusinessHours, on_delete=models.PROTECT, related_name="teams", verbose_name=_("business hours")
    )

    class Meta:
        verbose_name = _("hours of a team")
        verbose_name_plural = _("hours of teams")
        ordering = ["team"]

    def __str__(self) -> str:
        return f"{self.team}: {self.hours}"

    @classmethod
    def of(cls, team: Team | int) -> BusinessHours | None:
        """When the team works; None where nobody has said."""
        row = _OF_TEAM.first(team=team if isinstance(team, int) else team.pk)
        return row.hours if row else None

    @classmethod
    def agree(cls, team: Team, hours: BusinessHours | None) -> None:
        """The team works in these hours from now on; None: whenever somebody is there, so always."""
        if hours is None:
            cls.objects.filter(team=team).delete()
        else:
            cls.objects.update_or_create(team=team, defaults={"hours": hours})


def day_at(team: int, at: datetime) -> date:
    """Which day it is at this moment where the team works; where nobody has said when it does, in the house."""
    hours = TeamHours.of(team)
    return at.astimezone(hours.opening.zone if hours else ZoneInfo(settings.TIME_ZONE)).date()


# Whoever waits in a line reads again and again whether we are open.
_OF_TEAM = Prepared(lambda team: TeamHours.objects.select_related("hours").filter(team=team))


class PersonHours(models.Model):
    """Somebody works at other times than their teams: part of the day, some days, or late."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
        primary_key=True,
    )
    hours = models.ForeignKey(
        BusinessHours, on_delete=models.PROTECT, related_name="+", verbose_name=_("business hours")
    )

    class Meta:
        verbose_name = _("hours of a person")
        verbose_name_plural = _("hours of people")
        ordering = ["person"]

    def __str__(self) -> str:
        return f"{self.person}: {self.hours}"

    @classmethod
    def of_each(cls, people: Iterable[int]) -> dict[int, BusinessHours]:
        """By id, the hours of those who have their own; everybody else works when their team does."""
        rows = cls.objects.select_related("hours").filter(person__in=list(people))
        return {row.person_id: row.hours for row in rows}

    @classmethod
    def agree(cls, person: Person, hours: BusinessHours | None) -> None:
        """This person works in these hours from now on; None: as the team does."""
        if hours is None:
            cls.objects.filter(person=person).delete()
        else:
            cls.objects.update_or_create(person=person, defaults={"hours": hours})
