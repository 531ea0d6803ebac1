"""A newcomer: somebody who came another way than by signing in, and is a customer from then on."""

from __future__ import annotations

import hashlib

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from .customer import Customer
from .person import Person


def known_or_new(email: str, *, name: str, language: str) -> Customer | None:
    """The customer with this proven address, or a new one; None for a closed account, which answers like no account.

    What somebody else prepared under the address is not made good by this: an unproven sign-up stays unproven.
    """
    email = email.lower()
    with transaction.atomic():
        person, made = Person.objects.get_or_create(
            email=email, defaults={"name": name, "language": language}
        )
        if not person.is_active:
            return None
        if made:
            person.set_unusable_password()
            person.save(update_fields=["password"])
            EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        return Customer.objects.get_or_create(person=person)[0]


def told_of(name: str, *, email: str, phone: str, key: str) -> Customer:
    """Somebody on the telephone or at the counter, who proved nothing: with an address they sign in by a code to it
    when they like, without one there is no way in and nothing is written to them. The same `key` is the same person."""
    address = email.lower() or f"told-{hashlib.sha256(key.encode()).hexdigest()[:32]}@kulanz.invalid"
    said = {"name": name, "is_active": bool(email), "password": make_password(None)}
    with transaction.atomic():
        person, _made = Person.objects.get_or_create(email=address, defaults=said)
        return Customer.objects.get_or_create(person=person, defaults={"phone": phone})[0]
