"""The palette: one field, and whatever can be done from here – go, act, run a macro, open a customer, be away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.presence import Presence
from tickets.automation.macro import Macro
from tickets.glance import recent
from tickets.search.customers import customers_like, known_to
from tickets.search.find import understood, ways
from tickets.setup_page import leads, pages_for, rooms_for
from tickets.setup_search import find
from tickets.status_name import offered
from tickets.ticket import Ticket
from tickets.watcher import Watcher

from .access import LARGEST_ID, desk_only
from .customers import url_of
from .lists import LONGEST_SEARCH
from .paging import page_of
from .view import views_of

MOST_FOUND, SHORTEST = 6, 2
SELF = (("person", ""),)  # nobody named is oneself


@dataclass(frozen=True)
class Choice:
    """One line: a link; with fields a form that is sent; or what is copied."""

    label: str
    url: str
    icon: str
    hint: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    # What it copies, and what is said when that is done.
    copies: str = ""
    said: str = ""


@require_safe
@desk_only
def palette(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    here = _here(request)
    groups = [
        (_("This ticket"), _fitting(_deeds(request.user, here), typed) if here else []),
        (_("Tickets"), list(_tickets(request.user, typed))),
        (_("Recently viewed"), _recent(request.user, here, typed)),
        (_("Customers"), list(_customers(request.user, typed))),
        (_("Go to"), _fitting(_places(request.user), typed)),
        (_("Settings"), _settings(request.user, typed)),
        (_("I am"), _fitting(_presence(), typed)),
    ]
    context = {"groups": [(name, choices) for name, choices in groups if choices], "typed": typed}
    return render(request, "desk/_palette.html", context)


def _here(request: HttpRequest) -> Ticket | None:
    """The ticket the palette was opened on, if its reader works on it."""
    number = request.GET.get("ticket", "")
    if not (number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= LARGEST_ID):
        return None
    return Ticket.objects.worked_by(request.user).filter(pk=int(number)).first()


def _fitting(choices: Iterator[Choice], typed: str) -> list[Choice]:
    """Those in which every typed word begins a word."""
    wanted = typed.casefold().split()
    return [choice for choice in choices if all(_begins(choice.label, word) for word in wanted)]


def _begins(label: str, word: str) -> bool:
    return any(part.startswith(word) for part in label.casefold().replace("„", "").replace("“", "").split())


def _deeds(person: Person, ticket: Ticket) -> Iterator[Choice]:
    if ticket.assignee_id != person.pk:
        to_me = (("to", str(person.pk)),)
        yield Choice(_("Take it"), reverse("desk:assign", args=[ticket.pk]), "hand", fields=to_me)
    if ticket.assignee_id is not None:
        back = reverse("desk:release", args=[ticket.pk])
        yield Choice(_("Give it back to the team"), back, "undo-2", fields=SELF)
    yield Choice(_("Open the customer"), url_of(ticket.customer), "user-round")
    yield Choice(_("Edit the ticket …"), reverse("desk:correct", args=[ticket.pk]), "pencil")
    if not ticket.is_settled:
        yield Choice(_("Snooze …"), reverse("desk:snooze", args=[ticket.pk]), "moon")
    if Watcher.objects.filter(ticket=ticket, person=person).exists():
        yield Choice(_("Watch no longer"), reverse("desk:unwatch", args=[ticket.pk]), "eye-off", fields=SELF)
    else:
        yield Choice(_("Watch it"), reverse("desk:watch", args=[ticket.pk]), "eye", fields=SELF)
    yield Choice(_("Link with another"), f"{ticket.desk_url()}#links", "link")
    yield Choice(_("Merge …"), reverse("desk:merge", args=[ticket.pk]), "merge")
    move = reverse("desk:move", args=[ticket.pk])
    for value, label, _own in offered():
        if value != ticket.status_value:
            said = _("Status: %(status)s") % {"status": label}
            yield Choice(said, move, "circle-dot", fields=(("status", value),))
    if not ticket.is_settled:
        yield from _of_priority(ticket)
    yield Choice(_("On to the next"), reverse("desk:skip", args=[ticket.pk]), "skip-forward")
    copied = _("The number is copied."), _("The link is copied.")
    yield Choice(_("Copy the number"), "", "copy", copies=f"#{ticket.pk}", said=copied[0])
    yield Choice(_("Copy the link"), "", "link", copies=ticket.desk_url(), said=copied[1])
    here = Q(team=None) | Q(team=ticket.team_id)
    for macro in Macro.objects.usable_by(person).filter(here):
        named = _("Macro: %(name)s") % {"name": macro.name}
        yield Choice(named, reverse("desk:macro", args=[ticket.pk, macro.pk]), "zap")


def _of_priority(ticket: Ticket) -> Iterator[Choice]:
    url = reverse("desk:prioritise", args=[ticket.pk])
    for value, label in Ticket.Priority.choices:
        if value != ticket.priority:
            said = _("Priority: %(priority)s") % {"priority": label}
            yield Choice(said, url, "flag", fields=(("priority", str(value)),))


def _tickets(person: Person, typed: str) -> Iterator[Choice]:
    if len(typed) < SHORTEST and not typed.isdigit():
        return
    found, _troubles = ways(Ticket.objects.worked_by(person), understood(typed), by=person)
    page = page_of(*(way.select_related("customer__person") for way in found), size=MOST_FOUND)
    for ticket in page.rows:
        name = ticket.customer.person.name
        yield Choice(f"#{ticket.pk} {ticket.subject}", ticket.desk_url(), "message-square", hint=name)


def _recent(person: Person, here: Ticket | None, typed: str) -> list[Choice]:
    """The way back, without the ticket one stands on."""
    seen = (
        Choice(f"#{one.pk} {one.subject}", one.desk_url(), "history", hint=one.customer.person.name)
        for one in recent(person)
        if one != here
    )
    return _fitting(seen, typed)[:MOST_FOUND]


def _customers(person: Person, typed: str) -> Iterator[Choice]:
    """Only those with a ticket in the own teams: nobody tries out who the customers of others are."""
    if len(typed) < SHORTEST:
        return
    for customer in (customers_like(typed) & known_to(person))[:MOST_FOUND]:
        hint = customer.person.email if customer.is_reachable else customer.phone
        yield Choice(customer.person.name, url_of(customer), "user-round", hint=hint)


def _places(person: Person) -> Iterator[Choice]:
    for view in views_of(person):
        yield Choice(str(view.name), view.url, view.icon)
    yield Choice(_("New ticket"), reverse("desk:new_ticket"), "plus")
    yield Choice(_("Recently viewed"), reverse("desk:recent"), "history")
    yield Choice(_("My promises"), reverse("desk:my_promises"), "handshake")
    yield Choice(_("Incidents"), reverse("desk:incidents"), "siren")
    yield Choice(_("Line"), reverse("desk:line"), "phone")
    yield Choice(_("Knowledge"), reverse("desk:knowledge"), "book-open")
    yield Choice(_("Notices"), reverse("desk:notices"), "bell")
    yield Choice(_("What I want to hear"), reverse("desk:news"), "bell-ring")
    if leads(person):
        yield Choice(_("Feedback"), reverse("desk:feedback"), "heart-handshake")
    for room in rooms_for(person):
        yield Choice(str(room.label), room.url, room.icon)
    yield Choice(_("New view"), reverse("desk:new_view"), "plus")
    yield Choice(_("Choose columns"), reverse("desk:columns"), "columns-3")
    yield Choice(_("Keys"), reverse("desk:keys"), "keyboard")
    yield Choice(_("My settings"), reverse("me"), "user-round-cog")
    for page in pages_for(person):
        yield Choice(str(page.label), page.url, page.icon, hint=_("Set-up"))


def _settings(person: Person, typed: str) -> list[Choice]:
    """Where a setting is changed, by whatever it is called; pages that can be gone to anyway are not named twice."""
    if len(typed) < SHORTEST:
        return []
    known = {choice.url for choice in _fitting(_places(person), typed)}
    found = [one for one in find(person, typed) if one.place.url not in known]
    return [
        Choice(str(one.place.label), one.place.url, one.place.icon, hint=one.field or str(one.place.room))
        for one in found[:MOST_FOUND]
    ]


def _presence() -> Iterator[Choice]:
    for value, label in Presence.State.choices:
        said = _("I am %(state)s") % {"state": label}
        yield Choice(said, reverse("desk:presence"), "circle-user-round", fields=(("state", value),))
