"""What somebody typed into a rule or a macro, read into data: groups of conditions and steps one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import condition
from tickets.condition_form import ConditionRows

from . import group, known, step
from .step import MOST_STEPS, kinds
from .steps import people_for

if TYPE_CHECKING:
    from accounts.person import Person

GROUPS, ROWS = 3, 6
JOINS = ((group.ALL, gettext_lazy("all of these")), (group.ANY, gettext_lazy("one of these")))


class ConditionsSaid:
    """A few groups of a few rows: which of the groups must hold, and in each which of its rows."""

    def __init__(
        self,
        stored: group.Group,
        data: QueryDict | None = None,
        *,
        by: Person,
        about: tuple[str, ...] = known.ABOUT,
        quiet: bool = False,
    ) -> None:
        facts, parts = _facts(stored, by, about), _as_groups(stored)
        self.outer = _join_form("outer", stored.get("join", group.ALL), data)
        self.groups: list[tuple[JoinForm, ConditionRows]] = []
        for number in range(max(GROUPS, len(parts))):
            part = parts[number] if number < len(parts) else {"join": group.ALL, "parts": []}
            name = f"group{number}"
            rows = ConditionRows(name, facts, part["parts"], data, most=ROWS, quiet=quiet)
            self.groups.append((_join_form(name, part["join"], data), rows))

    @property
    def is_changing(self) -> bool:
        """Whether the form was sent only to add or drop a row."""
        return any(rows.is_changing for _join, rows in self.groups)

    def is_valid(self) -> bool:
        forms_of = [self.outer, *(form for join, rows in self.groups for form in (join, rows))]
        return not [form for form in forms_of if not form.is_valid()]  # each says what is wrong with it

    def read(self) -> group.Group:
        """The groups as data; empty groups say nothing."""
        said = [{"join": join.cleaned_data["join"], "parts": rows.read()} for join, rows in self.groups]
        return {"join": self.outer.cleaned_data["join"], "parts": [part for part in said if part["parts"]]}


class JoinForm(forms.Form):
    join = forms.ChoiceField(label=gettext_lazy("Must hold"), choices=JOINS)


class StepsSaid:
    """The steps of a form: each with its own fields, one can be added and each taken out."""

    def __init__(
        self, person: Person, stored: list[dict[str, Any]], data: Mapping[str, Any] | None = None
    ) -> None:
        self.person, self.data = person, data
        self.steps: list[tuple[str, Any, StepForm]] = []
        if data is None:
            for place, said in enumerate(stored):
                self._add(str(said.get("do")), place, initial=said)
            return
        for place in range(MOST_STEPS):
            name = str(data.get(f"step{place}-do", ""))
            if name in kinds and data.get("take_out") != str(place):
                self._add(name, place, data=data)
        added = str(data.get("add", ""))
        if added in kinds and len(self.steps) < MOST_STEPS:
            free = next(n for n in range(MOST_STEPS) if n not in {one.place for *_kind, one in self.steps})
            self._add(added, free)

    @property
    def is_changing(self) -> bool:
        """Whether the form was sent only to add or take out a step."""
        return self.data is not None and bool({"add", "take_out"} & set(self.data))

    @property
    def is_full(self) -> bool:
        return len(self.steps) >= MOST_STEPS

    @property
    def choices(self) -> list[tuple[str, object]]:
        return [(name, kind.label) for name, kind in kinds.items()]

    def is_valid(self) -> bool:
        wrong = [form for *_kind, form in self.steps if not form.is_valid()]
        return bool(self.steps) and not wrong

    @property
    def trouble(self) -> str:
        return "" if self.steps else _("Say what shall be done: at least one step.")

    def read(self) -> list[dict[str, Any]]:
        return [{"do": name, **form.cleaned_data} for name, _label, form in self.steps]

    def _add(self, name: str, place: int, **how: Any) -> None:
        kind = kinds.get(name)
        if kind is not None:
            form = StepForm(kind, self.person, place, **how)
            self.steps.append((name, kind.label, form))


class StepForm(forms.Form):
    """The fields of one kind of step."""

    def __init__(self, kind: step.StepKind, person: Person, place: int, **how: Any) -> None:
        super().__init__(prefix=f"step{place}", **how)
        self.place = place
        self.fields.update(kind.fields(person))
        for name, held in self.initial.items():
            _ask_anew(self.fields.get(name), held)


def _ask_anew(field: forms.Field | None, held: object) -> None:
    """What was named before and is offered no more is chosen anew: a browser would take the first of the list."""
    if isinstance(field, forms.ChoiceField) and not field.valid_value(held):
        field.choices = [("", "–"), *field.choices]


def _facts(stored: group.Group, by: Person, about: tuple[str, ...]) -> list[condition.Fact]:
    """What can be chosen: of people those one works with, and whoever was named before by somebody else."""
    values = [row["value"] for row in group.rows_of(stored) if row["fact"] == "assignee"]
    held = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return known.choosable(condition.known_about(*about), people=people_for(by), held=held)


def _as_groups(stored: group.Group) -> list[group.Group]:
    """Any stored group as groups of rows: a row that stands alone is a group of one."""
    parts: list[group.Group] = []
    for part in stored.get("parts", []):
        parts.append(part if "parts" in part else {"join": group.ALL, "parts": [part]})
    return parts


def _join_form(name: str, join: str, data: Mapping[str, Any] | None) -> JoinForm:
    return JoinForm(data, prefix=name, initial={"join": join})
