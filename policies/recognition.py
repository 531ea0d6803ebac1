"""Recognition: what customers and colleagues said of decisions and ideas, the latest first. Nothing here is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets import history
from tickets.event import Event
from tickets.ticket import Ticket

from .kind_word import KindWord
from .offer import Offer
from .rules.space import Use

if TYPE_CHECKING:
    from accounts.person import Person

RECENT, SHOWN = timedelta(days=90), 50


@dataclass(frozen=True, slots=True)
class Said:
    """One entry: who said it to whom, about what, and on which ticket. No words: a plain thank-you."""

    at: datetime
    who: str
    to: str
    about: str
    words: str
    ticket: Ticket


def stream(person: Person, *, now: datetime) -> list[Said]:
    """Of the tickets this person works on."""
    since = now - RECENT
    found = [*_by_customers(person, since), *_for_ideas(person, since), *_by_colleagues(person, since)]
    return sorted(found, key=lambda said: said.at, reverse=True)[:SHOWN]


def _by_customers(person: Person, since: datetime) -> Iterator[Said]:
    """Tied to what was given before it was said; where nothing was given, to the ticket itself."""
    theirs = Ticket.objects.worked_by(person)
    events = Event.objects.filter(kind=history.PRAISED, at__gte=since, ticket__in=theirs)
    praise = list(events.select_related("ticket__assignee", "by").order_by("-at")[:SHOWN])
    offers: dict[int, list[Offer]] = {}
    given = Offer.objects.counting().filter(ticket__in={event.ticket_id for event in praise})
    for offer in given.select_related("ruling__agent").order_by("at", "pk"):
        offers.setdefault(offer.ticket_id, []).append(offer)
    for event in praise:
        last = next((one for one in reversed(offers.get(event.ticket_id, [])) if one.at <= event.at), None)
        to = last.ruling.agent if last else event.ticket.assignee
        about = last.gesture if last else event.ticket.subject
        who = event.by.name if event.by else _("The customer")
        yield Said(event.at, who, to.name if to else "", about, str(event.data["words"]), event.ticket)


def _for_ideas(person: Person, since: datetime) -> Iterator[Said]:
    theirs = Ticket.objects.worked_by(person)
    uses = Use.objects.filter(thanked_at__gte=since, ticket__in=theirs)
    for use in uses.select_related("idea__by", "ticket__customer__person").order_by("-thanked_at")[:SHOWN]:
        assert use.thanked_at is not None
        who, to = use.ticket.customer.person.name, use.idea.by.name
        yield Said(use.thanked_at, who, to, use.idea.gesture, "", use.ticket)


def _by_colleagues(person: Person, since: datetime) -> Iterator[Said]:
    words = KindWord.objects.visible_to(person).filter(at__gte=since)
    with_people = words.select_related("by", "ruling__agent", "ruling__ticket", "idea__by", "idea__ticket")
    for word in with_people[:SHOWN]:
        about = word.about
        yield Said(word.at, word.by.name, word.to.name, about.gesture, word.words, about.ticket)
