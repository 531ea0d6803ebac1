"""Putting a ticket right: what it is called and about, how urgent it is and who works on it, changed by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import history
from .refused import Refused
from .search.words import TicketWords

if TYPE_CHECKING:
    from accounts.person import Person

    from .cause import Cause

# What only somebody who still works on it can want to change; what it was about, one learns afterwards too.
OF_THE_WORK: Final = frozenset({"team", "priority"})


class Correctable(models.Model):
    class Meta:
        abstract = True

    def put_right(
        self, said: Mapping[str, Any], *, by: Person, why: str = "", at: datetime | None = None
    ) -> Refused | None:
        """Change subject, cause, priority or team, as many as are named, together or not at all.

        What stands so already is no change and leaves no trace. `why` is for the team that gets it.
        """
        at = at or timezone.now()
        with transaction.atomic():
            type(self).objects.hold(self.pk)
            self.refresh_from_db(
                fields=["subject", "cause", "priority", "team", "assignee", "status", "solved_at"]
            )
            refused = self.uncorrectable(said)
            if refused is not None:
                return refused
            if "subject" in said:
                self.rename(said["subject"], by=by, at=at)
            if "cause" in said:
                self.reclassify(said["cause"], by=by, at=at)
            if "priority" in said:
                self.prioritise(said["priority"], by=by, at=at)
            if "team" in said:
                self.hand_over(said["team"], by=by, at=at, because=why)
        return None

    def uncorrectable(self, names: Collection[str] = ()) -> Refused | None:
        """Why these facts cannot be changed; the page asks the same as the deed."""
        merge = self.merge if self.is_settled else None
        if merge is not None:
            words = _("This ticket goes on in #%(number)s. Change that one instead.")
            return Refused("merged", words % {"number": merge.target_id})
        if self.is_settled and OF_THE_WORK & set(names):
            words = _("This ticket is done. Open it again before you change its team or priority.")
            return Refused("settled", words)
        return None

    def rename(self, subject: str, *, by: Person | None, at: datetime | None = None) -> bool:
        """Call it what it is about; False when it was called so already. The customer reads the new subject too."""
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(subject=subject)
            if not others.update(subject=subject, changed_at=at):
                return False
            was, self.subject = self.subject, subject
            TicketWords.gather(self)
            self.record(history.RENAMED, by=by, at=at, subject=subject, from_subject=was)
        return True

    def reclassify(self, cause: Cause, *, by: Person | None, at: datetime | None = None) -> bool:
        """It is about something else; False when it was about that already.

        The team stays, and so does all that was filled in. Every running promise becomes the kinder of what was and
        what is now promised.
        """
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(cause=cause)
            if not others.update(cause=cause, changed_at=at):
                return False
            was, self.cause = self.cause, cause
            self.promise_anew(at=at, by=by, cause="cause")
            said = {"cause": history.in_each_language(lambda: cause.name)}
            said["from_cause"] = history.in_each_language(lambda: was.name)
            self.record(history.RECLASSIFIED, by=by, at=at, **said)
        return True
