"""Who works on a ticket: a person, a team, or for the moment nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from . import history
from .live import relay

if TYPE_CHECKING:
    from accounts.person import Person
    from accounts.team import Team


class Assignable(models.Model):
    class Meta:
        abstract = True

    def assign(self, to: Person, *, by: Person | None, at: datetime | None = None) -> None:
        """Give the ticket to `to`, who must work in its team; ValueError otherwise. Same assignee: nothing happens."""
        if self.team_id not in to.team_ids:
            raise ValueError("The assignee must work in the ticket's team.")
        at = at or timezone.now()
        with transaction.atomic():
            changed = (
                type(self)
                .objects.filter(pk=self.pk)
                .filter(~models.Q(assignee=to) | models.Q(assignee=None))
                .update(assignee=to, changed_at=at)
            )
            self.assignee = to
            if changed:
                self.record(history.TAKEN if by == to else history.ASSIGNED, by=by, at=at, to=to.name)

    def release(self, *, by: Person | None, at: datetime | None = None) -> bool:
        """Back to the team: nobody is the assignee any more; False when nobody was."""
        at = at or timezone.now()
        with transaction.atomic():
            held = type(self).objects.filter(pk=self.pk).exclude(assignee=None)
            if not held.update(assignee=None, changed_at=at):
                return False
            had, self.assignee = self.assignee, None
            said = {"had": had.name} if by and had and had != by else {}
            self.record(history.RELEASED, by=by, at=at, **said)
        return True

    def hand_over(
        self, team: Team, *, by: Person | None, at: datetime | None = None, because: str = ""
    ) -> bool:
        """Another team works on it from now on; what was promised to the customer stays promised. False: it did.

        `because` tells that team why.
        """
        at = at or timezone.now()
        with transaction.atomic():
            elsewhere = type(self).objects.filter(pk=self.pk).exclude(team=team)
            if not elsewhere.update(team=team, assignee=None, changed_at=at):
                return False
            relay.announce(f"team-{self.team_id}")  # whose list it leaves; `record` tells the other
            said = {"from_team": self.team.name} | ({"because": because} if because else {})
            self.team, self.assignee = team, None
            self.record(history.HANDED_OVER, by=by, at=at, team=team.name, **said)
        return True
