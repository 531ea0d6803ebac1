"""Timing: finds the tickets for which the time of a rule has run, in hours of the clock or of work."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from tickets.sla.business_days import close_of_business_day
from tickets.sla.duty import TeamHours
from tickets.sla.opening import OpeningHours
from tickets.sla.target import PHONE
from tickets.sla.worktime import deadline
from tickets.solvable import Status
from tickets.ticket import Ticket, TicketQuerySet

from . import group, known
from .rule import Rule
from .run import Run

MOST_QUEUED, CHUNK, LONGEST_SECONDS = 500, 500, 20  # for one rule in one round; the next beat goes on
MOMENTS = {
    Rule.Anchor.STATUS: "status_since",
    Rule.Anchor.CUSTOMER: "customer_wrote_at",
    Rule.Anchor.ANSWER: "answered_at",
    Rule.Anchor.OPENED: "created_at",
}
COLUMNS = {
    "status": "status",
    "status_name": "status_name__code",
    "cause": "cause__code",
    "team": "team__slug",
    "priority": "priority",
}
PLAIN = {Rule.Unit.HOURS: timedelta(hours=1), Rule.Unit.DAYS: timedelta(days=1)}


def time_now(*, now: datetime | None = None) -> int:
    """Queue a run for each ticket whose time may have come; the number queued. The same occasion is queued once."""
    now = now or timezone.now()
    rules = list(Rule.objects.running().filter(trigger=Rule.Trigger.TIME))
    hours = calendars() if rules else {}
    return sum(_queue(rule, hours, now=now) for rule in rules)


def _queue(rule: Rule, hours: dict[int, OpeningHours], *, now: datetime) -> int:
    ends, queued = time.monotonic() + LONGEST_SECONDS, 0
    for ticket in candidates(rule, now=now).iterator(CHUNK):
        occasion = moment_of(rule, ticket)
        due_at = due(rule, occasion, hours.get(ticket.team_id)) if occasion else None
        if occasion and due_at and group.holds(rule.conditions, known.of_moment(ticket, now=now)):
            Run.queue(rule, ticket, due_at=due_at, occasion=occasion)
            queued += 1
        if queued == MOST_QUEUED or time.monotonic() > ends:
            break
    return queued


def candidates(rule: Rule, *, now: datetime) -> TicketQuerySet:
    """Tickets of the rule on which its time may have run and that were not queued for this occasion yet.

    Hours of work never pass faster than the clock, so whatever is due by them is among these.
    """
    tickets = narrowed(of_rule(rule), rule.conditions).exclude(status=Status.CLOSED)
    moment = MOMENTS[Rule.Anchor(rule.anchor)]
    begun = known.with_facts(tickets).filter(**{f"{moment}__lte": now - soonest(rule)})
    same = Run.objects.filter(
        rule=rule, ticket=OuterRef("pk"), occasion=OuterRef(moment), dry=rule.mode == Rule.Mode.DRY
    )
    return begun.exclude(Exists(same)).order_by(F(moment).asc(), "pk").with_people()


def of_rule(rule: Rule) -> TicketQuerySet:
    """The tickets a rule is for."""
    theirs = Ticket.objects.filter(team=rule.team) if rule.team_id else Ticket.objects.exclude(team=None)
    return theirs if rule.means_calls else theirs.exclude(channel=PHONE)


def narrowed(tickets: TicketQuerySet, conditions: group.Group) -> TicketQuerySet:
    """Left out are tickets that cannot fit, where the database can tell; most rules name a status or a cause."""
    if conditions.get("join") == group.ANY:
        return tickets
    for row in conditions.get("parts", []):
        column = COLUMNS.get(row.get("fact"))
        if column and row["operator"] in ("is", "in"):
            values = row["value"] if isinstance(row["value"], list) else [row["value"]]
            tickets = tickets.filter(**{f"{column}__in": values})
    return tickets


def moment_of(rule: Rule, ticket: Ticket) -> datetime | None:
    """From when on this ticket the time of the rule counts; the ticket came `with_moments`."""
    moment: datetime | None = getattr(ticket, MOMENTS[Rule.Anchor(rule.anchor)])
    return moment


def soonest(rule: Rule) -> timedelta:
    """The least time of the clock that must have passed."""
    unit = Rule.Unit(rule.unit)
    if unit is Rule.Unit.WORKING_DAYS:  # the close of the next day may be a minute after midnight
        return timedelta(days=rule.after - 1)
    return rule.after * PLAIN.get(unit, timedelta(hours=1))


def due(rule: Rule, since: datetime, hours: OpeningHours | None) -> datetime | None:
    """When the time of the rule has run; None when it never will. A team without a calendar works by the clock."""
    unit = Rule.Unit(rule.unit)
    if unit in PLAIN or hours is None:
        day = unit in (Rule.Unit.DAYS, Rule.Unit.WORKING_DAYS)
        return since + rule.after * (timedelta(days=1) if day else timedelta(hours=1))
    if unit is Rule.Unit.WORKING_DAYS:
        return close_of_business_day(hours, since, rule.after)
    return deadline(hours, since, rule.after * 3600)


def calendars() -> dict[int, OpeningHours]:
    """By team, the calendar its promises are counted in."""
    return {row.team_id: row.hours.opening for row in TeamHours.objects.select_related("hours")}
