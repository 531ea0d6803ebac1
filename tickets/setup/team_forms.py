"""What one types about a team: its name, hours and first lead; who joins it as what; and that nobody leads it then."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import LongSelect
from accounts.person import Person
from accounts.team import Team
from tickets.sla.hours import BusinessHours
from tickets.textfields import OneLineField

AGENT, LEAD = "agent", "lead"
ROLES = (
    (AGENT, gettext_lazy("Works on its tickets")),
    (LEAD, gettext_lazy("Leads it too: decides asks and hears of broken promises")),
)
LONGEST = Team._meta.get_field("name").max_length


class TeamForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=LONGEST)

    def __init__(self, *args: Any, stored: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        if stored:
            self.fields["name"].initial = stored.name

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if self.stored and Team.objects.filter(name=name).exclude(pk=self.stored.pk).exists():
            raise forms.ValidationError(_("There is a team of this name already."))
        return name


class NewTeamForm(TeamForm):
    hours = forms.ModelChoiceField(
        label=gettext_lazy("Business hours"),
        queryset=BusinessHours.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("always on duty"),
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Who leads it"),
        queryset=Person.objects.none(),
        widget=LongSelect,
        empty_label=None,
        help_text=gettext_lazy("Others are added on its page, or invited."),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Person.objects.active().colleagues().order_by("name", "pk")
        self.fields["lead"].initial = by


class JoinForm(forms.Form):
    """Offered is whoever is not there yet; said of somebody who is, it holds as well."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Who"), queryset=Person.objects.none(), widget=LongSelect
    )
    role = forms.ChoiceField(label=gettext_lazy("As what"), choices=ROLES, initial=AGENT)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.active().colleagues().order_by("name", "pk")
        self.fields["person"].queryset = people
        others = people.exclude(pk__in=Person.objects.working_in(team).order_by().values("pk"))
        offered = [(str(one.pk), str(one)) for one in others]
        self.fields["person"].widget.choices = [("", gettext_lazy("Choose somebody")), *offered]


class RoleForm(forms.Form):
    """`sure` stands there for the last lead of a team alone."""

    role = forms.ChoiceField(label=gettext_lazy("As what"), choices=ROLES, widget=forms.RadioSelect)
    sure = forms.BooleanField(label=gettext_lazy("Nobody leads it then"), required=False)

    def __init__(self, *args: Any, leads: bool, is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"role": LEAD if leads else AGENT}, **kwargs)
        self.is_last = is_last
        if not is_last:
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.is_last and said.get("role") == AGENT and not said.get("sure"):
            self.add_error(
                "sure", _("Nobody else leads it. Say that this is meant, or let somebody else lead first.")
            )
        return said


class LeaveForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Nobody leads it then"),
        error_messages={
            "required": gettext_lazy(
                "Nobody else leads it. Say that this is meant, or let somebody else lead first."
            )
        },
    )

    def __init__(self, *args: Any, is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, prefix="leave", **kwargs)
        if not is_last:
            del self.fields["sure"]
