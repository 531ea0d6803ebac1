"""People on copy, beside a conversation: who gets our answers too, and who could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.mail.copied import LONGEST_NAME, Copied, suggested_on
from tickets.mail.reading.header import Address
from tickets.refused import Refused
from tickets.textfields import OneLineField
from tickets.ticket import Ticket


class CopyForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = OneLineField(label=_("Name"), required=False, max_length=LONGEST_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="copy-%s", **kwargs)


@dataclass(frozen=True, slots=True)
class Copying:
    """Who is on copy, whom mails of the customer name besides, and what is being typed."""

    rows: list[Copied]
    suggested: list[Address]
    form: CopyForm


def of(ticket: Ticket, form: CopyForm | None = None) -> Copying:
    return Copying(list(Copied.objects.on(ticket)), suggested_on(ticket), form or CopyForm())


@require_POST
@desk_only
def put(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = find(request, number), CopyForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        added = Copied.add(ticket, said["email"], name=said["name"], by=request.user)
        if not isinstance(added, Refused):
            return _done(request, ticket)
        form.add_error("email", added.words)
    return _done(request, ticket, form)


@require_POST
@desk_only
def take_off(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    copied = Copied.objects.on(ticket).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if copied is None:
        raise Http404
    copied.remove(by=request.user)
    return _done(request, ticket)


def _done(request: HttpRequest, ticket: Ticket, form: CopyForm | None = None) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        context = {"ticket": ticket, "copying": of(ticket, form), "is_anew": True}
        return render(request, "desk/beside/_copying.html", context)
    for errors in form.errors.values() if form else ():
        messages.error(request, " ".join(errors))
    return redirect(f"{ticket.desk_url()}#copying")
