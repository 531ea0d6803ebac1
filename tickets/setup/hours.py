"""Calendars in the setup: when the house is open, the next two weeks of it, and the holidays somebody confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.setup_change import logged
from tickets.setup_page import administers, leads
from tickets.sla.hours import BusinessHours
from tickets.sla.opening import OpeningHours
from tickets.sla.worktime import open_spans

from .access import LARGEST_ID, only, shown
from .hours_forms import CalendarForm, ConfirmationForm, RegionForm

PREVIEW_DAYS = 14
Span = tuple[datetime, datetime]


@require_safe
@only(leads)
def calendars(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = BusinessHours.objects.prefetch_related("teams__team", "versions").order_by("name")
    rows = [(hours, hours.unconfirmed_year(today)) for hours in found]
    return shown(request, "setup/calendars.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, BusinessHours())


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST" and not request.user.is_staff:
        raise Http404
    return _edit(request, _find(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def holidays(request: HttpRequest, pk: int) -> HttpResponse:
    """What a Land or country keeps in a year is proposed; only what somebody ticks here counts."""
    found = _find(pk)
    if request.method == "POST":
        form = ConfirmationForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            with logged(found, by=request.user):
                found.confirm_holidays(said["ticked"], proposed=said["proposed"])
            messages.success(request, _("Confirmed. New promises count with these days."))
            return redirect("setup:calendar", found.pk)
        return _holidays(request, found, form, status=422)
    initial = {
        "region": request.GET.get("region", "DE-BE"),
        "year": request.GET.get("year", timezone.localdate().year),
    }
    return _holidays(request, found, RegionForm(initial))


def _holidays(
    request: HttpRequest, found: BusinessHours, form: RegionForm, *, status: int = 200
) -> HttpResponse:
    kept = set(found.holidays)
    proposed = form.proposed() if form.is_valid() else {}
    days = [(day, date.fromisoformat(day), name, day in kept) for day, name in proposed.items()]
    return shown(request, "setup/holidays.html", {"hours": found, "form": form, "days": days}, status=status)


def _edit(request: HttpRequest, found: BusinessHours) -> HttpResponse:
    if request.method != "POST":
        form = CalendarForm.showing(found) if found.pk else CalendarForm()
        return _page(request, found, form)
    form = CalendarForm(request.POST, hours=found if found.pk else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with logged(found, by=request.user):
                found.amend(name=said["name"], **said["content"])
        except ValidationError as error:
            form.add_error("name" if "name" in error.message_dict else None, error.messages)
        else:
            messages.success(request, _("Saved. Promises already made keep their hours."))
            return redirect("setup:calendar", found.pk)
    return _page(request, found, form, status=422)


def _page(
    request: HttpRequest, found: BusinessHours, form: CalendarForm, *, status: int = 200
) -> HttpResponse:
    held = BusinessHours.objects.filter(pk=found.pk).first() if found.pk else None
    preview = list(_next_days(held.opening, now=timezone.now())) if held else []
    context = {"form": form, "hours": held, "preview": preview, "weeks": PREVIEW_DAYS // 7}
    context["unconfirmed"] = held.unconfirmed_year(timezone.localdate()) if held else None
    return shown(request, "setup/calendar.html", context, status=status)


def _next_days(opening: OpeningHours, *, now: datetime) -> Iterator[tuple[date, list[Span]]]:
    """The next two weeks as the calendar's own clocks show them; nights over midnight are cut there."""
    today = now.astimezone(opening.zone).date()
    for day in (today + timedelta(days=number) for number in range(PREVIEW_DAYS)):
        begins = datetime.combine(day, datetime.min.time(), opening.zone)
        ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), opening.zone)
        spans = open_spans(opening, begins, ends)
        yield (
            day,
            [(opens.astimezone(opening.zone), closes.astimezone(opening.zone)) for opens, closes in spans],
        )


def _find(pk: int) -> BusinessHours:
    found = BusinessHours.objects.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
