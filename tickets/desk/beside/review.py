"""The public review a ticket came from: where it stands, and that our answer stands there, too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tickets.desk.access import desk_only, find
from tickets.public_review import PublicReview
from tickets.ticket import Ticket


def of(request: HttpRequest, ticket: Ticket) -> PublicReview | None:
    found = PublicReview.objects.worked_by(request.user).filter(ticket=ticket)
    return found.select_related("posted_by").first()


@require_POST
@desk_only
def posted(request: HttpRequest, number: int) -> HttpResponse:
    """Saying so on a ticket that is no review, or a second time, changes nothing."""
    ticket = find(request, number)
    review = of(request, ticket)
    if review is not None:
        review.post(by=request.user)
    if request.htmx:
        return render(request, "desk/beside/_review.html", {"ticket": ticket, "review": of(request, ticket)})
    return redirect(ticket.desk_url())
