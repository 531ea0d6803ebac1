"""What a lead can type in a draft of the rulebook: a guardrail with its conditions, a gesture, a required level."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.duerfen import Limit
from policies.forms import MoneyField
from policies.koennen import LEVELS, Requirement
from policies.rules.catalogue import GestureKind
from policies.rules.guardrail import Condition, Guardrail
from policies.rules.rulebook import Rulebook
from policies.weigh.money import AmountError, cents_of
from tickets import condition
from tickets.cause import Cause
from tickets.textfields import OneLineField

from .until import UntilField

ANY = ("", gettext_lazy("any"))
FURTHEST = timedelta(days=366)


class DraftForm(forms.Form):
    note = OneLineField(
        label=gettext_lazy("What shall change, and why"), max_length=300,
        help_text=gettext_lazy("Everybody who is decided by it later can read this."),
    )  # fmt: skip


class PublishForm(forms.Form):
    """At once, or at a time."""

    at = forms.DateTimeField(
        label=gettext_lazy("At"), required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty: at once."),
    )  # fmt: skip

    def clean_at(self) -> object:
        at = self.cleaned_data["at"]
        now = timezone.now()
        if at and not now < at < now + FURTHEST:
            raise ValidationError(_("Choose a time within the next year."))
        return at


class GuardrailForm(forms.ModelForm):
    class Meta:
        model = Guardrail
        fields = ("code", "owner", "reason_en", "reason_de", "instead_en", "instead_de", "valid_until")
        widgets = {"valid_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        field_classes = dict.fromkeys(
            ("owner", "reason_en", "reason_de", "instead_en", "instead_de"), OneLineField
        )

    def clean_code(self) -> str:
        return _free(self, self.cleaned_data["code"], Guardrail)


class ConditionForm(forms.Form):
    """One row: which fact, how it is compared, with what. An empty row says nothing."""

    fact = forms.ChoiceField(label=gettext_lazy("Fact"), required=False)
    operator = forms.ChoiceField(
        label=gettext_lazy("Comparison"), choices=condition.OPERATORS, required=False
    )
    value = OneLineField(
        label=gettext_lazy("Value"), max_length=200, required=False,
        help_text=gettext_lazy("Several with a comma between them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = [(fact.name, fact.label) for fact in condition.vocabulary.values()]
        self.fields["fact"].choices = [("", "–"), *facts]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("fact"):
            return {}
        said["value"] = meant(said["fact"], said["operator"], said.get("value", ""))
        refused = condition.refusal(said["fact"], said["operator"], said["value"])
        if refused:
            fact = condition.vocabulary[said["fact"]]
            known = ", ".join(fact.choices().values()) if fact.choices else ""
            self.add_error("value", f"{refused} {known}".strip())
        return said


ConditionFormSet = forms.formset_factory(ConditionForm, extra=2, max_num=12, validate_max=True)


class GestureForm(forms.ModelForm):
    usual_cents = MoneyField(label=gettext_lazy("Usually"), required=False)

    class Meta:
        model = GestureKind
        fields = (
            "code",
            "name_en",
            "name_de",
            "form",
            "usual_cents",
            "costs_money",
            "reversible",
            "position",
        )
        field_classes = dict.fromkeys(("name_en", "name_de"), OneLineField)

    def clean_code(self) -> str:
        return _free(self, self.cleaned_data["code"], GestureKind)

    def clean_usual_cents(self) -> int:
        return self.cleaned_data["usual_cents"] or 0


class RequirementForm(forms.Form):
    cause = forms.ModelChoiceField(
        queryset=Cause.objects.order_by("position", "code"),
        required=False,
        empty_label=gettext_lazy("any"),
        label=gettext_lazy("Cause"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Gesture"), required=False)
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), choices=LEVELS, coerce=int)
    until = UntilField()
    reason = OneLineField(label=gettext_lazy("What it protects"), max_length=200, required=False)

    def __init__(self, *args: Any, draft: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [ANY, *((kind.code, kind.name) for kind in draft.gesture_kinds.all())]

    def save_in(self, draft: Rulebook) -> None:
        """One standing row for each place, and one with an end beside it: saying it again changes the level."""
        said = self.cleaned_data
        place = {"rulebook": draft, "cause": said["cause"], "kind": said["kind"]}
        place["valid_until__isnull"] = said["until"] is None
        row = Requirement.objects.filter(**place).first() or Requirement(
            rulebook=draft, cause=said["cause"], kind=said["kind"]
        )
        row.level, row.valid_until, row.reason = said["level"], said["until"], said["reason"]
        row.save()


class AmountsForm(forms.Form):
    """The amounts of one limit in the draft, to see in a rehearsal what they would do."""

    own = MoneyField(label=gettext_lazy("Alone, per case"))
    stretch = MoneyField(label=gettext_lazy("When nobody objects"))
    customer = MoneyField(label=gettext_lazy("Per customer and year"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("own") is not None and said.get("stretch") is not None and said["stretch"] < said["own"]:
            self.add_error("stretch", _("This cannot be less than what is decided alone."))
        return said

    def save_to(self, limit: Limit) -> None:
        said = self.cleaned_data
        amounts = {
            "own_cents": said["own"],
            "stretch_cents": said["stretch"],
            "customer_cents": said["customer"],
        }
        Limit.objects.filter(pk=limit.pk).update(**amounts)


def meant(name: str, operator: str, typed: str) -> object:
    """What the typed value means for this fact: its stored value, for a name its code, for an amount its cents."""
    fact = condition.vocabulary[name]
    if operator == "in":
        return [meant(name, "is", part.strip()) for part in typed.split(",") if part.strip()]
    if fact.kind == condition.FLAG:
        return {_("yes"): True, _("no"): False}.get(typed.strip().lower(), typed)
    if fact.kind == condition.MONEY:
        try:
            return cents_of(typed)
        except AmountError:
            return typed
    if fact.kind == condition.NUMBER:
        plain = typed.isascii() and typed.isdigit() and len(typed) < 12
        return int(typed) if plain else typed
    choices = fact.choices() if fact.choices else {}
    by_name = {str(label).lower(): value for value, label in choices.items()}
    return by_name.get(typed.strip().lower(), typed.strip())


def typed_of(row: Condition) -> str:
    """A stored value as one would type it."""
    fact = condition.vocabulary.get(row.fact)
    values = row.value if isinstance(row.value, list) else [row.value]
    return ", ".join(fact.called(value) if fact else str(value) for value in values)


def _free(form: forms.ModelForm, code: str, model: type[Guardrail] | type[GestureKind]) -> str:
    others = model.objects.filter(rulebook=form.instance.rulebook, code=code).exclude(pk=form.instance.pk)
    if others.exists():
        raise ValidationError(_("This code is taken in this draft."))
    return code
