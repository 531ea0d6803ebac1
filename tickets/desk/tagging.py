"""Tags on the desk: the piece of a ticket's page that shows them, puts one on and takes one off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tickets.refused import Refused
from tickets.tag import LONGEST, Tag, spelled
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only, find

OFFERED = 50


class TagForm(forms.Form):
    name = OneLineField(
        label=gettext_lazy("Tag"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"class": "input", "list": "known-tags", "autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        name = spelled(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("A tag needs a word."))
        return name


@require_safe
@desk_only
def tags(request: HttpRequest, number: int) -> HttpResponse:
    return _piece(request, find(request, number))


@require_POST
@desk_only
def tag(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _done(request, ticket, form)
    put = Tag.put(form.cleaned_data["name"], ticket, by=request.user)
    if isinstance(put, Refused):
        form.add_error("name", put.words)
        return _done(request, ticket, form)
    return _done(request, ticket)


@require_POST
@desk_only
def untag(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    found = Tag.objects.on(ticket).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    found.take_off(ticket, by=request.user)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket, form: TagForm | None = None) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        return _piece(request, ticket, form)
    for error in form.errors.get("name", []) if form else []:
        messages.error(request, error)
    return redirect(ticket.desk_url())


def _piece(request: HttpRequest, ticket: Ticket, form: TagForm | None = None) -> HttpResponse:
    own = list(Tag.objects.on(ticket))
    known: Any = Tag.objects.known_to(request.user).exclude(pk__in=[tag.pk for tag in own])
    context = {"ticket": ticket, "tags": own, "form": form or TagForm(), "known": known[:OFFERED]}
    return render(request, "desk/_tags.html", context)
