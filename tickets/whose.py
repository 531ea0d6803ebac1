"""Whose: to whom a ticket’s news belongs – who works on it, who stands in for them while they are away, its team.

They need not ask for it, as watchers do: it is told them, on the bell and by mail, as they wished; never what they did
themselves. All of it in the transaction of the deed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import models

from accounts.absence import stand_ins
from accounts.person import Person
from accounts.prepared import Prepared

from . import history, news
from .message import Message
from .news import KeptNews, NewsWish
from .notice import Notice

if TYPE_CHECKING:
    from .event import Event
    from .ticket import Ticket

# Somebody talks with the customer there already; the line tells its own people.
LIVE: Final = (Message.Channel.CHAT, Message.Channel.PHONE)


class Hearer(NamedTuple):
    """Somebody who hears, and for whom they stand in."""

    person: Person
    instead_of: Person | None = None


def hearers_of(ticket: Ticket, *, at: datetime) -> list[Hearer]:
    """Who works on it, and while they are away whoever of its team stands in; both read it."""
    owner = ticket.assignee
    if owner is None:
        return []
    instead = stand_ins([owner], at=at).get(owner.pk)
    both = [Hearer(owner), *([Hearer(instead, owner)] if instead is not None else [])]
    return [
        one
        for one in both
        if ticket.team_id in one.person.team_ids and one.person.pk != ticket.customer.person_id
    ]


def customer_wrote(message: Message, event: Event) -> None:
    """The customer wrote on a ticket somebody works on."""
    hearers = hearers_of(message.ticket, at=message.at)
    wishes = NewsWish.of_each(hearer.person for hearer in hearers)
    _ring(event, (wish.person for wish in wishes if wish.own_at_desk))
    for hearer, wish in zip(hearers, wishes, strict=True):
        news.own_wrote(message, wish, instead_of=hearer.instead_of)


def hear(event: Event) -> None:
    """Listens to every event: given to somebody, or come in for a team without anybody who works on it."""
    if event.kind == history.ASSIGNED:
        _given(event)
    if event.kind == history.WROTE_ON_COPY:
        _wrote_on_copy(event)
    comes_in = event.kind == history.OPENED and event.ticket.channel not in LIVE
    if comes_in or (event.kind == history.HANDED_OVER and not event.ticket.is_settled):
        _came_in(event)


def _wrote_on_copy(event: Event) -> None:
    wishes = NewsWish.of_each(hearer.person for hearer in hearers_of(event.ticket, at=event.at))
    _ring(event, (wish.person for wish in wishes if wish.own_at_desk))


def _given(event: Event) -> None:
    hearers = [hearer for hearer in hearers_of(event.ticket, at=event.at) if hearer.person.pk != event.by_id]
    wishes = NewsWish.of_each(hearer.person for hearer in hearers)
    _ring(event, (wish.person for wish in wishes if wish.given_at_desk))
    _keep(kept for wish in wishes for kept in KeptNews.of_event(event, wish, wish.given_mail))


def _came_in(event: Event) -> None:
    ticket = event.ticket
    knows = {event.by_id, ticket.customer.person_id}
    wishes = [wish for wish in _WISHING.rows(team=ticket.team_id) if wish.person_id not in knows]
    _ring(event, (wish.person for wish in wishes if wish.team_at_desk))
    _keep(kept for wish in wishes for kept in KeptNews.of_event(event, wish, wish.team_mail))


def _ring(event: Event, people: Iterable[Person]) -> None:
    told = [(person.pk, event) for person in people]
    if told:
        Notice.tell_all(told)


def _keep(rows: Iterable[KeptNews]) -> None:
    kept = list(rows)
    if kept:
        KeptNews.objects.bulk_create(kept, ignore_conflicts=True)


def _wishing(team: int) -> models.QuerySet[NewsWish]:
    """Of those who work in a team today whoever wants to hear what is new there."""
    wants = models.Q(team_at_desk=True) | ~models.Q(team_mail=NewsWish.Mail.NEVER)
    works = models.Q(person__is_active=True, person__teamuserobjectpermission__content_object=team)
    here = NewsWish.objects.filter(wants, works).exclude(left_out=team)
    return here.distinct().select_related("person").order_by("person")


_WISHING = Prepared(_wishing)
