"""Custom fields as they stand in a form, whichever door shows it: one input for each, and what was said in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField
from tickets.textfields import OneLineField, TextField

from .custom_field import CustomField
from .in_play import codes_in
from .kind import (
    FIRST_DAY,
    LAST_DAY,
    LONGEST_LINE,
    LONGEST_TEXT,
    Kind,
    Value,
    cents_of,
    number_of,
    typed_cents,
)

NO_ANSWER = ("", "–")
YES_NO = (NO_ANSWER, ("yes", _("yes")), ("no", _("no")))


class NumberField(forms.CharField):
    """A whole number; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value: object) -> int | None:
        text = str(super().to_python(value))
        return self.read(text) if text else None

    def read(self, text: str) -> int:
        return number_of(text)

    def run_validators(self, value: object) -> None:
        """Numbers are no text whose length or characters matter."""


class AmountField(NumberField):
    """An amount of money; whole cents."""

    def read(self, text: str) -> int:
        return cents_of(text)

    def prepare_value(self, value: object) -> object:
        return typed_cents(value) if isinstance(value, int) else value


class ADayField(DayField):
    """A day that can be stored."""

    def clean(self, value: object) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("This day lies too far away."), code="range")
        return day


def name_of(field: CustomField) -> str:
    """What its input is called in forms."""
    return f"field_{field.code}"


def inputs(
    fields: Iterable[CustomField],
    *,
    held: Mapping[CustomField, Value] | None = None,
    needed: Iterable[CustomField] = (),
    seen: bool = False,
) -> dict[str, forms.Field]:
    """An input for each, with what it holds now. `seen` sends along what was shown, so that a form which stood open
    for long changes only what its writer changed."""
    needed, held = set(needed), held or {}
    made = {}
    for field in fields:
        value = held.get(field)
        made[name_of(field)] = one = _input(field, value, field in needed)
        one.initial, one.show_hidden_initial = _initial(value), seen
    return made


def answers(form: forms.Form, fields: Iterable[CustomField]) -> dict[CustomField, Value | None]:
    """What a valid form says of each; None where it says nothing."""
    return {field: _answer(field, form.cleaned_data[name_of(field)]) for field in fields}


def typed_so_far(fields: Iterable[CustomField], data: Any) -> dict[CustomField, Value | None]:
    """What was typed in those that can be read; what cannot be, and what is not there, is not known yet."""
    found: dict[CustomField, Value | None] = {}
    for field in fields:
        one, name = _input(field, None, required=False), name_of(field)
        if name not in data:
            if f"initial-{name}" in data:  # it was shown, and no box of it is ticked any more
                found[field] = None
            continue
        try:
            said = one.widget.value_from_datadict(data, {}, name)
            if field.kind == Kind.SEVERAL and isinstance(said, str):
                said = [said]
            elif field.kind != Kind.SEVERAL and isinstance(said, list):
                said = said[-1]  # sent more than once: the last counts
            found[field] = _answer(field, one.clean(said))
        except ValidationError:
            found[field] = None
    return found


def deciding(fields: Iterable[CustomField]) -> set[str]:
    """The names of the inputs on which it hangs whether others are asked for."""
    return {f"field_{code}" for field in fields for code in codes_in(field.asked_when)}


def _input(field: CustomField, value: Value | None, required: bool) -> forms.Field:
    said = {"label": field.name, "help_text": field.help, "required": required}
    if field.kind == Kind.LINE:
        return OneLineField(max_length=LONGEST_LINE, **said)
    if field.kind == Kind.TEXT:
        return TextField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **said)
    if field.kind == Kind.NUMBER:
        return NumberField(**said)
    if field.kind == Kind.MONEY:
        return AmountField(**said)
    if field.kind == Kind.DAY:
        return ADayField(**said)
    if field.kind == Kind.FLAG:
        return forms.TypedChoiceField(choices=YES_NO, coerce=_is_yes, empty_value=None, **said)
    held = value if isinstance(value, tuple) else (value,)
    choices = [(code, label) for code, label in field.labels.items() if code in field.offered or code in held]
    if field.kind == Kind.ONE:
        return forms.ChoiceField(choices=[NO_ANSWER, *choices], **said)
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)


def _initial(value: Value | None) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else value


def _answer(field: CustomField, cleaned: Any) -> Value | None:
    if field.kind == Kind.SEVERAL:
        return tuple(code for code in field.labels if code in cleaned) or None
    answer: Value | None = None if cleaned == "" else cleaned
    return answer


def _is_yes(value: object) -> bool:
    return value == "yes"
