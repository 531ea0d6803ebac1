"""Who works on a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from . import history

if TYPE_CHECKING:
    from accounts.person import Person


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
