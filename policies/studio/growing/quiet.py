"""Quiet customers for the leads: this week's list, the weeks before, and whether calling helps."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies.relationship.outreach import LEAST, Outreach, outcome
from tickets.ticket import Ticket

from ..access import LARGEST_ID, only, sets_rules

SHOWN_FOR = timedelta(weeks=4)


@require_safe
@only(sets_rules)
def quiet(request: HttpRequest) -> HttpResponse:
    own, today = Outreach.objects.led_by(request.user), timezone.localdate()
    latest = Ticket.objects.worked_by(request.user).filter(customer=OuterRef("customer")).order_by("-pk")
    shown = own.listed().filter(week__gt=today - SHOWN_FOR).annotate(ticket=Subquery(latest.values("pk")[:1]))
    listed, held_out = outcome(own, on=today)
    context = {
        "rows": shown.select_related("customer__person", "team", "reached_by"),
        "listed": listed,
        "held_out": held_out,
        "least": LEAST,
    }
    return render(request, "studio/growing/quiet.html", context)


@require_POST
@only(sets_rules)
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    found = Outreach.objects.led_by(request.user).listed().filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.reach(by=request.user)
    messages.success(request, _("Noted. In three months one sees whether it helped."))
    return redirect("studio:quiet")
