"""The people of the house in the set-up: who works here, in which teams, and whether they come in; no customers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from accounts.team import Team, TeamUserObjectPermission
from tickets.automation.bulk import MOST
from tickets.inviting import invite, invite_again
from tickets.leaving import give_back, open_with
from tickets.setup_page import administers
from tickets.ticket import Ticket

from .access import LARGEST_ID, only, shown
from .people_forms import AgainForm, FindForm, InvitationForm, PersonForm

PAGE_SIZE = 30
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@require_safe
@only(administers)
def people(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    found = Person.objects.colleagues().filter(Q(name__icontains=typed) | Q(email__icontains=typed))
    number = request.GET.get("page", "")
    page = Paginator(found.order_by("name", "pk"), PAGE_SIZE).get_page(number if len(number) < 10 else 1)
    teams = _teams_of(list(page))
    rows = [(person, teams.get(person.pk, {})) for person in page]
    status = 200 if form.is_valid() else 422
    return shown(request, "setup/people.html", {"form": form, "page": page, "rows": rows}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def new_person(request: HttpRequest) -> HttpResponse:
    """A letter with the way in; sent twice it is one letter, and who is known is let in as they are."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return shown(request, "setup/new_person.html", {"form": form}, status=status)
    said = form.cleaned_data
    known = Person.objects.filter(email=said["email"]).first()
    with ExitStack() as logs:
        watch = logs.enter_context(logged(known, by=request.user))
        for team in said["teams"]:
            logs.enter_context(logged(team, by=request.user))
        watch.thing = invite(
            said["email"],
            said["name"],
            teams=said["teams"],
            leads=form.leads,
            by=request.user,
            key=said["key"],
        )
    messages.success(request, _("%(name)s is let in.") % {"name": watch.thing.name})
    return redirect("setup:person", watch.thing.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    if request.method != "POST":
        return _page(request, found)
    _changeable(request, found)
    form = PersonForm(request.POST, stored=found)
    if not form.is_valid():
        return _page(request, found, form=form)
    with logged(found, by=request.user):
        found.call(form.cleaned_data["name"], language=form.cleaned_data["language"])
    messages.success(request, _("Saved."))
    return redirect("setup:person", found.pk)


@require_POST
@only(administers)
def block_person(request: HttpRequest, pk: int) -> HttpResponse:
    """With `back` they are let in again."""
    found = _changeable(request, _find(pk))
    with logged(found, by=request.user):
        if "back" in request.POST:
            found.unblock()
        elif refused := found.block(by=request.user):
            messages.error(request, refused)
    return redirect("setup:person", found.pk)


@require_POST
@only(administers)
def administer(request: HttpRequest, pk: int) -> HttpResponse:
    """Only somebody with every right hands out rights; with `end` somebody is no administrator any more."""
    found = _find(pk)
    if not request.user.is_superuser:
        raise Http404
    with logged(found, by=request.user):
        if "end" not in request.POST:
            found.look_after_house()
        elif refused := found.leave_house_to_others(by=request.user):
            messages.error(request, refused)
    still = Person.objects.colleagues().filter(pk=found.pk).exists()
    return redirect("setup:person", found.pk) if still else redirect("setup:people")


@require_POST
@only(administers)
def send_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more, to somebody who never came."""
    found, form = _find(pk), AgainForm(request.POST)
    form.is_valid()
    if found.last_login is None and found.is_active:
        invite_again(found, by=request.user, key=form.cleaned_data["key"])
        messages.success(request, _("The letter is on its way to %(email)s.") % {"email": found.email})
    return redirect("setup:person", found.pk)


@require_POST
@only(administers)
def give_back_tickets(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    back = give_back(found, by=request.user)
    words = ngettext(
        "%(count)s ticket is its team’s again.", "%(count)s tickets are their teams’ again.", back
    )
    messages.success(request, words % {"count": back})
    return redirect("setup:person", found.pk)


def _page(request: HttpRequest, found: Person, **forms: Any) -> HttpResponse:
    held = open_with(found)
    context = {
        "person": found,
        "teams": _teams_of([found]).get(found.pk, {}),
        "factor": Authenticator.objects.filter(user=found, type__in=FACTORS).exists(),
        "changeable": _may_change(request.user, found),
        "held": list(held.values_list("team__name").annotate(Count("pk")).order_by("team__name")),
        "bulk": _bulk(request.user, found),
        "form": PersonForm(stored=found),
        "again": AgainForm(),
    }
    return shown(request, "setup/person.html", context | forms, status=422 if forms else 200)


def _bulk(reader: Person, found: Person) -> str:
    """The page where the reader gives what they may work on to others; "" where that is nothing."""
    held = Ticket.objects.worked_by(reader).filter(pk__in=open_with(found).values("pk"))
    numbers = list(held.order_by("pk").values_list("pk", flat=True)[:MOST])
    asked = QueryDict(mutable=True)
    asked.setlist("ticket", numbers)
    return f"{reverse('desk:bulk')}?{asked.urlencode()}" if numbers else ""


def _teams_of(persons: list[Person]) -> dict[int, dict[Team, bool]]:
    """Of each their teams by name, and whether they lead there."""
    rights = TeamUserObjectPermission.objects.filter(user__in=persons)
    rights = rights.select_related("content_object", "permission").order_by("content_object__name")
    teams: dict[int, dict[Team, bool]] = {}
    for right in rights:
        mine = teams.setdefault(right.user_id, {})
        leads = right.permission.codename == "lead_team"
        mine[right.content_object] = mine.get(right.content_object, False) or leads
    return teams


def _may_change(by: Person, found: Person) -> bool:
    """Those who look after the house are changed by somebody with every right only."""
    return by.is_superuser or not (found.is_staff or found.is_superuser)


def _changeable(request: HttpRequest, found: Person) -> Person:
    if not _may_change(request.user, found):
        raise Http404
    return found


def _find(pk: int) -> Person:
    found = Person.objects.colleagues().filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
