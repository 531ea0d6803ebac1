"""The rows of the crowd, in the order in which they are written."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import models

from tickets.models import Clock, ClockEntry, Event, Mark, Message, Rating, Ticket, TicketWords


class TicketRow(NamedTuple):
    id: int
    subject: str
    customer_id: int
    team_id: int
    assignee_id: int | None
    cause_id: int
    priority: int
    status: str
    language: str
    created_at: datetime
    changed_at: datetime
    solved_at: datetime | None
    next_due_at: datetime | None


class MessageRow(NamedTuple):
    id: int
    ticket_id: int
    author_id: int
    kind: str
    channel: str
    from_customer: bool
    text: str
    at: datetime


class WordsRow(NamedTuple):
    ticket_id: int
    words: str


class EventRow(NamedTuple):
    id: int
    ticket_id: int
    kind: str
    by_id: int | None
    at: datetime
    data: dict[str, object]


class ClockRow(NamedTuple):
    id: int
    ticket_id: int
    kind: str
    hours_id: int
    calendar_id: int
    target_id: int
    seconds: int
    warn_percent: int
    started_at: datetime
    due_at: datetime | None
    pauses: list[list[str | None]]
    met_at: datetime | None
    breached_at: datetime | None
    cancelled_at: datetime | None


class ClockEntryRow(NamedTuple):
    id: int
    clock_id: int
    kind: str
    at: datetime
    written_at: datetime
    cause: str
    by_id: int | None
    seconds: int | None
    calendar_id: int | None
    target_id: int | None


class MarkRow(NamedTuple):
    id: int
    clock_id: int
    kind: str
    due_at: datetime
    done_at: datetime | None
    skipped: str


class RatingRow(NamedTuple):
    id: int
    ticket_id: int
    score: int
    at: datetime


# In the order in which they are written: what others point at comes first.
SHAPES: dict[type[models.Model], type[NamedTuple]] = {
    Ticket: TicketRow,
    Message: MessageRow,
    TicketWords: WordsRow,
    Clock: ClockRow,
    ClockEntry: ClockEntryRow,
    Mark: MarkRow,
    Event: EventRow,
    Rating: RatingRow,
}
