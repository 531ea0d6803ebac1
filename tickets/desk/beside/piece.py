"""What stands beside a conversation, fetched once the page is there; the page itself asks nothing of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.desk.access import desk_only, find
from tickets.glance import Glance

from . import checklist, copying, details, linking, review, watching


@require_safe
@desk_only
def beside(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    Glance.note(request.user, ticket)
    context = {
        "ticket": ticket,
        "details": details.of(ticket),
        "watching": watching.of(request, ticket),
        "copying": copying.of(ticket),
        "linking": linking.of(request, ticket),
        "checklist": checklist.of(ticket),
        "review": review.of(request, ticket),
    }
    return render(request, "desk/beside/_beside.html", context)
