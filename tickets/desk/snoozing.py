"""Snoozing on the desk: until when, or until the customer writes; and waking by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tickets.refused import Refused
from tickets.sla.promise import moment_as_label
from tickets.snooze import BEFORE_A_PROMISE, LONGEST, Snooze, hindrance
from tickets.ticket import Ticket

from .access import desk_only, find
from .onward import SNOOZE, Onward

FORMAT = "%Y-%m-%dT%H:%M"
DATE, REPLY, EITHER = "date", "reply", "either"
MORNING = 9


class SnoozeForm(forms.Form):
    wakes = forms.ChoiceField(
        label=gettext_lazy("Until"),
        choices=[
            (EITHER, gettext_lazy("the date, or the customer writes")),
            (DATE, gettext_lazy("the date, even if the customer writes")),
            (REPLY, gettext_lazy("the customer writes")),
        ],
        widget=forms.RadioSelect,
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        required=False,
        widget=forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"}),
        input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"],
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        until, now = said.get("until"), timezone.now()
        if said.get("wakes") == REPLY or "until" in self.errors:
            return said
        if until is None:
            self.add_error("until", _("Say until when."))
        elif until <= now:
            self.add_error("until", _("This moment has passed already."))
        elif until > now + LONGEST:
            self.add_error("until", _("That is too far ahead: at most a year."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        wakes = self.cleaned_data["wakes"]
        until = None if wakes == REPLY else self.cleaned_data["until"]
        return {"until": until, "wakes_on_reply": wakes != DATE}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def snooze(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    picks = quick_picks(timezone.now())
    form = SnoozeForm(
        request.POST if request.method == "POST" else None, initial={"wakes": EITHER, "until": picks[0][0]}
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, ticket, form, status=422 if form.is_bound else 200)
    onward = Onward.chosen(request, ticket, SNOOZE)
    begun = Snooze.begin(ticket, by=request.user, **form.said)
    if isinstance(begun, Refused):
        form.add_error(None, begun.words)
        return _page(request, ticket, form, status=422)
    messages.success(request, _("#%(number)s is snoozed. Its promises run on.") % {"number": ticket.pk})
    return onward.go(request, ticket)


@require_POST
@desk_only
def wake(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    for held in Snooze.objects.open().filter(ticket=ticket):
        held.wake(Snooze.Woken.HAND, by=request.user)
    return redirect(ticket.desk_url())


def _page(request: HttpRequest, ticket: Ticket, form: SnoozeForm, *, status: int = 200) -> HttpResponse:
    now, zone = timezone.now(), timezone.get_current_timezone()
    why, due = hindrance(ticket, at=now), ticket.next_due_at
    context = {
        "ticket": ticket,
        "form": form,
        "why_not": why.words if why and not form.is_bound else "",
        "picks": [(value, moment_as_label(moment, zone=zone, now=now)) for value, moment in quick_picks(now)],
        "back_by": moment_as_label(due - BEFORE_A_PROMISE, zone=zone, now=now) if due and not why else "",
    }
    return render(request, "desk/snooze.html", context, status=status)


def quick_picks(now: datetime) -> list[tuple[str, datetime]]:
    """Moments one snoozes until most: in some hours, the next mornings, in a week; what the field takes, and when."""
    local = timezone.localtime(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    mornings = [
        datetime.combine(local.date() + timedelta(days=days), time(MORNING), tzinfo=local.tzinfo)
        for days in (1, 2, 7, 30)
    ]
    return [(moment.strftime(FORMAT), moment) for moment in (*mornings, hour + timedelta(hours=3))]
