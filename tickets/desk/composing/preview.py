"""What is being written as it will be read: by the customer, or as a note by colleagues."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tickets.composing.mention import SIGN, mentionable_on
from tickets.desk.access import desk_only, find
from tickets.desk.drafts import DraftForm
from tickets.knowledge.blocks import blocks_of
from tickets.message import Message


@require_POST
@desk_only
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Nothing is kept; what comes back is built from the text like the message itself."""
    ticket, form = find(request, number), DraftForm(request.POST.dict())
    if not form.is_valid():
        return HttpResponse(status=422, content_type="text/plain")
    text, inside = form.cleaned_data["text"], form.cleaned_data["kind"] == Message.Kind.INTERNAL
    names = [one.name for one in mentionable_on(ticket)] if inside and SIGN in text else []
    return render(request, "desk/_preview.html", {"blocks": blocks_of(text, names=names), "at_desk": inside})
