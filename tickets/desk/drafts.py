"""Drafts on a ticket: kept while somebody types, and what stood there before, to be taken back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_POST, require_safe

from accounts.prepared import Prepared
from tickets.draft import Draft, DraftVersion
from tickets.message import MAX_LENGTH, Message
from tickets.ticket import Ticket

from .access import desk_only, find


class DraftForm(forms.Form):
    kind = forms.ChoiceField(choices=Message.Kind.choices)
    # Not cleaned: a draft comes back exactly as it was typed, only what no database stores is left out.
    text = forms.CharField(required=False, strip=False, max_length=MAX_LENGTH, empty_value="")

    key = forms.CharField(required=False, max_length=64)

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__({name: value.replace("\x00", "") for name, value in data.items()})


@require_POST
@desk_only
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Answers with the time at which it was kept, in the writer's zone; nothing when there is nothing to keep."""
    found = find(request, number)
    form = DraftForm(request.POST.dict())
    if not form.is_valid():
        return HttpResponse(status=422, content_type="text/plain")
    draft = Draft.keep(found, by=request.user, **form.cleaned_data)
    moment = time_format(timezone.localtime(draft.changed_at), "TIME_FORMAT") if draft else ""
    return HttpResponse(moment, content_type="text/plain; charset=utf-8")


@require_safe
@desk_only
def versions(request: HttpRequest, number: int) -> HttpResponse:
    """Of the field they are asked for in: what a note said is never one click from a reply."""
    own = Draft.objects.of(request.user, find(request, number))
    inside = request.GET.get("kind") == Message.Kind.INTERNAL
    kind, field = (Message.Kind.INTERNAL, "note-text") if inside else (Message.Kind.PUBLIC, "reply-text")
    found = DraftVersion.objects.filter(draft__in=own.filter(kind=kind))
    return render(request, "desk/_draft_versions.html", {"versions": found, "field": field})


def drafts_of(request: HttpRequest, ticket: Ticket) -> dict[str, Draft]:
    """The reader's drafts on this ticket, by kind."""
    found: list[Draft] = _OWN.rows(person=request.user.pk, ticket=ticket.pk)
    return {draft.kind: draft for draft in found}


_OWN = Prepared(lambda person, ticket: Draft.objects.filter(person=person, ticket=ticket))
