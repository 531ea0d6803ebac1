"""Passkeys: a further way in for whoever likes one; allauth does the work, this says how it speaks and what it takes.

A passkey stands in for everything else, so it must say whose finger or face it saw.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .person import Person
from .textfields import OneLineField

LONGEST_NAME = 60
# What the libraries below raise for a credential that is none, beside their own refusals.
BROKEN = (TypeError, ValueError, KeyError, AttributeError, LookupError)


class PasskeyAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This passkey does not fit."),
        "unverified_email": _("Please confirm your e-mail address first."),
    }

    def is_mfa_enabled(self, user: Person, types: object = None) -> bool:
        """A passkey is another way in, never a second lock: the code from the mail goes on working."""
        return False

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


class AddPasskeyForm(AddWebAuthnForm):
    name = OneLineField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    passwordless = None

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean()
        except ValidationError:
            raise
        except BROKEN as error:
            raise PasskeyAdapter().validation_error("incorrect_code") from error


class NamePasskeyForm(EditWebAuthnForm):
    name = OneLineField(label=_("Name"), max_length=LONGEST_NAME)


class UsePasskeyForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError:
            raise
        except BROKEN as error:
            raise PasskeyAdapter().validation_error("incorrect_code") from error
