"""A report: the paying system's later word on an order; each message counts once, however often it comes."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from policies.refusal import Refusal

from .delivery import apply
from .order import PayoutOrder
from .target import PayoutTarget


class PayoutReport(models.Model):
    target = models.ForeignKey(PayoutTarget, on_delete=models.PROTECT, related_name="reports")
    order = models.ForeignKey(PayoutOrder, on_delete=models.PROTECT, related_name="reports")
    message = models.CharField(max_length=120)  # the name its sender gave it
    status = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("payout report")
        verbose_name_plural = _("payout reports")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["target", "message"], name="payout_report_once")]

    def __str__(self) -> str:
        return f"{self.message} {self.status}"

    @classmethod
    def take(cls, order: PayoutOrder, message: str, said: dict[str, str], *, at: datetime) -> Refusal | None:
        """Write it down and do what it says; the same message again does nothing. A Refusal when it comes too late."""
        try:
            with transaction.atomic():
                cls.objects.create(
                    target_id=order.target_id, order=order, message=message, status=said["status"], at=at
                )
                return apply(order, said, at=at)
        except IntegrityError:
            if cls.objects.filter(target_id=order.target_id, message=message).exists():
                return None
            raise
