"""Amounts as pages show them."""

from __future__ import annotations

from django import template

from policies.weigh.currency import money as in_words
from policies.weigh.money import typed as as_typed

register = template.Library()


@register.filter
def money(cents: int, currency: str) -> str:
    """“20,00 €” in the reader's language; `cents` in the currency's smallest unit."""
    return in_words(cents, currency)


@register.filter
def typed(cents: int, currency: str) -> str:
    """The amount as one types it into a field: “20,00”, or nothing for zero."""
    return as_typed(cents, currency) if cents else ""
