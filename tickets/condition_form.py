"""Conditions as somebody puts them together: rows that come and go, each with what its fact can be compared with.

One editor for whatever has conditions: guardrails, promise policies, rules of the automation, views.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import condition

MOST_ROWS = 12
ADD, DROP = "add_condition", "drop_condition"
ONE_OF, IS_NOT = "in", "is_not"
OPERATORS = dict(condition.OPERATORS)
# Some kinds have words of their own for how they are compared.
IN_WORDS = {condition.TEXT: dict(condition.OF_TEXTS), condition.DAY: dict(condition.OF_DAYS)}
YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
LARGEST_NUMBER = 100_000
# A choice is picked from a list, so “is” and “is one of” are one and the same.
OFFERED = {
    condition.CHOICE: (ONE_OF, IS_NOT),
    condition.NUMBER: ("at_least", "at_most", "is"),
    condition.MONEY: ("at_least", "at_most"),
    condition.FLAG: ("is",),
    condition.ANY_OF: (ONE_OF, IS_NOT),
    condition.TEXT: tuple(IN_WORDS[condition.TEXT]),
    condition.DAY: tuple(IN_WORDS[condition.DAY]),
}
Row = dict[str, Any]


class ConditionForm(forms.Form):
    """One row about one fact; how it is compared and with what depends on what kind of fact it is."""

    fact = forms.CharField(widget=forms.HiddenInput, max_length=40)
    operator = forms.ChoiceField(label=gettext_lazy("Comparison"))

    def __init__(self, *args: Any, facts: Iterable[condition.Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.data.get(self.add_prefix("fact")) if self.is_bound else self.initial.get("fact")
        self.known = next((fact for fact in facts if fact.name == name), None)
        kind = self.known.kind if self.known else condition.FLAG
        words = IN_WORDS.get(kind, OPERATORS)
        self.fields["operator"].choices = [(value, words[value]) for value in OFFERED[kind]]
        self.fields["operator"].initial = OFFERED[kind][0]
        self.fields["operator"].required = not self.one_way
        self.fields["value"] = _value_field(self.known)

    @property
    def label(self) -> str:
        return str(self.known.label) if self.known else ""

    @property
    def one_way(self) -> bool:
        """Whether there is but one comparison, so that nobody need choose it."""
        return len(self.fields["operator"].choices) == 1

    def clean(self) -> Row:
        said = super().clean() or {}
        if self.known is None:
            raise forms.ValidationError(_("Choose what it is about."))
        if self.errors:
            return said
        operator, value = said["operator"] or self.fields["operator"].initial, said["value"]
        if operator == IS_NOT and len(value) > 1:
            self.add_error("value", _("Choose one here, and add a condition for each further one."))
        if self.known.kind in condition.PICKED:
            operator, value = _picked(operator, value)
        if self.known.kind == condition.FLAG:
            value = value == "yes"
        if self.known.kind == condition.DAY:
            value = value.isoformat()
        refused = condition.refusal(self.known.name, operator, value)
        if refused:
            self.add_error("value", refused)
        return {"fact": self.known.name, "operator": operator, "value": value}


class ConditionRows:
    """One list of rows in a form: a row is added or dropped without saving, and nothing typed is lost by it.

    A `quiet` list only shows again what was typed; it says of nothing yet that it is wrong.
    """

    def __init__(
        self,
        prefix: str,
        facts: Sequence[condition.Fact],
        stored: Sequence[Row] = (),
        data: QueryDict | None = None,
        *,
        most: int = MOST_ROWS,
        quiet: bool = False,
    ) -> None:
        self.prefix, self.facts, self.most = prefix, facts, max(most, len(stored))
        self.is_changing = data is not None and bool({ADD, DROP} & data.keys())
        self.picked = data.get(f"{prefix}-new", "") if data is not None else ""
        self.rows, self.meant = [], []
        if data is None:
            self.rows = [self._row(place, initial=shown(row)) for place, row in enumerate(stored)]
        else:
            self._take(data.copy(), quiet=quiet or self.is_changing)

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= self.most

    @property
    def has_errors(self) -> bool:
        return any(row.errors for row in self.rows)

    def is_valid(self) -> bool:
        return not [row for row in self.rows if not row.is_valid()]  # each says what is wrong with it

    def read(self) -> list[Row]:
        """The rows as data; one that cannot be read yet is left out."""
        return [row.cleaned_data for row in self.meant if row.is_valid()]

    def _take(self, data: QueryDict, *, quiet: bool) -> None:
        places = [place for place in range(self.most) if data.get(f"{self.prefix}-{place}-fact")]
        places = [place for place in places if data.get(DROP) != f"{self.prefix}-{place}"]
        # A fact that was picked and not yet added is meant all the same when the whole is saved.
        is_asked = data.get(ADD) == self.prefix if quiet else True
        if is_asked and self.picked in {fact.name for fact in self.facts} and len(places) < self.most:
            places.append(next(place for place in range(self.most) if place not in places))
            data[f"{self.prefix}-{places[-1]}-fact"], self.picked = self.picked, ""
        self.rows = self.meant = [self._row(place, data) for place in places]
        if quiet:
            self.rows = [self._row(place, initial=self._as_typed(data, place)) for place in places]

    def _as_typed(self, data: QueryDict, place: int) -> Row:
        at = f"{self.prefix}-{place}"
        fact = condition.fact_named(data[f"{at}-fact"])
        values = data.getlist(f"{at}-value")
        said = {"fact": data[f"{at}-fact"], "operator": data.get(f"{at}-operator") or None}
        said["value"] = values if fact and fact.kind in condition.PICKED else (values or [None])[0]
        return {name: value for name, value in said.items() if value is not None}

    def _row(self, place: int, data: QueryDict | None = None, *, initial: Row | None = None) -> ConditionForm:
        return ConditionForm(data, prefix=f"{self.prefix}-{place}", initial=initial, facts=self.facts)


def shown(row: Row) -> Row:
    """A stored condition as the form shows it."""
    fact = condition.fact_named(row["fact"])
    operator, value = row["operator"], row["value"]
    if fact and fact.kind in condition.PICKED:
        operator = ONE_OF if operator == "is" else operator
        value = value if isinstance(value, list) else [value]
    if fact and fact.kind == condition.FLAG:
        value = "yes" if value else "no"
    return {"fact": row["fact"], "operator": operator, "value": value}


def _value_field(fact: condition.Fact | None) -> forms.Field:
    label = gettext_lazy("Value")
    if fact is None or fact.kind == condition.FLAG:
        return forms.ChoiceField(label=label, choices=YES_NO)
    if fact.field is not None:
        return fact.field(label=label)
    choices = list(fact.choices().items()) if fact.choices else []
    if fact.kind in condition.PICKED:
        return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)
    if choices:
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int)
    return forms.IntegerField(label=label, min_value=0, max_value=LARGEST_NUMBER)


def _picked(operator: str, values: list[str]) -> tuple[str, object]:
    """Of several it may be any, so they are “is one of”; a single one is “is”."""
    if operator == IS_NOT:
        return operator, values[0]
    return ("is", values[0]) if len(values) == 1 else (ONE_OF, values)
