"""Practice: what the cases of a cause say of those who worked on them. The only reader behind the ladder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from accounts.person import Person
from tickets import history
from tickets.cause import Cause
from tickets.event import Event
from tickets.ticket import Ticket, TicketQuerySet

from ..asks.ask import Ask
from ..koennen import Level
from ..offer import Offer
from .evidence import Evidence
from .ladder import Record

YEAR, WEEK = timedelta(days=365), timedelta(days=7)
FEWEST_IN_A_YEAR = 3  # with fewer, what one was able to do wants refreshing


@dataclass(frozen=True, slots=True)
class Together:
    """One case decided with a colleague: where, with whom, when, and whether what was given stood."""

    ticket: int
    colleague: str
    at: datetime
    stood: bool


def record_of(held: Level, *, at: datetime, rates: tuple[float, ...] | None = None) -> Record:
    """Everything the ladder asks about this level since it began; `rates` when the team's were read already."""
    own = own_cases(held.agent, held.cause, since=held.since, at=at)
    trained = Evidence.objects.filter(
        agent=held.agent_id, cause=held.cause_id, kind=Evidence.Kind.TRAINING, at__gte=held.since
    )
    counted = own.aggregate(all=Count("pk"), back=Count("pk", filter=came_back()))
    return Record(
        level=held.level,
        trained=trained.exists(),
        together=tuple(case.stood for case in decided_together(held)),
        cases=counted["all"],
        repeats=counted["back"],
        team_rates=team_rates(held.cause, at=at) if rates is None else rates,
    )


def decided_together(held: Level) -> list[Together]:
    """The cases somebody signed together with this agent since the level began, newest first; one a ticket."""
    signed = (
        Ask.objects.filter(
            role=Ask.Role.CO_SIGN,
            answer=Ask.Answer.GRANTED,
            ruling__agent=held.agent_id,
            ruling__ticket__cause=held.cause_id,
            closed_at__gte=held.since,
        )
        .select_related("answered_by", "ruling")
        .order_by("-closed_at", "-pk")
    )
    taken_back = set(
        Offer.objects.filter(ruling__ask__in=signed.values("pk"), state=Offer.State.REVERSED).values_list(
            "ticket_id", flat=True
        )
    )
    cases: dict[int, Together] = {}
    for ask in signed:
        ticket = ask.ruling.ticket_id
        who = ask.answered_by.name if ask.answered_by else ""
        cases.setdefault(ticket, Together(ticket, who, ask.closed_at, ticket not in taken_back))
    return list(cases.values())


def own_cases(agent: Person, cause: Cause, *, since: datetime, at: datetime) -> TicketQuerySet:
    """This agent's solved cases of the cause since then that are old enough to know whether they came back."""
    return settled_cases(cause, since=since, at=at).filter(assignee=agent)


def settled_cases(cause: Cause, *, since: datetime, at: datetime) -> TicketQuerySet:
    known = Ticket.objects.of_known_cause().exclude(assignee=None)
    return known.filter(cause=cause, solved_at__gte=since, solved_at__lte=at - WEEK)


def came_back() -> Q:
    """The same customer with the same cause within a week of the answer, or the same ticket opened again.

    An absence, not a tick: nobody says of their own case that it was solved.
    """
    again = Ticket.objects.of_known_cause().filter(
        customer=OuterRef("customer"),
        cause=OuterRef("cause"),
        created_at__gt=OuterRef("solved_at"),
        created_at__lte=OuterRef("solved_at") + WEEK,
    )
    reopened = Event.objects.filter(
        ticket=OuterRef("pk"), kind=history.MOVED, data__was="solved", data__to__in=["open", "waiting_others"]
    )
    return Q(Exists(again)) | Q(Exists(reopened))


def team_rates(cause: Cause, *, at: datetime) -> tuple[float, ...]:
    """The repeat rates of the last year of everybody who solved cases of this cause, lowest first, without names."""
    rows = (
        settled_cases(cause, since=at - YEAR, at=at)
        .order_by()
        .values("assignee")
        .annotate(all=Count("pk"), back=Count("pk", filter=came_back()))
    )
    return tuple(sorted(row["back"] / row["all"] for row in rows))


def handled_in_a_year(
    agents: Iterable[int], causes: Iterable[int], *, at: datetime
) -> dict[tuple[int, int], int]:
    """By agent and cause, how many cases they solved in the last twelve months; who solved none is missing."""
    done = Ticket.objects.of_known_cause().filter(solved_at__gt=at - YEAR, solved_at__lte=at)
    rows = done.filter(assignee__in=list(agents), cause__in=list(causes))
    counted = rows.order_by().values_list("assignee_id", "cause_id").annotate(all=Count("pk"))
    return {(agent, cause): cases for agent, cause, cases in counted}


def wants_refreshing(held: Level, cases: int, *, at: datetime) -> bool:
    """Held for a year and hardly used in it: refreshed, never taken away."""
    return held.level >= 2 and held.since <= at - YEAR and cases < FEWEST_IN_A_YEAR
