"""A destination: where a customer's money goes, known to us only by a fingerprint and since when.

The account itself stays in the paying system. What we must see is whether two customers share one, and whether it was
changed just before money was to go there.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.person import Person

FRESH, PAUSE = timedelta(days=7), timedelta(hours=48)


class Destination(models.Model):
    """One row for each change; the last one holds."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="destinations")
    digest = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payout destination")
        verbose_name_plural = _("payout destinations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_at=None), name="one_destination_holds"
            )
        ]
        indexes = [models.Index(fields=["digest"], name="destination_shared")]

    def __str__(self) -> str:
        return f"{self.customer_id}"

    @classmethod
    def note(cls, customer: Customer, account: str, *, at: datetime | None = None) -> bool:
        """From now on the money of `customer` goes there. False when it did already; `account` is not kept."""
        at, digest = at or timezone.now(), fingerprint(account)
        with transaction.atomic():
            Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
            holding = cls.objects.filter(customer=customer, ended_at=None)
            if holding.filter(digest=digest).exists():
                return False
            holding.update(ended_at=at)
            cls.objects.create(customer=customer, digest=digest, set_at=at)
        return True

    @classmethod
    def kept_by(cls, person: Person) -> models.QuerySet[Customer]:
        """The customers whose destination this person, or the program that acts for them, may note."""
        return Customer.objects.all() if person.is_active and person.is_staff else Customer.objects.none()

    @classmethod
    def of(cls, customer: Customer) -> Destination | None:
        return cls.objects.filter(customer=customer, ended_at=None).first()

    def is_fresh(self, at: datetime) -> bool:
        """Changed within the last days; the first one a customer ever had is no change."""
        changed = Destination.objects.filter(customer=self.customer_id).exclude(pk=self.pk).exists()
        return changed and self.set_at > at - FRESH

    def is_shared(self) -> bool:
        others = Destination.objects.filter(digest=self.digest, ended_at=None)
        return others.exclude(customer=self.customer_id).exists()


def fingerprint(account: str) -> str:
    """The same for the same account however it is written, and worth nothing to whoever finds it."""
    written = "".join(account.split()).upper().encode()
    return hashlib.blake2b(written, key=settings.SECRET_KEY.encode()[:64], digest_size=32).hexdigest()
