"""Who else has a ticket open, and who is writing there: said by each open page, shown to the others."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets.composing.viewer import Viewer
from tickets.desk.access import desk_only, find
from tickets.message import Message


class LookForm(forms.Form):
    writes = forms.ChoiceField(required=False, choices=[("", ""), *Message.Kind.choices])
    types = forms.BooleanField(required=False)
    leaves = forms.BooleanField(required=False)


@require_POST
@desk_only
def viewers(request: HttpRequest, number: int) -> HttpResponse:
    """A page says that it stands open, or goes; the answer is who else is there."""
    ticket, form, now = find(request, number), LookForm(request.POST), timezone.now()
    if not form.is_valid():
        return HttpResponse(status=422, content_type="text/plain")
    said = form.cleaned_data
    if said["leaves"]:
        Viewer.leave(ticket, by=request.user)
        return HttpResponse(status=204)
    Viewer.look(ticket, by=request.user, writes=said["writes"], types=said["types"], at=now)
    beside = list(Viewer.objects.beside(request.user, ticket, now=now))
    for viewer in beside:
        viewer.types_now = viewer.is_typing(now)
    readers = [viewer.person.name for viewer in beside if not viewer.writes]
    second = said["writes"] == Message.Kind.PUBLIC
    context = {"viewers": beside, "readers": readers, "second": second}
    return render(request, "desk/_viewers.html", context)
