"""What a person can say about themselves, and the form they sign in with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from babel import Locale
from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .absence import LONGEST, colleagues_of, led_by
from .person import Person
from .textfields import OneLineField
from .token import ApiToken

Group = tuple[Promise, list[tuple[str, str]]]
# Zones of places people live in. The others are old names and machine settings (EST5EDT, Etc/GMT+3).
PARTS = {
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
MOST_TOKENS = 20


class SignInForm(LoginForm):
    """E-mail and, if one likes, a password; left empty, a code comes by mail."""

    def _setup_password_field(self) -> None:
        self.fields["password"].required = False


class LanguageField(forms.ChoiceField):
    """“As my browser says” is stored as "" and is an answer all the same."""

    empty_values = ()


class LongSelect(forms.Select):
    """A choice among hundreds, written in one go: a template for each option takes a tenth of a second a page."""

    def render(self, name: str, value: object, attrs: Any = None, renderer: Any = None) -> str:
        chosen = str(value)
        options = [
            format_html('<optgroup label="{}">{}</optgroup>', key, self._options(label, chosen))
            if isinstance(label, list)
            else self._options([(key, label)], chosen)
            for key, label in self.choices
        ]
        attributes = flatatt(self.build_attrs(self.attrs, attrs) | {"name": name})
        return format_html("<select{}>{}</select>", attributes, format_html_join("", "{}", zip(options)))

    def _options(self, pairs: list[tuple[str, str]], chosen: str) -> str:
        lines = {True: '<option value="{}" selected>{}</option>', False: '<option value="{}">{}</option>'}
        return format_html_join(
            "", "{}", [(format_html(lines[key == chosen], key, label),) for key, label in pairs]
        )


class SettingsForm(forms.Form):
    name = OneLineField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = LanguageField(
        label=_("Language"),
        choices=Person._meta.get_field("language").choices,
        help_text=_("For pages and mails."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Every time you read here, and every promise, is in this zone."),
        widget=LongSelect,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        current = {"name": person.name, "language": person.language, "time_zone": person.zone.key}
        super().__init__(*args, initial=current, **kwargs)
        self.person = person
        self.fields["time_zone"].choices = zones(person.zone.key)

    def save(self) -> Person:
        """Write only what this form means."""
        for name, value in self.cleaned_data.items():
            setattr(self.person, name, value)
        self.person.save(update_fields=list(self.cleaned_data))
        return self.person


class DayField(forms.DateField):
    """A day as the browser's calendar gives it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class AbsenceForm(forms.Form):
    """Away from a day to a day, and who stands in; a lead can say it for somebody who fell ill."""

    who = forms.ModelChoiceField(label=_("Who is away?"), queryset=Person.objects.none(), empty_label=None)
    first = DayField(label=_("From"))
    last = DayField(label=_("Until and including"))
    substitute = forms.ModelChoiceField(
        label=_("Who stands in?"),
        queryset=Person.objects.none(),
        help_text=_("Questions go to them meanwhile. They must work in the same team."),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, initial={"who": by.pk}, **kwargs)
        both = Person.objects.filter(pk=by.pk) | Person.objects.filter(pk__in=led_by(by).values("pk"))
        self.fields["who"].queryset = both.order_by("name", "pk")
        if not by.is_lead:
            self.fields["who"].required = False
            self.fields["who"].widget = forms.HiddenInput()
        theirs = Person.objects.active().filter(teamuserobjectpermission__content_object__in=by.team_ids)
        self.fields["substitute"].queryset = theirs.distinct().order_by("name", "pk")
        if not by.is_lead:
            self.fields["substitute"].queryset = colleagues_of(by)
        self.by = by

    def clean_last(self) -> date:
        last: date = self.cleaned_data["last"]
        first = self.cleaned_data.get("first")
        today = timezone.localdate()
        if last < today:
            raise forms.ValidationError(_("This day is over."))
        if first and last < first:
            raise forms.ValidationError(_("It ends before it begins."))
        if last > today + LONGEST or (first and first < today - LONGEST):
            raise forms.ValidationError(_("That is too far away."))
        return last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        who = cleaned.get("who") or self.by
        substitute = cleaned.get("substitute")
        if substitute and not colleagues_of(who).filter(pk=substitute.pk).exists():
            words = _("Nobody stands in for themselves, and only somebody of the same team can.")
            self.add_error("substitute", words)
        return {**cleaned, "who": who}


class TokenForm(forms.Form):
    """A name tells tokens apart, so it is used once; that also stops the same form sent twice."""

    name = OneLineField(label=_("What is it for?"), max_length=80)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.valid = ApiToken.objects.filter(person=person, revoked_at=None, expires_at__gt=timezone.now())

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if self.valid.filter(name=name).exists():
            raise forms.ValidationError(_("You already have a token of this name."), code="name")
        return name

    def clean(self) -> dict[str, object]:
        if self.valid.count() >= MOST_TOKENS:
            words = _("You already have %(most)s tokens. Please revoke one first.") % {"most": MOST_TOKENS}
            raise forms.ValidationError(words, code="too_many")
        return self.cleaned_data


def zones(current: str) -> list[tuple[str, object]]:
    """Time zones by part of the world, “Berlin” for Europe/Berlin; UTC first, and `current` whatever it is."""
    groups = _zones((get_language() or "en")[:2])
    known = {name for _part, names in groups for name, _place in names}
    single = (
        [("UTC", "UTC")] if current in known or current == "UTC" else [("UTC", "UTC"), (current, current)]
    )
    return [*single, *groups]


@lru_cache(maxsize=8)
def _zones(language: str) -> list[Group]:
    return list(_grouped(sorted(available_timezones()), Locale.parse(language)))


def _grouped(names: list[str], locale: Locale) -> Iterator[Group]:
    for part, title in PARTS.items():
        places = [(name, _place(name, locale)) for name in names if name.startswith(f"{part}/")]
        yield title, sorted(places, key=lambda place: place[1])


def _place(zone: str, locale: Locale) -> str:
    """“Wien” for Europe/Vienna to a German; a place within a place keeps the zone's own name for both."""
    name = zone.partition("/")[2]
    if "/" not in name:
        name = locale.time_zones.get(zone, {}).get("city", name)
    return str(name).replace("_", " ").replace("/", " – ")
