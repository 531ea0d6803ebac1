"""An offer: a gesture given to a customer, with the money it takes and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from tickets.cause import Cause
from tickets.mail import letters
from tickets.ticket import Ticket

from . import history
from .ledger.budget import Budget, BudgetPeriod
from .ledger.transfer import NotEnough, Step, Transfer, book, period_at
from .life.settlement import settle
from .life.stage import Stage
from .life.treatment import is_redeemable, runs_out_at
from .payout.order import PayoutOrder
from .weigh.currency import money

if TYPE_CHECKING:
    from accounts.person import Person

    from .ruling import Ruling


class OfferQuerySet(models.QuerySet["Offer"]):
    def counting(self) -> OfferQuerySet:
        """What was really given as goodwill: not owed, not taken back, not run out unused."""
        return self.filter(owed_by="").exclude(state__in=[Offer.State.REVERSED, Offer.State.EXPIRED])

    def run_out(self, now: datetime) -> OfferQuerySet:
        return self.filter(state=Offer.State.DELIVERED, runs_out_at__lte=now)

    def visible_to(self, person: Person) -> OfferQuerySet:
        """The team's and the own; what somebody received is not for the others of their organisation."""
        read = Ticket.objects.worked_by(person) | Ticket.objects.owned_by(person)
        return self.filter(ticket__in=read)


