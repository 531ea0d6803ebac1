"""What a customer received: the gestures on one of the own requests, in words, with nothing of how they came about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from policies.offer import Offer
from tickets.portal.access import find


@require_safe
@vary_on_headers("HX-Request")
def gestures(request: HttpRequest, number: int) -> HttpResponse:
    """A piece of the request's page; followed as a link, a page of its own."""
    own = find(request, number)
    context = {"ticket": own, "gestures": Offer.objects.filter(ticket=own).order_by("at", "pk")}
    return render(request, "portal/_gestures.html" if request.htmx else "portal/gestures.html", context)
