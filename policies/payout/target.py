"""A payout target: the system of the house that really moves money, where it stands and how it is signed to."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.outside.address import trouble_with
from accounts.person import Person
from accounts.sealed import SealedField
from policies.refusal import Refusal
from policies.rules.catalogue import GestureKind
from tickets.mail import letters
from tickets.webhook.hook import WORDS, fresh_secret

if TYPE_CHECKING:
    from policies.offer import Offer

# So many in a row, of whatever orders, and it is paused: a system that is away is not knocked at for days.
MOST_FAILURES = 10


class PayoutTarget(models.Model):
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=300)
    # The administrator's word that it stands in the own network; without it no private address is ever connected to.
    private = models.BooleanField(_("stands in our own network"), default=False)
    form = models.CharField(
        _("pays out"), max_length=24, choices=GestureKind.Form.choices, default=GestureKind.Form.CREDIT_NOTE
    )
    secret = SealedField()  # shown once
    token = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False
    )  # the address it reports back to
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payout target")
        verbose_name_plural = _("payout targets")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form"], condition=Q(ended_at=None), name="one_payout_target_per_form"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def for_offer(cls, offer: Offer) -> PayoutTarget | None:
        return cls.objects.filter(form=offer.form, ended_at=None).first()

    @classmethod
    def set_up(
        cls, *, name: str, url: str, private: bool, form: str, by: Person, at: datetime | None = None
    ) -> PayoutTarget | Refusal:
        """Orders of that form go there from now on; the one before ends, its open orders stay its own."""
        trouble = trouble_with(url, own=settings.BASE_URL, private=private)
        if trouble:
            return Refusal(trouble, WORDS[trouble])
        at = at or timezone.now()
        with transaction.atomic():
            cls.objects.filter(form=form, ended_at=None).update(ended_at=at)
            return cls.objects.create(
                name=name, url=url, private=private, form=form, secret=fresh_secret(), made_at=at, made_by=by
            )

    def end(self, *, at: datetime | None = None) -> bool:
        """Nothing new is ordered there."""
        return (
            PayoutTarget.objects.filter(pk=self.pk, ended_at=None).update(ended_at=at or timezone.now()) == 1
        )

    def resume(self) -> bool:
        return (
            PayoutTarget.objects.filter(pk=self.pk).exclude(paused_at=None).update(paused_at=None, failures=0)
            == 1
        )

    def succeed(self) -> None:
        PayoutTarget.objects.filter(pk=self.pk, failures__gt=0).update(failures=0)

    def fail(self, *, at: datetime) -> None:
        """One more in a row; at the last one it is paused, once, and the administrators are told."""
        PayoutTarget.objects.filter(pk=self.pk).update(failures=F("failures") + 1)
        many = PayoutTarget.objects.filter(pk=self.pk, paused_at=None, failures__gte=MOST_FAILURES)
        with transaction.atomic():
            if many.update(paused_at=at):
                for person in Person.objects.active().filter(is_staff=True):
                    letters.to_person(
                        person,
                        key=f"payout-paused:{self.pk}:{at.timestamp()}:{person.pk}",
                        name="payout_paused",
                        url="/studio/payouts/",
                        target=self,
                    )
