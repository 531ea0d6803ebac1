"""A newcomer: somebody who has proven an address elsewhere than at the sign-in, and is a customer from then on."""

from __future__ import annotations

from allauth.account.models import EmailAddress
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
