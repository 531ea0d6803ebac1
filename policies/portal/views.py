"""What a customer received on one of the own requests, and by when they hear of more; nothing of how it comes about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from policies.asks.ask import Ask
from policies.offer import Offer
from tickets.portal.access import find_own


@require_safe
@vary_on_headers("HX-Request")
def gestures(request: HttpRequest, number: int) -> HttpResponse:
    """A piece of the request's page; followed as a link, a page of its own."""
    own = find_own(request, number)
    asks = Ask.objects.open().filter(ruling__ticket=own).order_by("due_at")
    context = {
        "ticket": own,
        "gestures": Offer.objects.filter(ticket=own).order_by("at", "pk"),
        "hears_by": asks.values_list("due_at", flat=True).first(),
        "now": timezone.now(),
    }
    return render(request, "portal/_gestures.html" if request.htmx else "portal/gestures.html", context)
