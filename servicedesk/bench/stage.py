"""Where measurements happen: a database of their own, filled for the purpose and dropped afterwards."""

from __future__ import annotations

import io
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import datetime, timedelta
from urllib.parse import quote

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model

from accounts.models import Customer, Person, Team
from policies.models import Offer, Ruling
from tickets.models import CalendarVersion, Cause, Clock, ClockEntry, Mark, Target, Ticket
from tickets.sla.course import STARTED
from tickets.sla.policy import choose
from tickets.sla.target import FIRST_RESPONSE

BATCH = 2000
FIRST_PORT, PORTS = 20_000, 12_000


@contextmanager
def own_database() -> Iterator[None]:
    """Work in a database named test_… beside the one in the settings; what is in that one stays untouched."""
    name = connection.settings_dict["NAME"]
    with redirect_stdout(io.StringIO()):  # it would say that the cache table is there already
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        let_go()
        connection.creation.destroy_test_db(name, verbosity=0)


def let_go() -> None:
    """Close every connection of this process: before it forks, and before the database is dropped."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def crowd(*, tickets: int, customers: int) -> None:
    """The demo's house with that many customers and tickets of three years, three messages each."""
    silent = io.StringIO()
    counts = {"tickets": tickets, "customers": customers, "messages": 3 * tickets}
    call_command("seed_load", **counts, stdout=silent, stderr=silent)


def agent() -> tuple[Person, Team, Cause]:
    """Somebody who works on the desk, in the team and with the cause that have the most tickets."""
    team = max(Team.objects.filter(causes__isnull=False).distinct(), key=lambda row: row.tickets.count())
    person = next(p for p in Person.objects.working_in(team) if team.pk not in p.led_team_ids)
    return person, team, max(team.causes.all(), key=lambda row: row.tickets.count())


def gestures(count: int) -> None:
    """So many more gestures with their rulings, copies of one, spread over all tickets and three years.

    PostgreSQL only: the database itself writes the rows, a million in a minute or two.
    """
    last = (Ruling.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    model = Offer.objects.exclude(cents=0).order_by("pk").first()
    assert model is not None
    moment = "now() - (n % 1095) * interval '1 day'"
    spread = {"ticket_id": "t.id", "at": moment}
    _copies(Ruling, model.ruling_id, count, spread | {"id": f"{last} + n", "key": "'bench-' || n"})
    whose = {"customer_id": "t.customer_id", "cause_id": "t.cause_id", "period_id": "NULL"}
    _copies(Offer, model.pk, count, spread | whose | {"id": f"{last} + n", "ruling_id": f"{last} + n"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copies(model: type[Model], pk: int, count: int, changed: Mapping[str, str]) -> None:
    """One row again and again; `changed` holds an expression for each column that differs, over n and a ticket t."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, f'm."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    many = Ticket.objects.count()
    # Every name is a column of ours and every expression stands above. The number of tickets is a figure, not a column:
    # a remainder by a column can't be hashed, and every gesture would be held against every ticket.
    statement = (
        f"WITH tickets AS (SELECT id, customer_id, cause_id, row_number() OVER (ORDER BY id) - 1 AS place"  # noqa: S608
        f" FROM tickets_ticket)"
        f" INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(0, {count} - 1) AS n"
        f" JOIN {table} m ON m.id = {pk} JOIN tickets t ON t.place = n % {many}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def due_clocks(count: int, *, due_at: datetime, kind: str = FIRST_RESPONSE) -> None:
    """So many tickets, spread over all customers, each with one promise of this kind that breaks at `due_at`."""
    person, team, cause = agent()
    target = choose({"team": team.slug, "customer_status": "established"}, at=due_at)[FIRST_RESPONSE]
    customers, calendar = list(Customer.objects.exclude(person=person)), CalendarVersion.keep(target.hours)
    for first in range(0, count, BATCH):
        tickets = Ticket.objects.bulk_create(
            Ticket(
                subject=f"Nobody has answered ({number})",
                customer=customers[number % len(customers)],
                team=team,
                cause=cause,
                assignee=person,
                next_due_at=due_at,
            )
            for number in range(first, min(first + BATCH, count))
        )
        clocks = Clock.objects.bulk_create(
            _clock(ticket, kind, target, calendar, due_at) for ticket in tickets
        )
        ClockEntry.objects.bulk_create(
            ClockEntry(
                clock=clock,
                kind=STARTED,
                at=clock.started_at,
                cause="opened",
                seconds=clock.seconds,
                until=due_at,
                calendar=calendar,
            )
            for clock in clocks
        )
        Mark.objects.bulk_create(Mark(clock=clock, kind="breach", due_at=due_at) for clock in clocks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _clock(ticket: Ticket, kind: str, target: Target, calendar: CalendarVersion, due_at: datetime) -> Clock:
    return Clock(
        ticket=ticket,
        kind=kind,
        hours=target.hours,
        calendar=calendar,
        target=target,
        seconds=target.seconds,
        warn_percent=target.warn_percent,
        started_at=due_at - timedelta(hours=4),
        until=due_at,
        due_at=due_at,
    )


def timed(deed: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock on the wall, and seconds this process was really computing."""
    wall, own = time.perf_counter(), time.process_time()
    deed()
    return time.perf_counter() - wall, time.process_time() - own


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; the nearest one there is."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def database_url() -> str:
    """The database this process works on, as another one is told of it."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{now['NAME']}"
    words = {name: quote(str(now[name]), safe="") for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**words)


def free_port() -> int:
    """A port nobody listens on now, below those the system gives to connections of its own.

    One of those may be somebody's by the time a killed server comes back to it; once a broker came back to none, and
    nothing fired any more.
    """
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
