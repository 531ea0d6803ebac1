"""What happens to a question that waits: it is reminded of, handed to somebody else, and never ends in a silent no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.absence import stand_ins
from accounts.presence import Presence
from tickets.mail.outbox import OutgoingMail
from tickets.notice import Notice

from .. import history
from ..referral import OWN, NobodyToAsk, Refusal, deadline_for, deciders, may_decide, reminder_for
from ..turns import take_turns
from .silence import means_yes

if TYPE_CHECKING:
    from accounts.person import Person

LAST_STEP = 3  # after two steps the lead must decide
SHORTEST_LEFT = timedelta(minutes=15)  # for whoever gets a question late by hand
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=3)
# What of an open ask changes while it waits.
CHANGING = ("asked", "role", "step", "asked_before", "silence_grants", "due_at", "restarted_at", "pooled_at")


class Passing(models.Model):
    class Meta:
        abstract = True

    def lapse(self, *, now: datetime) -> None:
        """The deadline passed unanswered: silence grants, or the question goes on – as the rule says.

        Who was away or never heard of it was not silent: somebody else is asked, and the clock begins anew once.
        """
        with transaction.atomic():
            take_turns(self.ruling.ticket)
            if not self._is_due(now):
                return
            if self.role == self.Role.TAKE_OVER and self.ruling.answer.then:
                self._close(self.Answer.RETURNED, by=None, words="", at=now)
                self._report(history.ASK_RETURNED, by=None, at=now, asked=self.ruling.agent.name)
                return
            reached = self._was_reached(now=now)
            if not reached and self._restart(now=now):
                return
            silent = reached and means_yes(self, now=now)
            if silent and not self._book(by=self.asked, answer=self.Answer.SILENCE, words="", at=now):
                return
            self._pass_on(now=now)

    def cover(self, *, now: datetime) -> None:
        """Who was asked has gone away meanwhile: whoever stands in gets the question, once and at once."""
        with transaction.atomic():
            take_turns(self.ruling.ticket)
            if self._is_still(self._open(), *CHANGING) and stand_ins([self.asked], at=now):
                self._restart(now=now)

    def delegate(
        self, to: Person, *, by: Person, words: str = "", at: datetime | None = None
    ) -> Refusal | None:
        """Pass the question on by hand to somebody who may answer it; the clock begins anew only once.

        After that the deadline stays, and no silence of the new one means yes.
        """
        at = at or timezone.now()
        if by == self.ruling.agent:
            return OWN
        if to.pk not in {person.pk for person in self.receivers(at=at)}:
            return _NOT_TO
        with transaction.atomic():
            take_turns(self.ruling.ticket)
            if not self._is_still(self._open(), *CHANGING):
                return _CLOSED
            if to.pk == self.asked_id:
                return None
            self._hand_to(to, at=at)
            self._notify(self._record(history.ASK_DELEGATED, by=by, at=at, asked=to.name, words=words))
        return None

    def receivers(self, *, at: datetime) -> list[Person]:
        """To whom it can be passed on by hand: everybody who may be asked and could say yes now, but who has it."""
        try:
            people = deciders(self.ruling, self.role, at=at)
        except NobodyToAsk:
            return []
        away = stand_ins(people, at=at)
        able = [person for person in people if person.pk not in {self.asked_id, *away}]
        if self.role == self.Role.TAKE_OVER:
            team = self.ruling.ticket.team_id
            return [person for person in able if team in person.team_ids]
        return [p for p in able if may_decide(p, self.ruling, self.role, at=at) is None]

    def remind(self, *, now: datetime) -> None:
        """A word to who was asked, while there is still time to answer; once for each deadline."""
        with transaction.atomic():
            waiting = self._open().filter(remind_at=self.remind_at, remind_at__lte=now)
            if not waiting.update(remind_at=None):
                return
            self.remind_at = None
            event = self._record(history.ASK_REMINDED, by=None, at=now, asked=self.asked.name)
            self._notify(event, name="ask_reminder")

    def postpone(self, *, now: datetime) -> None:
        """An ask that cannot lapse is tried again later, the later the longer it has waited; never first for ever."""
        wait = min(max((now - self.opened_at) / 4, FIRST_RETRY), LONGEST_RETRY)
        self._open().filter(due_at=self.due_at).update(due_at=now + wait)

    def _open(self) -> models.QuerySet[Passing]:
        return type(self).objects.open().filter(pk=self.pk)

    def _is_due(self, now: datetime) -> bool:
        """Looks again under the lock: who listed what is due may be late, and somebody has answered meanwhile."""
        return self._is_still(type(self).objects.due(now), *CHANGING)

    def _is_still(self, rows: models.QuerySet[Passing], *fields: str) -> bool:
        try:
            self.refresh_from_db(fields=fields, from_queryset=rows.select_for_update(no_key=True))
        except type(self).DoesNotExist:
            return False
        return True

    def _was_reached(self, *, now: datetime) -> bool:
        """On duty, and told: a mail that could not be delivered and a notice nobody opened tell nobody.

        Whose desk says when it was last open was on duty only if it stood open then, or has been opened since. Of
        others nobody knows.
        """
        if not self.asked.is_active or stand_ins([self.asked], at=now):
            return False
        mails = OutgoingMail.objects.filter(key__startswith=f"ask:{self.pk}:{self.asked_id}:")
        seen = Notice.objects.filter(person=self.asked, event__ticket=self.ruling.ticket_id)
        if seen.filter(seen_at__gte=self.opened_at).exists():
            return True
        since = self.restarted_at or self.opened_at
        if Presence.objects.unheard(since).filter(person=self.asked).exists():
            return False
        return not mails.filter(failed_at__isnull=False).exists()

    def _restart(self, *, now: datetime) -> bool:
        """Ask somebody else with a fresh clock, once; False when that was done before or there is nobody."""
        if self.restarted_at:
            return False
        others = self._others(now=now)
        if not others:
            return False
        named = stand_ins([self.asked], at=now).get(self.asked_id)
        self._hand_to(named if named in others else others[0], at=now)
        self._notify(self._record(history.ASK_PASSED_ON, by=None, at=now, asked=self.asked.name))
        if self.role != self.Role.NEUTRAL:
            self._tell_customer("interim")
        return True

    def _hand_to(self, to: Person, *, at: datetime) -> None:
        fresh = self.restarted_at is None
        due_at = (
            deadline_for(self.ruling, self.role, at=at) if fresh else max(self.due_at, at + SHORTEST_LEFT)
        )
        self._ask_now(
            to,
            at=at,
            due_at=due_at,
            silence_grants=self.silence_grants and fresh,
            restarted_at=self.restarted_at or at,
        )

    def _pass_on(self, *, now: datetime) -> None:
        """One step further; after two steps it stays with a lead, who is reminded until there is an answer."""
        if self.role == self.Role.CO_SIGN and self._ask_next_signer(now=now):
            return
        before, step, changed = self.step, min(self.step + 1, LAST_STEP), {}
        if (
            self.role == self.Role.CO_SIGN
        ):  # nobody signs along: it becomes a question to whoever may decide it
            self.role = self.Role.APPROVE
            before, step, changed = 0, 1, {"role": self.role, "pooled_at": None}
        elif self.role == self.Role.TAKE_OVER:
            step = LAST_STEP
        # A neutral person is followed by another neutral one; everything else goes a step up.
        up = self.role != self.Role.NEUTRAL
        others = [] if step == LAST_STEP else self._others(now=now, leads_first=up)
        others = others or deciders(self.ruling, self.role, leads_first=True, at=now)
        self._ask_now(others[0], at=now, step=step, silence_grants=False, **changed)
        self._notify(self._record(history.ASK_PASSED_ON, by=None, at=now, asked=self.asked.name))
        # What the customer was told has passed, so they hear a new time; not again and again at the last step.
        if step != before and up:
            self._tell_customer("interim")

    def _ask_next_signer(self, *, now: datetime) -> bool:
        """Another peer, then everybody who may sign, whoever is first; False when they all were asked."""
        if self.pooled_at:
            return False
        peers = self._peers(now=now)
        fresh = [peer for peer in peers if peer.pk not in self._waited]
        if fresh and self.step == 1:
            self._ask_now(fresh[0], at=now, step=2)
            self._notify(self._record(history.ASK_PASSED_ON, by=None, at=now, asked=self.asked.name))
            return True
        if not peers or (len(peers) == 1 and peers[0].pk == self.asked_id):
            return False
        self._ask_now(self.asked, at=now, pooled_at=now)
        event = self._record(history.ASK_POOLED, by=None, at=now)
        for peer in peers:
            self._notify(event, to=peer)
        return True

    def _peers(self, *, now: datetime) -> list[Person]:
        team = self.ruling.ticket.team_id
        return [peer for peer in self.receivers(at=now) if team in peer.team_ids] + (
            [self.asked] if self.asked.is_active and team in self.asked.team_ids else []
        )

    @property
    def _waited(self) -> list[int]:
        """Who had it and did not answer, in that order."""
        return list(dict.fromkeys([*self.asked_before, self.asked_id]))

    def _others(self, *, now: datetime, leads_first: bool = False) -> list[Person]:
        people: Iterable[Person] = deciders(self.ruling, self.role, leads_first=leads_first, at=now)
        away = stand_ins(people, at=now)
        return [person for person in people if person.pk not in self._waited and person.pk not in away]

    def _ask_now(
        self, person: Person, *, at: datetime, due_at: datetime | None = None, **changed: object
    ) -> None:
        due_at = due_at or deadline_for(self.ruling, self.role, at=at)
        fields: dict[str, object] = {
            "asked": person,
            "asked_before": [pk for pk in self._waited if pk != person.pk],
            "due_at": due_at,
            "remind_at": reminder_for(self.ruling, at=at, due=due_at),
            **changed,
        }
        self._write(fields)


_CLOSED = Refusal("closed", _("This question is already answered."))
_NOT_TO = Refusal("to", _("This person cannot decide it. Choose somebody from the list."))
