"""How people come in: allauth does the work, this says who they become and how it speaks to them."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from .company.entrance import connect_what_waits
from .customer import Customer
from .person import Person
from .textfields import OneLineField

LONGEST_ADDRESS = Person._meta.get_field("email").max_length


class AccountAdapter(DefaultAccountAdapter):
    """Names and addresses are the person's; nobody can be signed in who is not active."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This address and this password do not belong together."),
        "incorrect_code": _("This code does not fit. Please look at the newest mail from us."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "rate_limited": _("Too many attempts. Please wait a few minutes and try again."),
        "email_taken": _("This address cannot be used."),
        "duplicate_email": _("This is already one of your addresses."),
        "invalid_password_reset": _("This link does not work any more."),
    }

    def save_user(self, request: HttpRequest, user: Person, form: forms.Form, commit: bool = True) -> Person:
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.name = form.cleaned_data["name"]
        user.language = (get_language() or "")[:2]
        with transaction.atomic():
            user.save()
            Customer.objects.get_or_create(person=user)  # who signs up in the portal is a new customer
        return user

    def clean_email(self, email: str) -> str:
        email = super().clean_email(email).lower()
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This address is too long."), code="too_long")
        return email

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """A closed account answers like a wrong password: nobody learns by trying that it exists."""
        person = super().authenticate(request, **credentials)
        return person if person and person.is_active else None

    def pre_login(self, request: HttpRequest, user: Person, **how: Any) -> HttpResponse | None:
        refusal = super().pre_login(request, user, **how)
        if refusal is None:
            _trust_what_the_house_wrote(user)
        return refusal

    def post_login(self, request: HttpRequest, user: Person, **how: Any) -> HttpResponse:
        connect_what_waits(request, user)
        return super().post_login(request, user, **how)

    def set_password(self, user: Person, password: str) -> None:
        """A new password ends what was opened with the old one: sessions by Django, tokens here."""
        with transaction.atomic():
            super().set_password(user, password)
            user.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")

    def is_safe_url(self, url: str) -> bool:
        """Only our own origin, never another of the allowed hosts."""
        here = self.request
        return url_has_allowed_host_and_scheme(url, {here.get_host()}, require_https=here.is_secure())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built on our own address: whoever asks for the mail chooses the Host header, not where the link leads."""
        user, _dash, secret = key.partition("-")
        return settings.BASE_URL + reverse("account_reset_password_from_key", args=[user, secret])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox and at once back: how long an answer takes tells nothing about who has an account.

        `context` may hold code, password_reset_url, from_email, to_email, deleted_email, timestamp.
        """
        if len(email) > LONGEST_ADDRESS:
            return  # nobody has such an address here, and the page must not say so
        spoken = Person.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        said = {**context, "email": email, "base_url": settings.BASE_URL, "product": "Kulanz"}
        with override(spoken or get_language()):
            subject = render_to_string(f"{template_prefix}_subject.txt", said)
            text = render_to_string(f"{template_prefix}_message.txt", said).strip() + "\n"
            html = render_to_string("mail/letter.html", {**said, "paragraphs": text.split("\n\n")})
        # The outbox lives to the right; allauth wants one adapter for everything, so this one name reaches over.
        outbox = apps.get_model("tickets", "OutgoingMail")
        outbox.write(
            key=f"account:{uuid.uuid4().hex}", to=email, subject=subject, text=text, html=html, secret=True
        )


class SignupForm(AllauthSignupForm):
    name = OneLineField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email"]

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        """Of two people signing up with one address at the same moment, the second is told like any later one."""
        if self.account_already_exists:
            _work_as_for_somebody_new(self.cleaned_data["name"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


def _work_as_for_somebody_new(name: str) -> None:
    """Write the rows of a new account and take them back: the time an answer takes must not tell who is known.

    Without it somebody new took 12 % longer.
    """
    with transaction.atomic():
        person = Person.objects.create(email=f"{uuid.uuid4().hex}@kulanz.invalid", name=name)
        Customer.objects.create(person=person)
        EmailAddress.objects.create(user=person, email=person.email)
        transaction.set_rollback(True)


def _trust_what_the_house_wrote(person: Person) -> None:
    """Who was written down by the house and comes for the first time need not prove the address.

    Signing up always leaves an unproven address, so somebody without any did not sign up.
    """
    known = Q(user=person) | Q(email=person.email, verified=True)
    if not EmailAddress.objects.filter(known).exists():
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
