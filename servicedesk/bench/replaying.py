"""How fast a draft is rehearsed: 100,000 stored decisions weighed again, with the progress written down on the way."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from policies.facts import Wish, rules_in_force
from policies.models import Rehearsal, Rulebook, Ruling
from policies.rules.rehearsal import rehearse_now
from tickets.models import Ticket

from . import stage

STORED, KINDS, BATCH = 100_000, 200, 5000


def measure_replay() -> Iterator[str]:
    """Decisions a second from the database and back, under a draft that widens every limit."""
    stage.crowd(tickets=1000, customers=300)
    _store(STORED)
    draft = Rulebook.draft(by=None, note="Bench")
    for row in draft.limits.all():
        draft.limits.filter(pk=row.pk).update(
            own_cents=row.own_cents + 2000, stretch_cents=row.stretch_cents + 2000
        )
    rehearsal = Rehearsal.ask(draft, by=stage.agent()[0])
    stage.let_go()
    wall, own = stage.timed(rehearse_now)
    rehearsal.refresh_from_db()
    weighed, freer, stricter = (rehearsal.found[name] for name in ("weighed", "freer", "stricter"))
    yield (
        f"{wall:.1f} s for {weighed:,} stored decisions ({weighed / wall:,.0f}/s, {own / weighed * 1e6:.0f} µs of "
        f"computing each); {freer:,} freer, {stricter:,} stricter"
    )


def _store(count: int) -> None:
    """Copies of real rulings, as many as wanted, all within the last 90 days."""
    person, team, _cause = stage.agent()
    rules, now = rules_in_force(), timezone.now()
    tickets = list(Ticket.objects.with_people().filter(team=team)[:KINDS])
    kinds = list(rules.kinds)
    real = [
        Ruling.weigh(person, ticket, Wish(kinds[number % len(kinds)], number * 100 % 15_000), at=now)
        for number, ticket in enumerate(tickets)
    ]
    for first in range(0, count, BATCH):
        Ruling.objects.bulk_create(
            _copy(real[number % len(real)], number) for number in range(first, first + BATCH)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(ruling: Ruling, number: int) -> Ruling:
    return Ruling(
        ticket_id=ruling.ticket_id,
        agent_id=ruling.agent_id,
        rulebook_id=ruling.rulebook_id,
        facts=ruling.facts,
        decision=ruling.decision,
        outcome=ruling.outcome,
        circumstances=ruling.circumstances,
        called=ruling.called,
        form=ruling.form,
        at=ruling.at,
        key=f"bench-{number}",
    )
