"""The first steps in the set-up: the list of what is set and what is left, and a page for each."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

import holidays
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.house import House
from accounts.setup_change import logged
from accounts.team import Team
from tickets.cause import Cause
from tickets.first_steps import PutOff, Step, following, stands, steps
from tickets.inviting import found
from tickets.mail.mailbox import Mailbox
from tickets.setup_page import administers
from tickets.sla.hours import BusinessHours
from tickets.sla.policy import Policy, PolicyVersion, Terms

from .access import only, shown
from .first_forms import PACES, FirmForm, FirstTeamForm, OpenForm, PaceForm

EDITS = ["GET", "HEAD", "POST"]
OWN = (
    Step(
        "firm",
        gettext_lazy("The firm"),
        gettext_lazy("Its name, and the language and time zone people begin with."),
        "building-2",
        "setup:first_firm",
        lambda: House.known() is not None,
    ),
    Step(
        "open",
        gettext_lazy("When you are open"),
        gettext_lazy("Promises count only while you are open. With the public holidays of your Land."),
        "calendar-clock",
        "setup:first_open",
        lambda: BusinessHours.objects.exists(),
    ),
    Step(
        "team",
        gettext_lazy("The first team"),
        gettext_lazy("Who works here; each gets a letter with the way in."),
        "users-round",
        "setup:first_team",
        lambda: Team.objects.exists(),
    ),
    Step(
        "mail",
        gettext_lazy("Your mail address"),
        gettext_lazy("The mailbox customers write to. Without it they still reach you by the portal."),
        "mailbox",
        "setup:first_mail",
        lambda: Mailbox.objects.filter(ended_at=None).exists(),
    ),
    Step(
        "promises",
        gettext_lazy("What you promise"),
        gettext_lazy("By when every customer hears from you."),
        "clock",
        "setup:first_promises",
        lambda: Policy.objects.kept().exists(),
    ),
)


@require_safe
@only(administers)
def first_steps(request: HttpRequest) -> HttpResponse:
    """What is set, what is left; and on with the first that is left."""
    known = stands()
    onward = next((stand.step for stand in known if stand.is_left), None)
    return shown(request, "setup/first/steps.html", {"stands": known, "onward": onward})


@require_POST
@only(administers)
def put_off(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("step", "")
    step = next((step for step in steps if step.name == name), None)
    if step is None:
        raise Http404
    PutOff.note(step, by=request.user)
    return redirect(following(name))


@require_http_methods(EDITS)
@only(administers)
def firm(request: HttpRequest) -> HttpResponse:
    house = House.known()
    own = {"language": request.LANGUAGE_CODE[:2], "zone": request.user.zone.key}
    form = FirmForm(_sent(request), house=house, **own)
    if not form.is_valid():
        return _page(request, "firm", form)
    with logged(house, by=request.user) as watch:
        watch.thing = House.say(**form.cleaned_data)
    return _on(request, "firm")


@require_http_methods(EDITS)
@only(administers)
def opening(request: HttpRequest) -> HttpResponse:
    """The first calendar; where there is one already, the page leads to it."""
    form = OpenForm(_sent(request))
    if not form.is_valid():
        return _page(request, "open", form)
    said, house = form.cleaned_data, House.known()
    calendar = BusinessHours(holidays=_public(said["region"], form.years))
    zone = house.time_zone if house else request.user.zone.key
    if BusinessHours.objects.filter(name=said["name"]).exists():
        form.add_error("name", _("Another calendar has this name."))
        return _page(request, "open", form)
    with logged(None, by=request.user) as watch:
        calendar.amend(name=said["name"], tz=zone, weekly=form.weekly, overrides={})
        watch.thing = calendar
    return _on(request, "open")


@require_http_methods(EDITS)
@only(administers)
def team(request: HttpRequest) -> HttpResponse:
    form = FirstTeamForm(_sent(request))
    if not form.is_valid():
        return _page(request, "team", form)
    said, hours = form.cleaned_data, BusinessHours.objects.order_by("pk").first()
    with logged(None, by=request.user) as watch:
        founder = {"by": request.user, "joins": said["joins"]}
        watch.thing = found(said["name"], hours=hours, guests=form.guests, **founder)
    return _on(request, "team")


@require_safe
@only(administers)
def mail(request: HttpRequest) -> HttpResponse:
    """A mailbox has a page of its own, where it is tried before it is kept."""
    return _page(request, "mail", None, ready=Cause.objects.exists())


@require_http_methods(EDITS)
@only(administers)
def promises(request: HttpRequest) -> HttpResponse:
    """One policy for everybody, in the first calendar; without a calendar nothing can be counted."""
    form, hours = PaceForm(_sent(request)), BusinessHours.objects.order_by("pk").first()
    if hours is None or not form.is_valid():
        return _page(request, "promises", form, ready=hours is not None)
    with transaction.atomic():
        answer = (
            None if Policy.objects.kept().exists() else _promise(request, form.cleaned_data["pace"], hours)
        )
    if answer:
        form.add_error(None, answer)
        return _page(request, "promises", form, ready=True)
    return _on(request, "promises")


def _promise(request: HttpRequest, pace: str, hours: BusinessHours) -> str:
    """Publish it; the words of a refusal, or ""."""
    kinds = ("first_response", "next_response", "solution")
    targets = [Terms(kind, each * 3600, hours) for kind, each in zip(kinds, PACES[pace], strict=True)]
    with logged(None, by=request.user) as watch:
        said: dict[str, Any] = {"conditions": (), "targets": targets, "note": _("The first promise")}
        answer = Policy.write(None, name=_free_name(), by=request.user, at=timezone.now(), **said)
        if isinstance(answer, PolicyVersion):
            watch.thing = answer.policy
            return ""
    return str(answer.words)


def _free_name() -> str:
    """A retired policy keeps its name."""
    name = _("For everybody")
    taken = set(Policy.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(
        free for free in chain([name], (f"{name} {number}" for number in count(2))) if free not in taken
    )


def _public(region: str, years: tuple[int, int]) -> list[str]:
    if not region:
        return []
    country, _dash, land = region.partition("-")
    return sorted(
        day.isoformat() for day in holidays.country_holidays(country, subdiv=land or None, years=years)
    )


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _on(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(following(name))


def _page(request: HttpRequest, name: str, form: forms.Form | None, *, ready: bool = True) -> HttpResponse:
    known = stands()
    here = next(stand for stand in known if stand.step.name == name)
    context = {"form": form, "stands": known, "here": here, "ready": ready}
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return shown(request, f"setup/first/{name}.html", context, status=status)
