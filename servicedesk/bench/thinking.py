"""How fast the product thinks: decisions, deadlines, and gathering what a decision needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policies.facts import Wish, gather, rules_in_force
from policies.offer import Offer
from policies.ruling import Ruling
from policies.weigh.decide import weigh
from policies.weigh.gesture import Facts
from tickets.models import Ticket
from tickets.sla.histories import play_all
from tickets.sla.worktime import Pause, deadline, parse_calendar

from . import stage

DECISIONS, DEADLINES, GATHERINGS, HISTORIES = 20_000, 5_000, 300, 100_000
GESTURES = 1_000_000  # stored before the facts of one wish are gathered, where the database is PostgreSQL


def measure_weigh() -> Iterator[str]:
    """Decisions a second on one core, over facts drawn from every corner."""
    draw = Random(1)  # noqa: S311 - numbers to compute with, no secret
    facts = [_facts(draw) for _number in range(DECISIONS)]
    wall, own = stage.timed(lambda: [weigh(known) for known in facts])
    yield f"{DECISIONS / wall:,.0f} decisions/s on one core ({own / DECISIONS * 1e6:.0f} µs of computing each)"


def _facts(draw: Random) -> Facts:
    own = draw.randrange(0, 10_000)
    return Facts(
        kind=draw.choice(["voucher", "refund", "call"]),
        cents=draw.randrange(0, 20_000),
        currency="EUR",
        reversible=draw.random() < 0.5,
        cause="late-delivery",
        missing=(),
        owed=draw.random() < 0.05,
        guardrails=("no-cash",) if draw.random() < 0.05 else (),
        conflict=draw.random() < 0.02,
        given_case_cents=draw.randrange(0, 5000),
        given_customer_cents=draw.randrange(0, 10_000),
        own_limit_cents=own,
        stretch_limit_cents=own * 2,
        customer_limit_cents=own * 4,
        own_budget_cents=draw.randrange(0, 50_000),
        pool_budget_cents=draw.randrange(0, 100_000),
        level=draw.randrange(5),
        required_level=draw.randrange(5),
        wollen=draw.choice(["want", "fine", "not_now"]),
        trial=draw.random() < 0.1,
    )


def measure_worktime() -> Iterator[str]:
    """Deadlines a second on one core: office hours with a lunch break and holidays, two pauses, up to a month."""
    days = ("mon", "tue", "wed", "thu", "fri")
    hours = parse_calendar(
        {
            "tz": "Europe/Berlin",
            "weekly": {day: [["08:30", "12:00"], ["13:00", "17:30"]] for day in days},
            "holidays": ["2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"],
        }
    )
    draw = Random(1)  # noqa: S311 - numbers to compute with, no secret
    asked = [_promise(draw) for _number in range(DEADLINES)]
    wall, own = stage.timed(lambda: [deadline(hours, *question) for question in asked])
    yield f"{DEADLINES / wall:,.0f} deadlines/s on one core ({own / DEADLINES * 1e6:.0f} µs of computing each)"


def measure_histories() -> Iterator[str]:
    """100,000 random histories of clocks: what is stored after each deed against the whole log added up anew."""
    deeds: list[int] = []
    wall, _own = stage.timed(lambda: deeds.extend(play_all(HISTORIES)))
    yield f"{HISTORIES:,} histories with {sum(deeds):,} deeds in {wall:.0f} s; stored and log agree in each"


def _promise(draw: Random) -> tuple[datetime, int, list[Pause]]:
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=draw.randrange(300 * 86_400))
    moments = sorted(start + timedelta(seconds=draw.randrange(5 * 86_400)) for _edge in range(4))
    return start, draw.randrange(3600, 160 * 3600), [(moments[0], moments[1]), (moments[2], moments[3])]


def measure_gather() -> Iterator[str]:
    """Queries and milliseconds for the facts of one wish, and for the whole answer the panel shows."""
    stage.crowd(
        tickets=20_000, customers=10_000
    )  # a hundred gestures for each customer, fifty on each ticket
    if connection.vendor == "postgresql":
        stage.gestures(GESTURES)
    yield f"{Offer.objects.count():,} gestures stored"
    person, team, _cause = stage.agent()
    tickets = list(Ticket.objects.with_people().filter(team=team)[:GATHERINGS])
    kind = next(iter(rules_in_force().kinds))
    wish, now = Wish(kind, 2000), timezone.now()
    looks: dict[str, Callable[[Ticket], object]] = {
        "gather": lambda ticket: gather(person, ticket, wish, at=now),
        "gather and weigh": lambda ticket: Ruling.weigh(person, ticket, wish, at=now),
    }
    for name, look in looks.items():
        look(tickets[0])
        with CaptureQueriesContext(connection) as seen:
            look(tickets[1])
        took = [stage.timed(partial(look, ticket))[0] for ticket in tickets]
        yield (
            f"{name}: {len(seen)} queries, p50 {stage.percentile(took, 0.5) * 1e3:.1f} ms, "
            f"p95 {stage.percentile(took, 0.95) * 1e3:.1f} ms over {len(tickets)} tickets"
        )
