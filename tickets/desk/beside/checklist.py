"""The checklist on the desk: ticking off, adding a line, and putting a ready list there."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tickets.checklist import LONGEST, ChecklistItem, ReadyList
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.refused import Refused
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket


class LineForm(forms.Form):
    words = OneLineField(
        label=_("What is to be done?"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    key = KeyField()


@dataclass(frozen=True, slots=True)
class Checklist:
    rows: list[ChecklistItem]
    ready: list[ReadyList]
    form: LineForm

    @property
    def done(self) -> int:
        return sum(row.done_at is not None for row in self.rows)


def of(ticket: Ticket, form: LineForm | None = None) -> Checklist:
    rows = list(ChecklistItem.objects.filter(ticket=ticket).select_related("done_by"))
    ready = list(ReadyList.objects.filter(cause=ticket.cause_id))
    return Checklist(rows, ready, form or LineForm(auto_id="line-%s"))


@require_POST
@desk_only
def add_line(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = LineForm(request.POST, auto_id="line-%s")
    if form.is_valid():
        added = ChecklistItem.add(
            ticket, form.cleaned_data["words"], by=request.user, key=form.cleaned_data["key"]
        )
        if not isinstance(added, Refused):
            return _done(request, ticket)
        form.add_error("words", added.words)
    return _done(request, ticket, form)


@require_POST
@desk_only
def tick(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Done, or with `undone` not done after all, or with `off` not needed."""
    ticket = find(request, number)
    rows = ChecklistItem.objects.filter(ticket=ticket).select_related("ticket")
    found = rows.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    if "off" in request.POST:
        found.take_off()
    elif "undone" in request.POST:
        found.untick(by=request.user)
    else:
        found.tick(by=request.user)
    return _done(request, ticket)


@require_POST
@desk_only
def put_ready_list(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    fitting = ReadyList.objects.filter(cause=ticket.cause_id)
    found = fitting.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    refused = found.put_on(ticket, by=request.user)
    if refused is not None:
        messages.error(request, refused.words)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket, form: LineForm | None = None) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        context = {"ticket": ticket, "checklist": of(ticket, form)}
        return render(request, "desk/beside/_checklist.html", context)
    for errors in form.errors.values() if form else ():
        messages.error(request, " ".join(errors))
    return redirect(ticket.desk_url())
