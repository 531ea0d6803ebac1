"""What an agent chooses in the authority panel."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.case.hindrance import Hindrance
from policies.case.paid import Paid
from policies.case.tie import Tie
from policies.case.wish import CustomerWish
from policies.facts import Rules, Wish
from policies.forms import MoneyField
from policies.language.wording import remarks
from policies.relationship.detail import Detail
from policies.rules.catalogue import FREE, GestureKind
from policies.weigh.gesture import SURPRISE
from policies.wollen import Stance
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket

OWED = [
    ("", _("no, it is goodwill")),
    ("warranty", _("warranty")),
    ("contract", _("contract")),
    ("law", _("law")),
]

FAULTS = [
    ("", _("not said")),
    ("own", _("ours")),
    ("supplier", _("a supplier’s")),
    ("customer", _("the customer’s")),
    ("nobody", _("nobody’s")),
]


class GestureForm(forms.Form):
    """Kind, amount and whether it is owed anyway; the key makes booking twice the same as once.

    A small surprise says besides to which detail it belongs, of those this customer told us.
    """

    kind = forms.ChoiceField(label=_("Gesture"))
    # Not stripped: spaces round an amount are read, a line break in it is no amount.
    amount = MoneyField(label=_("Amount"), required=False, strip=False)
    owed_by = forms.ChoiceField(label=_("Is it owed anyway?"), choices=OWED, required=False)
    named = OneLineField(label=_("What is it?"), max_length=80, required=False)
    why = OneLineField(label=_("Why, in one line"), max_length=300, required=False)
    fault = forms.ChoiceField(label=_("Whose fault was it?"), choices=FAULTS, required=False)
    detail = forms.TypedChoiceField(
        label=_("For which detail is it?"),
        required=False,
        coerce=int,
        empty_value=0,
        error_messages={"invalid_choice": _("This detail is not kept any more.")},
    )
    key = KeyField()

    def __init__(self, *args: object, rules: Rules, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        self.fields["kind"].choices = [(kind.code, kind.name) for kind in rules.kinds.values()]
        told = Detail.objects.of(ticket.customer, on=timezone.localdate())
        self.details = list(told) if self.is_small else []
        self.fields["detail"].choices = [("", "–"), *((row.pk, row.words) for row in self.details)]

    @property
    def is_small(self) -> bool:
        return bool(self["kind"].value() == SURPRISE)

    @property
    def kinds(self) -> list[GestureKind]:
        """What there is to choose from, with a small surprise where one was chosen at its detail."""
        return [kind for kind in self.rules.kinds.values() if kind.is_listed or self.is_small]

    @property
    def ideas(self) -> list[str]:
        """What could please this customer by what else they told us."""
        chosen = str(self["detail"].value())
        return [row.surprise for row in self.details if row.surprise and str(row.pk) != chosen]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        kind = self.rules.kinds.get(str(cleaned.get("kind")))
        if kind and kind.costs_money and "amount" in cleaned and not cleaned["amount"]:
            self.add_error("amount", _("This gesture needs an amount above zero."))
        if kind and not kind.costs_money:
            cleaned["amount"] = 0
        if kind and not kind.is_listed:
            self._clean_small(cleaned)
        return cleaned

    def _clean_small(self, cleaned: dict[str, object]) -> None:
        if "detail" in cleaned and not cleaned["detail"]:
            self.add_error("detail", _("Say which detail it belongs to."))
        if cleaned.get("owed_by"):
            self.add_error("owed_by", _("What is owed is no surprise."))

    def refuse_unnamed(self) -> bool:
        """A gesture of one's own needs a name one can say to the customer; only looking at the answer does not."""
        free, named = self.cleaned_data["kind"] == FREE, self.cleaned_data["named"]
        may_name = free or self.is_small
        if free and not named:
            self.add_error("named", _("Say in a few words what you want to give."))
        elif may_name and (found := remarks(named)) and not self.cleaned_data["why"]:
            self.add_error("named", str(found[0].advice))
            self.add_error("why", _("The customer reads that name. One line says why it stays."))
        return bool(self.errors)

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            kind=data["kind"],
            cents=data["amount"] or 0,
            currency=settings.CURRENCY,
            owed_by=data["owed_by"],
            named=data["named"] if data["kind"] in (FREE, SURPRISE) else "",
            why=data["why"],
            fault=data["fault"],
            detail=data["detail"] if data["kind"] == SURPRISE else 0,
        )


class WillForm(forms.Form):
    will = forms.ChoiceField(choices=Stance.Will.choices)


class ReversalForm(forms.Form):
    why = OneLineField(label=_("Why is it taken back?"), max_length=200)


class CustomerWishForm(forms.Form):
    wants = forms.ChoiceField(label=_("The customer wishes"), choices=CustomerWish.Wants.choices)
    words = OneLineField(label=_("In the customer’s words"), max_length=200, required=False)


class PaidForm(forms.Form):
    cents = MoneyField(label=_("What was paid"))
    source = forms.ChoiceField(label=_("Who says so?"), choices=Paid.Source.choices)
    words = OneLineField(label=_("Which order or contract"), max_length=200, required=False)

    def clean_cents(self) -> int:
        cents = self.cleaned_data["cents"]
        if not cents:
            raise forms.ValidationError(_("An amount above zero, or nothing at all."))
        return int(cents)


class HindranceForm(forms.Form):
    what = forms.ChoiceField(label=_("What is in the way?"), choices=Hindrance.What.choices)
    words = OneLineField(label=_("In one line"), max_length=200, required=False)


class TieForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who is this customer to you?"), choices=Tie.Kind.choices)
