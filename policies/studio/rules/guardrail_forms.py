"""A guardrail as its editor types it: what it protects, what else is possible, and conditions picked, never coded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.forms import MoneyField
from policies.language.wording import reason_remarks, remarks
from policies.rules.guardrail import Condition, Guardrail
from policies.weigh.money import MOST_CENTS
from tickets import condition
from tickets.textfields import OneLineField

from .draft_forms import code_is_free
from .read_twice import anyway_field, read_twice

MOST_CONDITIONS = 12
ONE_OF, IS_NOT = "in", "is_not"
OPERATORS = dict(condition.OPERATORS)
YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
# A choice is picked from a list, so “is” and “is one of” are one and the same.
OFFERED = {
    condition.CHOICE: (ONE_OF, IS_NOT),
    condition.NUMBER: ("at_least", "at_most", "is"),
    condition.MONEY: ("at_least", "at_most"),
    condition.FLAG: ("is",),
}


# The reason explains a no; what is possible instead only has to be sayable.
READERS = {
    **dict.fromkeys(("reason_en", "reason_de"), reason_remarks),
    **dict.fromkeys(("instead_en", "instead_de"), remarks),
}


class GuardrailForm(forms.ModelForm):
    anyway = anyway_field()

    class Meta:
        model = Guardrail
        fields = (
            "code",
            "owner",
            "reason_en",
            "reason_de",
            "instead_en",
            "instead_de",
            "anyway",
            "valid_from",
            "valid_until",
        )
        widgets = {
            name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            for name in ("valid_from", "valid_until")
        }
        field_classes = dict.fromkeys(
            ("owner", "reason_en", "reason_de", "instead_en", "instead_de"), OneLineField
        )
        help_texts = {
            "code": gettext_lazy("A short name for colleagues and reports: letters, digits, hyphens."),
            "valid_until": gettext_lazy("A new guardrail ends within a year and can be renewed then."),
        }

    def clean_code(self) -> str:
        return code_is_free(self, self.cleaned_data["code"], Guardrail)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("It cannot end before it begins."))
        read_twice(self, said, READERS)
        return said


class ConditionForm(forms.Form):
    """One row about one fact; how it is compared and with what depends on what kind of fact it is."""

    fact = forms.CharField(widget=forms.HiddenInput, max_length=40)
    operator = forms.ChoiceField(label=gettext_lazy("Comparison"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.data.get(self.add_prefix("fact")) if self.is_bound else self.initial.get("fact")
        self.known = next((fact for fact in facts() if fact.name == name), None)
        kind = self.known.kind if self.known else condition.FLAG
        self.fields["operator"].choices = [(value, OPERATORS[value]) for value in OFFERED[kind]]
        self.fields["operator"].initial = OFFERED[kind][0]
        self.fields["value"] = _value_field(self.known)

    @property
    def label(self) -> str:
        return str(self.known.label) if self.known else ""

    @property
    def one_way(self) -> bool:
        """Whether there is but one comparison, so that nobody need choose it."""
        return len(self.fields["operator"].choices) == 1

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.known is None:
            raise forms.ValidationError(_("Choose what it is about."))
        if self.errors:
            return said
        operator, value = said["operator"], said["value"]
        if operator == IS_NOT and len(value) > 1:
            self.add_error("value", _("Choose one here, and add a condition for each further one."))
        if self.known.kind == condition.CHOICE:
            operator, value = _picked(operator, value)
        if self.known.kind == condition.FLAG:
            value = value == "yes"
        refused = condition.refusal(self.known.name, operator, value)
        if refused:
            self.add_error("value", refused)
        return {"fact": self.known.name, "operator": operator, "value": value}


ConditionFormSet = forms.formset_factory(
    ConditionForm, extra=0, max_num=MOST_CONDITIONS, validate_max=True, absolute_max=MOST_CONDITIONS + 1
)


def facts() -> list[condition.Fact]:
    """What is known when a gesture is weighed; a guardrail can ask nothing else."""
    return condition.known_about(condition.TICKET, condition.GESTURE)


def _value_field(fact: condition.Fact | None) -> forms.Field:
    label = gettext_lazy("Value")
    if fact is None or fact.kind == condition.FLAG:
        return forms.ChoiceField(label=label, choices=YES_NO)
    if fact.kind == condition.MONEY:
        return MoneyField(label=label, most_cents=MOST_CENTS)
    if fact.kind == condition.NUMBER:
        return forms.IntegerField(label=label, min_value=0, max_value=100_000)
    choices = list(fact.choices().items()) if fact.choices else []
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


def _picked(operator: str, values: list[str]) -> tuple[str, object]:
    """Of several it may be any, so they are “is one of”; a single one is “is”."""
    if operator == IS_NOT:
        return operator, values[0]
    return ("is", values[0]) if len(values) == 1 else (ONE_OF, values)


def shown(row: Condition) -> dict[str, object]:
    """A stored condition as the form shows it."""
    fact = condition.vocabulary.get(row.fact)
    operator, value = row.operator, row.value
    if fact and fact.kind == condition.CHOICE:
        operator = ONE_OF if operator == "is" else operator
        value = value if isinstance(value, list) else [value]
    if fact and fact.kind == condition.FLAG:
        value = "yes" if value else "no"
    return {"fact": row.fact, "operator": operator, "value": value}


def in_words(said: dict[str, Any], rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The rule as customers and colleagues will read it, in each language: its name, the reason, when it holds."""
    found = []
    for language, name in (("en", "English"), ("de", "Deutsch")):
        with translation.override(language):
            held = [condition.sentence(row["fact"], row["operator"], row["value"]) for row in rows]
            when = "; ".join(held) or _("It forbids nothing yet: no condition says when.")
            instead = said.get(f"instead_{language}") or "…"
            words = f"{said.get(f'reason_{language}') or '…'} {_('Instead:')} {instead}"
        found.append((name, words, when))
    return found
