"""What a mail begins and ends with, as its team or the house says; nothing where nobody said anything."""

from __future__ import annotations

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def greeting(context: Context) -> str:
    paper = context.get("paper")
    return paper.begun() if paper else ""


@register.simple_tag(takes_context=True)
def signature(context: Context) -> str:
    """In the name of the `writer` where there is one."""
    paper = context.get("paper")
    return paper.signed(context.get("writer")) if paper else ""
