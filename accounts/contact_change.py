"""A change of a customer's contact details: who put what right, from what to what, and when; only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .customer import Customer

if TYPE_CHECKING:
    from .person import Person

LONGEST: Final = 300


class ContactChange(models.Model):
    """The e-mail address is none of these: with it people sign in, and nobody else changes it for them."""

    class Detail(models.TextChoices):
        NAME = "name", _("name")
        PHONE = "phone", _("phone")
        ADDRESS = "address", _("postal address")
        LANGUAGE = "language", _("language")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_changes")
    detail = models.CharField(_("what"), max_length=8, choices=Detail.choices)
    was = models.CharField(max_length=LONGEST, blank=True, default="")
    becomes = models.CharField(max_length=LONGEST, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of contact details")
        verbose_name_plural = _("changes of contact details")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "-at"], name="contact_change_of_customer")]
        constraints = [
            models.CheckConstraint(
                name="contact_detail_known",
                condition=models.Q(detail__in=["name", "phone", "address", "language"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.detail}"

    @property
    def said(self) -> tuple[str, str]:
        """What it was and what it is, as one reads it."""
        if self.detail != self.Detail.LANGUAGE:
            return self.was, self.becomes
        names = {code: gettext(name) for code, name in settings.LANGUAGES}
        return names.get(self.was, ""), names.get(self.becomes, "")

    @classmethod
    def make(
        cls, customer: Customer, said: Mapping[str, str], *, by: Person, at: datetime | None = None
    ) -> list[ContactChange]:
        """Put these details right; what is so already is no change. The same said twice is once."""
        at = at or timezone.now()
        with transaction.atomic():
            held = Customer.objects.select_related("person").select_for_update(of=("self",), no_key=True)
            now_is = held.get(pk=customer.pk)
            changed = [
                cls(customer=customer, detail=name, was=was, becomes=becomes, by=by, at=at)
                for name, becomes in said.items()
                if (was := getattr(cls._holder(now_is, name), name)) != becomes
            ]
            for one in changed:
                holder = cls._holder(now_is, one.detail)
                setattr(holder, one.detail, one.becomes)
                holder.save(update_fields=[one.detail])
            return cls.objects.bulk_create(changed)

    @classmethod
    def _holder(cls, customer: Customer, detail: str) -> Customer | Person:
        return customer.person if detail in (cls.Detail.NAME, cls.Detail.LANGUAGE) else customer


def may_be_corrected(customer: Customer) -> bool:
    """Whether colleagues put their details right: not of who was forgotten, nor of who works here and does it alone."""
    person = customer.person
    return not (person.email.startswith("deleted-") or person.is_staff or person.is_agent)
