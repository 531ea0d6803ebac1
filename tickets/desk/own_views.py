"""Views put together by somebody at the desk: the list of them, one as a form, and taking one away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.person import Person
from accounts.team import Team
from tickets.automation import known
from tickets.automation.said import ConditionsSaid
from tickets.search.saved_view import MOST, SavedView
from tickets.textfields import KeyField, OneLineField

from .access import LARGEST_ID, desk_only

NOTHING: dict[str, Any] = {"join": "all", "parts": []}


class ViewForm(forms.Form):
    """Name and for whom; the conditions have forms of their own."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=60)
    team = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    key = KeyField()

    def __init__(self, *args: Any, person: Person, view: SavedView | None, **kwargs: Any) -> None:
        initial = {"name": view.name, "team": str(view.team_id or "")} if view else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.person, self.view = person, view
        named = [
            (str(team.pk), _("the team %(team)s") % {"team": team.name})
            for team in Team.objects.led_by(person)
        ]
        self.fields["team"].choices = [("", _("only me")), *named]

    def clean(self) -> dict[str, Any]:
        if self.view is None and SavedView.objects.filter(owner=self.person).count() >= MOST:
            raise forms.ValidationError(_("At most %(most)s views. Take one away first.") % {"most": MOST})
        return super().clean() or {}

    @property
    def said(self) -> dict[str, Any]:
        team = self.cleaned_data["team"]
        return {"name": self.cleaned_data["name"], "team_id": int(team) if team else None}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def view(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One view and its conditions; 0 is a new one."""
    found = _find(request, pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = ViewForm(data, person=request.user, view=found)
    stored = found.conditions if found else NOTHING
    conditions = ConditionsSaid(stored, data, by=request.user, about=known.LOOKED_AT)
    page = {"form": form, "conditions": conditions, "view": found}
    if data is None or conditions.is_changing:
        return render(request, "desk/view.html", page)
    if not all([form.is_valid(), conditions.is_valid()]):
        return render(request, "desk/view.html", page, status=422)
    said = {**form.said, "conditions": conditions.read()}
    if found is None:
        found = SavedView.write(by=request.user, key=form.cleaned_data["key"], **said)
    else:
        found.revise(**said)
    messages.success(request, _("Saved."))
    return redirect(found.desk_url())


@require_POST
@desk_only
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    _find(request, pk).delete()
    return redirect("desk:tickets")


def _find(request: HttpRequest, pk: int) -> SavedView:
    found = SavedView.objects.managed_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
