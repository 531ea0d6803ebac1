"""Held replies on the desk: sending one, and taking it back while it has not gone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.composing.held_reply import HeldReply
from tickets.desk.access import desk_only, find
from tickets.desk.forms import SOLVED_NEXT, ReplyForm
from tickets.message import MAX_LENGTH
from tickets.sla.promise import moment_as_label
from tickets.solvable import Status
from tickets.ticket import Ticket


def send(request: HttpRequest, ticket: Ticket, form: ReplyForm) -> None:
    """Hold what was written until it goes, and say when that is; where nothing is held it goes at once."""
    said, now = form.cleaned_data, timezone.now()
    then = Status.SOLVED.value if said["then"] == SOLVED_NEXT else said["then"]
    held = HeldReply.hold(
        ticket,
        said["text"],
        by=request.user,
        key=said["key"],
        goes_at=said["goes_at"],
        files=said["files"],
        staged=list(form.staged.values_list("pk", flat=True)),
        then=then,
        anyway=said["anyway"],
        at=now,
    )
    person = ticket.customer.person
    if held is not None and held.is_planned:
        words = _("Planned for %(moment)s by the clock of %(name)s. It stops if they write before.")
        moment = moment_as_label(held.goes_at, zone=person.zone, now=now)
        messages.success(request, words % {"moment": moment, "name": person.name})
    elif held is None or (held.goes_at <= now and held.let_go(at=now)):
        messages.success(request, _("Sent to %(name)s.") % {"name": person.name})


@require_POST
@desk_only
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """It stands in the field of the reply again; what was typed there meanwhile stays behind it."""
    ticket = find(request, number)
    said = request.POST.get("held", "")
    pk = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    takeable = HeldReply.objects.of_ticket(ticket).takeable_by(request.user)
    held = takeable.select_related("author", "ticket").filter(pk=pk).first()
    typed = request.POST.get("typed")
    own = held is not None and held.author == request.user
    if typed is not None:
        typed = typed.replace("\x00", "").replace("\r\n", "\n")[:MAX_LENGTH] if own else None
    if held is None or not held.take_back(by=request.user, typed=typed):
        messages.error(request, _("It has gone out already."))
    elif own:
        messages.success(request, _("Taken back. It stands in the field of your reply, and nobody got it."))
    else:
        words = _("Taken back. It stands in the draft of %(name)s, who was told.")
        messages.success(request, words % {"name": held.author.name})
    return redirect(f"{(ticket.survivor or ticket).desk_url()}#reply-text")
