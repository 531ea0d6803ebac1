"""An order or a contract as another system writes it, in a table or as JSON: read once, refused in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.customer import Customer
from policies.forms import MoneyField
from policies.weigh.currency import CURRENCIES
from tickets.textfields import OneLineField

from .holding import Holding

LARGEST_NUMBER = 2**63 - 1


class HoldingForm(forms.Form):
    """`customers` are those who may be named; by number or by e-mail."""

    customer = OneLineField(max_length=254)
    id = OneLineField(max_length=120)
    kind = forms.ChoiceField(choices=Holding.Kind.choices)
    title = OneLineField(max_length=200)
    reference = OneLineField(max_length=80, required=False)
    currency = OneLineField(max_length=3, required=False)
    amount = MoneyField(required=False)
    began_on = forms.DateField(input_formats=["%Y-%m-%d"])
    ends_on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    status = OneLineField(max_length=80, required=False)
    link = forms.URLField(max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, customers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customers = customers
        typed = str(self.data.get("currency") or "").strip().upper()
        if typed in CURRENCIES:
            self.fields["amount"].currency = typed  # its decimal places

    def clean_customer(self) -> Customer:
        typed = self.cleaned_data["customer"].lower()
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0
        by = {"pk": number} if 0 < number <= LARGEST_NUMBER else {"person__email": typed}
        found: Customer | None = self.customers.filter(**by).first()
        if found is None:
            raise forms.ValidationError(_("We know no customer by this number or address."), code="unknown")
        return found

    def clean_currency(self) -> str:
        typed: str = self.cleaned_data["currency"].upper()
        if typed and typed not in CURRENCIES:
            raise forms.ValidationError(_("This is not a currency we know."), code="currency")
        return typed

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("An address on the web begins with https://."), code="scheme")
        return link

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        began, ends = said.get("began_on"), said.get("ends_on")
        if began and ends and ends < began:
            self.add_error("ends_on", _("It cannot end before it began."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What `Holding.note` takes."""
        known = {**self.cleaned_data}
        known["cents"] = known.pop("amount")
        known["external_id"] = known.pop("id")
        return known
