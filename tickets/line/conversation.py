"""What happens between a contact and an agent: offered, taken, held, handed on, ended – by people."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone

from accounts.presence import Presence
from tickets.live import relay

from . import words as on
from .call_ticket import PHONE

if TYPE_CHECKING:
    from accounts.person import Person
    from accounts.team import Team


class Conversational(models.Model):
    class Meta:
        abstract = True

    def offer(self, agent: Person, *, at: datetime | None = None) -> bool:
        """Ask this agent; who does not take it within the time of an offer is asked no longer, the place is kept."""
        return self.do(on.OFFERED, agent=agent, at=at)

    def accept(self, *, by: Person, at: datetime | None = None) -> bool:
        """The agent takes what was offered to them; of many clicks one counts. A callback is dialled after this."""
        with transaction.atomic():
            locked = self.hold_for(on.ANSWERED)
            if locked.offered_to_id != by.pk:
                self.refresh_from_db()
                return False
            kind = on.RESERVE if locked.phase == on.CALLBACK else on.ANSWERED
            taken: bool = self.do(kind, agent=by, by=by, at=at)
            Presence.objects.filter(person=by).update(missed=0)
        return taken

    def decline(self, *, by: Person, at: datetime | None = None) -> bool:
        """Not now: the contact keeps its place and the next one is asked. It counts for nothing."""
        with transaction.atomic():
            locked = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
            if locked.offered_to_id != by.pk:
                self.refresh_from_db()
                return False
            return self.do(on.DECLINED, by=by, at=at)

    def answered(self, *, by: Person, at: datetime | None = None) -> bool:
        """The customer is on the line with this agent."""
        return self.do(on.ANSWERED, agent=by, by=by, at=at)

    def hold(self, *, by: Person, at: datetime | None = None) -> bool:
        return self.do(on.HOLD, by=by, at=at)

    def resume(self, *, by: Person, at: datetime | None = None) -> bool:
        return self.do(on.RESUMED, by=by, at=at)

    def take_time(self, *, by: Person) -> bool:
        """This one needs its time: it leaves the count by which the next contacts are given out."""
        mine = type(self).objects.filter(pk=self.pk, agent=by, phase__in=on.WITH_AGENT)
        done = bool(mine.update(needs_time=True))
        self.refresh_from_db()
        return done

    def transfer(self, team: Team, *, by: Person, at: datetime | None = None) -> bool:
        """On to another team, with the first arrival kept."""
        with transaction.atomic():
            if not self.do(on.TRANSFERRED, by=by, at=at):
                return False
            self.go_to(team, by=by, at=at)
        self.refresh_from_db()
        return True

    def go_to(self, team: Team, *, by: Person, at: datetime | None = None) -> None:
        """Another team has it from now on, and the ticket of the call with it."""
        type(self).objects.filter(pk=self.pk).update(team=team)
        relay.announce(f"line-{team.pk}")  # the other team heard it when it was handed on
        if self.call_ticket is not None and not self.call_ticket.is_settled:
            self.call_ticket.hand_over(team, by=by, at=at)

    def finish(self, ended_by: str, *, by: Person | None = None, at: datetime | None = None) -> bool:
        """A person ended it. The detector looks whether it was a drop; then the customer is called back first."""
        at = at or timezone.now()
        with transaction.atomic():
            done: bool = self.do(on.FINISHED, by=by, at=at, ended_by=ended_by)
            if done:
                self.make_good(at=at)
                self.stop_calling(at=at)
        return done

    def lose(self, *, at: datetime | None = None) -> bool:
        """The connection broke: the place is kept and we call."""
        at = at or timezone.now()
        with transaction.atomic():
            done: bool = self.do(on.LOST, at=at)
            if done:
                self.stop_calling(at=at)
        return done

    def conclude(self, outcome: str, *, by: Person, at: datetime | None = None) -> bool:
        """What came of it, in a line."""
        with transaction.atomic():
            if not self.do(on.OUTCOME, by=by, at=at):
                return False
            type(self).objects.filter(pk=self.pk).update(outcome=outcome)
            if self.call_ticket is not None:
                # The same words twice are one note; other words are another, and both are kept.
                said = sha256(outcome.encode()).hexdigest()[:16]
                key = f"outcome-{self.pk}-{self.talks}-{said}"
                self.call_ticket.note(outcome, by=by, channel=PHONE, key=key, at=at)
        self.outcome = outcome
        return True

    def make_good(self, *, at: datetime) -> bool:
        """Whom we may have dropped is called first in line; whom we cannot call we owe an answer in writing."""
        wants: Any = self.phase == on.ENDED and self.drop
        if wants and self.number_to_dial:
            return bool(self.do(on.CALLBACK_WANTED, at=at))
        return bool(wants) and self.owe_words(at=at)
