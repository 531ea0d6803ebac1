"""What was written down in every language, shown in the reader's."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def own_language(said: Mapping[str, str]) -> str:
    return said.get((get_language() or "en")[:2], "")
