"""What a lead can type about terms and needed facts: how far back one counts, how far loyalty widens the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.forms import MoneyField
from policies.rules.needed import NeededFact
from policies.rules.rulebook import Rulebook
from policies.rules.term import LEAST_PAID, LONGEST_WINDOW, MOST_MONTHS, MOST_PAID, MOST_PERCENT, PLAIN, Term
from policies.weigh.words import FACT_NAMES
from tickets.cause import Cause
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
        loyalty, talk = said.get("name") == Term.Name.LOYALTY, said.get("name") == Term.Name.TALK_PERCENT
        said["from_months"] = (said.get("from_months") or 0) if loyalty else 0
        if loyalty and said.get("value") is not None and not PLAIN <= said["value"] <= MOST_PERCENT:
            words = _("Loyalty never leaves less than the plain limit, nor more than %(most)s %% of it.")
            self.add_error("value", words % {"most": MOST_PERCENT})
        if talk and said.get("value") is not None and not PLAIN <= said["value"] <= MOST_PERCENT:
            words = _("A long talk never leaves less than the plain limit, nor more than %(most)s %% of it.")
            self.add_error("value", words % {"most": MOST_PERCENT})
        paid = said.get("name") == Term.Name.PAID_PERCENT
        if paid and said.get("value") is not None and not LEAST_PAID <= said["value"] <= MOST_PAID:
            words = _("Of what was paid, from %(least)s to %(most)s %%.")
            self.add_error("value", words % {"least": LEAST_PAID, "most": MOST_PAID})
        return said

    def save_in(self, draft: Rulebook) -> None:
        """One standing row for each place, and one with an end beside it: saying it again changes the value."""
        said = self.cleaned_data
        place = {"rulebook": draft, "name": said["name"], "from_months": said["from_months"]}
        row = Term.objects.filter(**place, valid_until__isnull=said["until"] is None).first() or Term(**place)
        row.value, row.valid_until, row.reason = said["value"], said["until"], said["reason"]
        row.save()


class NeedForm(forms.Form):
    """What must be known before an amount is given; asking for it narrows nobody's field, the agent finds it out."""

    fact = forms.ChoiceField(label=gettext_lazy("What must be known"), choices=list(FACT_NAMES.items()))
    cause = forms.ModelChoiceField(
        queryset=Cause.objects.order_by("position", "code"),
        required=False,
        empty_label=gettext_lazy("any"),
        label=gettext_lazy("Cause"),
    )
    from_amount = MoneyField(label=gettext_lazy("From this amount on"))

    def clean_from_amount(self) -> int:
        cents: int = self.cleaned_data["from_amount"]
        if not cents:
            raise ValidationError(
                _("Help without money needs nothing to be known. Choose an amount above zero.")
            )
        return cents

    def save_in(self, draft: Rulebook) -> None:
        """One row for each place: saying it again changes the amount."""
        said = self.cleaned_data
        NeededFact.objects.update_or_create(
            rulebook=draft,
            fact=said["fact"],
            cause=said["cause"],
            defaults={"from_cents": said["from_amount"]},
        )
