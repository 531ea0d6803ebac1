"""A webhook: a system of the house that is told, signed, when an alert says so; where it stands and since when."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.outside.address import LONGEST, trouble_with
from accounts.person import Person
from accounts.sealed import SealedField

# So many in a row and it is paused: a system that is away is not knocked at for days.
MOST_FAILURES, MOST_HOOKS = 20, 20
WORDS: dict[str, str | Promise] = {
    "not_an_address": _("This is no web address."),
    "scheme": _("The address must begin with https://; http:// only inside your own network."),
    "port": _("Only the ports 443 and 8443 are possible outside your own network."),
    "own": _("This is our own address."),
    "there_already": _("This address is called already."),
    "too_many": _("There are as many webhooks as can be looked after. End one first."),
    "private": _("This address lies inside a network. Say below that it may, if it is yours."),
}


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def kept(self) -> WebhookQuerySet:
        return self.filter(ended_at=None)

    def called(self) -> WebhookQuerySet:
        return self.kept().filter(paused_at=None)


class Webhook(models.Model):
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=LONGEST)
    # The administrator's word that it stands in the own network; without it no private address is ever connected to.
    private = models.BooleanField(_("stands in our own network"), default=False)
    # Shown once and sealed; where no key of today opens it, nothing can be signed.
    secret = SealedField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"], condition=models.Q(ended_at=None), name="one_webhook_per_address"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def set_up(
        cls, *, name: str, url: str, private: bool, by: Person, at: datetime | None = None
    ) -> Webhook | str:
        """Told from now on; or the code of what is wrong with the address, or that it is told already."""
        trouble = trouble_with(url, own=settings.BASE_URL, private=private)
        if trouble:
            return trouble
        if cls.objects.kept().count() >= MOST_HOOKS:
            return "too_many"
        said = {"name": name, "private": private, "secret": fresh_secret(), "made_by": by}
        hook, made = cls.objects.kept().get_or_create(
            url=url, ended_at=None, defaults={**said, "made_at": at or timezone.now()}
        )
        return hook if made else "there_already"

    def end(self, *, at: datetime | None = None) -> bool:
        """Told no longer; what is still to be sent is given up."""
        at = at or timezone.now()
        return Webhook.objects.kept().filter(pk=self.pk).update(ended_at=at) == 1

    def resume(self) -> bool:
        paused = Webhook.objects.kept().filter(pk=self.pk).exclude(paused_at=None)
        return paused.update(paused_at=None, failures=0) == 1

    def succeed(self) -> None:
        Webhook.objects.filter(pk=self.pk, failures__gt=0).update(failures=0)

    def fail(self, *, at: datetime) -> None:
        Webhook.objects.filter(pk=self.pk).update(failures=F("failures") + 1)
        many = Webhook.objects.called().filter(pk=self.pk, failures__gte=MOST_FAILURES)
        many.update(paused_at=at)


def fresh_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
