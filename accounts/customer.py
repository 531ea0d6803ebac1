"""A customer: a person we serve, with the relationship in dates and words – never a label of worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from typing import Final

from django.db import models
from django.db.models.functions import Replace, Right
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .organisation import Organisation
from .person import Person

# A telephone number as it is compared: the last of its digits, however it was written.
DIGITS_COMPARED: Final = 9
LAST_DIGITS: Final = Right(
    reduce(
        lambda number, sign: Replace(number, models.Value(sign), models.Value("")),
        " -/().+",
        models.F("phone"),
    ),
    DIGITS_COMPARED,
)

# Called in the transaction in which a customer's standing became another – status, or since when – with who changed it
# and when; how packages to the right hear of it.
standing_listeners: list[Callable[[Customer, Person | None, datetime], None]] = []


class Customer(models.Model):
    class Status(models.TextChoices):
        PROSPECT = "prospect", _("prospect")
        NEW = "new", _("new customer")
        ESTABLISHED = "established", _("existing customer")
        FORMER = "former", _("former customer")

    class Role(models.TextChoices):
        MEMBER = "member", _("has requests of their own")
        MANAGER = "manager", _("reads and answers all requests of the organisation")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("organisation"),
    )
    role = models.CharField(
        _("role in the organisation"), max_length=8, choices=Role.choices, default=Role.MEMBER
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    since = models.DateField(_("customer since"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    address = models.CharField(_("postal address"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        # Each call asks whose number it is.
        indexes = [models.Index(LAST_DIGITS, name="customer_called_from", condition=~models.Q(phone=""))]
        constraints = [
            models.CheckConstraint(
                name="customer_status_known",
                condition=models.Q(status__in=["prospect", "new", "established", "former"]),
            ),
            models.CheckConstraint(
                name="customer_role_known", condition=models.Q(role__in=["member", "manager"])
            ),
            models.CheckConstraint(
                name="managers_have_an_organisation",
                condition=models.Q(role="member") | models.Q(organisation__isnull=False),
                violation_error_message=_("Whoever reads all requests of an organisation belongs to one."),
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def is_reachable(self) -> bool:
        """Whether there is an address to write to; who wrote in public, or was forgotten, has none."""
        return not self.person.email.endswith(".invalid")

    @property
    def overseen_organisation_id(self) -> int | None:
        """The organisation whose requests this customer reads and answers, beside the own ones."""
        return self.organisation_id if self.role == self.Role.MANAGER else None

    def tell_standing(self, *, by: Person | None, at: datetime | None = None) -> None:
        """The standing was changed just now; whoever promised something to this customer looks at it again."""
        for listener in standing_listeners:
            listener(self, by, at or timezone.now())

    def tenure_months(self, on: date | None = None) -> int:
        """Whole months since the relationship began; 0 for a prospect."""
        if self.since is None:
            return 0
        today = on or timezone.localdate()
        months = (today.year - self.since.year) * 12 + today.month - self.since.month
        return max(0, months - (today.day < self.since.day))
