"""What one can say about duty: a team's hours, and who is on call from when until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.team import Team
from tickets.sla.duty import PersonHours, TeamHours
from tickets.sla.hours import BusinessHours
from tickets.sla.on_call import LONGEST

FORMAT = "%Y-%m-%dT%H:%M"


def teams_of(person: Person) -> QuerySet[Team]:
    """The teams this person sets up: those they lead, or all of them for an administrator."""
    teams = Team.objects.order_by("name")
    return teams if person.is_staff else teams.filter(pk__in=person.led_team_ids)


def workers_of(person: Person) -> QuerySet[Person]:
    """Everybody who works in one of those teams."""
    people = Person.objects.active().filter(teamuserobjectpermission__content_object__in=teams_of(person))
    return people.distinct().order_by("name", "pk")


class TeamHoursForm(forms.Form):
    hours = forms.ModelChoiceField(
        label=gettext_lazy("Business hours"),
        queryset=BusinessHours.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("always on duty"),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, initial={"hours": TeamHours.of(team)}, prefix=f"team-{team.pk}", **kwargs)
        self.team = team


class PersonHoursForm(forms.Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("Who"), queryset=Person.objects.none(), empty_label=None
    )
    hours = forms.ModelChoiceField(
        label=gettext_lazy("Business hours"),
        queryset=BusinessHours.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("as the team"),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, prefix="own", **kwargs)
        self.fields["person"].queryset = workers_of(by)

    @classmethod
    def said(cls, by: Person) -> QuerySet[PersonHours]:
        """Whose own hours this person sets up."""
        rows = PersonHours.objects.filter(person__in=workers_of(by).order_by())
        return rows.select_related("person", "hours").order_by("person__name", "pk")


class MomentField(forms.DateTimeField):
    """A moment as a browser's own field sends it, in the zone of whoever types."""

    widget = forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"], **kwargs)


class OnCallForm(forms.Form):
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Who is on call?"), queryset=Person.objects.none(), empty_label=None
    )
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = teams_of(by)
        self.fields["team"].queryset = teams
        self.fields["person"].queryset = workers_of(by)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        team, person = said.get("team"), said.get("person")
        starts_at, ends_at = said.get("starts_at"), said.get("ends_at")
        if team and person and team.pk not in person.team_ids:
            words = _("%(name)s does not work in this team.") % {"name": person.name}
            self.add_error("person", words)
        if ends_at and ends_at <= timezone.now():
            self.add_error("ends_at", _("This moment has passed already."))
        elif starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins."))
        elif starts_at and ends_at and ends_at > starts_at + LONGEST:
            self.add_error("ends_at", _("At most a month at a time."))
        return said
