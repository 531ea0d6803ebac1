"""A customer's standing becomes another one: what their open tickets promise becomes the kinder of before and now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.customer import Customer
    from accounts.person import Person


def hear(customer: Customer, by: Person | None, at: datetime) -> None:
    """Nothing a customer was told is put off because they are called something else now."""
    theirs = Ticket.objects.unsettled().with_people().filter(customer=customer).order_by("pk")
    with transaction.atomic():
        Ticket.objects.hold(*theirs.order_by().values_list("pk", flat=True))
        for ticket in theirs:
            ticket.promise_anew(at=at, by=by, cause="standing")
