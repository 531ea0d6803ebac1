"""Lines of lists in pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from tickets.desk.row import draw, row_of

register = template.Library()


@register.simple_tag
def ticket_row(ticket: Any, *, in_rail: bool = False, current: int = 0) -> str:
    """One line of a list; `ticket` as `tickets.desk.row.as_rows` brings it."""
    return draw(row_of(ticket, now=timezone.now()), in_rail=in_rail, is_current=ticket.pk == current)
