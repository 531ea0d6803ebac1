"""What was said in a chat, as each look of an open page asks it: five hundred of them do so all the time."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet, prefetch_related_objects

from accounts.prepared import Prepared
from tickets.message import Message

SHOWN = 200


def newest_of(ticket: int, *, from_customer: bool) -> int:
    """The number of the newest public message of one side; 0 if there is none."""
    found = _NEWEST.first(from_customer, ticket=ticket)
    return int(found[0]) if found else 0


def thread_of(ticket: int) -> list[Message]:
    """What both may read, in the order in which it was said, with its files; of a long chat its end."""
    thread = _LATEST.rows(ticket=ticket)[::-1]
    prefetch_related_objects(thread, "attachments")
    return thread


def _newest(from_customer: bool, *, ticket: int) -> QuerySet[Any, Any]:
    said = Message.objects.public().filter(ticket=ticket, from_customer=from_customer).order_by()
    return said.values("ticket").annotate(newest=Max("pk")).values_list("newest")


def _latest(ticket: int) -> QuerySet[Message]:
    said = Message.objects.public().filter(ticket=ticket).select_related("author")
    return said.order_by("-at", "-pk")[:SHOWN]


_NEWEST, _LATEST = Prepared(_newest), Prepared(_latest)
