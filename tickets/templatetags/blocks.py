"""What somebody wrote with signs for its looks, as a page shows it: drawn once, for it is read many times."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string

from tickets.knowledge.blocks import blocks_of

register = template.Library()
KEPT, LONGEST_KEPT = 2000, 4000  # texts, and signs of one: some ten megabytes at most


@register.simple_tag
def in_blocks(text: str, *, names: Iterable[str] = (), in_talk: bool = False, at_desk: bool = False) -> str:
    """The text as HTML; `names` are people it mentions, `at_desk` makes numbers of tickets lead to them."""
    draw = _drawn if len(text) <= LONGEST_KEPT else _drawn.__wrapped__
    return draw(text, tuple(names), in_talk, at_desk)


@lru_cache(maxsize=KEPT)
def _drawn(text: str, names: tuple[str, ...], in_talk: bool, at_desk: bool) -> str:
    blocks = blocks_of(text, names=names)
    return render_to_string("_blocks.html", {"blocks": blocks, "in_talk": in_talk, "at_desk": at_desk})
