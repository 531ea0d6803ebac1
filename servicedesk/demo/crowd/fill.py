"""Writes the crowd: batch after batch, each whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db import DatabaseError, connection, connections, models, transaction

from accounts.models import Customer
from tickets.models import Clock, ClockEntry, Event, Mark, Message, Rating, Ticket, TicketWords
from tickets.search.full_text import as_words
from tickets.table import Table

from . import customers, gestures
from .matter import Author, Matter
from .plan import Part, plan
from .promises import follow
from .rows import SHAPES, WordsRow
from .stage import set_up

Tables = dict[type[models.Model], Table]
BATCH = 1000
# A new customer has not been writing for three years.
NEWCOMERS, NEWCOMERS_SHARE = timedelta(days=170), 0.3
REGULARS_WEIGHT = 1.6  # above 1: some write far more often than others


@dataclass(frozen=True)
class Size:
    tickets: int
    customers: int
    messages: int


def fill(size: Size, *, seed: int, now: datetime, report: Callable[[float], None]) -> int:
    """Write a crowd of this size as it stands at `now`; the number of gestures given. The same seed draws the same.

    `report` hears how much is done, from 0 to 1. Raises Unfit when nobody there could take a ticket.
    """
    rng = Random(seed)  # noqa: S311 – believable, not secret
    stage = set_up(now=now)
    total = size.customers * 0.3 + size.tickets * 1.04
    crowd: list[Customer] = []
    for batch in customers.settle(size.customers, rng, now=now):
        crowd += batch
        report(len(crowd) * 0.3 / total)
    tables = {model: Table(model, shape._fields) for model, shape in SHAPES.items()}
    author = Author(rng, stage, tables, now=now)
    choose = _chooser(crowd, rng, now=now)
    parts = plan(size.tickets, size.messages, rng, now=now)
    chances: list[gestures.Chance] = []
    draw = partial(_draw, author, tables, choose)
    batches = [parts[start : start + BATCH] for start in range(0, len(parts), BATCH)]
    for written, matters in enumerate(_each_written(batches, draw, partial(_store, tables)), start=1):
        chances += gestures.chances(matters, rng)
        report((size.customers * 0.3 + min(written * BATCH, len(parts))) / total)
    given = gestures.give(chances, stage, rng, now=now)
    # Or the first pages would be planned for an empty database. By name: all at once would take the server's own tables
    # too, which somebody else's database may be looking through just now.
    # Swept as well, where no transaction stands open, as a house of three years has been many times.
    sweeps = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(
                f"{'VACUUM (ANALYZE)' if sweeps else 'ANALYZE'} {connection.ops.quote_name(table)}"
            )
    report(1.0)
    return given


def _chooser(crowd: Sequence[Customer], rng: Random, *, now: datetime) -> Callable[[datetime], Customer]:
    fresh = (Customer.Status.NEW, Customer.Status.PROSPECT)
    newcomers = [customer for customer in crowd if customer.status in fresh]
    regulars = [customer for customer in crowd if customer.status not in fresh] or newcomers

    def choose(opened_at: datetime) -> Customer:
        if newcomers and now - opened_at < NEWCOMERS and rng.random() < NEWCOMERS_SHARE:
            return rng.choice(newcomers)
        return regulars[int(len(regulars) * rng.random() ** REGULARS_WEIGHT)]

    return choose


def _each_written(
    batches: Sequence[Sequence[Part]],
    draw: Callable[[Sequence[Part]], list[Matter]],
    store: Callable[[list[Matter]], None],
) -> Iterator[list[Matter]]:
    """Draw and write batch after batch; yields each once it is written.

    PostgreSQL has counters of its own for the numbers, so one batch is drawn while it still writes the one before.
    SQLite has one writer, and a batch is drawn inside the transaction because it takes its numbers there; inside a
    transaction of the caller nobody else sees what was written.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        for batch in batches:
            with transaction.atomic():
                matters = draw(batch)
                store(matters)
            yield matters
        return
    with ThreadPoolExecutor(max_workers=1, initializer=_hurry) as writer:
        try:
            before: tuple[list[Matter], Future[None]] | None = None
            for batch in batches:
                matters = draw(batch)
                if before:
                    before[1].result()
                    yield before[0]
                before = matters, writer.submit(store, matters)
            if before:
                before[1].result()
                yield before[0]
        finally:
            writer.submit(connections.close_all).result()


def _hurry() -> None:
    """For this writer alone: what is lost with the machine is drawn again, and indexes of words grow in large steps.

    Who owns the database cluster may also leave out asking for each row whether what it refers to exists: a crowd
    refers to what it wrote itself. That asking is half of the database's work here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET gin_pending_list_limit = '64MB'")
        with contextlib.suppress(DatabaseError):
            cursor.execute("SET session_replication_role = replica")


def _draw(
    author: Author, tables: Tables, choose: Callable[[datetime], Customer], parts: Sequence[Part]
) -> list[Matter]:
    for table in tables.values():
        table.begin()
    matters = [author.draw(part, choose(part.opened_at)) for part in parts]
    for matter in matters:
        follow(author, matter)
        matter.events.sort(key=lambda event: event.at)
    return matters


def _store(tables: Tables, matters: Sequence[Matter]) -> None:
    with transaction.atomic():
        tables[Ticket].write(matter.ticket for matter in matters)
        tables[Message].write(row for matter in matters for row in matter.messages)
        tables[TicketWords].write(_words(matter) for matter in matters)
        tables[Clock].write(row for matter in matters for row in matter.clocks)
        tables[ClockEntry].write(row for matter in matters for row in matter.log)
        tables[Mark].write(row for matter in matters for row in matter.marks)
        tables[Event].write(row for matter in matters for row in matter.events)
        tables[Rating].write(row for matter in matters for row in matter.ratings)


def _words(matter: Matter) -> WordsRow:
    customer = matter.customer
    firm = customer.organisation.name if customer.organisation else ""
    said = (message.text for message in matter.messages)
    about = (matter.subject, customer.person.name, customer.person.email, firm)
    return WordsRow(matter.number, as_words(*about, *said))
