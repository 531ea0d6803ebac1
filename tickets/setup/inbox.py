"""The inbox in the set-up: what came by mail and what became of it; what was set aside can be read again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.mail.inbox import IncomingMail
from tickets.mail.intake import try_again
from tickets.setup_page import administers

from .access import LARGEST_ID, only, shown

PAGE_SIZE = 50
Result = IncomingMail.Result


@require_safe
@only(administers)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for somebody first; the rest by a link."""
    everything = IncomingMail.objects.managed_by(request.user)
    aside = everything.quarantined()
    wanted, page = request.GET.get("show", ""), request.GET.get("page", "")
    chosen = everything.exclude(result=Result.QUARANTINE) if wanted == "all" else aside
    found = Paginator(chosen.select_related("ticket"), PAGE_SIZE).get_page(page if len(page) < 10 else 1)
    context = {"page": found, "shows_all": wanted == "all", "aside_count": aside.count()}
    return shown(request, "setup/inbox.html", context)


@require_POST
@only(administers)
def retry_mail(request: HttpRequest, pk: int) -> HttpResponse:
    mail = try_again(_find(request, pk), by=request.user)
    if mail.ticket_id and mail.result in (Result.TICKET, Result.REPLY):
        messages.success(request, _("Read. It is in ticket #%(number)s.") % {"number": mail.ticket_id})
    elif mail.result == Result.IGNORED:
        messages.info(request, _("Read, and nothing to do: %(why)s") % {"why": mail.reason_in_words})
    else:
        messages.error(request, _("Still not: %(why)s") % {"why": mail.reason_in_words})
    return redirect("setup:inbox")


@require_POST
@only(administers)
def put_aside_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing will be made of it; it stays stored."""
    mail = _find(request, pk)
    if mail.result == Result.QUARANTINE:
        mail.end(Result.IGNORED, "put_aside")
    return redirect("setup:inbox")


@require_safe
@only(administers)
def raw_mail(request: HttpRequest, pk: int) -> FileResponse:
    """As it came, byte for byte, to look at with a program for mail."""
    mail = _find(request, pk)
    try:
        stored = mail.raw.open("rb")
    except (OSError, ValueError):  # lost, or forgotten
        raise Http404
    response = FileResponse(
        stored,
        as_attachment=True,
        filename=f"mail-{mail.pk}.eml",
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _find(request: HttpRequest, pk: int) -> IncomingMail:
    everything = IncomingMail.objects.managed_by(request.user)
    found = everything.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
