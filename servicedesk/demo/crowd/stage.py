"""What the crowd meets: teams with their causes, their people, their promises and the rules in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import Person, Team
from policies.facts import Rules, rules_in_force
from policies.models import Level, Rulebook
from servicedesk.demo import house
from tickets import history
from tickets.models import CalendarVersion, Cause, Target
from tickets.sla.policy import choose
from tickets.sla.target import FIRST_RESPONSE, SOLUTION
from tickets.sla.target import KINDS as PROMISES
from tickets.sla.worktime import OpeningHours
from tickets.solvable import Status
from tickets.ticket import Ticket

NO_DESK = gettext_noop(
    "No team can take the tickets: a team needs people who work in it, a cause, and business hours in a target."
)
PROMISED = (FIRST_RESPONSE, SOLUTION)  # what a crowd is good enough for; the stories play the others
Sayings = dict[str, dict[str, str]]


class Unfit(Exception):
    """The database holds people but nobody who could take a ticket."""


@dataclass(frozen=True)
class Pledge:
    """A target with its calendar read once."""

    target: Target
    calendar: CalendarVersion
    opening: OpeningHours


@dataclass(frozen=True)
class Desk:
    """One team: who works, who hears of broken promises, and what is promised for each priority."""

    team: Team
    workers: tuple[Person, ...]
    leads: tuple[Person, ...]
    pledges: dict[int, tuple[Pledge, ...]]
    opening: OpeningHours

    @property
    def told(self) -> str:
        return ", ".join(person.name for person in self.leads)


@dataclass(frozen=True)
class Stage:
    causes: tuple[Cause, ...]
    desks: dict[int, Desk]
    rules: Rules | None
    levels: dict[tuple[int, int], int]
    promises: Sayings
    statuses: Sayings


def set_up(*, now: datetime) -> Stage:
    """The teams and rules there are; in an empty database those of the demo, without its stories.

    Raises Unfit, with a sentence, when there are people but no team able to take a ticket.
    """
    if house.is_empty():
        with transaction.atomic(), house.silence():
            house.found(now=now)
    desks = {}
    for team in Team.objects.filter(causes__isnull=False).distinct().order_by("pk"):
        workers = tuple(Person.objects.working_in(team).order_by("pk"))
        pledges = {priority: _pledges(team, priority, now=now) for priority in Ticket.Priority.values}
        if workers and all(pledges.values()):
            leads = tuple(Person.objects.leading(team)) or workers
            desks[team.pk] = Desk(team, workers, leads, pledges, next(iter(pledges.values()))[0].opening)
    if not desks:
        raise Unfit(NO_DESK)
    return Stage(
        causes=tuple(Cause.objects.filter(team__in=desks).order_by("pk")),
        desks=desks,
        rules=rules_in_force() if Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).exists() else None,
        levels={(row.agent_id, row.cause_id): row.level for row in Level.objects.all()},
        promises={kind: _said(label) for kind, label in PROMISES},
        statuses={status.value: _said(status.label) for status in Status},
    )


def _said(label: object) -> dict[str, str]:
    return history.in_each_language(lambda: label)


def _pledges(team: Team, priority: int, *, now: datetime) -> tuple[Pledge, ...]:
    """What an existing customer of the team is promised; the causes make no difference to a crowd."""
    known = {"team": team.slug, "priority": priority, "customer_status": "established", "tenure_months": 12}
    targets = choose({**known, "channel": "portal", "status": "open"}, at=now)
    kept = [
        (targets[kind], CalendarVersion.keep(targets[kind].hours)) for kind in PROMISED if kind in targets
    ]
    return tuple(Pledge(target, calendar, calendar.opening) for target, calendar in kept)
