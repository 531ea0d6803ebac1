"""A link in a mail that answers one question, once, for one person: kept as a hash, dead with the question."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..referral import Refusal

if TYPE_CHECKING:
    from accounts.person import Person

    from .ask import Ask

LIFETIME = timedelta(days=7)
BITS, LONGEST = 256, 64


class AnswerLink(models.Model):
    ask = models.ForeignKey("policies.Ask", on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The mailbox it was sent to: whoever changes their address takes no old link along.
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link to answer")
        verbose_name_plural = _("links to answer")
        constraints = [
            models.CheckConstraint(
                name="answer_link_expires", condition=models.Q(expires_at__gt=models.F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ask_id} → {self.person_id}"

    @classmethod
    def issue(cls, ask: Ask, person: Person, *, at: datetime) -> str:
        """The secret of a new link; it stands in the mail and nowhere else."""
        secret = secrets.token_urlsafe(BITS // 8)
        cls.objects.create(
            ask=ask,
            person=person,
            email=person.email,
            digest=digest_of(secret),
            created_at=at,
            expires_at=at + LIFETIME,
        )
        return secret

    @classmethod
    def find(cls, secret: str, *, now: datetime) -> AnswerLink | None:
        """The link behind a secret while it opens something: unused, in time, the question open and still theirs."""
        if len(secret) > LONGEST:
            return None
        links = cls.objects.select_related("person", "ask").filter(
            digest=digest_of(secret), used_at=None, expires_at__gt=now, person__is_active=True
        )
        link = links.filter(email=models.F("person__email")).first()
        if link is None:
            return None
        theirs = type(link.ask).objects.open().answerable_by(link.person)
        return link if theirs.filter(pk=link.ask_id).exists() else None

    def answer(self, said: str, *, words: str, anyway: str = "", at: datetime) -> Refusal | None:
        """Say “grant” or “decline” as its person; used up only when the answer counts."""
        ask = type(self.ask).objects.with_story().get(pk=self.ask_id)
        with transaction.atomic():
            if not AnswerLink.objects.filter(pk=self.pk, used_at=None).update(used_at=at):
                return _USED
            if said == "grant":
                refusal = ask.grant(by=self.person, words=words, at=at)
            else:
                refusal = ask.decline(by=self.person, words=words, anyway=anyway, at=at)
            if refusal:
                transaction.set_rollback(True)
        return refusal


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


_USED = Refusal("closed", _("This question is already answered."))
