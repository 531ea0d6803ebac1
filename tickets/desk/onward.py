"""Where somebody goes on after a deed: they stay, on to the next by promise, or back to the list."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from tickets.ticket import Ticket

from .access import desk_only, find
from .lists import last_list, next_after

register = template.Library()
STAY, NEXT, LIST = "stay", "next", "list"
PLACES: dict[str, str | Promise] = {
    STAY: _("stay here"),
    NEXT: _("on to the next"),
    LIST: _("back to the list"),
}
REPLY, SNOOZE, MOVE = "reply", "snooze", "move"
USUAL = {REPLY: STAY, SNOOZE: LIST, MOVE: STAY}


@dataclass(frozen=True, slots=True)
class Onward:
    """Chosen before the deed: what was next then is no longer found once the ticket has left its place."""

    place: str
    following: str = ""

    @classmethod
    def chosen(cls, request: HttpRequest, ticket: Ticket, deed: str, *, is_next: bool = False) -> Onward:
        """What the form says, which is remembered; else what was said the last time. `is_next`: its button says so."""
        place = NEXT if is_next else _said(request, deed)
        return cls(place, next_after(request, ticket) if place == NEXT else "")

    @property
    def leaves(self) -> bool:
        return self.place != STAY

    def go(self, request: HttpRequest, ticket: Ticket) -> HttpResponse:
        if self.place == STAY:
            return redirect(ticket.desk_url())
        return redirect(self.following or last_list(request))


@require_safe
@desk_only
def skip(request: HttpRequest, number: int) -> HttpResponse:
    """The next by promise; nothing is done to this one."""
    ticket = find(request, number)
    return Onward(NEXT, next_after(request, ticket)).go(request, ticket)


@register.filter
def after(person: Person, deed: str) -> str:
    """Where this person goes on after a deed."""
    place = str(person.onward.get(deed, ""))
    return place if place in PLACES else USUAL[deed]


@register.simple_tag
def places() -> list[tuple[str, str | Promise]]:
    return list(PLACES.items())


def _said(request: HttpRequest, deed: str) -> str:
    held, typed = after(request.user, deed), request.POST.get("after", "")
    if typed in PLACES and typed != held:
        request.user.choose_onward(deed, typed)
        return typed
    return held
