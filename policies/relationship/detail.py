"""A detail a customer told us by themselves, and the small thing it could lead to; kept with consent, and not for ever.

It is for the next person who talks to this customer, never for sorting customers: no search and no list has it. On its
day it is deleted, and so it is at once when the customer no longer wants it kept.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer
from policies import history
from tickets.once import once
from tickets.refused import Refused
from tickets.ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

MOST, LONGEST_KEPT, USUALLY_KEPT = 20, timedelta(days=731), timedelta(days=365)


class DetailQuerySet(models.QuerySet["Detail"]):
    def of(self, customer: Customer, *, on: date) -> DetailQuerySet:
        """What may still be read on a day, whether or not somebody has deleted the rest yet."""
        return self.filter(customer=customer, forget_on__gt=on).select_related("by").order_by("-pk")

    def due(self, on: date) -> DetailQuerySet:
        return self.filter(forget_on__lte=on)


class Detail(models.Model):
    class Consent(models.TextChoices):
        ASKED = "asked", gettext_lazy("I asked, and they said yes")
        WROTE = "wrote", gettext_lazy("they asked us to remember it")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="details")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(gettext_lazy("what they told us"), max_length=300)
    surprise = models.CharField(
        gettext_lazy("what could please them"), max_length=200, blank=True, default=""
    )
    purpose = models.CharField(gettext_lazy("what it is kept for"), max_length=200)
    consent = models.CharField(gettext_lazy("consent"), max_length=8, choices=Consent.choices)
    forget_on = models.DateField(gettext_lazy("deleted on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=64)

    objects = DetailQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("detail a customer told us")
        verbose_name_plural = gettext_lazy("details customers told us")
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="detail_once_per_key")]
        indexes = [models.Index(fields=["forget_on"], name="detail_due")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.pk}"

    @classmethod
    def note(
        cls,
        ticket: Ticket,
        *,
        words: str,
        purpose: str,
        consent: str,
        forget_on: date,
        surprise: str = "",
        by: Person,
        key: str,
        at: datetime | None = None,
    ) -> Detail | Refused:
        """Write it down for the next person. The history says that, never what: it would outlive the deletion."""
        at = at or timezone.now()
        today = timezone.localdate(at)
        if not today < forget_on <= today + LONGEST_KEPT:
            raise ValueError("A detail is deleted on a day ahead, within two years.")
        said = {"words": words, "purpose": purpose, "surprise": surprise, "consent": cls.Consent(consent)}
        with transaction.atomic():
            Customer.objects.select_for_update(no_key=True).filter(pk=ticket.customer_id).values_list("pk")[0]
            known = cls.objects.filter(by=by, key=key).first()
            if known is not None:
                return known
            if cls.objects.filter(customer=ticket.customer_id).count() >= MOST:
                words = _("At most %(most)s details of one customer are kept. Delete one first.")
                return Refused("most", words % {"most": MOST})
            mine = {"by": by, "key": key}
            about = {"customer": ticket.customer, "ticket": ticket, "forget_on": forget_on, "at": at}
            detail = once(cls.objects, mine=mine, **about, **said)
            ticket.record(history.DETAIL_NOTED, by=by, at=at)
        return detail

    def forget(self, ticket: Ticket, *, by: Person, at: datetime | None = None) -> bool:
        """Deleted at once; False when it was gone. `ticket` is where somebody was asked to."""
        with transaction.atomic():
            gone, _each = Detail.objects.filter(pk=self.pk).delete()
            if gone:
                ticket.record(history.DETAIL_FORGOTTEN, by=by, at=at or timezone.now())
        return bool(gone)


def forget_details_now(*, now: datetime | None = None) -> int:
    """Delete what has reached its day; how many."""
    gone, _each = Detail.objects.due(timezone.localdate(now or timezone.now())).delete()
    return gone


def own(customer: Customer) -> list[dict[str, object]]:
    """For the customer's own data: what was kept with their consent is theirs to read."""
    kept = Detail.objects.of(customer, on=timezone.localdate())
    return list(kept.values("words", "purpose", "at", "forget_on"))
