"""What lists are found by: an index of tickets that are not done, few in the largest house."""

from __future__ import annotations

from typing import Final

from django.db import models

from .solvable import Status

# All that lists count and sort by stands in the index itself, so that no ticket has to be looked at for it.
NOT_DONE: Final = models.Index(
    fields=["team", "status", "next_due_at", "-changed_at", "-id", "asleep_since", "assignee", "customer"],
    condition=models.Q(
        status__in=[Status.OPEN.value, Status.WAITING_CUSTOMER.value, Status.WAITING_OTHERS.value]
    ),
    name="ticket_not_done",
)
