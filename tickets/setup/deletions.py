"""Who asked to be forgotten: what stands in the way of each, and the deed itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.erasure import Erasure
from tickets.setup_page import administers

from .access import LARGEST_ID, only, shown

MOST_SHOWN = 100


@require_safe
@only(administers)
def deletions(request: HttpRequest) -> HttpResponse:
    """Those under way, what is due first; and the last that were carried out, by their numbers."""
    everything, now = Erasure.objects.managed_by(request.user), timezone.now()
    under_way = everything.waiting().select_related("customer__person", "ticket")[:MOST_SHOWN]
    done = everything.exclude(done_at=None).select_related("done_by").order_by("-done_at")[:MOST_SHOWN]
    rows = [(erasure, erasure.hindrance(at=now)) for erasure in under_way]
    return shown(request, "setup/deletions.html", {"rows": rows, "done": done})


@require_POST
@only(administers)
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    everything = Erasure.objects.managed_by(request.user).select_related("customer__person", "ticket")
    erasure = everything.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if erasure is None:
        raise Http404
    refusal = erasure.carry_out(by=request.user)
    if refusal is None:
        messages.success(request, _("Customer %(number)s is forgotten.") % {"number": erasure.customer_id})
    else:
        messages.error(request, refusal.words)
    return redirect("setup:deletions")
