"""A ruling: one request for a gesture as it was weighed – facts, answer, version of the rules."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.history import in_each_language
from tickets.notice import Notice
from tickets.ticket import Ticket

from . import history
from .asks.ask import Ask
from .facts import Wish, gather_for_storing, rules_in_force
from .learning.training import TrainingItem
from .ledger.budget import Budget
from .ledger.purse import budgets_for, pot_of
from .ledger.transfer import NotEnough, hold
from .offer import Offer
from .rules.rulebook import Rulebook
from .turns import take_turns
from .weigh.currency import money
from .weigh.decide import weigh
from .weigh.decision import Decision, Dimension, Outcome
from .weigh.gesture import SURPRISE, Facts

BOOKED = (Outcome.OWED, Outcome.DO, Outcome.DO_AND_TELL)
ASKED = (
    Outcome.ASK_SILENCE_YES,
    Outcome.ASK_SILENCE_ESCALATES,
    Outcome.DO_WITH_COLLEAGUE,
    Outcome.HAND_WARM,
    Outcome.WITH_OTHER,
)


# Begins the key of what an alert asks; nobody wished to give anything then.
BY_ALERT = "alert:"


class RulingQuerySet(models.QuerySet["Ruling"]):
    def of_people(self) -> RulingQuerySet:
        """What somebody wanted to give; whatever counts or weighs again what people ask for begins here."""
        return self.exclude(key__startswith=BY_ALERT)

    def visible_to(self, person: Person) -> RulingQuerySet:
        """Rulings are the desk's; no customer ever reads one."""
        return self.filter(ticket__in=Ticket.objects.worked_by(person))


class Ruling(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField()
    decision = models.JSONField()
    outcome = models.CharField(max_length=24)
    owed_by = models.CharField(max_length=10, blank=True, default="")
    # What replaying it under other rules needs besides the facts, and what it was called when it was asked for.
    circumstances = models.JSONField(default=dict)
    called = models.JSONField(default=dict)  # {"en": …, "de": …}
    form = models.CharField(max_length=24, default="")
    why = models.CharField(max_length=300, blank=True, default="")
    fault = models.CharField(max_length=10, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    # Made by the sender's form before sending: the same key a second time is the same request.
    key = models.CharField(max_length=64)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="ruling_once_per_key")]
        indexes = [
            models.Index(fields=["ticket", "-at"], name="ruling_of_ticket"),
            models.Index(fields=["at"], name="ruling_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.outcome}"

    @cached_property
    def weighed(self) -> Facts:
        return Facts.from_json(self.facts)

    @cached_property
    def answer(self) -> Decision:
        return Decision.from_json(self.decision)

    @property
    def is_of_alert(self) -> bool:
        """Whether an alert asks, and nobody wished to give anything."""
        return self.key.startswith(BY_ALERT)

    @property
    def wish(self) -> Wish:
        """What was wanted, as it can be weighed again."""
        facts = self.weighed
        return Wish(
            kind=facts.kind,
            cents=facts.cents,
            currency=facts.currency,
            owed_by=self.owed_by,
            why=self.why,
            fault=self.fault,
            detail=self.circumstances.get("detail", 0),
        )

    @property
    def budgets(self) -> tuple[Budget | None, Budget | None]:
        """Where it is booked: the agent's budget, and with a granted ask the pool behind it; a small surprise's pot."""
        if self.weighed.is_surprise:
            return pot_of(self.ticket, self.weighed.currency), None
        return budgets_for(self.agent, self.ticket, self.weighed.currency)

    @property
    def gesture(self) -> str:
        """“Voucher, €20.00” in the reader's language."""
        facts = self.weighed
        name = self.called["de" if (get_language() or "en").startswith("de") else "en"]
        return f"{name}, {money(facts.cents, facts.currency)}" if facts.cents else str(name)

    @property
    def gesture_in_each(self) -> dict[str, str]:
        """The gesture's name in every language, for the history."""
        return in_each_language(lambda: self.gesture)

    @classmethod
    def request(
        cls, agent: Person, ticket: Ticket, wish: Wish, *, key: str, at: datetime | None = None
    ) -> Ruling:
        """Weigh the wish and do what follows – book, ask or refuse – in one transaction.

        The same key returns the first ruling. When the budget was used up between weighing and booking it is
        weighed once more, now with the truth.
        """
        at = at or timezone.now()
        try:
            try:
                return cls._decide(agent, ticket, wish, key=key, at=at)
            except NotEnough:
                return cls._decide(agent, ticket, wish, key=key, at=at, alone=True)
        except IntegrityError:
            twin = cls.objects.filter(agent=agent, key=key).first()
            if twin is None:
                raise
            return twin

    @classmethod
    def _decide(
        cls, agent: Person, ticket: Ticket, wish: Wish, *, key: str, at: datetime, alone: bool = False
    ) -> Ruling:
        """`alone` holds the budget from before it is looked at until it is booked, so what was seen is there."""
        with transaction.atomic():
            take_turns(ticket)
            if alone:
                if wish.kind == SURPRISE:  # the pot before the budget: nobody else holds both
                    hold(pot_of(ticket, wish.currency), at=at)
                hold(budgets_for(agent, ticket, wish.currency)[0], at=at)
            ruling = cls.weigh(agent, ticket, wish, at=at)
            ruling.key = key
            ruling.save()
            ruling._follow(at=at)
            return ruling

    @classmethod
    def weigh(cls, agent: Person, ticket: Ticket, wish: Wish, *, at: datetime) -> Ruling:
        """The ruling this wish would get now, not yet stored: what the panel shows before the click."""
        rules = rules_in_force()
        facts, circumstances = gather_for_storing(agent, ticket, wish, rules=rules, at=at)
        decision = weigh(facts)
        kind = rules.kinds[wish.kind]
        tied = {"detail": wish.detail} if wish.detail else {}
        return cls(
            ticket=ticket,
            agent=agent,
            rulebook=rules.rulebook,
            facts=facts.to_json(),
            decision=decision.to_json(),
            outcome=decision.outcome.value,
            owed_by=wish.owed_by,
            circumstances={**circumstances, **tied},
            called={"en": wish.named or kind.name_en, "de": wish.named or kind.name_de},
            form=kind.form,
            why=wish.why,
            fault=wish.fault,
            at=at,
        )

    def _follow(self, *, at: datetime) -> None:
        outcome = self.answer.outcome
        if outcome in BOOKED:
            own, _pool = self.budgets
            Offer.make(self, budgets=[own], at=at)
        elif outcome in ASKED:
            Ask.open(self, at=at)
        if outcome is Outcome.DO_AND_TELL:
            self._tell_leads(at=at)
        if Dimension.KOENNEN in self.answer.binding:
            TrainingItem.need(self.agent, self.ticket.cause, TrainingItem.Why.GAP, ruling=self, at=at)
        if outcome is Outcome.NEVER:
            self.ticket.record(
                history.REFUSED, by=self.agent, at=at, gesture=self.gesture_in_each, ruling=self.pk
            )

    @property
    def extra(self) -> str:
        """What extra authority added to the limits in that moment, as an amount; empty for nothing."""
        cents = self.circumstances.get("extra_cents", 0)
        return money(cents, self.weighed.currency) if cents else ""

    def _tell_leads(self, *, at: datetime) -> None:
        event = self.ticket.events.filter(kind=history.OFFER_MADE, at=at).last()
        for lead in Person.objects.leading(self.ticket.team):
            Notice.tell(lead, event)
