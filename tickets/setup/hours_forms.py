"""What one can write into a calendar: a week in lines, days with own hours, and holidays that somebody confirms."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final
from unicodedata import combining, normalize

import holidays
from babel import Locale
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.forms import LongSelect
from tickets.sla.calendar_words import CalendarError
from tickets.sla.hours import BusinessHours
from tickets.sla.opening import WEEKDAYS
from tickets.sla.worktime import parse_calendar
from tickets.textfields import OneLineField, TextField

PERIOD: Final = re.compile(r"([0-9]{1,2}:[0-9]{2})\s*[-–]\s*([0-9]{1,2}:[0-9]{2})", re.ASCII)
CLOSED: Final = ("closed", "geschlossen")
DAYS: Final = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100
# How the library calls the languages of our readers; where it lacks one, it says a day in another.
LIBRARY_NAMES: Final = {"de": "de", "en": "en_US"}
Periods = list[list[str]]
# A country without regions, or one with them.
Choice = tuple[str, str | list[tuple[str, str]]]


class CalendarForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    tz = OneLineField(label=gettext_lazy("Time zone"), max_length=64, initial="Europe/Berlin")
    overrides = TextField(
        label=gettext_lazy("Days with own hours"),
        max_length=20_000,
        required=False,
        help_text=gettext_lazy("One a line: 2026-12-24 08:00–12:00, or 2026-12-31 closed."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, hours: BusinessHours | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours = hours
        for day, label in DAYS.items():
            self.fields[day] = OneLineField(label=label, max_length=200, required=False)

    @property
    def week(self) -> list[forms.BoundField]:
        return [self[day] for day in WEEKDAYS]

    @classmethod
    def showing(cls, hours: BusinessHours) -> CalendarForm:
        said = {"name": hours.name, "tz": hours.tz}
        said |= {day: _as_text(hours.weekly.get(day, [])) for day in WEEKDAYS}
        lines = [
            f"{day} {_as_text(periods) or _('closed')}" for day, periods in sorted(hours.overrides.items())
        ]
        return cls(initial={**said, "overrides": "\n".join(lines)}, hours=hours)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        weekly = {day: self._periods(day, cleaned[day]) for day in WEEKDAYS if cleaned[day]}
        content = {"tz": cleaned["tz"], "weekly": weekly, "overrides": self._overrides(cleaned["overrides"])}
        if self.errors:
            return cleaned
        rest = {"holidays": self.hours.holidays, "breaks": self.hours.breaks} if self.hours else {}
        try:
            parse_calendar({**content, **rest})
        except CalendarError as error:
            field = "tz" if error.code.startswith("zone") else None
            self.add_error(field, _(error.words) % error.params)
        cleaned["content"] = content
        return cleaned

    def _periods(self, field: str, text: str) -> Periods:
        found: Periods = []
        for part in text.split(","):
            period = PERIOD.fullmatch(part.strip())
            if period is None:
                self.add_error(field, _("Write periods such as 08:00–12:00, 13:00–17:00."))
                return []
            found.append([edge.rjust(5, "0") for edge in period.groups()])
        return found

    def _overrides(self, text: str) -> dict[str, Periods]:
        found: dict[str, Periods] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            day, _space, rest = line.partition(" ")
            closed = rest.strip().casefold() in CLOSED
            found[day] = [] if closed else self._periods("overrides", rest)
        return found


class RegionForm(forms.Form):
    """Whose public holidays of which year are proposed."""

    region = forms.ChoiceField(label=gettext_lazy("Land or country"), widget=LongSelect)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = regions()

    def proposed(self) -> dict[str, str]:
        """The public holidays of that region and year, by date; call it on a valid form."""
        country, _dash, land = self.cleaned_data["region"].partition("-")
        said = {
            "subdiv": land or None,
            "years": self.cleaned_data["year"],
            "language": LIBRARY_NAMES.get(get_language()),
        }
        days = holidays.country_holidays(country, **said)
        return {day.isoformat(): str(name) for day, name in sorted(days.items())}


class ConfirmationForm(RegionForm):
    """The proposed days somebody ticked: only these count."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            proposed = self.proposed()
            ticked = [day for day in self.data.getlist("day") if day in proposed]
            cleaned |= {"proposed": list(proposed), "ticked": ticked}
        return cleaned


def regions() -> list[Choice]:
    """Germany and its Länder first, then every country the library knows with its regions; all by name."""
    return _regions(get_language() or "en")


@cache
def _regions(language: str) -> list[Choice]:
    names = Locale.parse(language, sep="-").territories
    known = holidays.list_supported_countries(include_aliases=False)
    abroad = sorted(set(known) - {"DE"}, key=lambda code: _as_sorted(names[code]))
    return [_country(code, names[code]) for code in ("DE", *abroad)]


def _country(code: str, name: str) -> Choice:
    lands = type(holidays.country_holidays(code)).get_subdivision_aliases()
    if not lands:
        return code, name
    named = [(f"{code}-{land}", _name_of(land, also)) for land, also in lands.items()]
    everywhere = (code, _("%(country)s (nationwide)") % {"country": name})
    return name, [everywhere, *sorted(named, key=lambda choice: _as_sorted(choice[1]))]


def _name_of(land: str, also: list[str]) -> str:
    """The library knows names and shorter signs, in no order."""
    return next((name for name in also if len(name) > 3), also[0] if also else land)


def _as_sorted(name: str) -> str:
    """“Österreich” stands at O."""
    return "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))


def _as_text(periods: Periods) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in periods)
