"""Custom fields in the set-up: what the house wants to know of tickets, from whom, and for which of them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from accounts.team import Team
from tickets.cause import Cause
from tickets.condition_form import ConditionRows
from tickets.fields.custom_field import (
    LONGEST_CODE,
    LONGEST_HELP,
    LONGEST_NAME,
    LONGEST_OPTION,
    MOST_IN_USE,
    MOST_OPTIONS,
    CustomField,
    Option,
)
from tickets.fields.facts import looked_up_once
from tickets.fields.kind import LISTS, Kind
from tickets.search.query import OPERATORS
from tickets.setup_page import administers
from tickets.textfields import KeyField, OneLineField, TextField, clean_line

from .access import LARGEST_ID, only, shown
from .asked_when import asked_when, fits, needed_first, still_needed, waits_for_retired
from .field_uses import uses, views
from .position import PositionField

_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_OPTION_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
FLAGS = ("seen_by_customer", "needed_to_write", "needed_to_solve")


class CustomFieldForm(forms.Form):
    name_en = OneLineField(label=gettext_lazy("Name in English"), max_length=LONGEST_NAME)
    name_de = OneLineField(label=gettext_lazy("Name in German"), max_length=LONGEST_NAME)
    help_en = OneLineField(label=gettext_lazy("Help in English"), max_length=LONGEST_HELP, required=False)
    help_de = OneLineField(label=gettext_lazy("Help in German"), max_length=LONGEST_HELP, required=False)
    code = OneLineField(
        label=gettext_lazy("Key"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy(
            "Small letters, digits and “_”. One searches by it, like serial:4711; it stays."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Kind.choices, help_text=gettext_lazy("It stays as it is.")
    )
    options = TextField(
        label=gettext_lazy("The list"),
        required=False,
        max_length=MOST_OPTIONS * (2 * LONGEST_OPTION + 50),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("For one or several of a list. One a line: English | German."),
    )
    seen_by_customer = forms.BooleanField(
        label=gettext_lazy("Customers see it, and are asked for it when they write"), required=False
    )
    needed_to_write = forms.BooleanField(
        label=gettext_lazy("Customers have to fill it in when they write"), required=False
    )
    needed_to_solve = forms.BooleanField(
        label=gettext_lazy("It has to be filled in before a ticket is solved"), required=False
    )
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for tickets about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for all."),
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Only for tickets of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for all."),
    )
    position = PositionField()
    key = KeyField()

    def __init__(self, *args: Any, stored: CustomField | None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_typed(stored) if stored else None, **kwargs)
        self.stored = stored
        self.fields["causes"].choices = [
            (str(one.pk), one.name) for one in Cause.objects.order_by("position", "code")
        ]
        self.fields["teams"].choices = [(str(one.pk), one.name) for one in Team.objects.order_by("name")]
        for name in ("code", "kind") if stored else ():
            self.fields[name].disabled = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not _CODE.fullmatch(code):
            raise forms.ValidationError(_("Small letters, digits and “_” only, and a letter first."))
        if code in OPERATORS:
            raise forms.ValidationError(_("One searches for something else by this word."))
        taken = CustomField.objects.filter(code=code).exclude(pk=self.stored.pk if self.stored else None)
        if taken.exclude(key=self["key"].value()).exists():
            raise forms.ValidationError(_("Another field has this key."))
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("needed_to_write") and not said.get("seen_by_customer"):
            self.add_error("needed_to_write", _("Customers can only fill in what they see."))
        if said.get("kind") in LISTS and "options" in said:
            self._read_options(said)
        elif "options" in said:
            said["options"] = []
        return said

    def _read_options(self, said: dict[str, Any]) -> None:
        try:
            said["options"] = options_of(said["options"], self.stored.options if self.stored else [])
        except forms.ValidationError as error:
            self.add_error("options", error)

    @property
    def said(self) -> dict[str, Any]:
        """As a field takes it."""
        names = ("name_en", "name_de", "help_en", "help_de", "options", "position", *FLAGS)
        if self.stored is None:
            names = ("code", "kind", *names)
        return {
            **{name: self.cleaned_data[name] for name in names},
            "causes": Cause.objects.filter(pk__in=self.cleaned_data["causes"]),
            "teams": Team.objects.filter(pk__in=self.cleaned_data["teams"]),
        }


@require_safe
@only(administers)
@looked_up_once()
def custom_fields(request: HttpRequest) -> HttpResponse:
    found = CustomField.objects.prefetch_related("causes", "teams")
    kept = [field for field in found if field.retired_at is None]
    retired = [field for field in found if field.retired_at is not None]
    return shown(request, "setup/custom_fields.html", {"kept": kept, "retired": retired})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def custom_field(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One field; 0 is a new one."""
    found = _find(pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form, when = CustomFieldForm(data, stored=found), asked_when(found, data)
    page = {"form": form, "field": found, "conditions": when}
    if found:
        page |= {"uses": uses(found), "views": views(found)}
    if data is None or when.is_changing:
        if data is not None:
            form.errors.clear()  # nothing is said to be wrong while a condition comes or goes
        return shown(request, "setup/custom_field.html", page)
    if (
        all([form.is_valid(), when.is_valid()])
        and fits(form, when, found)
        and _save(request, form, when, found)
    ):
        messages.success(request, _("Saved."))
        return redirect("setup:custom_fields")
    return shown(request, "setup/custom_field.html", page, status=422)


@require_POST
@only(administers)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is asked for it any more; with `back` they are again."""
    found = _find(pk)
    with logged(found, by=request.user):
        if "back" in request.POST:
            if retired := waits_for_retired(found):
                messages.error(request, needed_first(retired))
            else:
                found.bring_back()
        elif needed := still_needed(found):
            messages.error(request, needed)
            return redirect("setup:custom_field", found.pk)  # where what needs it stands, each with its link
        else:
            found.retire()
    return redirect("setup:custom_fields")


def _save(
    request: HttpRequest, form: CustomFieldForm, when: ConditionRows, found: CustomField | None
) -> bool:
    """False where somebody took the key, or the last place, in the same moment."""
    if found is None and CustomField.objects.in_use().count() >= MOST_IN_USE:
        form.add_error(None, _("At most %(most)s fields. Retire one first.") % {"most": MOST_IN_USE})
        return False
    said = {**form.said, "asked_when": when.read()}
    try:
        with logged(found, by=request.user) as watch:
            if found is None:
                watch.thing = CustomField.write(**said, by=request.user, key=form.cleaned_data["key"])
            else:
                found.revise(**said)
    except IntegrityError:
        form.add_error("code", _("Another field has this key."))
        return False
    return True


def options_of(text: str, before: list[Option]) -> list[Option]:
    """A list as typed, one a line: “English | German”, with its code before it where it has one.

    Whoever changes a name keeps the code, or what tickets hold would mean nothing any more.
    """
    lines = [clean_line(line) for line in text.split("\n") if line.strip()]
    if not lines:
        raise forms.ValidationError(_("Write down what one can choose from."))
    if len(lines) > MOST_OPTIONS:
        raise forms.ValidationError(_("A list has at most %(most)s lines.") % {"most": MOST_OPTIONS})
    known = {str(one[name]): str(one["code"]) for one in before for name in ("en", "de")}
    found = [_option(line, known) for line in lines]
    codes = [one["code"] for one in found]
    twice = next((one for one in found if codes.count(one["code"]) > 1), None)
    if twice is not None:
        raise forms.ValidationError(_("“%(name)s” is there twice.") % {"name": twice["en"]})
    return found


def _option(line: str, known: dict[str, str]) -> Option:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) not in (2, 3) or not all(parts) or any(len(part) > LONGEST_OPTION for part in parts):
        words = _("Write “%(line)s” as English | German, each with at most %(most)s letters.")
        raise forms.ValidationError(words % {"line": line[:60], "most": LONGEST_OPTION})
    english, german = parts[-2:]
    code = parts[0] if len(parts) == 3 else known.get(english) or known.get(german) or slugify(english)[:40]
    if not _OPTION_CODE.fullmatch(code):
        raise forms.ValidationError(
            _("Put a key before “%(name)s”: key | English | German.") % {"name": english}
        )
    return {"code": code, "en": english, "de": german}


def _typed(field: CustomField) -> dict[str, Any]:
    """A field as one would type it."""
    kept = [one for one in field.options if not one.get("left")]
    names = ("name_en", "name_de", "help_en", "help_de", "code", "kind", "position", *FLAGS)
    return {
        **{name: getattr(field, name) for name in names},
        "options": "\n".join(f"{one['code']} | {one['en']} | {one['de']}" for one in kept),
        "causes": [str(cause.pk) for cause in field.causes.all()],
        "teams": [str(team.pk) for team in field.teams.all()],
    }


def _find(pk: int) -> CustomField:
    found = CustomField.objects.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
