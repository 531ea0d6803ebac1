"""Merging on the desk: what looks like the same matter, what a merge would do, doing it, and taking it back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from tickets.refused import Refused
from tickets.textfields import OneLineField
from tickets.ticket import Ticket
from tickets.together import foresight
from tickets.together.likeness import are_alike, likeness
from tickets.together.merge import Merge, hindrance

from .access import LARGEST_ID, desk_only, find

LOOKED_AT, SHOWN = 50, 5
NUMBER = re.compile(r"#?([1-9][0-9]{0,18})", re.ASCII)


class IntoForm(forms.Form):
    """Which ticket stays."""

    into = OneLineField(
        label=gettext_lazy("Which ticket stays?"),
        max_length=20,
        help_text=gettext_lazy("Its number, like #1234."),
    )
    tell = forms.BooleanField(label=gettext_lazy("Tell the customer by mail"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.by = ticket, by

    def clean_into(self) -> Ticket:
        typed = NUMBER.fullmatch(self.cleaned_data["into"])
        number = int(typed[1]) if typed else 0
        theirs = Ticket.objects.worked_by(self.by).with_people()
        found = theirs.filter(pk=number).first() if 0 < number <= LARGEST_ID else None
        if found is None:
            raise forms.ValidationError(_("None of your tickets has this number."))
        why = hindrance(self.ticket, found)
        if why is not None:
            raise forms.ValidationError(why.words, code=why.code)
        return found


@require_safe
@desk_only
def alike(request: HttpRequest, number: int) -> HttpResponse:
    """The piece of the ticket's page: what looks like the same matter, and what was merged into it."""
    ticket, now = find(request, number), timezone.now()
    rows = [] if ticket.is_settled else _candidates(request.user, ticket)
    context = {
        "ticket": ticket,
        "alike": [other for other in rows if are_alike(ticket.subject, other.subject)][:SHOWN],
        "merged": [_undoable(merge, now) for merge in _merged_in(ticket)],
    }
    return render(request, "desk/_alike.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Asked for with a number: what would happen, in words; sent: it happens."""
    ticket = find(request, number)
    if request.method != "POST":
        typed = request.GET if "into" in request.GET else None
        return _page(request, ticket, IntoForm(typed, ticket=ticket, by=request.user))
    form = IntoForm(request.POST, ticket=ticket, by=request.user)
    if not form.is_valid():
        return _page(request, ticket, form, status=422)
    made = Merge.make(ticket, form.cleaned_data["into"], by=request.user, tell=form.cleaned_data["tell"])
    if isinstance(made, Refused):
        form.add_error("into", made.words)
        return _page(request, ticket, form, status=422)
    messages.success(request, _("#%(number)s goes on here.") % {"number": ticket.pk})
    return redirect(made.target.desk_url())


@require_POST
@desk_only
def take_apart(request: HttpRequest, number: int) -> HttpResponse:
    """The closed ticket of a merge gets back what it had; sent twice, the answer is the same."""
    ticket = find(request, number)
    held = Merge.objects.last_of(ticket)
    if held is None or not Ticket.objects.worked_by(request.user).filter(pk=held.target_id).exists():
        raise Http404
    refused = held.undo(by=request.user)
    if refused is not None:
        messages.error(request, refused.words)
    else:
        said = {"number": held.target_id}
        messages.success(request, _("Taken apart: this ticket and #%(number)s are two again.") % said)
    return redirect(ticket.desk_url())


def _page(request: HttpRequest, ticket: Ticket, form: IntoForm, *, status: int = 200) -> HttpResponse:
    target, context = None, {"ticket": ticket, "form": form, "candidates": []}
    if form.is_bound and form.is_valid():
        target = form.cleaned_data["into"]
        context["foreseen"] = foresight.of_merge(ticket, target, by=request.user, now=timezone.now())
        context["undoing"] = foresight.of_undoing(ticket, target)
        context["turned"] = hindrance(target, ticket) is None
    else:
        context["candidates"] = _candidates(request.user, ticket)[:SHOWN]
    return render(request, "desk/merge.html", {**context, "target": target}, status=status)


def _candidates(person: Person, ticket: Ticket) -> list[Ticket]:
    """The customer's other open tickets, those with the likest subject first."""
    others = Ticket.objects.worked_by(person).unsettled().filter(customer=ticket.customer_id)
    rows = list(others.exclude(pk=ticket.pk).order_by("-created_at")[:LOOKED_AT])
    return sorted(rows, key=lambda other: -likeness(ticket.subject, other.subject))


def _merged_in(ticket: Ticket) -> list[Merge]:
    return list(Merge.objects.open().filter(target=ticket).select_related("source", "by"))


def _undoable(merge: Merge, now: datetime) -> dict[str, Any]:
    return {"merge": merge, "is_undoable": merge.undoable_until > now}
