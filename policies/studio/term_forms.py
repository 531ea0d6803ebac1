"""What a lead can type about a term of the rulebook: how far back one counts, how far loyalty widens the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.rules.rulebook import Rulebook
from policies.rules.term import LONGEST_WINDOW, MOST_MONTHS, MOST_PERCENT, PLAIN, Term
from tickets.textfields import OneLineField

from .until import UntilField


class TermForm(forms.Form):
    name = forms.ChoiceField(label=gettext_lazy("Term"), choices=Term.Name.choices)
    value = forms.IntegerField(label=gettext_lazy("Days or per cent"), min_value=1, max_value=LONGEST_WINDOW)
    from_months = forms.IntegerField(
        label=gettext_lazy("From months"), min_value=0, max_value=MOST_MONTHS, required=False,
        help_text=gettext_lazy("Only for loyalty: how long somebody has been a customer."),
    )  # fmt: skip
    until = UntilField()
    reason = OneLineField(label=gettext_lazy("What it protects"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        loyalty = said.get("name") == Term.Name.LOYALTY
        said["from_months"] = (said.get("from_months") or 0) if loyalty else 0
        if loyalty and said.get("value") is not None and not PLAIN <= said["value"] <= MOST_PERCENT:
            words = _("Loyalty never leaves less than the plain limit, nor more than %(most)s %% of it.")
            self.add_error("value", words % {"most": MOST_PERCENT})
        return said

    def save_in(self, draft: Rulebook) -> None:
        """One standing row for each place, and one with an end beside it: saying it again changes the value."""
        said = self.cleaned_data
        place = {"rulebook": draft, "name": said["name"], "from_months": said["from_months"]}
        row = Term.objects.filter(**place, valid_until__isnull=said["until"] is None).first() or Term(**place)
        row.value, row.valid_until, row.reason = said["value"], said["until"], said["reason"]
        row.save()
