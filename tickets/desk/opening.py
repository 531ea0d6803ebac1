"""A new ticket from the desk: for whom, what it is about, what was said; with what is open of theirs beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets.ticket import Ticket
from tickets.together.likeness import are_alike, likeness

from .access import desk_only
from .opening_form import NewTicketForm

LOOKED_AT, SHOWN = 50, 5
# What a look asks for again: who is meant, or what they have open; or what else is asked about such a ticket.
LOOKS = {"who": "desk/_new_ticket_who.html", "alike": "desk/_new_ticket_alike.html"}
DETAILS = "details"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def new(request: HttpRequest) -> HttpResponse:
    """`look` opens nothing: it shows who may be meant and what they have open, with all that was typed."""
    look = request.GET.get("look") or request.POST.get("look", "")
    if request.method != "POST":
        return _page(request, NewTicketForm(initial=_wished(request), by=request.user))
    form = NewTicketForm(request.POST, request.FILES, by=request.user)
    if look:
        form.errors.clear()
        if request.htmx and look == DETAILS:
            return render(request, "desk/_new_ticket_details.html", {"form": form})
        if request.htmx and look in LOOKS:
            return render(request, LOOKS[look], _known(request, form))
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    ticket = _open(request, form)
    messages.success(request, _("#%(number)s is opened.") % {"number": ticket.pk})
    own = Ticket.objects.worked_by(request.user).filter(pk=ticket.pk).exists()
    return redirect(ticket.desk_url() if own else "desk:tickets")


def _open(request: HttpRequest, form: NewTicketForm) -> Ticket:
    said = {
        name: form.cleaned_data[name]
        for name in ("way", "cause", "team", "priority", "subject", "text", "files", "confirm")
    }
    said["fields"] = form.answered
    ticket = Ticket.take_down(form.customer_meant(), **said, by=request.user, key=form.once)
    if form.cleaned_data["mine"] and ticket.assignee_id is None and ticket.team_id in request.user.team_ids:
        ticket.assign(request.user, by=request.user)
    return ticket


def _wished(request: HttpRequest) -> dict[str, Any]:
    """Who it is, where a link says so."""
    return {"customer": request.GET.get("customer", "")[:20]}


def _page(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    context = {
        **_known(request, form),
        "most_files": settings.ATTACHMENTS_PER_MESSAGE,
        "most_megabytes": settings.ATTACHMENT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "desk/new_ticket.html", context, status=status)


def _known(request: HttpRequest, form: NewTicketForm) -> dict[str, Any]:
    """What the customer meant has open with the teams of whoever asks, what is most alike first."""
    subject, rows = str(form["subject"].value() or ""), list[Ticket]()
    if form.meant is not None:
        theirs = Ticket.objects.worked_by(request.user).unsettled().filter(customer=form.meant)
        rows = list(theirs.order_by("-created_at")[:LOOKED_AT])
    form.ask_for_name()
    rows.sort(key=lambda other: -likeness(subject, other.subject))
    beside = [(other, are_alike(subject, other.subject)) for other in rows[:SHOWN]]
    return {"form": form, "open_tickets": beside, "open_count": len(rows)}
