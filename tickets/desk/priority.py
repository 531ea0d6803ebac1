"""How urgent a ticket is, changed on the desk."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.ticket import Ticket

from .access import desk_only, find


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Ticket.Priority.choices, coerce=int)


@require_POST
@desk_only
def prioritise(request: HttpRequest, number: int) -> HttpResponse:
    found, form = find(request, number), PriorityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This priority does not exist."))
        return redirect(found.desk_url())
    refused = found.put_right(form.cleaned_data, by=request.user)
    if refused is not None:
        messages.error(request, refused.words)
    return redirect(found.desk_url())
