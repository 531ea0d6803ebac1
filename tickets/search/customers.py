"""Finding customers by what one knows of them: name, e-mail address, organisation or number."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.customer import Customer
from accounts.person import Person
from tickets.affected_list import number_in
from tickets.ticket import Ticket


def customers_like(query: str) -> QuerySet[Customer]:
    """Customers whose name, address or organisation holds `query`, or whose number it is; by name."""
    number = number_in(query)
    words = Q(person__name__icontains=query) | Q(person__email__icontains=query)
    found = words | Q(organisation__name__icontains=query)
    if number is not None:
        found |= Q(pk=number)
    people = Customer.objects.select_related("person", "organisation")
    return people.filter(found).order_by("person__name", "pk")


def servable_by(person: Person) -> QuerySet[Customer]:
    """Customers who may still write, and those known by name alone; nobody serves themselves."""
    known_by_name = Q(person__email__endswith=".invalid") & ~Q(person__email__startswith="deleted-")
    people = Customer.objects.select_related("person", "organisation").exclude(person=person)
    return people.filter(Q(person__is_active=True) | known_by_name).order_by("person__name", "pk")


def known_to(person: Person) -> QuerySet[Customer]:
    """Customers with a ticket in the own teams: nobody tries out who the customers of others are."""
    theirs = Ticket.objects.worked_by(person).filter(customer=OuterRef("pk")).order_by()
    return Customer.objects.select_related("person", "organisation").filter(Exists(theirs))
