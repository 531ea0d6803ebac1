"""What people type about learning: a slot, what was learnt, a colleague's word, what a talk came to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.person import Person
from tickets.cause import Cause
from tickets.textfields import OneLineField

from ..koennen import LEVELS
from .training import TrainingItem

LENGTHS = (30, 60, 90, 120, 240, 480)  # minutes


class ByName(forms.ModelChoiceField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"empty_label": "–", **kwargs})

    def label_from_instance(self, row: Any) -> str:
        return str(row.name)


class SlotForm(forms.Form):
    """When to learn, and what; whoever plans for others says for whom."""

    agent = ByName(Person.objects.none(), label=_("For whom"))
    starts = forms.DateTimeField(
        label=_("From"), input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    item = forms.ModelChoiceField(TrainingItem.objects.none(), label=_("For"), required=False)

    def __init__(self, *args: Any, people: Any, items: Any, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="slot-%s", **kwargs)
        self.fields["minutes"].choices = [(length, _length(length)) for length in LENGTHS]
        self.fields["agent"].queryset = people
        self.fields["item"].queryset = items.select_related("agent", "cause")
        self.fields["item"].label_from_instance = lambda row: row.cause.name if alone else str(row)
        self.fields["item"].empty_label = _("anything")
        if alone:
            del self.fields["agent"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        item, agent = said.get("item"), said.get("agent")
        if item and agent and item.agent_id != agent.pk:
            self.add_error("item", _("This belongs to somebody else."))
        return said

    @property
    def ends(self) -> datetime:
        starts: datetime = self.cleaned_data["starts"]
        return starts + timedelta(minutes=self.cleaned_data["minutes"])


def _length(minutes: int) -> str:
    if minutes % 60:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    return ngettext("%(number)s hour", "%(number)s hours", minutes // 60) % {"number": minutes // 60}


class LearntForm(forms.Form):
    words = OneLineField(label=_("What did you learn?"), max_length=300)


class ConfirmForm(forms.Form):
    agent = ByName(Person.objects.none(), label=_("Colleague"))
    cause = ByName(Cause.objects.none(), label=_("Cause"))
    words = OneLineField(
        label=_("What did you see?"), max_length=300,
        help_text=_("One line, to a person you respect. They read it, and so does their lead."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Any, at_causes: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="word-%s", **kwargs)
        self.fields["agent"].queryset = people
        self.fields["cause"].queryset = at_causes


class TalkForm(forms.Form):
    """What a talk came to: the only way down, and the way to the highest level."""

    agent = ByName(Person.objects.none(), label=_("With whom"))
    cause = ByName(Cause.objects.none(), label=_("Cause"))
    level = forms.TypedChoiceField(label=_("Level from now on"), choices=LEVELS, coerce=int)
    words = OneLineField(label=_("What you agreed on"), max_length=300, help_text=_("Both of you read it."))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="talk-%s", **kwargs)
        self.fields["agent"].queryset = people
        self.fields["cause"].queryset = Cause.objects.order_by("position", "code")
