"""A payout order: money to be moved by another system, ordered in the transaction that grants it, never moved twice."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from policies import history
from policies.refusal import Refusal
from tickets.mail import letters
from tickets.notice import Notice
from tickets.ticket import Ticket

from .destination import PAUSE, Destination
from .target import PayoutTarget

if TYPE_CHECKING:
    from policies.offer import Offer

LEASE = timedelta(seconds=60)  # several times what sending may take
# After its name alone the other side knows it has seen an order; this is how long we wait for its last word.
LONGEST_WAIT = timedelta(days=3)


class PayoutOrderQuerySet(models.QuerySet["PayoutOrder"]):
    def due(self, now: datetime) -> PayoutOrderQuerySet:
        return self.filter(
            state=PayoutOrder.State.WAITING, due_at__lte=now, sending_at=None, target__paused_at=None
        ).order_by("due_at", "pk")

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take it up; whoever dies with it leaves a mark that it may have arrived."""
        return (
            self.due(now).filter(pk=pk).update(sending_at=now, due_at=now + LEASE, tries=F("tries") + 1) == 1
        )

    def lost(self, now: datetime) -> PayoutOrderQuerySet:
        """Taken up by somebody who never came back, or received and never heard of again."""
        died = Q(state=PayoutOrder.State.WAITING, due_at__lte=now) & ~Q(sending_at=None)
        silent = Q(state=PayoutOrder.State.SENT, sent_at__lte=now - LONGEST_WAIT)
        return self.filter(died | silent)

    def open(self) -> PayoutOrderQuerySet:
        return self.filter(state__in=PayoutOrder.OPEN)

    def held(self) -> PayoutOrderQuerySet:
        return self.filter(state__in=PayoutOrder.HELD)

    def overseen_by(self, person: Person) -> PayoutOrderQuerySet:
        """What a lead or an administrator may settle: the orders of the own teams' tickets, or of the house."""
        if not person.is_active:
            return self.none()
        if person.is_staff:
            return self.all()
        return self.filter(offer__ticket__team_id__in=person.led_team_ids)


