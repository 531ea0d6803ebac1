"""Duty in the set-up: when each team works, who works at other times, and who is on call while nobody does."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.setup_change import logged
from tickets.setup_page import leads
from tickets.sla.duty import PersonHours, TeamHours
from tickets.sla.on_call import OnCall

from .access import LARGEST_ID, only, shown
from .duty_forms import OnCallForm, PersonHoursForm, TeamHoursForm, teams_of


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def duty(request: HttpRequest) -> HttpResponse:
    """The teams somebody sets up, each with its hours and who is on call; what is typed here puts somebody on call."""
    if request.method != "POST":
        return _page(request, OnCallForm(by=request.user))
    form = OnCallForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    with logged(None, by=request.user) as watch:
        watch.thing = OnCall.plan(**form.cleaned_data, by=request.user)
    name = form.cleaned_data["person"].name
    messages.success(request, _("%(name)s is on call then, and is told what cannot wait.") % {"name": name})
    return redirect("setup:duty")


@require_POST
@only(leads)
def team_hours(request: HttpRequest, pk: int) -> HttpResponse:
    team = teams_of(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if team is None:
        raise Http404
    form = TeamHoursForm(request.POST, team=team)
    if not form.is_valid():
        return _page(request, OnCallForm(by=request.user), refused=form, status=422)
    with logged(TeamHours(team=team), by=request.user):
        TeamHours.agree(team, form.cleaned_data["hours"])
    messages.success(request, _("Saved. Mails about promises now follow these hours."))
    return redirect("setup:duty")


@require_POST
@only(leads)
def person_hours(request: HttpRequest) -> HttpResponse:
    form = PersonHoursForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, OnCallForm(by=request.user), own=form, status=422)
    with logged(PersonHours(person=form.cleaned_data["person"]), by=request.user):
        PersonHours.agree(form.cleaned_data["person"], form.cleaned_data["hours"])
    messages.success(request, _("Saved. Mails about promises now follow these hours."))
    return redirect("setup:duty")


@require_POST
@only(leads)
def end_on_call(request: HttpRequest, pk: int) -> HttpResponse:
    found = OnCall.objects.managed_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    with logged(found, by=request.user):
        found.end()
    messages.success(request, _("Ended."))
    return redirect("setup:duty")


def _page(
    request: HttpRequest,
    form: OnCallForm,
    *,
    refused: TeamHoursForm | None = None,
    own: PersonHoursForm | None = None,
    status: int = 200,
) -> HttpResponse:
    teams = list(teams_of(request.user))
    forms = [refused if refused and refused.team == team else TeamHoursForm(team=team) for team in teams]
    now = timezone.now()
    planned = OnCall.objects.managed_by(request.user).not_over(now).select_related("team", "person")
    context = {
        "form": form,
        "team_forms": forms,
        "own_form": own or PersonHoursForm(by=request.user),
        "own": PersonHoursForm.said(request.user),
        "planned": planned,
        "now": now,
    }
    return shown(request, "setup/duty.html", context, status=status)
