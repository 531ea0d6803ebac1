"""The log of a clock: what each deed writes, and that the clock is nothing but the sum of it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from cast import MONDAY, promised
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError

from tickets.models import Clock, ClockEntry, RebuildRun, Target
from tickets.sla import rebuild as rebuilding
from tickets.sla.course import AROUND_THE_CLOCK, Course, Nonsense, fold
from tickets.sla.histories import play_all
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HISTORIES, PURE_HISTORIES = 20, 300


def told(clock: Clock) -> list[tuple[str, str, str | None]]:
    entries = clock.log.select_related("by")
    return [(entry.kind, entry.cause, entry.by.name if entry.by else None) for entry in entries]


@pytest.fixture
def ticket(cast):
    return cast.ticket(at=MONDAY)


def test_every_deed_is_written_down_with_cause_actor_and_calendar(ticket, cast):
    solution = ticket.clocks.get(kind="solution")
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    ticket.hear("Here it is.", by=cast.cem.person, at=MONDAY + 2 * HOUR)
    ticket.move("solved", by=cast.anna, at=MONDAY + 3 * HOUR)
    assert told(solution) == [
        ("started", "opened", "Cem"),
        ("paused", "waiting_customer", "Anna"),
        ("resumed", "customer_wrote", "Cem"),
        ("met", "solved", "Anna"),
    ]
    start = solution.log.get(kind="started")
    assert (start.seconds, start.calendar.content["weekly"]) == (24 * 3600, cast.hours.weekly)
    assert told(ticket.clocks.get(kind="first_response")) == [
        ("started", "opened", "Cem"),
        ("cancelled", "solved", "Anna"),
    ]


def test_a_sweep_writes_the_breach_once_and_dates_it_at_the_deadline(ticket):
    clock = ticket.clocks.get(kind="first_response")
    sweep_now(now=MONDAY + 5 * HOUR)
    sweep_now(now=MONDAY + 6 * HOUR)
    entry = clock.log.get(kind="breached")
    assert (entry.at, entry.written_at, entry.by) == (MONDAY + 4 * HOUR, MONDAY + 5 * HOUR, None)


def test_a_log_is_never_changed(ticket):
    entry = ClockEntry.objects.first()
    with pytest.raises(TypeError, match="never changed"):
        ClockEntry.objects.update(cause="other")
    with pytest.raises(TypeError, match="never deleted"):
        ClockEntry.objects.all().delete()
    with pytest.raises(TypeError, match="never changed"):
        entry.save()
    with pytest.raises(ProtectedError):
        entry.clock.delete()


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"weekly": {"mon": [["10:00", "11:00"]]}}, id="other hours"),
        pytest.param({"holidays": ["2026-03-03"]}, id="a holiday moved"),
        pytest.param({"tz": "America/New_York"}, id="another zone"),
    ],
)
def test_a_calendar_that_changes_afterwards_changes_no_running_promise(ticket, cast, changed):
    clock = ticket.clocks.get(kind="solution")
    for name, value in changed.items():
        setattr(cast.hours, name, value)
    cast.hours.save()
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    ticket.hear("Here.", by=cast.cem.person, at=MONDAY + 2 * HOUR)
    clock.refresh_from_db()
    assert clock.due_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    later = cast.ticket(at=MONDAY)
    assert [later.clocks.get(kind="solution").calendar.number, clock.calendar.number] == [2, 1]


def test_the_same_calendar_is_kept_once(ticket, cast):
    cast.ticket(at=MONDAY)
    assert cast.hours.versions.count() == 1


# ---- rebuilding --------------------------------------------------------------------------------------------------


def check() -> str:
    out = StringIO()
    call_command("rebuild_clocks", check=True, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_what_was_tampered_with_is_found_named_and_put_right(ticket):
    clock = ticket.clocks.get(kind="first_response")
    right = clock.due_at
    assert check() == "2 clocks looked at, 0 differ from their log."
    Clock.objects.filter(pk=clock.pk).update(due_at=MONDAY, breached_at=MONDAY)
    with pytest.raises(CommandError, match="not the sum of their log"):
        check()
    clock.refresh_from_db()
    assert clock.due_at == MONDAY
    call_command("rebuild_clocks", stdout=StringIO(), stderr=StringIO())
    clock.refresh_from_db()
    ticket.refresh_from_db()
    assert (clock.due_at, clock.breached_at, ticket.next_due_at) == (right, None, right)


def test_a_rebuild_that_was_killed_goes_on_where_it_stopped(cast, monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    for _n in range(3):
        cast.ticket(at=MONDAY)
    Clock.objects.update(due_at=None)
    run = rebuilding.unfinished(now=MONDAY)
    next(rebuilding.rebuild(run))  # and then somebody pulls the plug
    assert Clock.objects.filter(due_at=None).count() == 4
    out = StringIO()
    call_command("rebuild_clocks", stdout=out, stderr=StringIO())
    said = out.getvalue().splitlines()
    assert (said[0], said[-1]) == (
        "Going on after 2 clocks.",
        "6 clocks looked at, 4 were put right by their log.",
    )
    assert Clock.objects.filter(due_at=None).count() == 0
    assert RebuildRun.objects.filter(finished_at=None).count() == 0


def test_a_clock_without_a_log_is_named_and_left_alone(ticket, cast):
    target = Target.objects.filter(kind="solution").first()
    stray = Clock.objects.create(
        ticket=ticket,
        kind="next_response",
        hours=target.hours,
        seconds=60,
        warn_percent=50,
        started_at=MONDAY,
    )
    with pytest.raises(CommandError):
        check()
    call_command("rebuild_clocks", stdout=StringIO(), stderr=StringIO())
    stray.refresh_from_db()
    assert (stray.seconds, stray.due_at) == (60, None)


def test_a_log_that_makes_no_sense_is_refused():
    entry = ClockEntry(kind="met", at=MONDAY)
    with pytest.raises(Nonsense):
        fold([(entry, AROUND_THE_CLOCK)])
    start = ClockEntry(kind="started", at=MONDAY, seconds=60)
    with pytest.raises(Nonsense):
        fold([(start, AROUND_THE_CLOCK), (start, AROUND_THE_CLOCK)])
    assert fold([(start, AROUND_THE_CLOCK)]) == Course(MONDAY, 60)
    assert fold([]) is None


def test_random_histories_add_up_to_what_is_stored(cast):
    """Seeded: customers write, agents answer, wait, solve, hurry and take as thanks, sweeps pass, in any order."""
    promised(cast.north, cast.hours, next_response=6 * 3600, update=16 * 3600)
    promised(cast.north, cast.hours, priority=4, solution=3600)
    dice = random.Random(4)
    for _history in range(HISTORIES):
        play(cast, dice)
    assert Clock.objects.count() >= HISTORIES * 3
    assert sum(len(found) for _looked, found in rebuilding.compare()) == 0


def test_hundreds_of_random_courses_add_up_to_their_log():
    """The whole lot of 100,000 is played by the measurement “histories”."""
    assert sum(play_all(PURE_HISTORIES)) > 3 * PURE_HISTORIES


def play(cast: object, dice: random.Random) -> None:
    ticket, now, customer = cast.ticket(at=MONDAY), MONDAY, cast.cem.person
    deeds = {
        "hear": lambda: ticket.hear(dice.choice(["Well?", "Danke!"]), by=customer, at=now),
        "reply": lambda: ticket.reply("We are on it.", by=cast.anna, at=now),
        "wait": lambda: ticket.move("waiting_customer", by=cast.anna, at=now),
        "ask inside": lambda: ticket.move("waiting_others", by=cast.anna, at=now),
        "solve": lambda: ticket.move("solved", by=cast.anna, at=now),
        "hurry": lambda: ticket.prioritise(dice.randrange(1, 5), by=cast.ben, at=now),
        "sweep": lambda: sweep_now(now=now),
    }
    for _deed in range(dice.randrange(2, 8)):
        now += timedelta(seconds=dice.randrange(1, 30 * 3600))
        ticket.refresh_from_db()
        deeds[dice.choice(list(deeds))]()
