"""A callback: the customer hangs up and keeps the place; the agent is kept free before anybody's telephone rings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import words as on
from .call_ticket import leave
from .heard import USUAL

if TYPE_CHECKING:
    from accounts.person import Person


class Callbackable(models.Model):
    class Meta:
        abstract = True

    @property
    def number_to_dial(self) -> str:
        return self.caller or (self.customer.phone if self.customer else "")

    def owes_offer(self, *, at: datetime) -> bool:
        """Whether the caller is to be asked now if we shall call back, and no telephone system was told so yet."""
        if self.phase != on.WAITING or self.offer_told.startswith(f"{self.stretch}:"):
            return False
        theirs = {"kind": on.CALLBACK_OFFERED, "step": self.stretch}
        due = self.deadlines.filter(**theirs, done_at=None, due_at__lte=at)
        return bool(self.events.filter(**theirs).exists() or due.exists())

    def hand_offer_over(self, word: str, *, at: datetime) -> bool:
        """Whether the answer to `word` has the caller asked; in one stretch of waiting one word is answered so, however
        often it is told."""
        mine = f"{self.stretch}:{word}"
        if self.owes_offer(at=at):
            waits = type(self).objects.filter(pk=self.pk, phase=on.WAITING, stretch=self.stretch)
            waits.exclude(offer_told__startswith=f"{self.stretch}:").update(offer_told=mine)
            self.refresh_from_db(fields=["offer_told"])
        return self.phase == on.WAITING and self.offer_told == mine

    def want_callback(
        self, *, until: datetime | None = None, by: Person | None = None, at: datetime | None = None
    ) -> bool:
        """Call me instead: in turn, or not before `until`. The place stays what it was."""
        return self.do(on.CALLBACK_WANTED, until=until, by=by, at=at)

    def put_off(self, *, by: Person, at: datetime | None = None) -> bool:
        """Whoever has the customer on the telephone, and nothing to say yet, calls back: the place is kept."""
        if self.phase not in (on.TALKING, on.HELD) or not self.number_to_dial:
            return False
        return self.want_callback(by=by, at=at)

    def postpone(self, until: datetime | None, *, by: Person, at: datetime | None = None) -> bool:
        """The customer would rather be called at another time, or in turn after all."""
        return self.do(on.POSTPONED, until=until, by=by, at=at)

    def dial(self, *, by: Person, at: datetime | None = None) -> bool:
        """The agent who is kept free for it rings the customer now."""
        if self.agent_id != by.pk:
            return False
        return self.do(on.DIALLED, by=by, at=at)

    def not_reached(self, *, by: Person, at: datetime | None = None) -> bool:
        """Nobody answered. After the third try it is written down; till then the place is kept."""
        at = at or timezone.now()
        with transaction.atomic():
            self.hold_for(on.PROMISE)  # the last try becomes one
            if not self.do(on.NOT_REACHED, by=by, at=at):
                return False
            self.stop_calling(by=by, at=at)
        return True

    def stop_calling(self, *, by: Person | None = None, at: datetime) -> bool:
        """Whom we tried often enough, or have no number of, is offered to nobody any more: it is written down."""
        cannot = not self.number_to_dial or self.attempts >= USUAL.attempts
        return self.phase == on.CALLBACK and cannot and self.promise(by=by, at=at)

    def withdraw(self, *, by: Person, at: datetime | None = None) -> bool:
        """The customer does not want to be called any more."""
        at = at or timezone.now()
        with transaction.atomic():
            done: bool = self.do(on.WITHDRAWN, by=by, at=at, ended_by=on.BY_CUSTOMER)
            if done and self.call_ticket is not None:
                leave(self.call_ticket, by=by, at=at)
        return done

    def promise(self, *, by: Person | None = None, at: datetime | None = None) -> bool:
        """Whom we could not call is written down as a ticket, with an owner and a deadline; of somebody we do not know
        the leads see it until one of them says what came of it."""
        at = at or timezone.now()
        if self.customer is None:
            return self.do(on.GIVE_UP, by=by, at=at)
        with transaction.atomic():
            if not self.do(on.PROMISE, by=by, at=at):
                return False
            with translation.override(self.customer.person.language or "de"):
                key = f"callback-{self.pk}"
                self.follow_up(_("Your callback"), self._why_in_writing(), at=at, key=key)
        return True

    def _why_in_writing(self) -> str:
        if not self.number_to_dial:
            return _("We wanted to call you back and have no number of yours. We will get in touch with you.")
        if self.attempts:
            return _("We wanted to call you back and have not reached you. We will get in touch with you.")
        return _("We owed you a call and did not get to it. We are sorry and will get in touch with you.")
