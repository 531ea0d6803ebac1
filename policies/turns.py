"""Who gives a customer something takes turns with everybody else who does."""

from __future__ import annotations

from accounts.customer import Customer
from tickets.ticket import Ticket


def take_turns(ticket: Ticket) -> None:
    """Until the commit nobody else gives this customer anything: what was given is counted once, not by two at once.

    Customer before ask before budget month: everybody takes their locks in that order.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=ticket.customer_id)
