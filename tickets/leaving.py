"""Leaving: whoever no longer works in a team gives back what they had open there; nothing of it is lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.person import Person
from accounts.team import Team

from .ticket import Ticket, TicketQuerySet


def open_with(person: Person, *teams: Team) -> TicketQuerySet:
    """What somebody has open; with teams only what is theirs."""
    held = Ticket.objects.unsettled().filter(assignee=person)
    return held.filter(team__in=teams) if teams else held


def take_off(person: Person, team: Team, *, by: Person) -> int:
    """They neither work nor lead there any more, and their open tickets are the team's again; how many those were."""
    with transaction.atomic():
        team.dismiss(person)
        return give_back(person, team, by=by)


def give_back(person: Person, *teams: Team, by: Person, at: datetime | None = None) -> int:
    """Their open tickets – with teams only those of theirs – have no assignee any more; how many those were."""
    with transaction.atomic():
        numbers = list(open_with(person, *teams).values_list("pk", flat=True))
        Ticket.objects.hold(*numbers)
        held = open_with(person, *teams).filter(pk__among=numbers).with_people().order_by("pk")
        return sum(ticket.release(by=by, at=at) for ticket in held)