class PayoutOrder(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        SENT = "sent", _("received, not yet paid")
        UNKNOWN = "unknown", _("nobody knows whether it was paid")
        REVIEW = "review", _("somebody has to look first")
        FAILED = "failed", _("could not be delivered")
        CONFIRMED = "confirmed", _("paid")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled before it was sent")

    OPEN = (State.WAITING, State.SENT, State.UNKNOWN, State.FAILED, State.REVIEW)
    HELD = (State.UNKNOWN, State.FAILED, State.REVIEW)

    offer = models.ForeignKey("policies.Offer", on_delete=models.PROTECT, related_name="payouts")
    target = models.ForeignKey(PayoutTarget, on_delete=models.PROTECT, related_name="orders")
    # The name the other side knows it by, the same at every try: it pays what it has not paid under this name.
    delivery = models.CharField(max_length=40, unique=True)
    cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, default="")
    reference = models.CharField(max_length=80, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    words = models.CharField(max_length=300, blank=True, default="")

    objects = PayoutOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout order")
        verbose_name_plural = _("payout orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="payout_pays_something", condition=Q(cents__gt=0)),
            models.UniqueConstraint(
                fields=["offer"],
                condition=~Q(state__in=["refused", "cancelled"]),
                name="one_payout_per_gesture",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="payout_waiting"),
        ]

    def __str__(self) -> str:
        return self.delivery

    @classmethod
    def place(cls, offer: Offer, *, at: datetime) -> PayoutOrder | None:
        """Order what `offer` gives, where its form is paid out at all; in the transaction that grants it."""
        target = PayoutTarget.for_offer(offer) if offer.cents else None
        if target is None:
            return None
        order = cls(
            offer=offer,
            target=target,
            delivery=f"msg_{uuid.uuid4().hex}",
            cents=offer.cents,
            currency=offer.currency,
            made_at=at,
            due_at=at,
        )
        order._look_at_destination(at=at)
        order.save()
        return order

    @classmethod
    def cancel(cls, offer: Offer, *, at: datetime) -> bool:
        """Before anybody can have got it. False when it may have left: then only its end tells whether it was paid."""
        never_sent = cls.objects.filter(offer=offer, state__in=[cls.State.WAITING, cls.State.REVIEW], tries=0)
        never_sent.update(state=cls.State.CANCELLED, settled_at=at)
        return (
            not cls.objects.filter(offer=offer)
            .exclude(state__in=[cls.State.CANCELLED, cls.State.REFUSED])
            .exists()
        )

    def _look_at_destination(self, *, at: datetime) -> None:
        """Money for an account two customers share waits for a person; for one just changed, two days."""
        goes_to = Destination.of(self.offer.customer)
        if goes_to is None:
            return
        if goes_to.is_shared():
            self.state, self.trouble = self.State.REVIEW, "SharedDestination"
        elif goes_to.is_fresh(at):
            self.due_at, self.trouble = at + PAUSE, "ChangedDestination"
            letters.to_customer(
                self.offer.ticket, key=f"destination:{goes_to.pk}", name="destination_changed"
            )

    def hold(self, trouble: str, *, at: datetime, failed: bool = False) -> bool:
        """Nothing is sent any more until a person, or a later word of the other side, says what happened."""
        state = self.State.FAILED if failed else self.State.UNKNOWN
        live = [self.State.WAITING, self.State.SENT]
        fields = {"state": state, "trouble": trouble[:300], "sending_at": None}
        with transaction.atomic():
            if not PayoutOrder.objects.filter(pk=self.pk, state__in=live).update(**fields):
                return False
            self._tell(history.PAYOUT_HELD, at=at)
        return True

    def confirm(
        self, *, by: Person | None, at: datetime, reference: str = "", words: str = ""
    ) -> Refusal | None:
        """It was paid: the gesture has reached its customer."""
        fields = {"state": self.State.CONFIRMED, "reference": reference[:80], "words": words[:300]}
        with transaction.atomic():
            if self._settle(fields, by=by, at=at):
                self.offer.deliver(by=None, at=at)
                return None
        return self._already(self.State.CONFIRMED)

    def refuse(self, *, by: Person | None, at: datetime, words: str) -> Refusal | None:
        """It was not paid and will not be: the agent and the leads hear why; the gesture stays given."""
        fields = {"state": self.State.REFUSED, "words": words[:300]}
        with transaction.atomic():
            if self._settle(fields, by=by, at=at):
                self._tell(history.PAYOUT_REFUSED, at=at, words=words[:300])
                return None
        return self._already(self.State.REFUSED)

    def send_again(self, *, at: datetime | None = None) -> bool:
        """By a person's word: the same order under the same name, which is paid at most once."""
        at = at or timezone.now()
        held = PayoutOrder.objects.filter(pk=self.pk, state__in=self.HELD)
        # The tries begin anew, but one that may have left stays marked as sent.
        again = {"state": self.State.WAITING, "due_at": at, "sending_at": None, "tries": Least(F("tries"), 1)}
        return held.update(**again, trouble="") == 1

    def _settle(self, fields: dict[str, str], *, by: Person | None, at: datetime) -> bool:
        unsettled = PayoutOrder.objects.filter(pk=self.pk, state__in=self.OPEN)
        return unsettled.update(settled_at=at, settled_by=by, sending_at=None, **fields) == 1

    def _already(self, wanted: str) -> Refusal | None:
        """The same word twice is once; another word afterwards changes nothing."""
        self.refresh_from_db()
        return (
            None
            if self.state == wanted
            else Refusal("settled", _("This payout was settled otherwise already."))
        )

    def _tell(self, event: str, *, at: datetime, **data: str) -> None:
        ticket: Ticket = self.offer.ticket
        said = ticket.record(
            event, by=None, at=at, offer=self.offer_id, gesture=self.offer.ruling.gesture_in_each, **data
        )
        for person in {self.offer.agent, *Person.objects.leading(ticket.team)}:
            Notice.tell(person, said)
