"""A preview: which tickets a rule would hit now, and what it would do to each – nothing of it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tickets.solvable import SETTLED
from tickets.ticket import Ticket

from . import group, known, step, timing
from .rule import Rule

if TYPE_CHECKING:
    from accounts.person import Person

MOST_LOOKED_AT, MOST_SHOWN = 2000, 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket a rule would hit, and what would become of each step."""

    ticket: Ticket
    done: list[step.Done]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many it would hit of how many looked at; shown are only those the reader may see."""

    count: int
    looked_at: int
    is_all: bool
    hits: list[Hit]

    @property
    def hidden(self) -> int:
        return self.count - len(self.hits)


def preview(rule: Rule, *, reader: Person, now: datetime | None = None) -> Preview:
    """Among the newest open tickets: for a rule on time those whose time has run, else those its conditions fit."""
    now = now or timezone.now()
    found = known.with_facts(timing.narrowed(timing.of_rule(rule), rule.conditions))
    if not rule.is_on_time:
        found = found.exclude(status__in=SETTLED)
    tickets = list(found.with_people().order_by("-pk")[: MOST_LOOKED_AT + 1])
    calendars = timing.calendars() if rule.is_on_time else {}
    looked_at = tickets[:MOST_LOOKED_AT]
    hit = [
        ticket
        for ticket in looked_at
        if _is_time(rule, ticket, calendars, now=now)
        and group.holds(rule.conditions, known.of_moment(ticket, now=now))
    ]
    seen = Ticket.objects.worked_by(reader).filter(pk__in=[ticket.pk for ticket in hit])
    visible = set(seen.values_list("pk", flat=True))
    shown = [ticket for ticket in hit if ticket.pk in visible][:MOST_SHOWN]
    hits = [Hit(ticket, _rehearse(rule, ticket, now=now)) for ticket in shown]
    return Preview(len(hit), len(looked_at), len(tickets) == len(looked_at), hits)


def _is_time(rule: Rule, ticket: Ticket, calendars: dict[int, timing.OpeningHours], *, now: datetime) -> bool:
    if not rule.is_on_time:
        return True
    since = timing.moment_of(rule, ticket)
    due = timing.due(rule, since, calendars.get(ticket.team_id)) if since else None
    return due is not None and due <= now


def _rehearse(rule: Rule, ticket: Ticket, *, now: datetime) -> list[step.Done]:
    with transaction.atomic():
        fresh = Ticket.objects.with_people().get(pk=ticket.pk)
        return step.rehearse(
            step.Acting(fresh, rule.owner, None, rule.name, f"preview-{rule.pk}", now), rule.steps
        )
