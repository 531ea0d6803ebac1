"""An API token: a person's key for machines, kept as a hash, always with an end date."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .person import Person

PREFIX = "kul_"
LIFETIME = timedelta(days=365)


class ApiToken(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, person: Person, name: str, *, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
        """A new token and its secret (256 random bits). The secret is shown once and never stored."""
        secret = PREFIX + secrets.token_urlsafe(32)
        expires_at = expires_at or timezone.now() + LIFETIME
        return cls.objects.create(
            person=person, name=name, digest=digest_of(secret), expires_at=expires_at
        ), secret

    def revoke(self, *, at: datetime | None = None) -> bool:
        """End it at once; False when it had ended already."""
        at = at or timezone.now()
        self.revoked_at = self.revoked_at or at
        return ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=at) == 1

    @classmethod
    def holder_of(cls, secret: str) -> Person | None:
        """The active person behind a valid secret; looking up by hash takes the same time for every guess."""
        token = (
            cls.objects.select_related("person")
            .filter(
                digest=digest_of(secret),
                revoked_at=None,
                expires_at__gt=timezone.now(),
                person__is_active=True,
            )
            .first()
        )
        return token.person if token else None


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
