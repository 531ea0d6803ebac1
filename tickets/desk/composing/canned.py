"""Canned replies on a ticket: those that fit, each as its customer would read it, to be put into the own draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.composing.canned_reply import CannedReply, CannedReplyQuerySet, Filled, filled
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.draft import Draft
from tickets.message import MAX_LENGTH, Message
from tickets.ticket import Ticket

from .picks import Pick, list_of

LONGEST_SEARCH, MOST_PICKED, MOST_SHOWN = 80, 20, 200


@require_safe
@desk_only
def canned(request: HttpRequest, number: int) -> HttpResponse:
    """A page of its own for whoever has no script; the list alone for the composer."""
    ticket = find(request, number)
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    most = MOST_PICKED if request.htmx else MOST_SHOWN
    found = filled(_usable(request, ticket).like(typed), ticket, writer=request.user, most=most)
    if request.htmx:
        return list_of(request, _("Canned replies"), [_pick(one) for one in found])
    return render(request, "desk/canned.html", {"ticket": ticket, "found": found, "typed": typed})


@require_POST
@desk_only
def put_canned(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Behind whatever the draft of the reply says already."""
    ticket = find(request, number)
    found = _usable(request, ticket).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    draft = Draft.objects.of(request.user, ticket).filter(kind=Message.Kind.PUBLIC).first()
    said = [draft.text.rstrip()] if draft else []
    text = "\n\n".join([*said, found.on(ticket, writer=request.user).text])
    if len(text) > MAX_LENGTH:
        messages.error(request, _("Your draft is too long for this text."))
        return redirect("desk:canned", ticket.pk)
    Draft.keep(ticket, by=request.user, kind=Message.Kind.PUBLIC, text=text)
    return redirect(f"{ticket.desk_url()}#reply-text")


def _pick(one: Filled) -> Pick:
    reply = one.reply
    trouble = _("%(name)s has nothing to say here") % {"name": one.gaps[0]} if one.gaps else ""
    return Pick(reply.pk, reply.name, one.text, hint=reply.whose, trouble=trouble)


def _usable(request: HttpRequest, ticket: Ticket) -> CannedReplyQuerySet:
    return CannedReply.objects.usable_by(request.user).fitting(ticket)
