"""Links on the desk: how a ticket stands to others, linking it with one more, and ending that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.person import Person
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.refused import Refused
from tickets.textfields import OneLineField
from tickets.ticket import Ticket
from tickets.together.link import Link, Role

NUMBER = re.compile(r"#?([1-9][0-9]{0,18})", re.ASCII)


class LinkForm(forms.Form):
    """How this ticket stands to which."""

    role = forms.ChoiceField(
        label=gettext_lazy("This ticket"),
        choices=Role.choices,
        widget=forms.Select(attrs={"class": "select"}),
    )
    other = OneLineField(
        label=gettext_lazy("Number of the other"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": "#", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="link-%s", **kwargs)
        self.by = by

    def clean_other(self) -> Ticket:
        typed = NUMBER.fullmatch(self.cleaned_data["other"])
        number = int(typed[1]) if typed else 0
        own = Ticket.objects.worked_by(self.by).with_people()
        found = own.filter(pk=number).first() if 0 < number <= LARGEST_ID else None
        if found is None:
            raise forms.ValidationError(_("None of your tickets has this number."))
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """One line: how the ticket stands to the other, read from its page."""

    role: str
    ticket: Ticket
    link: Link | None = None  # none for what came about by itself and is not ended by hand


@dataclass(frozen=True, slots=True)
class Linking:
    rows: list[Row]
    form: LinkForm


def of(request: HttpRequest, ticket: Ticket, form: LinkForm | None = None) -> Linking:
    links = Link.objects.seen_by(request.user, ticket)
    rows = [Row(str(link.role_of(ticket).label), link.other_than(ticket), link) for link in links]
    return Linking([*_of_old(request.user, ticket), *rows], form or LinkForm(by=request.user))


def _of_old(person: Person, ticket: Ticket) -> list[Row]:
    """The settled matter it goes on from, and those that go on from it."""
    own = Ticket.objects.worked_by(person)
    near = own.filter(follows=ticket)
    found = near | own.filter(pk=ticket.follows_id) if ticket.follows_id else near
    words = {True: _("goes on from"), False: _("goes on in")}
    return [Row(words[other.pk == ticket.follows_id], other) for other in found.order_by("pk")[:20]]


@require_POST
@desk_only
def link(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = LinkForm(request.POST, by=request.user)
    if form.is_valid():
        other, role = form.cleaned_data["other"], form.cleaned_data["role"]
        made = Link.make(ticket, role, other, by=request.user)
        if not isinstance(made, Refused):
            return _done(request, ticket)
        form.add_error("other", made.words)
    return _done(request, ticket, form)


@require_POST
@desk_only
def unlink(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    seen = Link.objects.seen_by(request.user, ticket)
    found = seen.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    found.end(by=request.user)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket, form: LinkForm | None = None) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        context = {"ticket": ticket, "linking": of(request, ticket, form)}
        return render(request, "desk/beside/_linking.html", context)
    for errors in form.errors.values() if form else ():
        messages.error(request, " ".join(errors))
    return redirect(ticket.desk_url())
