"""What a sign typed in the composer offers: articles behind “??”, colleagues behind “@”, tickets behind “#”.

One list for all of them, the same as for canned replies: each with what it puts in the place of what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.absence import Absence
from accounts.person import Person
from tickets.composing.mention import SIGN, mentionable_on
from tickets.desk.access import desk_only, find
from tickets.desk.paging import page_of
from tickets.knowledge.article import Article
from tickets.knowledge.blocks import link_to
from tickets.knowledge.find import LONGEST_ASKED, for_ticket, search
from tickets.message import Message
from tickets.search.find import understood, ways
from tickets.sla.promise import day_as_label
from tickets.ticket import Ticket

MOST, LONGEST_SHOWN = 12, 600
SHOWN = ("customer__person", "status_name")  # with each ticket


@dataclass(frozen=True, slots=True)
class Pick:
    """A line of the list: its name and a word beside it, what it puts into the text, what is shown before."""

    pk: int
    label: str
    puts: str
    hint: str = ""
    shows: str = ""
    trouble: str = ""


@require_safe
@desk_only
def articles(request: HttpRequest, number: int) -> HttpResponse:
    """In the customer's language; into a reply only what everybody reads."""
    ticket, typed = find(request, number), _typed(request)
    readable = Article.objects.visible_to(request.user)
    if request.GET.get("for") != Message.Kind.INTERNAL:
        readable = readable.public()
    found = search(readable, typed) if typed else for_ticket(readable, ticket)
    with translation.override(ticket.reader_language):
        said = [(one, one.live.title, one.live.text) for one in found[:MOST] if one.live]
    picks = [
        Pick(
            article.pk,
            title,
            f"{link_to(article.link(), title)} ",
            hint="" if article.is_public else _("colleagues only"),
            shows=f"{title}\n\n{text[:LONGEST_SHOWN]}",
        )
        for article, title, text in said
    ]
    return list_of(request, _("Articles"), picks)


@require_safe
@desk_only
def people(request: HttpRequest, number: int) -> HttpResponse:
    """Whoever works on the ticket and has every typed word at the beginning of one of their names."""
    ticket, typed = find(request, number), _typed(request).casefold().split()
    found = [one for one in mentionable_on(ticket) if one != request.user and _is_called(one, typed)][:MOST]
    away = Absence.objects.running(timezone.now()).filter(person__in=found)
    absent = {absence.person_id: absence for absence in away.select_related("person", "substitute")}
    picks = [_person(one, absent.get(one.pk)) for one in found]
    return list_of(request, _("Colleagues"), picks)


@require_safe
@desk_only
def tickets(request: HttpRequest, number: int) -> HttpResponse:
    """What the reader works on and what was typed finds; before anything is typed, the same customer's."""
    ticket, typed = find(request, number), _typed(request)
    own = Ticket.objects.worked_by(request.user).exclude(pk=ticket.pk)
    if typed:
        found, _troubles = ways(own, understood(typed), by=request.user)
        rows = page_of(*(way.select_related(*SHOWN) for way in found), size=MOST).rows
    else:
        beside = own.filter(customer=ticket.customer).select_related(*SHOWN)
        rows = list(beside.order_by("-created_at")[:MOST])
    picks = [
        Pick(
            one.pk,
            f"#{one.number} {one.subject}",
            f"#{one.number} ",
            hint=one.customer.person.name,
            shows=f"#{one.number} {one.subject}\n{one.customer.person.name} · {one.status_words}",
        )
        for one in rows
    ]
    return list_of(request, _("Tickets"), picks)


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_ASKED]


def _is_called(person: Person, typed: Sequence[str]) -> bool:
    """Whether the words stand in the order of the name, the last one maybe not to its end."""
    names = person.name.casefold().split()
    starts = range(len(names) - len(typed) + 1)
    return not typed or any(
        names[at : at + len(typed) - 1] == typed[:-1] and names[at + len(typed) - 1].startswith(typed[-1])
        for at in starts
    )


def _person(person: Person, absence: Absence | None) -> Pick:
    puts = f"{SIGN}{person.name} "
    if absence is None:
        return Pick(person.pk, person.name, puts, shows=f"{person.name}\n{person.email}")
    last, instead = day_as_label(absence.last_day), absence.substitute.name
    words = _("away up to and including %(day)s; %(name)s stands in") % {"day": last, "name": instead}
    return Pick(person.pk, person.name, puts, shows=f"{person.name}\n{words}", trouble=words)


def list_of(request: HttpRequest, name: str, picks: list[Pick]) -> HttpResponse:
    return render(request, "desk/_picks_found.html", {"name": name, "picks": picks})