class Offer(models.Model):
    class State(models.TextChoices):
        GRANTED = "granted", _("granted")
        DELIVERED = "delivered", _("delivered")
        REDEEMED = "redeemed", _("redeemed")
        EXPIRED = "expired", _("expired")
        REVERSED = "reversed", _("taken back")

    ruling = models.OneToOneField("policies.Ruling", on_delete=models.PROTECT, related_name="offer")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who said yes when it was not the agent; silence books it to the asked person's responsibility.
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, null=True, related_name="offers")
    kind = models.SlugField(max_length=40)
    name_en = models.CharField(max_length=80)
    name_de = models.CharField(max_length=80)
    form = models.CharField(max_length=24)
    cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    owed_by = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.GRANTED)
    why = models.CharField(max_length=300, blank=True, default="")
    fault = models.CharField(max_length=10, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    # Until when it can be redeemed; the beat looks here.
    runs_out_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("gesture given")
        verbose_name_plural = _("gestures given")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "at"], name="offer_of_customer"),
            models.Index(fields=["ticket", "at"], name="offer_of_ticket"),
            models.Index(fields=["cause", "kind", "-at"], name="offer_alike"),
            models.Index(fields=["runs_out_at"], condition=Q(state="delivered"), name="offer_running_out"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"

    @property
    def gesture(self) -> str:
        """“Voucher, €20.00” in the reader's language: what it is called to the customer, nothing internal."""
        name = self.name_de if (get_language() or "en").startswith("de") else self.name_en
        return f"{name}, {money(self.cents, self.currency)}" if self.cents else name

    @classmethod
    def make(
        cls,
        ruling: Ruling,
        *,
        budgets: Iterable[Budget | None],
        approver: Person | None = None,
        at: datetime,
        letter: str = "gesture",
    ) -> Offer:
        """Write the offer down, tell the customer and reserve from the first budget that has it; NotEnough otherwise.

        `letter` is how the customer is told.

        The month comes last: from the booking to the commit nobody else books from it, so nothing stands between them.
        """
        takes = [budget for budget in budgets if budget] if _takes_money(ruling) else []
        with transaction.atomic():
            month = period_at(takes[0], at=at) if takes else None
            offer = cls._write(ruling, approver=approver, period=month, at=at)
            ruling.ticket.record(
                history.OFFER_MADE, by=ruling.agent, at=at, offer=offer.pk, gesture=ruling.gesture_in_each
            )
            offer._tell_customer(letter)
            PayoutOrder.place(offer, at=at)
            entry = offer._reserve(takes, at=at) if _takes_money(ruling) else None
            Stage.begin(offer, entry=entry, by=approver or ruling.agent, at=at)
        return offer

    @classmethod
    def _write(
        cls, ruling: Ruling, *, approver: Person | None, period: BudgetPeriod | None, at: datetime
    ) -> Offer:
        facts = ruling.weighed
        return cls.objects.create(
            ruling=ruling,
            ticket=ruling.ticket,
            customer=ruling.ticket.customer,
            cause=ruling.ticket.cause,
            agent=ruling.agent,
            approver=approver,
            period=period,
            kind=facts.kind,
            name_en=ruling.called["en"],
            name_de=ruling.called["de"],
            form=ruling.form,
            why=ruling.why,
            fault=ruling.fault,
            cents=facts.cents,
            currency=facts.currency,
            owed_by=ruling.owed_by,
            at=at,
        )

    @property
    def is_redeemable(self) -> bool:
        return is_redeemable(self.form)

    @property
    def is_being_paid(self) -> bool:
        return PayoutOrder.objects.open().filter(offer=self).exists()

    def deliver(self, *, by: Person | None, at: datetime | None = None) -> bool:
        """It has reached the customer. False when it was not waiting for that, or another system moves its money."""
        at = at or timezone.now()
        if by and self.is_being_paid:
            return False
        until = runs_out_at(self.form, delivered_at=at)
        return self._pass(
            [self.State.GRANTED],
            self.State.DELIVERED,
            history.OFFER_DELIVERED,
            by=by,
            at=at,
            stamp={"delivered_at": at, "runs_out_at": until},
        )

    def redeem(self, *, by: Person | None, at: datetime | None = None) -> bool:
        """The customer has used it. False for what cannot be redeemed, or not now."""
        at = at or timezone.now()
        late = self.runs_out_at is not None and self.runs_out_at <= at
        if late or not self.is_redeemable:
            return False
        return self._pass([self.State.DELIVERED], self.State.REDEEMED, history.OFFER_REDEEMED, by=by, at=at)

    def expire(self, *, at: datetime) -> bool:
        """Nobody used it in its time: the money returns to the budget by a counter-entry."""
        return self._pass([self.State.DELIVERED], self.State.EXPIRED, history.OFFER_EXPIRED, by=None, at=at)

    def reverse(self, *, by: Person, why: str, at: datetime | None = None) -> bool:
        """Take it back before it was delivered; the money returns to the budget by a counter-entry.

        What has reached the customer only a lead of the team takes back – a mistake, the wrong customer – and what
        was redeemed nobody.
        """
        at = at or timezone.now()
        was = [self.State.GRANTED]
        if self.ticket.team_id in by.led_team_ids:
            was.append(self.State.DELIVERED)
        return self._pass(was, self.State.REVERSED, history.OFFER_REVERSED, by=by, at=at, why=why)

    def _pass(
        self,
        was: list[str],
        now_is: str,
        event: str,
        *,
        by: Person | None,
        at: datetime,
        stamp: dict[str, datetime | None] | None = None,
        **data: str,
    ) -> bool:
        """Claim the next stage, write it down, move its money: all or nothing, the month last."""
        stamp = stamp or ({"reversed_at": at} if now_is == self.State.REVERSED else {})
        with transaction.atomic():
            if not Offer.objects.filter(pk=self.pk, state__in=was).update(state=now_is, **stamp):
                return False
            if now_is == self.State.REVERSED and not PayoutOrder.cancel(self, at=at):
                transaction.set_rollback(True)  # what may have been paid is not taken back
                return False
            self.state = now_is
            for name, value in stamp.items():
                setattr(self, name, value)
            self.ticket.record(
                event, by=by, at=at, offer=self.pk, gesture=self.ruling.gesture_in_each, **data
            )
            entry = settle(self, now_is, by=by, at=at) if self.period else None
            Stage.reach(self, now_is, by=by, at=at, why=data.get("why", ""), entry=entry)
        return True

    def _reserve(self, budgets: Iterable[Budget], *, at: datetime) -> Transfer:
        """From the first of these that has it; it stands on the offer from which month."""
        key = f"ruling:{self.ruling_id}:reserve"
        for budget in budgets:
            known = self.period if self.period and self.period.budget_id == budget.pk else None
            month = known or period_at(budget, at=at)
            with suppress(NotEnough):
                entry = book(month, Step.RESERVE, self.cents, key=key, by=self.ruling.agent, at=at)
                if month != self.period:
                    self.period = month
                    self.save(update_fields=["period"])
                return entry
        raise NotEnough(key)

    def _tell_customer(self, letter: str) -> None:
        letters.to_customer(self.ticket, key=f"gesture:{self.ruling_id}", name=letter, offer=self)


def _takes_money(ruling: Ruling) -> bool:
    """What is owed takes nothing from the goodwill budget."""
    return bool(ruling.weighed.cents) and not ruling.weighed.owed
