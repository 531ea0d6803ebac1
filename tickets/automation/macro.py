"""A macro: several steps an agent does at once on a ticket – all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.team import Team
from tickets import history
from tickets.once import once

from . import step

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


class MacroQuerySet(models.QuerySet["Macro"]):
    def usable_by(self, person: Person) -> MacroQuerySet:
        """The own ones and those of the own teams."""
        return self.filter(models.Q(team_id__in=person.team_ids) | models.Q(team=None, owner=person))

    def managed_by(self, person: Person) -> MacroQuerySet:
        """The own ones, those of the teams one leads, and for administrators those of every team."""
        own = models.Q(team=None, owner=person)
        teams = models.Q(team__isnull=False) if person.is_staff else models.Q(team_id__in=person.led_team_ids)
        return self.filter(own | teams) if person.is_active else self.none()


class Macro(models.Model):
    name = models.CharField(_("name"), max_length=80)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="macros", verbose_name=_("team")
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="macros")
    steps = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=timezone.now)
    # Made by the form before sending: the same key a second time is the same macro.
    key = models.CharField(max_length=64, unique=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def then(self) -> list[str]:
        return step.sentences(self.steps)

    @classmethod
    def write(cls, *, by: Person, key: str, at: datetime | None = None, **said: Any) -> Macro:
        """A new macro; the same `key` returns the one already there."""
        return once(cls.objects, mine={"owner": by, "key": key}, **said, changed_at=at or timezone.now())

    def revise(self, *, at: datetime | None = None, **said: Any) -> None:
        Macro.objects.filter(pk=self.pk).update(**said, changed_at=at or timezone.now())
        self.refresh_from_db()

    def rehearse(self, ticket: Ticket, *, by: Person, at: datetime | None = None) -> list[step.Done]:
        """What each step would do to this ticket now, and which could not; nothing of it is done."""
        return step.rehearse(self._acting(ticket, by=by, key="rehearsal", at=at, texts={}), self.steps)

    def run(
        self,
        ticket: Ticket,
        *,
        by: Person,
        key: str,
        texts: Mapping[int, str] | None = None,
        at: datetime | None = None,
    ) -> list[step.Done]:
        """Do every step in one transaction; where one cannot be done, none is, and the answer says which and why.

        The same `key` a second time does nothing more. `texts` are customer texts as the agent changed them, by the
        place of their step.
        """
        acting = self._acting(ticket, by=by, key=key, at=at, texts=texts or {})
        with transaction.atomic():
            type(ticket).objects.hold(ticket.pk)  # sent twice, one waits
            if ticket.events.filter(kind=history.MACRO_RAN, data__key=key).exists():
                return []
            done = step.perform(acting, self.steps)
            if all(one.is_done for one in done):
                ticket.record(history.MACRO_RAN, by=by, at=acting.at, macro=self.name, key=key)
            else:
                transaction.set_rollback(True)
        return done

    def _acting(
        self, ticket: Ticket, *, by: Person, key: str, at: datetime | None, texts: Mapping[int, str]
    ) -> step.Acting:
        return step.Acting(ticket, by, by, self.name, f"macro-{key}"[:60], at or timezone.now(), texts)
