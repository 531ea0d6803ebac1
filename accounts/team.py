"""A team: agents work it, leads lead it; every agent's rights hang here, never on single tickets."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm

from .person import Person
from .setup_change import settings_of


class TeamQuerySet(models.QuerySet["Team"]):
    def worked_by(self, person: Person) -> TeamQuerySet:
        return self.filter(pk__among=person.team_ids)

    def led_by(self, person: Person) -> TeamQuerySet:
        return self.filter(pk__in=person.led_team_ids)

    def steered_by(self, person: Person) -> TeamQuerySet:
        """What an administrator may set for every team, a lead may set for their own."""
        return self.all() if person.is_staff else self.led_by(person)


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        permissions = [("work_team", _("Works in this team")), ("lead_team", _("Leads this team"))]

    def __str__(self) -> str:
        return self.name

    def welcome(self, person: Person, *, lead: bool = False) -> None:
        """Let `person` work here; as a lead also lead. Saying it twice changes nothing."""
        assign_perm("work_team", person, self)
        if lead:
            assign_perm("lead_team", person, self)
        _forget(person)

    def step_down(self, person: Person) -> None:
        """`person` works here as before, and leads no longer."""
        remove_perm("lead_team", person, self)
        _forget(person)

    def rename(self, name: str) -> None:
        """Called so from now on; rules and programs go on knowing it by its short name."""
        self.name = name
        self.save(update_fields=["name"])

    def hold(self) -> None:
        """Until the transaction ends nobody else changes who is here: the last lead does not leave with the other."""
        Team.objects.select_for_update(no_key=True).get(pk=self.pk)

    def dismiss(self, person: Person) -> None:
        """End every right of `person` in this team."""
        remove_perm("work_team", person, self)
        remove_perm("lead_team", person, self)
        _forget(person)


class TeamUserObjectPermission(UserObjectPermissionBase):
    """Direct foreign keys: one join instead of ids compared as text."""

    content_object = models.ForeignKey(Team, on_delete=models.CASCADE)


class TeamGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Team, on_delete=models.CASCADE)


@settings_of.register
def _settings(team: Team) -> Iterable[tuple[str, object]]:
    leads = sorted(Person.objects.leading(team).values_list("name", flat=True))
    people = Person.objects.working_in(team).values_list("name", flat=True)
    return [
        (gettext("Name"), team.name),
        (gettext("Short name"), team.slug),
        (gettext("Leads"), leads),
        (gettext("Members"), [name for name in people if name not in leads]),
    ]


def _forget(person: Person) -> None:
    for name in ("_team_permissions", "team_ids", "led_team_ids"):
        person.__dict__.pop(name, None)
