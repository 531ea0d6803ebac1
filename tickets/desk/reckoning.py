"""The promises of one ticket on the desk: how each deadline came about, from its log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets.fields.says import of_values
from tickets.sla import besides
from tickets.sla.duty import day_at
from tickets.sla.explanation import explain

from .access import desk_only, find


@require_safe
@desk_only
def reckoning(request: HttpRequest, number: int) -> HttpResponse:
    """The running ones first."""
    found, now = find(request, number), timezone.now()
    clocks = found.clocks.select_related("hours", "calendar", "target__version__policy").order_by("pk")
    in_order = sorted(clocks, key=lambda clock: (not clock.is_open, clock.pk))
    on = day_at(found.team_id, found.created_at)
    has = {name: read(found.customer_id, on) for name, read in besides.readers.items()}
    facts = {**found.facts(on=on), **of_values(found.custom_values, on=on), **has}
    told = [explain(clock, zone=request.user.zone, now=now, facts=facts) for clock in in_order]
    return render(request, "desk/reckoning.html", {"ticket": found, "explanations": told})
