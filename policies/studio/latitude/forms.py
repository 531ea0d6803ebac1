"""What a lead can type of a limit: how much, for whom, until when and why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import DayField
from accounts.person import Person
from accounts.team import Team
from policies.duerfen import Limit
from policies.forms import MoneyField
from tickets.textfields import OneLineField

MOST_LIMIT_CENTS = 2**31 - 1  # what the column holds
FURTHEST = timedelta(days=10 * 366)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


class LimitForm(forms.Form):
    """How far somebody may go; whom it is for is chosen only for a new one (`NewLimitForm`)."""

    own = MoneyField(
        label=gettext_lazy("Alone, per case"),
        most_cents=MOST_LIMIT_CENTS,
        help_text=gettext_lazy("Nobody is asked up to here."),
    )
    stretch = MoneyField(
        label=gettext_lazy("With a yes, per case"),
        most_cents=MOST_LIMIT_CENTS,
        help_text=gettext_lazy("Up to here silence can mean yes."),
    )
    customer = MoneyField(
        label=gettext_lazy("Per customer and year"),
        most_cents=MOST_LIMIT_CENTS,
        help_text=gettext_lazy("All gestures to one customer in 365 days."),
    )
    on_trial = forms.BooleanField(label=gettext_lazy("On trial: the lead hears of it"), required=False)
    starts = DayField(label=gettext_lazy("From"), required=False)
    ends = DayField(
        label=gettext_lazy("Until and including"),
        required=False,
        help_text=gettext_lazy("After it the limit beside it holds again."),
    )
    reason = OneLineField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed where it leaves less room than now."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        own, stretch = cleaned.get("own"), cleaned.get("stretch")
        if own is not None and stretch is not None and stretch < own:
            self.add_error("stretch", _("With a yes it cannot be less than alone."))
        self._check_days(cleaned.get("starts"), cleaned.get("ends"))
        return cleaned

    def _check_days(self, starts: date | None, ends: date | None) -> None:
        today = timezone.localdate(timezone=house_zone())
        if ends and ends < today:
            self.add_error("ends", _("This day is over."))
        elif ends and ends > today + FURTHEST:
            self.add_error("ends", _("That is too far away."))
        elif ends and starts and starts > ends:
            self.add_error("ends", _("It ends before it begins."))
        elif starts and starts > today and not ends and "ends" not in self.errors:
            self.add_error("ends", _("What begins later needs an end; without days it holds from now on."))

    def limit(self, *, role: str, team: Team | None, person: Person | None) -> Limit:
        """The limit as typed, not stored; its days are those of the house's zone."""
        data = self.cleaned_data
        starts, ends = data["starts"], data["ends"]
        return Limit(
            role=role,
            team=team,
            person=person,
            own_cents=data["own"],
            stretch_cents=data["stretch"],
            customer_cents=data["customer"],
            on_trial=data["on_trial"],
            valid_from=_midnight(starts) if starts and ends else None,
            valid_until=_midnight(ends + DAY) if ends else None,
            reason=data["reason"],
        )

    @classmethod
    def showing(cls, limit: Limit) -> LimitForm:
        return cls(
            initial={
                "own": limit.own_cents,
                "stretch": limit.stretch_cents,
                "customer": limit.customer_cents,
                "on_trial": limit.on_trial,
                "starts": _day(limit.valid_from),
                "ends": last_day(limit),
                "reason": limit.reason,
            }
        )


class NewLimitForm(LimitForm):
    whom = forms.ChoiceField(label=gettext_lazy("For whom"))

    field_order = ("whom",)

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.teams = {team.pk: team for team in Team.objects.led_by(by)}
        people = Person.objects.active().filter(teamuserobjectpermission__content_object__in=self.teams)
        self.people = {person.pk: person for person in people.distinct().order_by("name")}
        self.fields["whom"].choices = list(self._choices())

    def chosen(self) -> Limit:
        kind, _sep, number = self.cleaned_data["whom"].partition("-")
        if kind == "person":
            return self.limit(role=Limit.Role.AGENT, team=None, person=self.people[int(number)])
        return self.limit(role=kind, team=self.teams[int(number)] if number else None, person=None)

    @staticmethod
    def value_of(limit: Limit) -> str:
        """The choice that stands for whom `limit` is for."""
        if limit.person_id is not None:
            return f"person-{limit.person_id}"
        return f"{limit.role}-{limit.team_id}" if limit.team_id else limit.role

    def _choices(self) -> list[tuple[str, Any]]:
        groups: list[tuple[str, Any]] = []
        if self.by.is_staff:
            groups.append((_("House"), [("agent", _("Everybody")), ("lead", _("All leads"))]))
        for team in self.teams.values():
            both = [(f"agent-{team.pk}", _("Agents, %(team)s")), (f"lead-{team.pk}", _("Leads, %(team)s"))]
            groups.append((team.name, [(value, words % {"team": team.name}) for value, words in both]))
        if self.people:
            groups.append((_("One person"), [(f"person-{p.pk}", p.name) for p in self.people.values()]))
        return groups


class RemovalForm(forms.Form):
    reason = OneLineField(label=gettext_lazy("Why?"), required=False, max_length=200)


def house_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=house_zone())


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(house_zone()).date() if moment else None


def last_day(limit: Limit) -> date | None:
    """The last day in the house's zone on which `limit` holds; None when it has no end."""
    return _day(limit.valid_until - INSTANT) if limit.valid_until else None
