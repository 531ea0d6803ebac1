"""Who comes in and who looks after the house: blocked and let in again, an administrator or not; somebody always is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .person import Person


class Blockable(models.Model):
    class Meta:
        abstract = True

    def block(self: Person, *, by: Person, at: datetime | None = None) -> str:
        """Nothing opens any more, and what was open is ended; why not, in words, or "".

        Sessions hang on the password, so a new one that nobody knows ends them all; keys for machines, passkeys and
        accounts of companies go as well. Who is let in again signs in by a code.
        """
        with transaction.atomic():
            if refused := self._missed(by):
                return refused
            self.is_active = False
            self.set_unusable_password()
            self.save(update_fields=["is_active", "password"])
            self.end_other_ways_in(at=at or timezone.now())
        return ""

    def end_other_ways_in(self: Person, *, at: datetime) -> None:
        """Whatever opens without the password: somebody else may have left a key to."""
        Authenticator.objects.filter(user=self, type=Authenticator.Type.WEBAUTHN).delete()
        SocialAccount.objects.filter(user=self).delete()
        self.api_tokens.filter(revoked_at=None).update(revoked_at=at)

    def unblock(self: Person) -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])

    def look_after_house(self: Person) -> None:
        """An administrator from now on."""
        self.is_staff = True
        self.save(update_fields=["is_staff"])

    def leave_house_to_others(self: Person, *, by: Person) -> str:
        """No administrator any more; why not, in words, or ""."""
        with transaction.atomic():
            if refused := self._missed(by):
                return refused
            self.is_staff = self.is_superuser = False
            self.save(update_fields=["is_staff", "is_superuser"])
        return ""

    def _missed(self: Person, by: Person) -> str:
        """Why the house cannot do without; two who block each other in one moment wait for each other here."""
        people = type(self).objects.select_for_update(no_key=True).filter(is_staff=True, is_active=True)
        others = [one for one in people.order_by("pk") if one.pk != self.pk]
        if by.pk == self.pk:
            return _("Nobody does this to themselves; another administrator can.")
        if self.is_staff and not others:
            return _("Nobody else looks after the house. Make somebody else an administrator first.")
        if self.is_superuser and not any(one.is_superuser for one in others):
            return _("Nobody else has every right. Somebody else has to have it first.")
        return ""
