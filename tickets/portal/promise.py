"""How a promise to the customer came about, in the customer's words: no policy, no names, only what was counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets.sla.explanation import explain
from tickets.sla.target import CALLBACK, RESPONSES, SOLUTION, UPDATE

from .access import find

SHOWN = (CALLBACK, *RESPONSES, UPDATE, SOLUTION)


@require_safe
def promise(request: HttpRequest, number: int) -> HttpResponse:
    own, now = find(request, number), timezone.now()
    clocks = own.clocks.open().of_kind(*SHOWN).select_related("hours", "calendar", "target__version__policy")
    told = [explain(clock, zone=request.user.zone, now=now) for clock in clocks.order_by("due_at", "pk")]
    return render(request, "portal/promise.html", {"ticket": own, "explanations": told})
