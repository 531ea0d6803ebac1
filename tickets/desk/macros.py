"""Macros on a ticket: which there are, what each step of one would do here, and doing them all at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets.automation.macro import Macro
from tickets.automation.step import Done
from tickets.message import MAX_LENGTH
from tickets.textfields import KeyField, TextField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only, find


class RunForm(forms.Form):
    """The key makes doing it twice the same as once; texts for the customer can be changed before they go out."""

    key = KeyField()

    def __init__(self, *args: Any, texts: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(texts)
        for place, text in texts.items():
            self.fields[f"text{place}"] = TextField(
                label=_("The customer reads"),
                initial=text,
                max_length=MAX_LENGTH,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    @property
    def texts(self) -> dict[int, str]:
        return {place: self.cleaned_data[f"text{place}"] for place in self.places}


@require_safe
@desk_only
def of_ticket(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    here = Q(team=None) | Q(team=ticket.team_id)
    found = Macro.objects.usable_by(request.user).filter(here)
    return render(request, "desk/_macros.html", {"ticket": ticket, "macros": found})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def macro(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Each step as it would be done here; sent, all are done, or none and the page says which could not."""
    ticket, found = find(request, number), _find(request, pk)
    rehearsed = found.rehearse(Ticket.objects.with_people().get(pk=ticket.pk), by=request.user)
    texts = {place: one.text for place, one in enumerate(rehearsed) if one.text}
    form = RunForm(request.POST if request.method == "POST" else None, texts=texts)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _page(request, ticket, found, form, rehearsed, status=status)
    done = found.run(ticket, by=request.user, key=form.cleaned_data["key"], texts=form.texts)
    if not all(one.is_done for one in done):
        return _page(request, ticket, found, form, done, status=422)
    messages.success(request, _("Done: “%(macro)s”.") % {"macro": found.name})
    return redirect(ticket.desk_url())


def _find(request: HttpRequest, pk: int) -> Macro:
    found = Macro.objects.usable_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, ticket: Ticket, macro: Macro, form: RunForm, done: list[Done], *, status: int
) -> HttpResponse:
    context = {"ticket": ticket, "macro": macro, "form": form, "done": done}
    context["is_possible"] = all(one.is_done for one in done)
    return render(request, "desk/macro.html", context, status=status)
