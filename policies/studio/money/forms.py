"""What can be typed as the size of a budget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from policies.forms import MoneyField
from policies.ledger.budget import Budget
from tickets.textfields import KeyField


class SizeForm(forms.Form):
    """The key makes changing it twice the same as once."""

    key = KeyField()

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"monthly": budget.monthly_cents}, **kwargs})
        self.fields["monthly"] = MoneyField(label=_("A month"), currency=budget.currency)
