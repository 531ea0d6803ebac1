"""An ask: a question to one named person with a deadline, and what happens when nobody answers. Never a silent no."""

from __future__ import annotations

from datetime import datetime
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
from ..ledger.transfer import NotEnough
from ..offer import Offer
from ..referral import (
    OWN,
    SPENT,
    NobodyToAsk,
    Refusal,
    deadline_for,
    deciders,
    in_vain,
    may_decide,
    reminder_for,
)
from ..turns import take_turns
from ..weigh.decision import Outcome
from .link import AnswerLink
from .passing import Passing

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event

    from ..ruling import Ruling


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> AskQuerySet:
        return self.filter(closed_at=None)

    def due(self, now: datetime) -> AskQuerySet:
        return self.open().filter(due_at__lte=now).order_by("due_at", "pk")

    def to_remind(self, now: datetime) -> AskQuerySet:
        return self.open().filter(remind_at__lte=now).order_by("remind_at", "pk")

    def answerable_by(self, person: Person) -> AskQuerySet:
        """Asks put to this person or to the whole team, and those of the teams they lead; never the own ones.

        A lead whom another team asked, for want of anybody nearer, reads the question without working there.
        """
        here = models.Q(ruling__ticket__in=Ticket.objects.worked_by(person))
        mine = models.Q(asked=person) if person.is_lead else models.Q(asked=person) & here
        pool = models.Q(pooled_at__isnull=False, role=Ask.Role.CO_SIGN) & here
        led = models.Q(ruling__ticket__team_id__in=person.led_team_ids)
        own = models.Q(ruling__agent=person) | models.Q(ruling__ticket__customer__person=person)
        return self.filter(mine | led | pool).exclude(own)

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


class Ask(Passing, models.Model):
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
        WITHDRAWN = "withdrawn", _("withdrawn")

    ruling = models.OneToOneField("policies.Ruling", on_delete=models.PROTECT, related_name="ask")
    role = models.CharField(max_length=10, choices=Role.choices)
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks")
    step = models.PositiveSmallIntegerField(default=1)
    asked_before = models.JSONField(default=list, blank=True)  # ids of those who did not answer
    silence_grants = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    # The clock begins anew once, for somebody who gets the question instead of who was asked first.
    restarted_at = models.DateTimeField(null=True, blank=True)
    pooled_at = models.DateTimeField(null=True, blank=True)  # since then everybody able to sign may
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
            models.Index(fields=["remind_at"], condition=models.Q(closed_at=None), name="ask_to_remind"),
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
        """Put the question to the nearest person who may answer it; the caller's transaction holds both.

        Raises NobodyToAsk, with words, where whoever is asked could only say no.
        """
        outcome = ruling.answer.outcome
        role = role_of(outcome)
        if words := in_vain(ruling, role, at=at):
            raise NobodyToAsk(words)
        asked, due_at = deciders(ruling, role, at=at)[0], deadline_for(ruling, role, at=at)
        ask = cls.objects.create(
            ruling=ruling,
            role=role,
            asked=asked,
            opened_at=at,
            due_at=due_at,
            remind_at=reminder_for(ruling, at=at, due=due_at),
            silence_grants=outcome is Outcome.ASK_SILENCE_YES,
        )
        event = ask._record(
            history.ASK_OPENED, by=None if ruling.is_of_alert else ruling.agent, at=at, asked=asked.name
        )
        ask._notify(event)
        if role == cls.Role.APPROVE:
            ask._tell_customer("looking_into_it")
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

    def decline(
        self, *, by: Person, words: str, anyway: str = "", at: datetime | None = None
    ) -> Refusal | None:
        """No, with words the agent can use; the agent hears at once and can offer what is possible.

        `anyway` is why the words stand against a remark.
        """
        at = at or timezone.now()
        if by == self.ruling.agent:
            return OWN
        with transaction.atomic():
            if not self._close(self.Answer.DECLINED, by=by, words=words, at=at):
                return _ANSWERED
            why = {"anyway": anyway} if anyway else {}
            self._report(history.ASK_DECLINED, by=by, at=at, words=words, decider=by.name, **why)
        return None

    def withdraw(self, *, by: Person, at: datetime | None = None) -> Refusal | None:
        """Whoever asked needs no answer any more; nothing is given, and the asked is told."""
        at = at or timezone.now()
        if by != self.ruling.agent:
            return Refusal("not_own", _("Only whoever asked can withdraw a question."))
        with transaction.atomic():
            if not self._close(self.Answer.WITHDRAWN, by=by, words="", at=at):
                return _ANSWERED
            Notice.tell(self.asked, self._record(history.ASK_WITHDRAWN, by=by, at=at))
        return None

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
        letters.to_customer(self.ruling.ticket, key=f"taken:{self.pk}", name="taken_over", agent=by)
        return None

    def _close(self, answer: str, *, by: Person | None, words: str, at: datetime) -> bool:
        return self._write({"closed_at": at, "answer": answer, "answered_by": by, "words": words})

    def _write(self, fields: dict[str, object]) -> bool:
        """A claim: of two who change an open ask at once, only the first one does."""
        if not Ask.objects.open().filter(pk=self.pk).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def _notify(self, event: Event, *, name: str = "ask", to: Person | None = None) -> None:
        person = to or self.asked
        Notice.tell(person, event)
        secret = AnswerLink.issue(self, person, at=event.at)
        letters.to_colleague(
            person,
            self.ruling.ticket,
            key=f"{name}:{self.pk}:{person.pk}:{event.pk}",
            name=name,
            secret=True,
            ask=self,
            answer_url=settings.BASE_URL + reverse("studio:answer_by_mail", args=[secret]),
            inbox_url=settings.BASE_URL + reverse("studio:answer", args=[self.pk]),
        )

    def _tell_customer(self, name: str) -> None:
        """The customer is told a time, never that something is pending, and nothing of what is asked or of whom."""
        key = f"{name}:{self.pk}:{self.due_at.timestamp():.0f}"
        letters.to_customer(self.ruling.ticket, key=key, name=name, ask=self)

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
