"""What a lead can type about a rule, and whoever works here about a macro."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.team import Team
from tickets.automation.rule import LONGEST_WAIT, MOST_PER_HOUR, Rule
from tickets.textfields import KeyField, OneLineField


class RuleForm(forms.Form):
    """Name, whose it is, when it fires and how often it may; conditions and steps have forms of their own."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=120)
    team = forms.ChoiceField(label=gettext_lazy("For the tickets of"), required=False)
    trigger = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=Rule.Trigger.choices,
        help_text=gettext_lazy(
            "A call counts as an opened ticket only where a condition asks for the channel “phone”."
        ),
    )
    after = forms.IntegerField(
        label=gettext_lazy("How long"),
        min_value=1,
        max_value=LONGEST_WAIT,
        initial=5,
        required=False,
        help_text=gettext_lazy("Only when a time has passed."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=Rule.Unit.choices)
    anchor = forms.ChoiceField(label=gettext_lazy("From when on"), choices=Rule.Anchor.choices)
    most_per_hour = forms.IntegerField(
        label=gettext_lazy("At most in an hour"),
        min_value=1,
        max_value=MOST_PER_HOUR,
        initial=100,
        help_text=gettext_lazy("More often, and it is paused and you are told."),
    )
    key = KeyField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Team.objects.order_by("name") if person.is_staff else Team.objects.led_by(person)
        house = [("", _("the whole house"))] if person.is_staff else []
        self.fields["team"].choices = [*house, *((str(team.pk), team.name) for team in own)]
        self.fields["team"].required = not person.is_staff

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("trigger") == Rule.Trigger.TIME and "after" in said and said["after"] is None:
            self.add_error("after", _("Say how long."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As a rule takes it."""
        names = ("name", "trigger", "unit", "anchor", "most_per_hour")
        team = self.cleaned_data["team"]
        return {
            **{name: self.cleaned_data[name] for name in names},
            "team_id": int(team) if team else None,
            "after": self.cleaned_data["after"] or 1,
        }


class SwitchForm(forms.Form):
    mode = forms.ChoiceField(choices=Rule.Mode.choices)


class MacroForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    team = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    key = KeyField()

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.order_by("name") if person.is_staff else Team.objects.led_by(person)
        named = [(str(team.pk), _("the team %(team)s") % {"team": team.name}) for team in teams]
        self.fields["team"].choices = [("", _("only me")), *named]

    @property
    def said(self) -> dict[str, Any]:
        team = self.cleaned_data["team"]
        return {"name": self.cleaned_data["name"], "team_id": int(team) if team else None}
