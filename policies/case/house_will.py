"""What the company wants at the moment: a few words of policy for a week or longer, beside the customer's wish."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared

if TYPE_CHECKING:
    from accounts.person import Person


class HouseWill(models.Model):
    text_en = models.CharField(_("what we want (English)"), max_length=200)
    text_de = models.CharField(_("what we want (German)"), max_length=200)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("will of the house")
        verbose_name_plural = _("wills of the house")
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="house_will_ends_not_before_it_begins", condition=Q(ends__gte=F("starts"))
            ),
            models.CheckConstraint(
                name="house_will_says_something", condition=~(Q(text_en="") | Q(text_de=""))
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_de if (get_language() or "en").startswith("de") else self.text_en

    @classmethod
    def on(cls, day: date) -> HouseWill | None:
        """What holds on a day; of several the one that began last."""
        will: HouseWill | None = _HOLDING.first(day=day)
        return will

    @classmethod
    def say(
        cls, *, text_en: str, text_de: str, starts: date, ends: date, by: Person, at: datetime | None = None
    ) -> HouseWill:
        """Say it; the same once more, sent twice, is the same."""
        said = {"text_en": text_en, "text_de": text_de, "starts": starts, "ends": ends}
        with transaction.atomic():
            same = cls.objects.filter(withdrawn_at=None, **said).first()
            return same or cls.objects.create(**said, by=by, at=at or timezone.now())

    def withdraw(self, *, at: datetime | None = None) -> bool:
        standing = HouseWill.objects.filter(pk=self.pk, withdrawn_at=None)
        return bool(standing.update(withdrawn_at=at or timezone.now()))


_HOLDING = Prepared(
    lambda day: HouseWill.objects.filter(withdrawn_at=None, starts__lte=day, ends__gte=day)[:1]
)
