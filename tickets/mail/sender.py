"""Who sent a mail: a person we know, a new customer, or somebody whose mail a person looks at first."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.customer import Customer
from accounts.person import Person
from accounts.prepared import Prepared
from accounts.textfields import clean_line

from .reading.header import Address, plain
from .reading.letter import NO_SENDER, Letter, Unreadable
from .reading.tongue import language_of


def refusal(letter: Letter) -> str:
    """Whether our own mail server says the address is forged. Only its words count: anybody can write the header."""
    server = settings.MAIL_AUTHENTICATION_SERVER
    if not server:
        return ""
    for said in map(plain, letter.headers.get("authentication-results", ())):
        name, _semicolon, results = said.partition(";")
        if name.split()[:1] == [server] and re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE):
            return "not_verified"
    return ""


def person_of(address: Address) -> Person | None:
    """Whose address it is: their own, or one of those they showed to be theirs."""
    person: Person | None = _OWN.first(email=address.email)
    if person is None:
        shown = _SHOWN.first(email=address.email)
        person = shown.user if shown else None
    return person


# Asked for every mail there is.
_OWN = Prepared(lambda email: Person.objects.filter(email=email).order_by("pk")[:1])
_SHOWN = Prepared(
    lambda email: (
        EmailAddress.objects.filter(email=email, verified=True).select_related("user").order_by("pk")[:1]
    )
)


def refusal_of(person: Person | None) -> str:
    """Why a mail of this person is no customer's mail; "" when it is."""
    if person is None:
        return ""
    if not person.is_active:
        return "closed_account"
    is_customer = Customer.objects.filter(person=person).exists()
    return "of_the_desk" if not is_customer and (person.is_agent or person.is_staff) else ""


def customer_of(address: Address, person: Person | None, letter: Letter) -> Customer:
    """The customer who wrote; somebody new becomes one, and signs in with this address when they like."""
    if person is None:
        _refuse_impossible(address)
        try:
            with transaction.atomic():
                person = Person.objects.create(
                    email=address.email,
                    name=clean_line(address.name) or address.email.partition("@")[0][:120],
                    language=language_of(f"{letter.subject}\n{letter.text}"),
                    password="!",  # noqa: S106 - none: they come in by a code to this address
                )
                return Customer.objects.create(person=person)
        except IntegrityError:  # another mail of theirs was faster
            person = Person.objects.get(email=address.email)
    customer, _made = Customer.objects.get_or_create(person=person)
    return customer


def _refuse_impossible(address: Address) -> None:
    try:
        validate_email(address.email)
    except ValidationError:
        raise Unreadable(NO_SENDER)
