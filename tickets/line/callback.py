"""A callback: the customer hangs up and keeps the place; the agent is kept free before anybody's telephone rings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import course as on
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
        """Nobody answered. After the third try it becomes a ticket with a deadline; till then the place is kept."""
        at = at or timezone.now()
        with transaction.atomic():
            self.hold_for(on.PROMISE)  # the last try becomes one
            if not self.do(on.NOT_REACHED, by=by, at=at):
                return False
            if self.attempts >= USUAL.attempts:
                self.promise(by=by, at=at)
        return True

    def withdraw(self, *, by: Person, at: datetime | None = None) -> bool:
        """The customer does not want to be called any more."""
        if self.phase != on.CALLBACK:
            return False
        at = at or timezone.now()
        with transaction.atomic():
            done: bool = self.do(on.FINISHED, by=by, at=at, ended_by=on.BY_CUSTOMER)
            if done and self.call_ticket is not None:
                leave(self.call_ticket, by=by, at=at)
        return done

    def promise(self, *, by: Person | None = None, at: datetime | None = None) -> bool:
        """What could not be reached today is written down as a ticket, with an owner and a deadline."""
        at = at or timezone.now()
        with transaction.atomic():
            if self.customer is None or not self.do(on.PROMISE, by=by, at=at):
                return False
            with translation.override(self.customer.person.language or "de"):
                text = _(
                    "We wanted to call you back and have not reached you. We will get in touch with you."
                )
                self.follow_up(_("Your callback"), text, at=at, key=f"callback-{self.pk}")
        return True
