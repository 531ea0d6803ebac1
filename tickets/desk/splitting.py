"""Splitting on the desk: a message of the customer's becomes a ticket of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.cause import Cause
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only, find


class SplitForm(forms.Form):
    """What the new ticket is about."""

    subject = OneLineField(label=gettext_lazy("Subject"), max_length=200)
    cause = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"), queryset=Cause.objects.order_by("position", "code")
    )
    key = KeyField()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def split(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Asked for: the message and what its ticket shall be called; sent: it is one."""
    ticket = find(request, number)
    message = ticket.messages.filter(pk=min(pk, LARGEST_ID)).first()
    if message is None or not message.can_be_split_off:
        raise Http404
    begins: dict[str, Any] = {"subject": ticket.subject, "cause": ticket.cause_id}
    form = SplitForm(request.POST) if request.method == "POST" else SplitForm(initial=begins)
    if not form.is_bound or not form.is_valid():
        context = {"ticket": ticket, "message": message, "form": form}
        return render(request, "desk/split.html", context, status=422 if form.is_bound else 200)
    made = ticket.split_off(message, **form.cleaned_data, by=request.user)
    messages.success(request, _("#%(number)s is a ticket of its own now.") % {"number": made.pk})
    seen = Ticket.objects.worked_by(request.user).filter(pk=made.pk).exists()
    return redirect(made.desk_url() if seen else ticket.desk_url())
