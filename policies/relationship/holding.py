"""An order or a contract of a customer, as the system that keeps it says; here it is only read.

It comes by the programs' door or from a table; whoever sends the same number again says how it stands now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.person import Person
from policies.weigh.currency import money
from policies.weigh.money import MOST_CENTS

SAID = ("kind", "reference", "title", "cents", "currency", "began_on", "ends_on", "status", "link")


class Fate(StrEnum):
    """What became of what was said: a new row, a changed one, or the same as before."""

    MADE = "made"
    CHANGED = "changed"
    SAME = "same"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def of(self, customer: Customer) -> HoldingQuerySet:
        """The newest first."""
        return self.filter(customer=customer).order_by("-began_on", "-pk")

    def contracts_on(self, on: date) -> HoldingQuerySet:
        """The contracts that run on a day."""
        lasts = models.Q(ends_on=None) | models.Q(ends_on__gte=on)
        return self.filter(lasts, kind=Holding.Kind.CONTRACT, began_on__lte=on)


class Holding(models.Model):
    class Kind(models.TextChoices):
        ORDER = "order", _("order")
        CONTRACT = "contract", _("contract")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="holdings")
    # How the system that keeps it calls it; the same again is the same row.
    external_id = models.CharField(_("number in the other system"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("number the customer knows"), max_length=80, blank=True, default="")
    title = models.CharField(_("what it is"), max_length=200)
    cents = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    began_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=80, blank=True, default="")
    link = models.URLField(_("address"), max_length=500, blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("order or contract")
        verbose_name_plural = _("orders and contracts")
        indexes = [models.Index(fields=["customer", "-began_on"], name="holding_of_customer")]
        constraints = [
            models.CheckConstraint(
                name="holding_amount_in_a_currency",
                condition=models.Q(cents=None) | (models.Q(cents__lte=MOST_CENTS) & ~models.Q(currency="")),
            ),
            models.CheckConstraint(
                name="holding_ends_after_it_began",
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("began_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.title}"

    @property
    def amount(self) -> str:
        """In the reader's language; "" where none is known."""
        return money(self.cents, self.currency) if self.cents is not None else ""

    @classmethod
    def kept_by(cls, person: Person) -> models.QuerySet[Customer]:
        """The customers whose orders and contracts this person, or the program that acts for them, may write down."""
        return Customer.objects.all() if person.is_active and person.is_staff else Customer.objects.none()

    @classmethod
    def note(
        cls, customer: Customer, external_id: str, *, at: datetime | None = None, **said: Any
    ) -> tuple[Holding, Fate]:
        """How it stands now. `said` are the fields of `SAID`, checked by the door; what is left out is empty."""
        at, fields = at or timezone.now(), {**_empty(), **said, "customer": customer}
        if fields["cents"] is not None:
            fields["currency"] = fields["currency"] or settings.CURRENCY
        try:
            with transaction.atomic():
                return cls._note(external_id, fields, at=at)
        except IntegrityError:  # two said it first at the same moment
            with transaction.atomic():
                return cls._note(external_id, fields, at=at)

    @classmethod
    def _note(cls, external_id: str, fields: dict[str, Any], *, at: datetime) -> tuple[Holding, Fate]:
        known = cls.objects.select_for_update(of=("self",)).filter(external_id=external_id).first()
        if known is None:
            made = cls.objects.create(external_id=external_id, changed_at=at, **fields)
            made._tell(at)
            return made, Fate.MADE
        changed = [name for name, value in fields.items() if getattr(known, name) != value]
        if not changed:
            return known, Fate.SAME
        for name in changed:
            setattr(known, name, fields[name])
        known.changed_at = at
        known.save(update_fields=[*changed, "changed_at"])
        known._tell(at)
        return known, Fate.CHANGED

    def _tell(self, at: datetime) -> None:
        """Whoever keeps promises hears of it in the same transaction."""
        for listener in listeners:
            listener(self, at)


# Called with each order or contract that is new or has changed, inside its transaction.
listeners: list[Callable[[Holding, datetime], None]] = []


def own(customer: Customer) -> list[dict[str, object]]:
    """For the customer's own data: what is kept here of their orders and contracts; the link is for colleagues."""
    return list(Holding.objects.of(customer).values(*(name for name in SAID if name != "link")))


def _empty() -> dict[str, Any]:
    nothing: dict[str, Any] = {"cents": None, "ends_on": None}
    return {**dict.fromkeys(("reference", "currency", "status", "link"), ""), **nothing}
