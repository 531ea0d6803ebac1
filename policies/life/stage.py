"""A stage in the life of a gesture – reserved, granted, delivered, redeemed, expired, taken back: when and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.ledger.transfer import Transfer

if TYPE_CHECKING:
    from accounts.person import Person
    from policies.offer import Offer


class Stage(models.Model):
    """Only added, each at most once: reaching it a second time is refused by the constraint, whoever tries."""

    class Name(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        GRANTED = "granted", _("granted")
        DELIVERED = "delivered", _("delivered")
        REDEEMED = "redeemed", _("redeemed")
        EXPIRED = "expired", _("expired")
        REVERSED = "reversed", _("taken back")

    offer = models.ForeignKey("policies.Offer", on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=10, choices=Name.choices)
    at = models.DateTimeField()
    # Nobody: the house itself, by its beat or by what a paying system answered.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True, default="")
    # What it moved in the ledger, if it moved anything.
    entry = models.OneToOneField(Transfer, on_delete=models.PROTECT, null=True, related_name="stage")

    class Meta:
        verbose_name = _("stage of a gesture")
        verbose_name_plural = _("stages of gestures")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["offer", "name"], name="each_stage_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.name}"

    @classmethod
    def begin(cls, offer: Offer, *, entry: Transfer | None, by: Person, at: datetime) -> None:
        """Reserved, where it takes money, and granted: in one statement, for others wait for the month meanwhile."""
        granted = cls(offer=offer, name=cls.Name.GRANTED, at=at, by=by)
        reserved = (
            [cls(offer=offer, name=cls.Name.RESERVED, at=at, by=offer.agent, entry=entry)] if entry else []
        )
        cls.objects.bulk_create([*reserved, granted])

    @classmethod
    def reach(
        cls,
        offer: Offer,
        name: str,
        *,
        by: Person | None,
        at: datetime,
        why: str = "",
        entry: Transfer | None = None,
    ) -> Stage:
        return cls.objects.create(offer=offer, name=name, at=at, by=by, why=why, entry=entry)
