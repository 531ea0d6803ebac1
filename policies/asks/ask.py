"""An ask: a question to one named person with a deadline, and what happens when nobody answers. Never a silent no."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.live import relay
from tickets.mail import letters
from tickets.notice import Notice
from tickets.ticket import Ticket

from .. import history
from ..facts import take_turns
from ..ledger.transfer import NotEnough
from ..offer import Offer
from ..referral import OWN, SPENT, Refusal, deadline_for, deciders, may_decide
from ..weigh.decision import Outcome
from .silence import MOST_SILENT_YESES as MOST_SILENT_YESES
from .silence import means_yes

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event

    from ..ruling import Ruling

LAST_STEP = 3  # after two steps the lead must decide
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=3)
CHANGING = ("asked", "step", "asked_before", "silence_grants", "due_at")  # while it waits
logger = logging.getLogger(__name__)


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> AskQuerySet:
        return self.filter(closed_at=None)

    def due(self, now: datetime) -> AskQuerySet:
        return self.open().filter(due_at__lte=now).order_by("due_at", "pk")

    def answerable_by(self, person: Person) -> AskQuerySet:
        """Asks put to this person, and those of the teams they lead; never the own ones.

        A lead whom another team asked, for want of anybody nearer, reads the question without working there.
        """
        here = models.Q(ruling__ticket__in=Ticket.objects.worked_by(person))
        mine = models.Q(asked=person) if person.is_lead else models.Q(asked=person) & here
        led = models.Q(ruling__ticket__team_id__in=person.led_team_ids)
        own = models.Q(ruling__agent=person) | models.Q(ruling__ticket__customer__person=person)
        return self.filter(mine | led).exclude(own)

    def with_story(self) -> AskQuerySet:
        return self.select_related(
            "asked",
            "answered_by",
            "ruling__agent",
            "ruling__rulebook",
            "ruling__ticket__customer__person",
            "ruling__ticket__cause",
            "ruling__ticket__team",
        )


class Ask(models.Model):
    class Role(models.TextChoices):
        APPROVE = "approve", _("decide")
        CO_SIGN = "co_sign", _("sign together")
        TAKE_OVER = "take_over", _("take over")
        NEUTRAL = "neutral", _("decide as a neutral person")

    class Answer(models.TextChoices):
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        SILENCE = "silence", _("granted by silence")
        TAKEN = "taken", _("taken over")
        RETURNED = "returned", _("back with the agent")

    ruling = models.OneToOneField("policies.Ruling", on_delete=models.PROTECT, related_name="ask")
    role = models.CharField(max_length=10, choices=Role.choices)
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks")
    step = models.PositiveSmallIntegerField(default=1)
    asked_before = models.JSONField(default=list, blank=True)  # ids of those who did not answer
    silence_grants = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, default="")

    objects = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(closed_at=None), name="ask_open"),
            models.Index(fields=["asked"], condition=models.Q(closed_at=None), name="ask_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ask_closed_with_answer",
                condition=models.Q(closed_at=None, answer="")
                | (~models.Q(answer="") & models.Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ruling_id} → {self.asked_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def open(cls, ruling: Ruling, *, at: datetime) -> Ask:
        """Put the question to the nearest person who may answer it; the caller's transaction holds both."""
        outcome = ruling.answer.outcome
        role = role_of(outcome)
        asked = deciders(ruling, role, at=at)[0]
        ask = cls.objects.create(
            ruling=ruling,
            role=role,
            asked=asked,
            opened_at=at,
            due_at=deadline_for(ruling, role, at=at),
            silence_grants=outcome is Outcome.ASK_SILENCE_YES,
        )
        event = ask._record(history.ASK_OPENED, by=ruling.agent, at=at, asked=asked.name)
        ask._notify(event)
        return ask

    def grant(self, *, by: Person, words: str = "", at: datetime | None = None) -> Refusal | None:
        """Yes: the gesture is booked, or the ticket taken over. A Refusal says in words why `by` cannot say it.

        The limit is checked again now; an approver has limits too.
        """
        at = at or timezone.now()
        if by == self.ruling.agent:
            return OWN
        if not self.is_open:
            return _ANSWERED
        with transaction.atomic():
            take_turns(self.ruling.ticket)
            if self.role == self.Role.TAKE_OVER:
                return self._take(by=by, words=words, at=at)
            refusal = may_decide(by, self.ruling, self.role, at=at)
            if refusal:
                return refusal
            return self._book(by=by, answer=self.Answer.GRANTED, words=words, at=at)

    def decline(self, *, by: Person, words: str, at: datetime | None = None) -> Refusal | None:
        """No, with words the agent can use; the agent hears at once and can offer what is possible."""
        at = at or timezone.now()
        if by == self.ruling.agent:
            return OWN
        with transaction.atomic():
            if not self._close(self.Answer.DECLINED, by=by, words=words, at=at):
                return _ANSWERED
            self._report(history.ASK_DECLINED, by=by, at=at, words=words, decider=by.name)
        return None

    def lapse(self, *, now: datetime) -> None:
        """The deadline passed unanswered: silence grants, or the question goes on – as the rule says."""
        with transaction.atomic():
            take_turns(self.ruling.ticket)
            if not self._is_due(now):
                return
            if self.role == self.Role.TAKE_OVER and self.ruling.answer.then:
                self._close(self.Answer.RETURNED, by=None, words="", at=now)
                self._report(history.ASK_RETURNED, by=None, at=now, asked=self.ruling.agent.name)
                return
            if means_yes(self, now=now) and not self._book(
                by=self.asked, answer=self.Answer.SILENCE, words="", at=now
            ):
                return
            self._pass_on(now=now)

    def postpone(self, *, now: datetime) -> None:
        """An ask that cannot lapse is tried again later, the later the longer it has waited; never first for ever."""
        wait = min(max((now - self.opened_at) / 4, FIRST_RETRY), LONGEST_RETRY)
        Ask.objects.open().filter(pk=self.pk, due_at=self.due_at).update(due_at=now + wait)

    def _is_due(self, now: datetime) -> bool:
        """Looks again under the lock: who listed what is due may be late, and somebody has answered meanwhile."""
        due = Ask.objects.due(now).select_for_update(no_key=True)
        try:
            self.refresh_from_db(fields=CHANGING, from_queryset=due)
        except Ask.DoesNotExist:
            return False
        return True

    def _book(self, *, by: Person, answer: str, words: str, at: datetime) -> Refusal | None:
        try:
            with transaction.atomic():
                if not self._close(answer, by=by, words=words, at=at):
                    return _ANSWERED
                Offer.make(self.ruling, budgets=self.ruling.budgets, approver=by, at=at)
        except NotEnough:
            self.refresh_from_db()
            return SPENT
        self._report(
            history.ASK_GRANTED, by=None if answer == self.Answer.SILENCE else by, at=at, decider=by.name
        )
        return None

    def _take(self, *, by: Person, words: str, at: datetime) -> Refusal | None:
        if not Ticket.objects.worked_by(by).filter(pk=self.ruling.ticket_id).exists():
            return Refusal("team", _("Only somebody of the ticket’s team can take it over."))
        if not self._close(self.Answer.TAKEN, by=by, words=words, at=at):
            return _ANSWERED
        self.ruling.ticket.assign(by, by=by, at=at)
        self._report(history.ASK_TAKEN, by=by, at=at, decider=by.name)
        return None

    def _pass_on(self, *, now: datetime) -> None:
        """One step further; after two steps it stays with a lead, who is reminded until there is an answer."""
        waited = list(dict.fromkeys([*self.asked_before, self.asked_id]))
        step = min(self.step + 1, LAST_STEP)
        others = [person for person in deciders(self.ruling, self.role, at=now) if person.pk not in waited]
        if not others or step == LAST_STEP:
            others = deciders(self.ruling, self.role, leads_first=True, at=now)
        fields = {
            "asked": others[0],
            "step": step,
            "asked_before": waited,
            "silence_grants": False,
            "due_at": deadline_for(self.ruling, self.role, at=now),
        }
        self._write(fields)
        self._notify(self._record(history.ASK_PASSED_ON, by=None, at=now, asked=self.asked.name))

    def _close(self, answer: str, *, by: Person | None, words: str, at: datetime) -> bool:
        return self._write({"closed_at": at, "answer": answer, "answered_by": by, "words": words})

    def _write(self, fields: dict[str, object]) -> bool:
        """A claim: of two who change an open ask at once, only the first one does."""
        if not Ask.objects.open().filter(pk=self.pk).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def _notify(self, event: Event) -> None:
        Notice.tell(self.asked, event)
        letters.to_colleague(
            self.asked,
            self.ruling.ticket,
            key=f"ask:{self.pk}:{self.step}:{self.asked_id}:{self.due_at.timestamp():.0f}",
            name="ask",
            ask=self,
            inbox_url=settings.BASE_URL + reverse("studio:asks"),
        )

    def _report(self, kind: str, *, by: Person | None, at: datetime, **data: str) -> None:
        """Tell the agent who asked, and everybody who has the ticket open."""
        event = self._record(kind, by=by, at=at, **data)
        Notice.tell(self.ruling.agent, event)
        relay.announce(f"person-{self.asked_id}")

    def _record(self, kind: str, *, by: Person | None, at: datetime, **data: str) -> Event:
        gesture = self.ruling.gesture_in_each
        return self.ruling.ticket.record(kind, by=by, at=at, gesture=gesture, ask=self.pk, **data)


def role_of(outcome: Outcome) -> str:
    """In which role somebody is asked after this outcome."""
    return _ROLES.get(outcome, Ask.Role.APPROVE)


_ANSWERED = Refusal("closed", _("This question is already answered."))
_ROLES = {
    Outcome.DO_WITH_COLLEAGUE: Ask.Role.CO_SIGN,
    Outcome.HAND_WARM: Ask.Role.TAKE_OVER,
    Outcome.WITH_OTHER: Ask.Role.NEUTRAL,
}


def sweep_asks_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Let asks lapse whose deadline passed; the number looked at. One bad ask never stops the others."""
    now = now or timezone.now()
    looked = 0
    for ask in list(Ask.objects.due(now).with_story()[:most]):
        looked += 1
        try:
            ask.lapse(now=now)
        except Exception:
            logger.exception("ask %s could not lapse", ask.pk)
            ask.postpone(now=now)
    return looked
