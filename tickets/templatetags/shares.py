"""Shares and spans as people read them; “–” where nothing is known."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.formats import number_format

register = template.Library()
NOTHING = "–"


@register.filter
def share(value: float | None) -> str:
    """0.8113 as “81.1 %”, with a space that does not break."""
    return NOTHING if value is None else f"{number_format(100 * value, 1)}\u00a0%"


@register.filter
def seconds(value: float | None) -> str:
    """94 as “94 s”, 250 as “4 min 10 s”."""
    if value is None:
        return NOTHING
    whole = round(value)
    if whole < 120:
        return f"{whole}\u00a0s"
    return f"{whole // 60}\u00a0min {whole % 60}\u00a0s"


@register.filter
def on_the_wall(value: timedelta | None) -> str:
    """Short enough to be read from afar: 245 s as “4:05 min”, four hours as “4:00 h”."""
    if value is None:
        return NOTHING
    whole = max(0, int(value.total_seconds()))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}\u00a0min"
    return f"{whole // 3600}:{whole % 3600 // 60:02}\u00a0h"
