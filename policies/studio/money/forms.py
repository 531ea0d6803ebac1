"""What can be typed as the size of a budget, and of a team's pot of small surprises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.team import Team
from policies.forms import MoneyField
from policies.ledger.budget import EACH_CENTS, Budget
from policies.weigh.currency import money
from tickets.textfields import KeyField

# What a pot begins with where its lead says nothing else.
USUALLY_EACH, USUALLY_A_MONTH = 1_000, 5_000


class TermsForm(forms.Form):
    """What a month holds and, of a pot, what one surprise may cost: it has to hold one at least."""

    currency: str

    def clean_each(self) -> int:
        least, most = EACH_CENTS
        cents: int = self.cleaned_data["each"]
        if not least <= cents <= most:
            words = _("A small surprise costs something, and %(most)s at most.")
            raise forms.ValidationError(words % {"most": money(most, self.currency)}, code="small")
        return cents

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and said["monthly"] < said.get("each", 0):
            self.add_error("monthly", _("A month has to hold one surprise at least."))
        return said


class SizeForm(TermsForm):
    """The key makes changing it twice the same as once."""

    key = KeyField()

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        first = {"monthly": budget.monthly_cents, "each": budget.each_cents}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.currency = budget.currency
        self.fields["monthly"] = MoneyField(label=_("A month"), currency=budget.currency)
        if budget.is_pot:
            self.fields["each"] = MoneyField(label=_("One surprise, at most"), currency=budget.currency)


class PotForm(TermsForm):
    """A pot for a team that has none; of one team there is one, so sending it twice is once."""

    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), empty_label=None)
    each = MoneyField(label=gettext_lazy("One surprise, at most"))
    monthly = MoneyField(label=gettext_lazy("A month"))

    def __init__(self, *args: Any, lead: Person, **kwargs: Any) -> None:
        first = {"each": USUALLY_EACH, "monthly": USUALLY_A_MONTH}
        super().__init__(*args, **{"initial": first, "auto_id": "pot-%s", **kwargs})
        self.currency = settings.CURRENCY
        led = Team.objects.filter(pk__in=lead.led_team_ids).order_by("name", "pk")
        there = Budget.objects.filter(purpose=Budget.Purpose.SURPRISES, currency=settings.CURRENCY)
        self.without = list(led.exclude(pk__in=there.values("team")))
        self.fields["team"].queryset = led
        self.fields["team"].choices = [(team.pk, team.name) for team in self.without]
