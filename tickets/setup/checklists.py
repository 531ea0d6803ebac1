"""Ready checklists in the set-up: lines for tickets of a cause."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from accounts.team import Team
from tickets.cause import Cause
from tickets.checklist import LONGEST, LONGEST_NAME, MOST, ReadyList
from tickets.setup_page import leads
from tickets.textfields import KeyField, OneLineField, TextField

from .access import LARGEST_ID, only, shown


class ReadyListForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    cause = forms.ModelChoiceField(
        label=gettext_lazy("For tickets about"), queryset=Cause.objects.none(), to_field_name="code"
    )
    lines = TextField(
        label=gettext_lazy("What is to be done?"),
        max_length=LONGEST * MOST,
        help_text=gettext_lazy("One thing a line."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    key = KeyField()

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steered = Team.objects.steered_by(by)
        self.fields["cause"].queryset = Cause.objects.filter(team__in=steered)

    def clean_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["lines"].split("\n") if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(_("A checklist has at most %(most)s lines.") % {"most": MOST})
        if any(len(line) > LONGEST for line in lines):
            raise forms.ValidationError(_("A line has at most %(most)s letters.") % {"most": LONGEST})
        return lines


@require_safe
@only(leads)
def checklists(request: HttpRequest) -> HttpResponse:
    found = ReadyList.objects.managed_by(request.user).select_related("cause__team")
    return shown(request, "setup/checklists.html", {"checklists": found})


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def checklist(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One list; 0 is a new one."""
    found = _find(request, pk) if pk else None
    first = {"name": found.name, "cause": found.cause.code, "lines": "\n".join(found.lines)} if found else {}
    form = ReadyListForm(request.POST if request.method == "POST" else None, initial=first, by=request.user)
    if not form.is_valid():
        page = {"form": form, "checklist": found}
        return shown(request, "setup/checklist.html", page, status=422 if form.is_bound else 200)
    said = {name: form.cleaned_data[name] for name in ("name", "cause", "lines")}
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = ReadyList.write(**said, by=request.user, key=form.cleaned_data["key"])
        else:
            found.revise(**said)
    messages.success(request, _("Saved. You find it on every ticket it fits."))
    return redirect("setup:checklists")


@require_POST
@only(leads)
def remove_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.delete()
    return redirect("setup:checklists")


def _find(request: HttpRequest, pk: int) -> ReadyList:
    mine = ReadyList.objects.managed_by(request.user).select_related("cause")
    found = mine.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
