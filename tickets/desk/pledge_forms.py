"""What an agent can type about a promise: what, until when, who keeps it, and why it changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from tickets.promises.pledge import LONGEST_REASON, LONGEST_WORDS
from tickets.promises.repair import LONGEST_WORDS as LONGEST_REPAIR
from tickets.sla.duty import TeamHours
from tickets.sla.opening import OpeningHours
from tickets.sla.promise import moment_as_label
from tickets.sla.worktime import is_open, next_open
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket

SOONEST, FURTHEST = timedelta(minutes=1), timedelta(days=366)
FORMAT, PICKS = "%Y-%m-%dT%H:%M", 4


class MomentForm(forms.Form):
    """A moment ahead, typed in the agent's own zone; outside working hours it is asked once whether it is meant."""

    until = forms.DateTimeField(
        label=gettext_lazy("Until when"),
        widget=forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"}),
        input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"],
    )
    outside = forms.BooleanField(
        label=gettext_lazy("That is outside our working hours, and meant so"), required=False
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.asks_outside = False

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        now = timezone.now()
        if until < now + SOONEST:
            raise forms.ValidationError(_("This moment has passed already."))
        if until > now + FURTHEST:
            raise forms.ValidationError(_("That is too far ahead: at most a year."))
        return until

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        until = said.get("until")
        hours = hours_of(self.ticket)
        if until and hours and not said.get("outside") and not is_open(hours, until):
            self.asks_outside = True
            opens = next_open(hours, until)
            words = _("At that moment nobody works here.")
            if opens:
                label = moment_as_label(opens, zone=timezone.get_current_timezone(), now=timezone.now())
                words = _("At that moment nobody works here; we open %(moment)s.") % {"moment": label}
            self.add_error("until", words)
        return said


class PledgeForm(MomentForm):
    words = OneLineField(
        label=gettext_lazy("What do you promise?"),
        max_length=LONGEST_WORDS,
        help_text=gettext_lazy("The customer reads it as you write it: “I call you”."),
    )
    owner = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=gettext_lazy("Who keeps it"), empty_label=None
    )
    key = KeyField()

    field_order = ("words", "until", "outside", "owner", "key")

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, ticket=ticket, **kwargs)
        self.fields["owner"].queryset = Person.objects.working_in(ticket.team)


class MovePledgeForm(MomentForm):
    reason = OneLineField(
        label=gettext_lazy("Why"), max_length=LONGEST_REASON, help_text=gettext_lazy("The customer reads it.")
    )


class WithdrawForm(forms.Form):
    reason = OneLineField(
        label=gettext_lazy("Why"), max_length=LONGEST_REASON, help_text=gettext_lazy("The customer reads it.")
    )


class PassOnForm(forms.Form):
    to = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=gettext_lazy("To whom"), empty_label=None
    )

    def __init__(
        self, *args: Any, ticket: Ticket, people: list[tuple[int, str]] | None = None, **kwargs: Any
    ) -> None:
        """`people` are those who work there, where many of these stand on one page."""
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.working_in(ticket.team)
        if people is not None:
            self.fields["to"].choices = people


class RepairForm(forms.Form):
    words = TextField(
        label=gettext_lazy("What was done about it"),
        max_length=LONGEST_REPAIR,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def quick_picks(ticket: Ticket, *, now: datetime) -> list[tuple[str, str]]:
    """A few moments one promises most, while the team works: what the field takes, and what it is called."""
    zone, hours = timezone.get_current_timezone(), hours_of(ticket)
    local = timezone.localtime(now)
    full_hour = local.replace(minute=0, second=0, microsecond=0)
    soon = [full_hour + timedelta(hours=ahead) for ahead in (2, 3)]
    later = [
        datetime.combine(local.date() + timedelta(days=day), time(hour), tzinfo=zone)
        for day in range(1, 6)
        for hour in (10, 15)
    ]
    open_then = [moment for moment in soon + later if hours is None or is_open(hours, moment)]
    return [
        (moment.strftime(FORMAT), moment_as_label(moment, zone=zone, now=now)) for moment in open_then[:PICKS]
    ]


def hours_of(ticket: Ticket) -> OpeningHours | None:
    """The calendar of the ticket's team; None for a team that has none."""
    hours = TeamHours.of(ticket.team_id)
    return hours.opening if hours else None
