"""Watchers on the desk: who watches a ticket, watching it oneself, and letting a colleague watch."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.person import Person
from tickets.desk.access import desk_only, find
from tickets.refused import Refused
from tickets.ticket import Ticket
from tickets.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Watching:
    """Who watches, whether the reader does, and who else could."""

    rows: list[Watcher]
    is_mine: bool
    others: list[Person]
    error: str = ""


class WhoForm(forms.Form):
    """Somebody of the ticket's team; nobody named is oneself."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Who"), required=False)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.working_in(ticket.team)


class OffForm(forms.Form):
    """Somebody who watches it."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Who"), required=False)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(watched__ticket=ticket)


def of(request: HttpRequest, ticket: Ticket, error: str = "") -> Watching:
    rows = list(Watcher.objects.on(ticket))
    watching = {row.person_id for row in rows}
    team = Person.objects.working_in(ticket.team).exclude(pk=ticket.customer.person_id)
    others = [person for person in team if person.pk not in watching and person != request.user]
    return Watching(rows, request.user.pk in watching, others, error)


@require_POST
@desk_only
def watch(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = WhoForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return _done(request, ticket, " ".join(form.errors["person"]))
    added = Watcher.add(ticket, form.cleaned_data["person"] or request.user, by=request.user)
    return _done(request, ticket, added.words if isinstance(added, Refused) else "")


@require_POST
@desk_only
def unwatch(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = OffForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return _done(request, ticket, " ".join(form.errors["person"]))
    Watcher.remove(ticket, form.cleaned_data["person"] or request.user, by=request.user)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket, error: str = "") -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        context = {"ticket": ticket, "watching": of(request, ticket, error)}
        return render(request, "desk/beside/_watching.html", context)
    if error:
        messages.error(request, error)
    return redirect(ticket.desk_url())
