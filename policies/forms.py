"""Form fields for amounts: whole cents inside, what people type outside."""

from __future__ import annotations

from typing import Any

from babel.numbers import get_currency_symbol
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .weigh.currency import money, places
from .weigh.money import MOST_CENTS, AmountError, cents_of, typed


class MoneyField(forms.CharField):
    """An amount; cleans to whole cents (int), None when empty and not required.

    In the house's currency unless `currency` says otherwise; `most_cents` is what the column behind it holds.
    """

    def __init__(self, *, currency: str = "", most_cents: int = MOST_CENTS, **kwargs: Any) -> None:
        self.currency = currency or settings.CURRENCY
        self.most_cents = most_cents
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        # Not stripped by Django, which takes line breaks too: a break in a line is no amount.
        super().__init__(**{"max_length": 30, "widget": widget, **kwargs, "strip": False})

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).strip(" \u00a0\u202f")

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            cents = cents_of(str(text), self.currency)
            if cents > self.most_cents:
                raise AmountError("too_much")
        except AmountError as error:
            raise ValidationError(self._words(error.code), code=error.code)
        return cents

    def prepare_value(self, value: object) -> object:
        """Cents from the database as people type them; what a person typed stays as it was."""
        return typed(value, self.currency) if isinstance(value, int) else value

    def _words(self, code: str) -> str:
        if code == "too_much":
            most = money(self.most_cents, self.currency)
            return _("That is more than the %(most)s we can book at once.") % {"most": most}
        digits = places(self.currency)
        if code == "precision" and digits:
            words = ngettext(
                "An amount has at most %(digits)s decimal place.",
                "An amount has at most %(digits)s decimal places.",
                digits,
            )
            return words % {"digits": digits}
        if code == "precision":
            return _("An amount in this currency has no decimal places.")
        return _("Enter an amount such as 20 or 20.50.")


def symbol(currency: str) -> str:
    """What stands beside an amount field: “€”."""
    return str(get_currency_symbol(currency, locale=(get_language() or "en")[:2]))
