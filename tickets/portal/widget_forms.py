"""What a visitor types before the chat: who they are, what it is about, and the code from their mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.textfields import KeyField, OneLineField, TextField
from tickets.cause import Cause
from tickets.message import MAX_LENGTH


class StartForm(forms.Form):
    name = OneLineField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send you a code, so that nobody else can write in your name."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    cause = forms.ModelChoiceField(
        label=_("What is it about?"), queryset=Cause.objects.none(), to_field_name="code", empty_label=None
    )
    text = TextField(label=_("Your message"), max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = Cause.objects.filter(offered=True).select_related("team")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class CodeForm(forms.Form):
    code = OneLineField(
        label=_("Code from the mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
