"""What the customer paid for the thing a case is about, as far as anybody knows, and who said so.

Goodwill far beyond the price no longer pleases, and refunds beyond it are how such money is stolen. So what is like
cash ends at a share of the price that is a term of the rulebook – where the price is known. Unknown, it binds nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from policies.rules.catalogue import GestureKind
from policies.weigh.currency import money
from policies.weigh.money import MOST_CENTS
from tickets.ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

LIKE_CASH = frozenset(
    form.value
    for form in (
        GestureKind.Form.CREDIT_NOTE,
        GestureKind.Form.DISCOUNT,
        GestureKind.Form.VOUCHER,
        GestureKind.Form.SINGLE_VOUCHER,
    )
)


class PaidQuerySet(models.QuerySet["Paid"]):
    def newest(self) -> PaidQuerySet:
        """What is known now, one row a ticket."""
        newer = Paid.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))


class Paid(models.Model):
    class Source(models.TextChoices):
        DOCUMENT = "document", _("an order, contract or invoice")
        SYSTEM = "system", _("the shop or billing system")
        CUSTOMER = "customer", _("the customer")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(max_length=3)
    source = models.CharField(_("who says so"), max_length=10, choices=Source.choices)
    words = models.CharField(_("which order or contract"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = PaidQuerySet.as_manager()

    class Meta:
        verbose_name = _("amount paid")
        verbose_name_plural = _("amounts paid")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["ticket", "-id"], name="paid_of_ticket")]
        constraints = [
            models.CheckConstraint(
                name="paid_is_an_amount",
                condition=models.Q(cents__gt=0, cents__lte=MOST_CENTS),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {money(self.cents, self.currency)}"

    @classmethod
    def note(
        cls,
        ticket: Ticket,
        cents: int,
        *,
        source: str,
        words: str = "",
        currency: str = "",
        by: Person,
        at: datetime | None = None,
    ) -> Paid:
        """Write down what was paid; another amount is a new row, the same one again is none."""
        currency = currency or settings.CURRENCY
        last = cls.of(ticket)
        if last and (last.cents, last.currency, last.source, last.words) == (cents, currency, source, words):
            return last
        said = {"cents": cents, "currency": currency, "source": source, "words": words}
        return cls.objects.create(ticket=ticket, **said, by=by, at=at or timezone.now())

    @classmethod
    def binding(cls, ticket: Ticket, form: str, currency: str) -> Paid | None:
        """What bounds a gesture of this form; None where nothing does: it is not like cash, or nobody knows."""
        paid = cls.of(ticket) if form in LIKE_CASH else None
        return paid if paid and paid.currency == currency else None

    @classmethod
    def of(cls, ticket: Ticket) -> Paid | None:
        """What is known now; None where nobody said anything."""
        paid: Paid | None = _SAID.first(ticket=ticket.pk) if ticket.pk else None
        return paid


_SAID = Prepared(lambda ticket: Paid.objects.filter(ticket=ticket)[:1])
