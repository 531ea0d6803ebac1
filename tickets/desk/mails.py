"""A mail as its sender made it: its HTML made harmless, shown alone in a sandbox, with no picture from elsewhere."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets import history
from tickets.mail.inbox import IncomingMail
from tickets.mail.outbox import OutgoingMail
from tickets.mail.reading.letter import Letter, Unreadable, read
from tickets.mail.reading.tongue import language_of
from tickets.mail.reading.words import harmless
from tickets.ticket import Ticket

from .access import desk_only, find

SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
LARGEST_PICTURE, MOST_PICTURE_BYTES = 3 * 1024 * 1024, 12 * 1024 * 1024


@require_safe
@desk_only
def mail(request: HttpRequest, number: int, message: int) -> HttpResponse:
    """Cleaned anew each time it is shown, so that a better cleaner cleans old mails too."""
    ticket = find(request, number)
    found = IncomingMail.objects.filter(message_id=message, message__ticket=ticket).first()
    if found is None:
        raise Http404
    try:
        letter = read(found.bytes)
    except (Unreadable, OSError):
        raise Http404
    page = harmless(letter.page, _pictures(letter)) if letter.page.strip() else ""
    response = HttpResponse(_sheet(letter, page, ticket))
    response["Content-Security-Policy"] = "sandbox allow-popups; default-src 'none'; img-src data:"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(letter: Letter, page: str, ticket: Ticket) -> str:
    """What its sender made, in a page that says in which language it is read out, what it is about and where it is."""
    language = language_of(f"{letter.subject}\n{letter.text}") or ticket.reader_language
    subject = escape(letter.subject) or f"#{ticket.number}"
    return (
        f'<!doctype html><html lang="{language or get_language()}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>#{ticket.number} {subject}</title><main><h1>{subject}</h1>{page}</main></html>"
    )


@require_POST
@desk_only
def send_again(request: HttpRequest, number: int, message: int) -> HttpResponse:
    """A mail that did not arrive, once more, to the address the customer has now."""
    ticket = find(request, number)
    letter = OutgoingMail.objects.undelivered().filter(key=f"answer:{message}").first()
    if letter is None or letter.ticket_id != ticket.pk:
        raise Http404
    to = ticket.customer.person.email
    with transaction.atomic():
        if letter.send_again(to=to):
            ticket.record(history.MAIL_SENT_AGAIN, by=request.user, to=to)
    messages.success(request, _("It is on its way to %(to)s.") % {"to": to})
    return redirect(ticket.desk_url())


def _pictures(letter: Letter) -> dict[str, str]:
    """The pictures that came with it, by the name its text calls them by; what is none by its content is left out."""
    found, left = {}, MOST_PICTURE_BYTES
    for file in letter.files:
        fits = file.content_id and file.content_type in SHOWN and len(file.data) <= min(LARGEST_PICTURE, left)
        if fits:
            left -= len(file.data)
            found[file.content_id] = f"data:{file.content_type};base64,{base64.b64encode(file.data).decode()}"
    return found
