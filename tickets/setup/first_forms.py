"""What one types at the first steps: the firm, when it is open, the first team and its people, what it promises."""

from __future__ import annotations

import re
from datetime import time
from email.utils import parseaddr
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import LongSelect, zones
from accounts.house import House
from accounts.person import Person
from accounts.team import Team
from tickets.inviting import Guest
from tickets.textfields import OneLineField, TextField

from .hours_forms import DAYS, regions

MOST_GUESTS: Final = 50
LONGEST_ADDRESS: Final = Person._meta.get_field("email").max_length
WORKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
# Hours of working time: first response, next response, solution.
PACES: Final = {"calm": (8, 8, 40), "usual": (4, 4, 24), "brisk": (1, 2, 8)}


class FirmForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name of the firm"), max_length=120)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Of the people you invite. Everybody can choose another one."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), widget=LongSelect)

    def __init__(self, *args: Any, house: House | None, language: str, zone: str, **kwargs: Any) -> None:
        begun = {"name": "", "language": language, "time_zone": zone}
        if house is not None:
            begun = {"name": house.name, "language": house.language, "time_zone": house.time_zone}
        super().__init__(*args, initial=begun, **kwargs)
        self.fields["time_zone"].choices = zones(begun["time_zone"])


class OpenForm(forms.Form):
    """One stretch on workdays, another on Saturday if they like; the rest is set with the calendar itself."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=DAYS.items(),
        initial=WORKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    opens = forms.TimeField(
        label=gettext_lazy("Opens at"),
        initial=time(9),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    closes = forms.TimeField(
        label=gettext_lazy("Closes at"),
        initial=time(17),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        required=False,
        widget=LongSelect,
        help_text=gettext_lazy("Of this year and the next; each can be taken out again with the calendar."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = _("Office hours")
        self.fields["region"].choices = [("", _("none")), *regions()]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opens, closes = said.get("opens"), said.get("closes")
        if opens and closes and f"{closes:%H:%M}" <= f"{opens:%H:%M}":  # a calendar knows no seconds
            self.add_error("closes", _("It closes before it opens."))
        return said

    @property
    def weekly(self) -> dict[str, list[list[str]]]:
        span = [f"{self.cleaned_data[name]:%H:%M}" for name in ("opens", "closes")]
        return {day: [span] for day in self.cleaned_data["days"]}

    @property
    def years(self) -> tuple[int, int]:
        this = timezone.localdate().year
        return this, this + 1


class GuestsField(TextField):
    """One a line: an address, with a name before it if they like, such as “Anna Petersen <anna@firm.example>”."""

    def clean(self, value: object) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_GUESTS:
            raise ValidationError(_("At most %(most)s at once.") % {"most": MOST_GUESTS}, code="most")
        return [_guest(line) for line in lines]


class FirstTeamForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name of the team"), max_length=80)
    joins = forms.BooleanField(label=gettext_lazy("I work in it and lead it"), required=False, initial=True)
    leads = GuestsField(
        label=gettext_lazy("Leads"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: anna@firm.example, or Anna Petersen <anna@firm.example>."),
    )
    agents = GuestsField(
        label=gettext_lazy("Agents"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("Each gets a letter with the way in."),
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Team.objects.filter(name=name).exists():
            raise ValidationError(_("There is a team of this name already."), code="name")
        return name

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said["joins"] and not said["leads"]:
            self.add_error("leads", _("Somebody has to lead it: you, or one of those you name here."))
        return said

    @property
    def guests(self) -> list[Guest]:
        """Who is named twice leads."""
        led = [Guest(email, name, leads=True) for email, name in self.cleaned_data["leads"]]
        known = {guest.email for guest in led}
        return led + [Guest(email, name) for email, name in self.cleaned_data["agents"] if email not in known]


class PaceForm(forms.Form):
    pace = forms.ChoiceField(
        label=gettext_lazy("How fast?"),
        initial="usual",
        widget=forms.RadioSelect,
        choices=[
            ("calm", gettext_lazy("Calm: a first answer within 8 working hours, solved within 40")),
            ("usual", gettext_lazy("Usual: a first answer within 4 working hours, solved within 24")),
            ("brisk", gettext_lazy("Brisk: a first answer within 1 working hour, solved within 8")),
        ],
    )


def _guest(line: str) -> tuple[str, str]:
    """Address and name; without a name, what stands before the @ with capitals."""
    name, address = parseaddr(line)
    address = address.strip().lower()
    try:
        validate_email(address if len(address) <= LONGEST_ADDRESS else "")
    except ValidationError as error:
        words = _("“%(line)s” is no e-mail address.") % {"line": line[:80]}
        raise ValidationError(words, code="email") from error
    before = re.split(r"[._+-]+", address.partition("@")[0])
    return address, (name or " ".join(part.capitalize() for part in before if part))[:120]
