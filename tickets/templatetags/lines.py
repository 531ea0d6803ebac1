"""What was written down in every language, shown in the reader's."""

from __future__ import annotations

from django import template

from tickets.history import in_own_language

register = template.Library()
register.filter("own_language", in_own_language)
