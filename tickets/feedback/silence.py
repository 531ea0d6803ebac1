"""Silence: a customer wants to be asked no questions after a ticket; how to say so by a link in the letter."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer


class Silence(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="silence")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("wish for no questions")
        verbose_name_plural = _("wishes for no questions")

    def __str__(self) -> str:
        return f"{self.customer_id}"

    @classmethod
    def is_kept_for(cls, customer: Customer) -> bool:
        return cls.objects.filter(customer=customer, ended_at=None).exists()

    @classmethod
    def keep(cls, customer: Customer, *, at: datetime | None = None) -> None:
        """Nothing is asked from now on; said twice is said once."""
        at = at or timezone.now()
        cls.objects.get_or_create(customer=customer, defaults={"since": at})
        cls.objects.filter(customer=customer).exclude(ended_at=None).update(since=at, ended_at=None)

    @classmethod
    def end(cls, customer: Customer, *, at: datetime | None = None) -> None:
        cls.objects.filter(customer=customer, ended_at=None).update(ended_at=at or timezone.now())
