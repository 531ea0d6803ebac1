"""What was said in a chat, as each look of an open page asks it: five hundred of them do so all the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from accounts.prepared import Prepared
from tickets.attachment import Attachment
from tickets.message import Message

SHOWN = 200


def thread_of(ticket: int) -> list[Message]:
    """What both may read, in the order in which it was said, with its files; of a long chat its end."""
    thread = _LATEST.rows(ticket=ticket)[::-1]
    prefetch_related_objects([message for message in thread if message.has_files], "attachments")
    return thread


def newest_in(thread: Sequence[Message], *, from_customer: bool) -> int:
    """The number of the newest message of one side; 0 if there is none."""
    return max((said.pk for said in thread if said.from_customer == from_customer), default=0)


def _latest(ticket: int) -> QuerySet[Any, Any]:
    said = Message.objects.public().filter(ticket=ticket).select_related("author")
    files = Exists(Attachment.objects.filter(message=OuterRef("pk")))
    return said.annotate(has_files=files).order_by("-at", "-pk")[:SHOWN]


_LATEST = Prepared(_latest)
