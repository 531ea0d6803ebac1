"""A view somebody put together: a name and conditions, for themselves or for a team; it holds what they hold of now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.team import Team
from tickets.automation import group
from tickets.once import once

if TYPE_CHECKING:
    from accounts.person import Person

MOST = 20  # each is counted whenever a list is shown


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def usable_by(self, person: Person) -> SavedViewQuerySet:
        """The own ones and those of the own teams."""
        return self.filter(models.Q(team__among=person.team_ids) | models.Q(team=None, owner=person))

    def managed_by(self, person: Person) -> SavedViewQuerySet:
        """The own ones, and those of the teams one leads."""
        if not person.is_active:
            return self.none()
        return self.filter(models.Q(team=None, owner=person) | models.Q(team_id__in=person.led_team_ids))


class SavedView(models.Model):
    name = models.CharField(_("name"), max_length=60)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="views", verbose_name=_("team")
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="views")
    conditions = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)
    # Made by the form before sending: the same key a second time is the same view.
    key = models.CharField(max_length=64, unique=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return f"view-{self.pk}"

    def desk_url(self) -> str:
        return f"{reverse('desk:tickets')}?view={self.slug}"

    @property
    def sentence(self) -> str:
        """What it holds, as people say it."""
        return group.sentence(self.conditions)

    @classmethod
    def write(cls, *, by: Person, key: str, at: datetime | None = None, **said: Any) -> SavedView:
        """A new view; the same `key` returns the one already there."""
        return once(cls.objects, mine={"owner": by, "key": key}, **said, changed_at=at or timezone.now())

    def revise(self, *, at: datetime | None = None, **said: Any) -> None:
        SavedView.objects.filter(pk=self.pk).update(**said, changed_at=at or timezone.now())
        self.refresh_from_db()
