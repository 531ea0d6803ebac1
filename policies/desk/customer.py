"""Beside a customer on the desk: the relationship in a sentence, orders, what was given, what they told us."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.offer import Offer
from policies.relationship.detail import Detail
from policies.relationship.figures import RelationshipFigures, sentence
from policies.relationship.holding import Holding
from policies.relationship.quiet import quiet
from tickets.desk.access import desk_only
from tickets.desk.customers import known

SHOWN = 20


@require_safe
@desk_only
def of_customer(request: HttpRequest, pk: int) -> HttpResponse:
    customer, now = known(request, pk), timezone.now()
    offers, found = Offer.objects.counting().filter(customer=customer), quiet(customer, now=now)
    context = {
        "sentence": sentence(customer, RelationshipFigures.now()),
        "quiet": found if found.is_fragile else None,
        "holdings": list(Holding.objects.of(customer)[:SHOWN]),
        "details": list(Detail.objects.of(customer, on=timezone.localdate(now))),
        "offers": offers.select_related("cause")[:SHOWN],
        "total": offers.filter(currency=settings.CURRENCY).aggregate(sum=Sum("cents"))["sum"] or 0,
        "currency": settings.CURRENCY,
    }
    return render(request, "desk/authority/_of_customer.html", context)
