"""The icons of templates: the package's own, each drawn once a process instead of once a page."""

from __future__ import annotations

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """The icon as an `svg` element with these attributes; raises lucide.IconDoesNotExist."""
    return _drawn(name, size, tuple(attributes.items()))


@lru_cache(maxsize=1000)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, str], ...]) -> str:
    return draw(name, size=size, **dict(attributes))
