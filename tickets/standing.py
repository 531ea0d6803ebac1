"""A customer's standing becomes another one, or a contract begins: what their open tickets promise becomes the kinder
of before and now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.customer import Customer
    from accounts.person import Person


def hear(customer: Customer, by: Person | None, at: datetime) -> None:
    """Nothing a customer was told is put off because they are called something else now."""
    promise_anew([customer.pk], by=by, at=at, cause="standing")


def promise_anew(
    customers: Collection[int] | QuerySet[Any], *, by: Person | None, at: datetime, cause: str
) -> None:
    theirs = Ticket.objects.unsettled().with_people().filter(customer__in=customers).order_by("pk")
    with transaction.atomic():
        Ticket.objects.hold(*theirs.order_by().values_list("pk", flat=True))
        for ticket in theirs:
            ticket.promise_anew(at=at, by=by, cause=cause)
