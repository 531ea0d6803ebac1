"""What a sweep does with what is due: who hears of it, once, and what a mark that cannot fire does to the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, person
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import history
from tickets.desk.paging import page_of
from tickets.models import Clock, Event, Mark, Notice, OutgoingMail, Ticket
from tickets.sla import sweep
from tickets.sla.mark import LONGEST_RETRY
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WARNS, BREAKS = MONDAY + 3 * HOUR, MONDAY + 4 * HOUR  # the first response, promised within four hours


@pytest.fixture
def ticket(cast):
    return cast.ticket(at=MONDAY)


@pytest.fixture
def clock(ticket):
    return ticket.clocks.get(kind="first_response")


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(event__kind=kind).values_list("person__name", flat=True))


def mails(kind: str) -> list[str]:
    written = OutgoingMail.objects.filter(key__startswith="promise:", key__contains=f":{kind}:")
    return sorted(written.values_list("to", flat=True))


def test_nothing_happens_early(clock):
    assert sweep_now(now=WARNS - SECOND) == 0
    assert sweep_now(now=WARNS) == 1
    assert sweep_now(now=BREAKS - SECOND) == 0
    assert sweep_now(now=BREAKS) == 1


def test_the_warning_tells_the_assignee(ticket, clock, cast):
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    sweep_now(now=WARNS)
    assert told("promise_warned") == ["Anna"]
    assert mails("warning") == ["anna@kulanz.example"]
    clock.refresh_from_db()
    assert clock.breached_at is None


def test_with_nobody_assigned_the_warning_tells_the_leads(clock):
    sweep_now(now=WARNS)
    assert told("promise_warned") == ["Ben"]


@pytest.mark.parametrize("left", ["the house", "the team"])
def test_an_assignee_who_is_gone_hears_nothing_and_the_leads_do(ticket, cast, left):
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    if left == "the house":
        cast.anna.is_active = False
        cast.anna.save(update_fields=["is_active"])
    else:
        cast.north.dismiss(cast.anna)
    sweep_now(now=WARNS)
    assert told("promise_warned") == ["Ben"]


def test_the_breach_tells_every_lead_and_is_written_down(ticket, clock, cast):
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    cast.north.welcome(person("Gina"), lead=True)
    sweep_now(now=BREAKS)
    assert told("promise_breached") == ["Ben", "Gina"]
    assert mails("breach") == ["ben@kulanz.example", "gina@kulanz.example"]
    clock.refresh_from_db()
    assert (clock.breached_at, clock.met_at) == (BREAKS, None)
    event = Event.objects.get(kind="promise_breached")
    assert (event.at, event.by, event.data["clock"]) == (BREAKS, None, clock.pk)
    assert event.sentence == "The promise “first response” was broken; Ben, Gina was told"


def test_a_team_without_a_lead_hears_it_together(ticket, cast):
    cast.ben.is_active = False
    cast.ben.save(update_fields=["is_active"])
    cast.north.welcome(person("Gina"))
    sweep_now(now=BREAKS)
    assert told("promise_breached") == ["Anna", "Gina"]


def test_afterwards_the_ticket_stands_first(ticket, cast):
    cast.ticket("Opened later", at=MONDAY + HOUR, priority=4)
    older = cast.ticket("Opened before, answered", at=MONDAY - HOUR)
    older.reply("We are on it.", by=cast.anna, at=MONDAY)
    sweep_now(now=BREAKS)
    assert page_of(Ticket.objects.all()).rows[0] == ticket


def test_sweeping_again_changes_nothing(ticket):
    sweep_now(now=BREAKS)
    before = [model.objects.count() for model in (Event, Notice, OutgoingMail)]
    marks = list(Mark.objects.order_by("pk").values())
    assert [sweep_now(now=BREAKS + n * HOUR) for n in range(3)] == [0, 0, 0]
    assert [model.objects.count() for model in (Event, Notice, OutgoingMail)] == before
    assert list(Mark.objects.order_by("pk").values()) == marks


def test_after_hours_of_standstill_everything_fires_once_and_in_order(ticket, clock):
    assert sweep_now(now=BREAKS + 5 * HOUR) == 2
    kinds = Event.objects.filter(kind__startswith="promise_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["promise_warned", "promise_breached"]
    clock.refresh_from_db()
    assert clock.breached_at == BREAKS


def test_a_long_sweep_ends_by_itself_and_the_next_one_goes_on(cast, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 4)
    monkeypatch.setattr(sweep, "LONGEST_SECONDS", -1)
    for _n in range(4):
        cast.ticket(at=MONDAY)
    assert [sweep_now(now=BREAKS) for _beat in range(3)] == [4, 4, 0]
    assert Event.objects.filter(kind="promise_breached").count() == 4


def test_open_pages_hear_of_it_by_name(ticket, cast, monkeypatch, django_capture_on_commit_callbacks):
    said = []
    monkeypatch.setattr("tickets.live.relay.publish", lambda *names: said.extend(names))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_now(now=BREAKS)
    assert {f"ticket-{ticket.pk}", f"team-{cast.north.pk}", f"person-{cast.ben.pk}"} <= set(said)
    assert not any(name.startswith(("request-", "customer-")) for name in said)


def test_the_number_of_questions_does_not_grow_with_the_tickets(cast):
    counts = []
    for tickets, at in ((1, MONDAY), (3, MONDAY + HOUR)):
        for _n in range(tickets):
            cast.ticket(at=at)
        with CaptureQueriesContext(connection) as seen:
            assert sweep_now(now=at + 4 * HOUR) == 2 * tickets
        counts.append(len(seen))
    assert counts[0] == counts[1]


# ---- one bad mark --------------------------------------------------------------------------------------------


@pytest.fixture
def poison(monkeypatch):
    """A listener that cannot bear one ticket, as a bug of ours would: it raises inside the transaction."""
    bad: set[int] = set()

    def listen(event: Event) -> None:
        if event.ticket_id in bad:
            raise ZeroDivisionError("a rule that divides\nby\x00nothing")

    monkeypatch.setattr(history, "listeners", [*history.listeners, listen])
    return bad


def test_one_bad_mark_among_many_stops_nobody(cast, poison, monkeypatch, caplog):
    """In batches of seven here, so that the bad one has neighbours in its batch, before and after it."""
    monkeypatch.setattr(sweep, "BATCH", 7)
    tickets = [cast.ticket(at=MONDAY) for _n in range(20)]
    poison.add(tickets[9].pk)
    assert sweep_now(now=BREAKS) == 2 * 19
    bad = Mark.objects.pending().filter(due_at__lt=MONDAY + 5 * HOUR)
    assert {mark.clock.ticket_id for mark in bad} == {tickets[9].pk}
    assert {mark.trouble for mark in bad} == {"ZeroDivisionError: a rule that divides bynothing"}
    assert "could not be fired" in caplog.text
    assert Event.objects.filter(kind="promise_breached").count() == 19
    assert not Event.objects.filter(kind__startswith="promise_", ticket=tickets[9]).exists()


def test_a_bad_mark_waits_longer_each_time_and_fires_when_it_is_mended(ticket, poison):
    poison.add(ticket.pk)
    mark = Mark.objects.get(clock__kind="first_response", kind="warning")
    waits, now = [], WARNS
    for _try in range(60):
        sweep_now(now=now)
        mark.refresh_from_db()
        waits.append(mark.due_at - now)
        now = mark.due_at
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_RETRY
    assert mark.tries == 60
    poison.clear()
    sweep_now(now=now)
    mark.refresh_from_db()
    assert mark.done_at == now
    assert Event.objects.filter(kind="promise_warned", data__clock=mark.clock_id).count() == 1


# ---- answers -------------------------------------------------------------------------------------------------


def test_answered_before_the_deadline_nothing_is_left_to_fire(ticket, clock, cast):
    ticket.reply("We are on it.", by=cast.anna, at=WARNS - SECOND)
    assert set(clock.marks.values_list("skipped", flat=True)) == {"met"}
    sweep_now(now=BREAKS)
    clock.refresh_from_db()
    assert (clock.met_at, clock.breached_at) == (WARNS - SECOND, None)
    assert not Event.objects.filter(kind__startswith="promise_").exists()


def test_answered_at_the_very_deadline_the_promise_is_kept(ticket, clock, cast):
    ticket.reply("We are on it.", by=cast.anna, at=BREAKS)
    sweep_now(now=BREAKS)
    clock.refresh_from_db()
    assert (clock.met_at, clock.breached_at) == (BREAKS, None)


def test_answered_late_before_anybody_looked_it_is_broken_and_met_and_still_told(ticket, clock, cast):
    """A sweep that comes late loses nothing; a mail is not written, for there is nothing left to do."""
    ticket.reply("We are on it.", by=cast.anna, at=BREAKS + SECOND)
    clock.refresh_from_db()
    assert (clock.met_at, clock.breached_at) == (BREAKS + SECOND, BREAKS)
    sweep_now(now=BREAKS + HOUR)
    sweep_now(now=BREAKS + 2 * HOUR)
    assert told("promise_breached") == ["Ben"]
    assert told("promise_warned") == []
    assert mails("breach") == []


def test_an_answer_sent_in_time_wins_over_a_sweep_that_was_faster(ticket, clock, cast):
    sweep_now(now=BREAKS)
    ticket.reply("Sent before, written after.", by=cast.anna, at=BREAKS - SECOND)
    clock.refresh_from_db()
    assert (clock.met_at, clock.breached_at) == (BREAKS - SECOND, None)


def test_answered_after_the_breach_it_is_both(ticket, clock, cast):
    sweep_now(now=BREAKS)
    ticket.reply("Sorry.", by=cast.anna, at=BREAKS + HOUR)
    clock.refresh_from_db()
    assert (clock.met_at, clock.breached_at) == (BREAKS + HOUR, BREAKS)
    assert Event.objects.filter(kind="promise_breached").count() == 1


def test_solved_late_without_an_answer_the_broken_promise_is_not_forgotten(ticket, clock, cast):
    ticket.move("solved", by=cast.anna, at=BREAKS + SECOND)
    clock.refresh_from_db()
    assert (clock.cancelled_at, clock.breached_at) == (BREAKS + SECOND, BREAKS)
    sweep_now(now=BREAKS + HOUR)
    assert told("promise_breached") == ["Ben"]


def test_a_mark_listed_before_a_pause_does_not_fire_early_after_it(ticket, cast):
    """A slow sweeper holds the list from before; meanwhile the clock was paused, went on, and is due much later."""
    mark = Mark.objects.get(clock__kind="solution", kind="breach")
    due = mark.due_at
    ticket.move("waiting_customer", by=cast.anna, at=due - HOUR)
    ticket.hear("Here it is.", by=cast.cem.person, at=due + timedelta(days=1))
    assert sweep.fire([mark.pk], now=due + timedelta(days=1)) == 0
    mark.refresh_from_db()
    assert mark.done_at is None
    assert mark.due_at > due + timedelta(days=1)
    assert Clock.objects.get(pk=mark.clock_id).breached_at is None
