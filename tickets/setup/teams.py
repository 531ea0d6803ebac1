"""Teams in the set-up: who works and who leads in each, and since when somebody does no longer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from accounts.team import Team, TeamUserObjectPermission
from tickets.inviting import Guest, found
from tickets.leaving import open_with, take_off
from tickets.setup_page import administers, leads
from tickets.sla.duty import TeamHours

from .access import LARGEST_ID, only, shown
from .team_forms import LEAD, JoinForm, LeaveForm, NewTeamForm, RoleForm, TeamForm

EDITS = ["GET", "HEAD", "POST"]


@require_safe
@only(leads)
def teams(request: HttpRequest) -> HttpResponse:
    """All of them for administrators, their own for leads."""
    working = Count(
        "teamuserobjectpermission__user",
        filter=Q(teamuserobjectpermission__user__is_active=True),
        distinct=True,
    )
    rows = list(Team.objects.steered_by(request.user).annotate(people=working))
    hours = {said.team_id: said.hours for said in TeamHours.objects.select_related("hours")}
    led: dict[int, list[str]] = {}
    for right in _leads().filter(content_object__in=rows):
        led.setdefault(right.content_object_id, []).append(right.user.name)
    said = [(team, hours.get(team.pk), led.get(team.pk, [])) for team in rows]
    return shown(request, "setup/teams.html", {"teams": said})


@require_http_methods(EDITS)
@only(administers)
def new_team(request: HttpRequest) -> HttpResponse:
    """Sent twice it is one team; another one of this name is said at its field."""
    form = NewTeamForm(request.POST if request.method == "POST" else None, by=request.user)
    if not form.is_valid():
        return _new(request, form)
    said = form.cleaned_data
    there = Team.objects.filter(name=said["name"]).first()
    if there is None:
        joins = said["lead"] == request.user
        guests = [] if joins else [Guest(said["lead"].email, said["lead"].name, leads=True)]
        with logged(None, by=request.user) as watch:
            there = found(said["name"], hours=said["hours"], guests=guests, by=request.user, joins=joins)
            watch.thing = there
    elif (TeamHours.of(there), list(_people(there))) != (said["hours"], [said["lead"]]):
        form.add_error("name", _("There is a team of this name already."))
        return _new(request, form)
    messages.success(request, _("Saved."))
    return redirect("setup:team", there.pk)


@require_http_methods(EDITS)
@only(leads)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Its people; administrators call it something else here, leads look."""
    found_one = _find(request, pk)
    if request.method != "POST":
        return _page(request, found_one)
    if not administers(request.user):
        raise Http404
    form = TeamForm(request.POST, stored=found_one)
    if not form.is_valid():
        return _page(request, found_one, form=form)
    with logged(found_one, by=request.user):
        found_one.rename(form.cleaned_data["name"])
    messages.success(request, _("Saved."))
    return redirect("setup:team", found_one.pk)


@require_POST
@only(administers)
def join_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the house works here from now on; saying it twice changes nothing."""
    there = _find(request, pk)
    form = JoinForm(request.POST, team=there)
    if not form.is_valid():
        return _page(request, there, joining=form)
    person = form.cleaned_data["person"]
    with logged(there, by=request.user):
        there.welcome(person, lead=form.cleaned_data["role"] == LEAD)
    words = _("%(name)s works in “%(team)s” from now on.")
    messages.success(request, words % {"name": person.name, "team": there.name})
    return redirect("setup:team", there.pk)


@require_http_methods(EDITS)
@only(administers)
def member(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """What somebody is in this team; and the way out of it."""
    there = _find(request, pk)
    who = _member(there, person)
    if request.method != "POST":
        return _of(request, there, who)
    with transaction.atomic():
        there.hold()
        form = RoleForm(request.POST, leads=_is_lead(there, who), is_last=_is_last(there, who))
        if not form.is_valid():
            return _of(request, there, who, form=form)
        with logged(there, by=request.user):
            if form.cleaned_data["role"] == LEAD:
                there.welcome(who, lead=True)
            else:
                there.step_down(who)
    messages.success(request, _("Saved."))
    return redirect("setup:team", there.pk)


@require_POST
@only(administers)
def leave_team(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Taken off; what they had open there is the team's again."""
    there = _find(request, pk)
    who = _member(there, person)
    with transaction.atomic():
        there.hold()
        form = LeaveForm(request.POST, is_last=_is_last(there, who))
        if not form.is_valid():
            return _of(request, there, who, leaving=form)
        with logged(there, by=request.user):
            back = take_off(who, there, by=request.user)
    words = ngettext(
        "%(name)s no longer works in “%(team)s”; %(count)s open ticket is the team’s again.",
        "%(name)s no longer works in “%(team)s”; %(count)s open tickets are the team’s again.",
        back,
    )
    messages.success(request, words % {"name": who.name, "team": there.name, "count": back})
    return redirect("setup:team", there.pk)


def _new(request: HttpRequest, form: NewTeamForm) -> HttpResponse:
    return shown(request, "setup/new_team.html", {"form": form}, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, there: Team, **forms: Any) -> HttpResponse:
    people = list(_people(there))
    leading = set(_leads().filter(content_object=there).values_list("user", flat=True))
    context = {
        "team": there,
        "hours": TeamHours.of(there),
        "people": [(person, person.pk in leading) for person in people],
        "led": any(person.pk in leading for person in people),
        "form": TeamForm(stored=there),
        "joining": JoinForm(team=there),
    }
    return shown(request, "setup/team.html", context | forms, status=422 if forms else 200)


def _of(request: HttpRequest, there: Team, who: Person, **forms: Any) -> HttpResponse:
    """The page of somebody in a team, with what would become of their tickets."""
    is_last = _is_last(there, who)
    context = {
        "team": there,
        "person": who,
        "held": open_with(who, there).count(),
        "is_last": is_last,
        "elsewhere": len(who.team_ids) > 1 or who.is_staff,
        "form": RoleForm(leads=_is_lead(there, who), is_last=is_last),
        "leaving": LeaveForm(is_last=is_last),
    }
    return shown(request, "setup/member.html", context | forms, status=422 if forms else 200)


def _leads() -> Any:
    """Rights to lead, of people who come in, with whose they are."""
    rights = TeamUserObjectPermission.objects.filter(permission__codename="lead_team", user__is_active=True)
    return rights.select_related("user").order_by("user__name", "user")


def _people(there: Team) -> Any:
    """Whoever has a right there, those who are blocked among them."""
    return (
        Person.objects.filter(teamuserobjectpermission__content_object=there)
        .distinct()
        .order_by("name", "pk")
    )


def _is_lead(there: Team, who: Person) -> bool:
    rights = TeamUserObjectPermission.objects.filter(permission__codename="lead_team")
    return bool(rights.filter(content_object=there, user=who).exists())


def _is_last(there: Team, who: Person) -> bool:
    leading = set(_leads().filter(content_object=there).values_list("user", flat=True))
    return leading == {who.pk}


def _find(request: HttpRequest, pk: int) -> Team:
    rows = Team.objects.steered_by(request.user)
    found_one = rows.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found_one is None:
        raise Http404
    return found_one


def _member(there: Team, pk: int) -> Person:
    found_one = _people(there).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found_one is None:
        raise Http404
    return found_one
