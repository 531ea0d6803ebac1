"""The page on which somebody chooses the keys of the desk, or switches them off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.person import Person
from tickets.textfields import OneLineField

from .access import desk_only
from .shortcuts import DEEDS, KEYS, OFF, doubled, is_key, is_on, keys_of


class KeysForm(forms.Form):
    """One field for each deed; an empty one has no key."""

    on = forms.BooleanField(
        label=gettext_lazy("Single keys work when I am not typing"),
        required=False,
        help_text=gettext_lazy("Ctrl+K, Ctrl+Enter and Escape always work."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        said = person.shortcuts
        super().__init__(*args, initial={"on": is_on(said), **keys_of(said)}, **kwargs)
        for deed in DEEDS:
            key = forms.TextInput(attrs={"maxlength": 1, "autocapitalize": "none", "autocomplete": "off"})
            self.fields[deed.name] = OneLineField(label=deed.label, max_length=1, required=False, widget=key)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        keys = {deed.name: said.get(deed.name, "") for deed in DEEDS}
        for name, key in keys.items():
            if key and not is_key(key):
                self.add_error(name, _("One small letter, digit or sign, please."))
        for name in doubled(keys):
            self.add_error(name, _("Two deeds have this key."))
        return said

    @property
    def said(self) -> dict[str, object]:
        keys = {deed.name: self.cleaned_data[deed.name] for deed in DEEDS}
        own = {deed.name: keys[deed.name] for deed in DEEDS if keys[deed.name] != deed.usual}
        return {**({} if self.cleaned_data["on"] else {OFF: True}), **({KEYS: own} if own else {})}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def keys(request: HttpRequest) -> HttpResponse:
    form = KeysForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method != "POST":
        return render(request, "desk/keys.html", {"form": form})
    if not form.is_valid():
        return render(request, "desk/keys.html", {"form": form}, status=422)
    request.user.choose_shortcuts(form.said)
    messages.success(request, _("Saved."))
    return redirect("desk:keys")
