"""What one types about somebody who works here: who is invited into which teams, their name and language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import LanguageField
from accounts.person import Person
from accounts.team import Team
from tickets.textfields import KeyField, OneLineField

from .team_forms import AGENT, LEAD, ROLES

LONGEST_NAME = Person._meta.get_field("name").max_length
LONGEST_ADDRESS = Person._meta.get_field("email").max_length


class InvitationForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("A letter with the way in goes there. Whoever is known keeps their name."),
    )
    teams = forms.MultipleChoiceField(label=gettext_lazy("Teams"), widget=forms.CheckboxSelectMultiple)
    role = forms.ChoiceField(label=gettext_lazy("As what"), choices=ROLES, initial=AGENT)
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].choices = [(str(one.pk), one.name) for one in Team.objects.order_by("name")]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Person.objects.filter(email=email, is_active=False).exists():
            raise forms.ValidationError(_("This account is blocked. It has to be let in again first."))
        return email

    def clean_teams(self) -> list[Team]:
        return list(Team.objects.filter(pk__in=self.cleaned_data["teams"]))

    @property
    def leads(self) -> bool:
        return bool(self.cleaned_data["role"] == LEAD)


class PersonForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    language = LanguageField(
        label=gettext_lazy("Language"),
        choices=Person._meta.get_field("language").choices,
        help_text=gettext_lazy("For pages and mails."),
    )

    def __init__(self, *args: Any, stored: Person, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": stored.name, "language": stored.language}, **kwargs)


class AgainForm(forms.Form):
    key = KeyField()


class FindForm(forms.Form):
    q = OneLineField(label=gettext_lazy("Name or address"), max_length=100, required=False)
