"""One condition as somebody types it: which fact, how it is compared, with what – read and refused in words."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import condition
from .textfields import OneLineField


class ConditionForm(forms.Form):
    """One row. An empty row says nothing."""

    about: ClassVar[tuple[str, ...]] = (condition.TICKET,)

    fact = forms.ChoiceField(label=gettext_lazy("Fact"), required=False)
    operator = forms.ChoiceField(
        label=gettext_lazy("Comparison"), choices=condition.OPERATORS, required=False
    )
    value = OneLineField(
        label=gettext_lazy("Value"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Several with a comma between them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = [(fact.name, fact.label) for fact in condition.known_about(*self.about)]
        self.fields["fact"].choices = [("", "–"), *facts]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("fact") or not said.get("operator"):
            return {}
        said["value"] = meant(said["fact"], said["operator"], said.get("value", ""))
        refused = condition.refusal(said["fact"], said["operator"], said["value"])
        if refused:
            fact = condition.vocabulary[said["fact"]]
            known = ", ".join(fact.choices().values()) if fact.choices else ""
            self.add_error("value", f"{refused} {known}".strip())
        return said


def meant(name: str, operator: str, typed: str) -> object:
    """What the typed value means for this fact: its stored value, for a name its code, for an amount its cents."""
    fact = condition.vocabulary[name]
    if operator == "in":
        return [meant(name, "is", part.strip()) for part in typed.split(",") if part.strip()]
    if fact.read is not None:
        return fact.read(typed)
    if fact.kind == condition.FLAG:
        return {_("yes"): True, _("no"): False}.get(typed.strip().lower(), typed)
    if fact.kind == condition.NUMBER:
        plain = typed.isascii() and typed.isdigit() and len(typed) < 12
        return int(typed) if plain else typed
    choices = fact.choices() if fact.choices else {}
    by_name = {str(label).lower(): value for value, label in choices.items()}
    return by_name.get(typed.strip().lower(), typed.strip())


def typed_of(name: str, value: object) -> str:
    """A stored value as one would type it."""
    fact = condition.vocabulary.get(name)
    values = value if isinstance(value, list) else [value]
    # A number is typed as a number, whatever it is called.
    is_named = fact is not None and fact.kind != condition.NUMBER
    return ", ".join(fact.called(one) if fact and is_named else str(one) for one in values)
