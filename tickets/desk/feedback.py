"""Feedback for leads: what customers answered about their teams, and some of what they said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.team import Team
from tickets.feedback.figures import FEWEST
from tickets.feedback.report import RANGE, by_team, words_of_the_week
from tickets.setup.access import only
from tickets.setup_page import leads
from tickets.ticket import Ticket


@require_safe
@only(leads)
def feedback(request: HttpRequest) -> HttpResponse:
    """Of the last ninety days; a ticket is named only to who may read it."""
    now, teams = timezone.now(), Team.objects.steered_by(request.user)
    said = words_of_the_week(teams, now=now)
    seen = Ticket.objects.worked_by(request.user).filter(pk__in=[one.ticket_id for one in said])
    context = {
        "teams": by_team(teams, now=now),
        "said": said,
        "visible": set(seen.values_list("pk", flat=True)),
        "since": now - RANGE,
        "until": now,
        "fewest": FEWEST,
    }
    return render(request, "desk/feedback.html", context)
