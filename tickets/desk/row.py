"""One line of a list: all it shows as one value, so that it is drawn once for everybody who sees the same.

Lists are fetched again whenever anything in them changes, by everybody who has them open; what did not change is not
drawn again. What it is kept by holds every word the line shows, so a line drawn earlier can never say something old.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.customer import Customer
from accounts.person import initials_of
from tickets.sla.promise import Due, as_shown
from tickets.solvable import SETTLED, Status
from tickets.ticket import TicketQuerySet

from .columns import Columns

register = template.Library()
KEPT = 3000  # about a kilobyte and a half each
COLUMNS = (
    "pk",
    "subject",
    "status",
    "next_due_at",
    "changed_at",
    "asleep_since",
    "customer__status",
    "customer__person__name",
    "cause__name_en",
    "cause__name_de",
    "team__name",
    "assignee__name",
)


# What `as_rows` brings, however it was asked; the last words are asked for where they are shown.
Line = namedtuple("Line", [*COLUMNS, "last_words"], defaults=[""])


Cells = tuple[tuple[str, str], ...]  # the columns its reader chose, label and words


class Row(NamedTuple):
    """Every word of the line, in the reader's language."""

    number: int
    subject: str
    customer: str
    customer_status: str
    customer_label: str
    cause: str
    team: str
    last_words: str
    settled: str
    assignee: str
    initials: str
    due: Due | None
    is_asleep: bool
    cells: Cells = ()


def as_rows(tickets: TicketQuerySet, *more: str) -> QuerySet[Any]:
    """The same tickets, asked for no more than a line shows; each comes as a named tuple of COLUMNS and `more`."""
    return tickets.values_list(*COLUMNS, *more, named=True)


def row_of(ticket: Any, *, due: Due | None, cells: Cells = ()) -> Row:
    """What `as_rows` brought, as the line in the language of whoever reads."""
    language = get_language() or "en"
    return Row(
        ticket.pk,
        ticket.subject,
        ticket.customer__person__name,
        *_standing(ticket.customer__status, language),
        ticket.cause__name_de if language.startswith("de") else ticket.cause__name_en,
        ticket.team__name,
        getattr(ticket, "last_words", None) or "",
        str(Status(ticket.status).label) if ticket.status in SETTLED else "",
        ticket.assignee__name or "",
        initials_of(ticket.assignee__name) if ticket.assignee__name else "",
        due,
        ticket.asleep_since is not None,
        cells,
    )


@lru_cache(maxsize=100)
def _standing(customer: str, _language: str) -> tuple[str, str]:
    """The customer's standing, as the styles call it and as it is read."""
    status = Customer.Status(customer)
    return "existing" if status is Customer.Status.ESTABLISHED else status.value, str(status.label)


@register.simple_tag
def ticket_rows(
    tickets: Iterable[Any], *, in_rail: bool = False, current: int = 0, columns: Columns | None = None
) -> SafeString:
    """The lines as HTML; `tickets` as `as_rows` brings them."""
    now, zone, language = timezone.now(), timezone.get_current_timezone(), get_language()
    drawn = []
    for ticket in tickets:
        owed = ticket.next_due_at is not None and ticket.status not in SETTLED
        due = as_shown(ticket.next_due_at, zone=zone, now=now) if owed else None
        cells = columns.cells(ticket) if columns else ()
        drawn.append((_drawn(ticket, due, cells, in_rail, ticket.pk == current, language),))
    return format_html_join("", "{}", drawn)


@lru_cache(maxsize=KEPT)
def _drawn(
    ticket: Any, due: Due | None, cells: Cells, in_rail: bool, is_current: bool, _language: str | None
) -> str:
    template = "desk/_row_columns.html" if cells else "desk/_row.html"
    row = row_of(ticket, due=due, cells=cells)
    return render_to_string(template, {"row": row, "rail": in_rail, "is_current": is_current})
