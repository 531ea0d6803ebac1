"""Macros in the set-up: everybody's own, and for leads those of their teams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.automation.macro import Macro
from tickets.automation.said import StepsSaid
from tickets.setup_page import works

from .access import LARGEST_ID, only, shown
from .forms import MacroForm


@require_safe
@only(works)
def macros(request: HttpRequest) -> HttpResponse:
    found = Macro.objects.managed_by(request.user).select_related("team", "owner")
    return shown(request, "setup/macros.html", {"macros": found})


@require_http_methods(["GET", "HEAD", "POST"])
@only(works)
def macro(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One macro and its steps; 0 is a new one."""
    found = _find(request, pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = MacroForm(data, person=request.user, initial=_initial(found))
    steps = StepsSaid(request.user, found.steps if found else [], data)
    page = {"form": form, "steps": steps, "macro": found}
    if data is None or steps.is_changing:
        return shown(request, "setup/macro.html", page)
    if not all([form.is_valid(), steps.is_valid()]):
        return shown(request, "setup/macro.html", page, status=422)
    said = {**form.said, "steps": steps.read()}
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = Macro.write(by=request.user, key=form.cleaned_data["key"], **said)
        else:
            found.revise(**said)
    messages.success(request, _("Saved. You find it on every ticket it fits."))
    return redirect("setup:macros")


@require_POST
@only(works)
def remove_macro(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.delete()
    return redirect("setup:macros")


def _find(request: HttpRequest, pk: int) -> Macro:
    found = Macro.objects.managed_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _initial(macro: Macro | None) -> dict[str, Any]:
    return {"name": macro.name, "team": str(macro.team_id or "")} if macro else {}
