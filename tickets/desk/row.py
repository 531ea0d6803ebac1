"""One line of a list: all it shows as one value, so that it is drawn once for everybody who sees the same.

Lists are fetched again whenever anything in them changes, by everybody who has them open; what did not change is not
drawn again. What it is kept by holds every word the line shows, so a line drawn earlier can never say something old.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterable
from datetime import datetime, tzinfo
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
from tickets.event import Event
from tickets.sla.promise import Due, each_shown
from tickets.solvable import SETTLED, Status
from tickets.ticket import Ticket, TicketQuerySet

from .columns import Columns, own_status
from .shortcuts import sheet_of
from .view import View

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
    "status_name__name_en",
    "status_name__name_de",
)


# What `as_rows` brings, and whether its reader began to write; the last words are asked for where they are shown.
Line = namedtuple("Line", [*COLUMNS, "has_draft", "last_words"], defaults=[""])


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
    called: str  # the own status of what is not settled
    assignee: str
    initials: str
    due: Due | None
    is_asleep: bool
    has_draft: bool
    cells: Cells = ()


def as_rows(tickets: TicketQuerySet, *more: str) -> QuerySet[Any]:
    """The same tickets, asked for no more than a line shows; each comes as a named tuple of COLUMNS and `more`."""
    return tickets.values_list(*COLUMNS, *more, named=True)


def row_of(ticket: Any, *, due: Due | None, cells: Cells = ()) -> Row:
    """What `as_rows` brought, as the line in the language of whoever reads."""
    language = get_language() or "en"
    own, settled = own_status(ticket), ticket.status in SETTLED
    return Row(
        ticket.pk,
        ticket.subject,
        ticket.customer__person__name,
        *_standing(ticket.customer__status, language),
        ticket.cause__name_de if language.startswith("de") else ticket.cause__name_en,
        ticket.team__name,
        getattr(ticket, "last_words", None) or "",
        (own or str(Status(ticket.status).label)) if settled else "",
        "" if settled else own,
        ticket.assignee__name or "",
        initials_of(ticket.assignee__name) if ticket.assignee__name else "",
        due,
        ticket.asleep_since is not None,
        bool(ticket.has_draft),
        cells,
    )


@lru_cache(maxsize=100)
def _standing(customer: str, _language: str) -> tuple[str, str]:
    """The customer's standing, as the styles call it and as it is read."""
    status = Customer.Status(customer)
    return "existing" if status is Customer.Status.ESTABLISHED else status.value, str(status.label)


class Earlier(NamedTuple):
    """A line of what else a customer wrote about."""

    pk: int
    subject: str
    created_at: datetime


@register.simple_tag
def ticket_rows(
    tickets: Iterable[Any], *, in_rail: bool = False, current: int = 0, columns: Columns | None = None
) -> SafeString:
    """The lines as HTML; `tickets` as `as_rows` brings them."""
    zone, language = timezone.get_current_timezone(), get_language()
    rows = list(tickets)
    owed = [row.next_due_at if row.status not in SETTLED else None for row in rows]
    lines = format_html_join("", "{}", ())  # to which each line is added as it was drawn
    for row, due in zip(rows, each_shown(owed, zone=zone, now=timezone.now()), strict=True):
        cells = columns.cells(row) if columns and columns.names else ()
        lines += _drawn(row, due, cells, in_rail, row.pk == current, language)
    return lines


@lru_cache(maxsize=KEPT)
def _drawn(
    ticket: Any, due: Due | None, cells: Cells, in_rail: bool, is_current: bool, _language: str | None
) -> SafeString:
    template = "desk/_row_columns.html" if cells else "desk/_row.html"
    row = row_of(ticket, due=due, cells=cells)
    return render_to_string(template, {"row": row, "rail": in_rail, "is_current": is_current})


@register.filter
def sheet(keys: str) -> list[tuple[str, str]]:
    """What each deed is called, and its key, of `Shortcuts.json`: what a page hands its script anyway."""
    return sheet_of(json.loads(keys))


@register.simple_tag
def priorities() -> list[tuple[int, Any]]:
    """How urgent a ticket can be, and what that is called."""
    return Ticket.Priority.choices


@register.simple_tag
def earlier_lines(earlier: Iterable[Earlier]) -> SafeString:
    """What this customer wrote about before, line by line."""
    zone, language = timezone.get_current_timezone(), get_language()
    return format_html_join("", "{}", ((_earlier(one, zone, language),) for one in earlier))


@lru_cache(maxsize=KEPT)
def _earlier(one: Earlier, _zone: tzinfo, _language: str | None) -> str:
    return render_to_string("desk/_earlier.html", {"old": one})


@register.simple_tag
def event_line(event: Event) -> SafeString:
    """What happened between two messages, and when."""
    zone = timezone.get_current_timezone()
    return _happened(event.kind, event.sentence, event.at, zone, get_language())


@lru_cache(maxsize=KEPT)
def _happened(kind: str, sentence: str, at: datetime, _zone: tzinfo, _language: str | None) -> SafeString:
    return render_to_string("desk/_event.html", {"kind": kind, "sentence": sentence, "at": at})


@register.simple_tag
def view_lines(views: Iterable[View], chosen: View | None) -> SafeString:
    """The ways to look at the tickets, the one looked at marked; those of teams stand below a heading."""
    slug, language, is_below = chosen.slug if chosen else None, get_language(), False
    lines = []
    for one in views:
        is_first, is_below = one.is_team and not is_below, one.is_team
        said = (one.url, one.slug, str(one.name), one.icon, one.counted)
        lines.append(
            (_view(*said, is_chosen=one.slug == slug, is_first_of_teams=is_first, _language=language),)
        )
    return format_html_join("", "{}", lines)


@lru_cache(maxsize=KEPT)
def _view(
    url: str,
    slug: str,
    name: str,
    icon: str,
    count: str | None,
    *,
    is_chosen: bool,
    is_first_of_teams: bool,
    _language: str | None,
) -> SafeString:
    said = {"url": url, "slug": slug, "name": name, "icon": icon, "count": count}
    said |= {"is_chosen": is_chosen, "is_first_of_teams": is_first_of_teams}
    return render_to_string("desk/_view_line.html", said)
