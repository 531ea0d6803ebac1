"""The organisation's requests, for those of its people who oversee them; found by words, name or number."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tickets.ticket import Ticket

from .access import LARGEST_ID, customer_of, with_standing
from .listing import in_order, page_of

LONGEST_ASKED = 200


@require_safe
@vary_on_headers("HX-Request")
def organisation(request: HttpRequest) -> HttpResponse:
    customer = customer_of(request)
    firm = customer.organisation if customer.overseen_organisation_id else None
    if firm is None:
        raise Http404
    request.live_topics = [f"organisation-{firm.pk}"]
    asked = request.GET.get("q", "")[:LONGEST_ASKED].replace("\0", "").strip()
    found = with_standing(Ticket.objects.overseen_by(request.user).filter(_holding(asked)))
    context = {"page": page_of(request, in_order(found)), "organisation": firm, "asked": asked}
    return render(request, "portal/_overseen.html" if request.htmx else "portal/organisation.html", context)


def _holding(asked: str) -> Q:
    """In the subject, the name of whose request it is, or its number, with or without the #."""
    words = Q(subject__icontains=asked) | Q(customer__person__name__icontains=asked) if asked else Q()
    number = asked.removeprefix("#")
    exact = number.isascii() and number.isdecimal() and int(number) <= LARGEST_ID
    return words | Q(pk=int(number)) if exact else words
