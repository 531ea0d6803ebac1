"""Moments in templates: Django's own filter, only that it remembers what it wrote.

A ticket shows two dozen of them, and again whenever a part of it is fetched anew; each took seventy steps.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache

from django import template
from django.template.defaultfilters import date as written
from django.utils.translation import get_language

register = template.Library()
KEPT = 5000


@register.filter("date", expects_localtime=True, is_safe=False)
def dated(value: object, form: str | None = None) -> str:
    """The moment or day as `form` says, in the reader's language and zone."""
    if isinstance(value, datetime):
        if form == "c":
            return value.isoformat()
        return _kept(value, value.tzinfo, value.fold, form, get_language())
    return _kept(value, None, 0, form, get_language()) if isinstance(value, date) else written(value, form)


@lru_cache(maxsize=KEPT)
def _kept(value: date, _zone: tzinfo | None, _fold: int, form: str | None, _language: str | None) -> str:
    """Two moments are the same here only if the clock on the wall shows the same, in the same zone."""
    return written(value, form)
