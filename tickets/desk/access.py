"""Who may stand at the desk: people who work in at least one team; everybody else finds nothing here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.prepared import Prepared
from tickets.ticket import Ticket

LARGEST_ID = 2**63 - 1


def desk_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_agent:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def find(request: HttpRequest, number: int) -> Ticket:
    """The ticket if this person may work on it; Http404 otherwise, whatever the reason."""
    if number > LARGEST_ID:
        raise Http404
    ticket: Ticket | None = _FOUND.first(person=request.user, number=number)
    if ticket is None:
        raise Http404
    return ticket


_FOUND = Prepared(
    lambda person, number: Ticket.objects.worked_by(person).with_people().filter(pk=number).order_by()
)
