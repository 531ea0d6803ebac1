"""What an agent can type or choose about an incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer
from tickets.affected_list import MOST_ENTRIES, MOST_LETTERS, entries_of
from tickets.incident import Incident
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket

OLDEST = timedelta(days=3 * 365)


class IncidentForm(forms.Form):
    """What happened, and how customers are told of it."""

    name = OneLineField(label=gettext_lazy("What happened?"), max_length=120)
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When?"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    words_en = OneLineField(
        label=gettext_lazy("For customers, in English"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("One sentence. Without it they read the cause."),
    )
    words_de = OneLineField(label=gettext_lazy("For customers, in German"), required=False, max_length=300)
    note = TextField(
        label=gettext_lazy("Note for the desk"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_happened_at(self) -> datetime:
        moment: datetime = self.cleaned_data["happened_at"]
        now = timezone.now()
        if moment > now:
            raise forms.ValidationError(_("This has not happened yet."))
        if moment < now - OLDEST:
            raise forms.ValidationError(_("That is too long ago."))
        return moment

    @classmethod
    def showing(cls, incident: Incident) -> IncidentForm:
        return cls(initial={name: getattr(incident, name) for name in cls.base_fields})


class ReportForm(IncidentForm):
    """A new incident; the key makes reporting it twice the same as once."""

    key = KeyField()


class LinkForm(forms.Form):
    incident = forms.ModelChoiceField(
        queryset=Incident.objects.none(), label=gettext_lazy("It is this one"), empty_label=None
    )

    def __init__(self, *args: Any, incidents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].queryset = incidents


class ListForm(forms.Form):
    """A pasted list."""

    entries = TextField(
        label=gettext_lazy("Paste a list"),
        max_length=MOST_LETTERS,
        help_text=gettext_lazy("E-mail addresses or customer numbers, one a line."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean_entries(self) -> list[str]:
        found = entries_of(self.cleaned_data["entries"])
        if not found:
            raise forms.ValidationError(_("There is no address and no number in it."))
        if len(found) > MOST_ENTRIES:
            words = _("These are %(count)s entries; %(most)s at once are possible.")
            raise forms.ValidationError(words % {"count": len(found), "most": MOST_ENTRIES})
        return found


class PickForm(forms.Form):
    """Customers and tickets ticked on the page."""

    customer = forms.ModelMultipleChoiceField(queryset=Customer.objects.none(), required=False)
    ticket = forms.ModelMultipleChoiceField(queryset=Ticket.objects.none(), required=False)

    def __init__(self, *args: Any, customers: Any, tickets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = customers
        self.fields["ticket"].queryset = tickets
