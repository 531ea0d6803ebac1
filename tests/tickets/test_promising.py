"""Which deed starts, meets, pauses or ends which promise: the rules, one case each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY, OF_OLD, promised

from tickets.models import Clock, Event, Policy, Ticket
from tickets.sla.policy import Terms
from tickets.sla.sweep import sweep_now
from tickets.thanks import is_mere_thanks

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DAY = timedelta(days=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Berlin, before summer time begins; the 2nd is a Monday, the desk is open 9 to 17."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def ticket(cast):
    """First response in four hours, next in six, an update every sixteen, solved within 24."""
    promised(cast.north, cast.hours, next_response=6 * 3600, update=16 * 3600)
    return cast.ticket(at=MONDAY)


def running(ticket: Ticket) -> dict[str, datetime | None]:
    return dict(ticket.clocks.open().values_list("kind", "due_at"))


def met(ticket: Ticket, kind: str) -> list[datetime | None]:
    return list(ticket.clocks.filter(kind=kind).order_by("pk").values_list("met_at", flat=True))


# ---- responses -----------------------------------------------------------------------------------------------------


def test_a_ticket_owes_a_first_response_an_update_and_a_solution(ticket):
    assert running(ticket) == {
        "first_response": berlin(2, 14),
        "update": berlin(4, 10),
        "solution": berlin(5, 10),
    }


def test_who_waits_live_is_promised_an_answer_in_seconds_and_a_person_keeps_it(cast):
    promised(cast.north, cast.hours, answer=20)
    written, chat = cast.ticket(at=berlin(2, 10)), cast.ticket(channel="chat", at=berlin(2, 10))
    assert "answer" not in running(written)
    assert running(chat)["answer"] == berlin(2, 10) + timedelta(seconds=20)
    chat.reply("Good morning.", by=cast.anna, at=berlin(2, 10) + timedelta(seconds=5))
    clock = chat.clocks.get(kind="answer")
    assert (clock.met_at, clock.breached_at) == (berlin(2, 10) + timedelta(seconds=5), None)


def test_a_next_response_exists_only_after_the_first_one_is_met(ticket, cast):
    ticket.hear("Hello?", by=cast.cem.person, at=berlin(2, 11))
    assert "next_response" not in running(ticket)
    ticket.reply("We are on it.", by=cast.anna, at=berlin(2, 12))
    assert "next_response" not in running(ticket)
    ticket.hear("And now?", by=cast.cem.person, at=berlin(2, 13))
    assert running(ticket)["next_response"] == berlin(3, 11)


def test_the_oldest_unanswered_message_is_the_anchor(ticket, cast):
    ticket.reply("We are on it.", by=cast.anna, at=berlin(2, 11))
    ticket.hear("One.", by=cast.cem.person, at=berlin(2, 12))
    ticket.hear("Two.", by=cast.cem.person, at=berlin(2, 16))
    assert running(ticket)["next_response"] == berlin(3, 10)
    ticket.reply("Here.", by=cast.anna, at=berlin(3, 9))
    ticket.hear("Three.", by=cast.cem.person, at=berlin(3, 10))
    assert running(ticket)["next_response"] == berlin(3, 16)
    assert met(ticket, "next_response") == [berlin(3, 9), None]


@pytest.mark.parametrize("deed", ["a note", "a new status", "an assignment"])
def test_only_an_answer_to_the_customer_meets_a_response(ticket, cast, deed):
    if deed == "a note":
        ticket.note("Asked the depot.", by=cast.anna, at=berlin(2, 11))
    elif deed == "a new status":
        ticket.move("waiting_others", by=cast.anna, at=berlin(2, 11))
    else:
        ticket.assign(cast.anna, by=cast.ben, at=berlin(2, 11))
    assert met(ticket, "first_response") == [None]


def test_what_a_machine_sends_meets_nothing(ticket, cast):
    message = ticket.messages.get()
    ticket.answered(by=None, at=berlin(2, 11), message=message)
    assert met(ticket, "first_response") == [None]


@pytest.mark.parametrize(("after", "broken"), [(timedelta(), None), (SECOND, berlin(2, 14))])
def test_a_message_exactly_at_the_deadline_is_in_time(ticket, cast, after, broken):
    ticket.reply("Just in time.", by=cast.anna, at=berlin(2, 14) + after)
    assert ticket.clocks.get(kind="first_response").breached_at == broken


# ---- the regular update ----------------------------------------------------------------------------------------------


def test_each_answer_starts_the_update_anew(ticket, cast):
    ticket.reply("Still looking.", by=cast.anna, at=berlin(3, 12))
    assert running(ticket)["update"] == berlin(5, 12)
    assert met(ticket, "update") == [berlin(3, 12), None]


def test_waiting_for_others_keeps_the_update_and_the_solution_running(ticket, cast):
    """A wait inside the house is no pause for the customer."""
    ticket.move("waiting_others", by=cast.anna, at=berlin(2, 11))
    assert running(ticket)["update"] == berlin(4, 10)
    assert running(ticket)["solution"] == berlin(5, 10)


def test_waiting_for_the_customer_pauses_update_and_solution_but_no_response(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(2, 11))
    assert running(ticket) == {"first_response": berlin(2, 14), "update": None, "solution": None}


def test_a_pause_from_friday_to_monday_gives_back_working_time_alone(ticket, cast):
    friday = cast.ticket(at=berlin(6, 10))
    friday.move("waiting_customer", by=cast.anna, at=berlin(6, 16))
    friday.hear("Here it is.", by=cast.cem.person, at=berlin(9, 10))
    assert running(friday)["solution"] == berlin(11, 12)


def test_a_customer_message_ends_the_pause_at_its_arrival(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=berlin(2, 11))
    ticket.hear("Here it is.", by=cast.cem.person, at=berlin(2, 13))
    pauses = ticket.clocks.get(kind="solution").pauses
    assert pauses == [[berlin(2, 11).isoformat(), berlin(2, 13).isoformat()]]


# ---- solved, and afterwards ------------------------------------------------------------------------------------------


def test_solving_ends_every_clock(ticket, cast):
    ticket.move("solved", by=cast.anna, at=berlin(3, 10))
    assert running(ticket) == {}
    ticket.refresh_from_db()
    assert ticket.next_due_at is None


def test_a_reopened_ticket_goes_on_with_the_time_it_had_used(ticket, cast):
    """Three working hours used on Monday, then solved for two days: 21 are left on Wednesday at ten."""
    ticket.reply("Done.", by=cast.anna, at=berlin(2, 13))
    ticket.move("solved", by=cast.anna, at=berlin(2, 13))
    ticket.hear("It broke again.", by=cast.cem.person, at=berlin(4, 10))
    assert running(ticket) == {
        "solution": berlin(6, 15),
        "next_response": berlin(4, 16),
        "update": berlin(6, 10),
    }
    sweep_now(now=berlin(6, 15))
    assert ticket.clocks.get(kind="solution").breached_at == berlin(6, 15)


def test_a_promise_broken_before_stays_broken_when_the_ticket_is_opened_again(ticket, cast):
    ticket.move("solved", by=cast.anna, at=berlin(6, 10))
    ticket.hear("It broke again.", by=cast.cem.person, at=berlin(6, 11))
    clock = ticket.clocks.get(kind="solution")
    assert (clock.is_open, clock.breached_at) == (True, berlin(5, 10))


def test_written_to_long_after_it_is_a_new_matter_that_knows_the_old_one(ticket, cast):
    ticket.move("solved", by=cast.anna, at=berlin(3, 10))
    later = berlin(3, 10) + timedelta(days=14) + SECOND
    said = ticket.hear("The same again.", by=cast.cem.person, at=later, key="k")
    again = ticket.hear("The same again.", by=cast.cem.person, at=later, key="k")
    assert said == again
    fresh = said.ticket
    assert (fresh.follows, fresh.subject, fresh.status) == (ticket, ticket.subject, "open")
    assert running(fresh)["first_response"] == later + 4 * HOUR
    ticket.refresh_from_db()
    assert (ticket.status, running(ticket)) == ("solved", {})


def test_within_two_weeks_it_is_the_old_one(ticket, cast):
    ticket.move("solved", by=cast.anna, at=berlin(3, 10))
    said = ticket.hear("The same again.", by=cast.cem.person, at=berlin(3, 10) + timedelta(days=14))
    assert (said.ticket, ticket.status) == (ticket, "open")


# ---- thanks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Danke!",
        "Vielen Dank für die schnelle Hilfe!",
        "Thanks a lot, it works :)",
        "Merci und schönes Wochenende",
    ],
)
def test_a_mere_thank_you_after_solving_starts_nothing(ticket, cast, text):
    ticket.move("solved", by=cast.anna, at=berlin(3, 10))
    ticket.hear(text, by=cast.cem.person, at=berlin(3, 11))
    assert (ticket.status, running(ticket)) == ("solved", {})
    assert Event.objects.filter(ticket=ticket, kind="thanked").count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "Danke, aber es tropft noch.",
        "Thanks. When does it come?",
        "Danke! Die Rechnung 4711 fehlt.",
        "Nein danke",
        "Alles klar",
        "",
        "Danke " * 40,
    ],
)
def test_whatever_one_might_have_to_act_on_is_no_mere_thank_you(text):
    assert is_mere_thanks(text) is False


def test_a_thank_you_on_an_open_ticket_is_read_by_somebody(ticket, cast):
    ticket.reply("We are on it.", by=cast.anna, at=berlin(2, 11))
    ticket.hear("Danke!", by=cast.cem.person, at=berlin(2, 12))
    assert running(ticket)["next_response"] == berlin(3, 10)


def test_an_agent_takes_it_as_thanks_and_the_ticket_is_as_solved_as_before(ticket, cast):
    ticket.reply("Done.", by=cast.anna, at=berlin(2, 11))
    ticket.move("solved", by=cast.anna, at=berlin(2, 11))
    said = ticket.hear("Klasse, so gefällt mir das.", by=cast.cem.person, at=berlin(2, 12))
    assert ticket.status == "open"
    assert ticket.take_as_thanks(said, by=cast.anna, at=berlin(2, 13)) is True
    assert ticket.take_as_thanks(said, by=cast.anna, at=berlin(2, 13)) is False
    ticket.refresh_from_db()
    assert (ticket.status, running(ticket)) == ("solved", {})
    assert ticket.clocks.get(kind="next_response").log.last().cause == "thanks"


def test_only_the_message_somebody_waits_on_can_be_taken_as_thanks(ticket, cast):
    first = ticket.messages.get()
    assert ticket.take_as_thanks(first, by=cast.anna, at=berlin(2, 12)) is False
    assert "first_response" in running(ticket)


# ---- priority --------------------------------------------------------------------------------------------------------


@pytest.fixture
def urgent(ticket, cast):
    promised(cast.north, cast.hours, priority=4, first_response=3600)
    return ticket


def test_a_higher_priority_shortens_the_promise_from_its_original_start(urgent, cast):
    urgent.prioritise(4, by=cast.ben, at=berlin(2, 10, 30))
    assert running(urgent)["first_response"] == berlin(2, 11)
    breach = urgent.clocks.get(kind="first_response").marks.get(kind="breach")
    assert breach.due_at == berlin(2, 11)
    urgent.refresh_from_db()
    assert (urgent.priority, urgent.next_due_at) == (4, berlin(2, 11))


def test_a_lower_priority_never_lengthens_what_the_customer_was_told(urgent, cast):
    urgent.prioritise(4, by=cast.ben, at=berlin(2, 10, 30))
    urgent.prioritise(1, by=cast.ben, at=berlin(2, 10, 40))
    assert running(urgent)["first_response"] == berlin(2, 11)
    log = urgent.clocks.get(kind="first_response").log
    assert [entry.kind for entry in log.all()] == ["started", "replaced"]


def test_the_same_priority_again_changes_nothing(urgent, cast):
    assert urgent.prioritise(2, by=cast.ben, at=berlin(2, 11)) is False
    assert not Event.objects.filter(kind="prioritised").exists()


# ---- the customer's standing ---------------------------------------------------------------------------------------


def test_a_better_standing_shortens_what_runs_and_a_worse_one_puts_nothing_off(ticket, cast, client):
    """Whoever becomes an existing customer while they wait is owed what existing customers are owed, from the start."""
    conditions = [("team", "is", "north"), ("customer_status", "is", "established")]
    Policy.found("Regulars", rank=1).publish(
        conditions=conditions,
        targets=[Terms("first_response", 2 * 3600, cast.hours)],
        by=cast.ben,
        valid_from=OF_OLD,
        at=OF_OLD,
    )
    cast.cem.status = "new"
    cast.cem.save()
    later = cast.ticket("The same again", at=berlin(2, 11))
    assert running(later)["first_response"] == berlin(2, 15)
    cast.cem.status = "established"
    cast.cem.save()
    cast.cem.tell_standing(by=cast.ben, at=berlin(2, 12))
    assert running(later)["first_response"] == berlin(2, 13)
    assert later.clocks.get(kind="first_response").log.last().cause == "standing"
    cast.cem.status = "former"
    cast.cem.save()
    cast.cem.tell_standing(by=cast.ben, at=berlin(2, 12, 30))
    assert running(later)["first_response"] == berlin(2, 13)
    later.refresh_from_db()
    assert later.next_due_at == berlin(2, 13)


# ---- merged and split ----------------------------------------------------------------------------------------------


def test_merged_the_target_takes_over_the_earlier_open_response(ticket, cast):
    later = cast.ticket("The same again", at=berlin(2, 12))
    later.take_over_promises(ticket, by=cast.anna, at=berlin(2, 13))
    assert running(ticket) == {}
    assert set(ticket.clocks.values_list("log__cause", flat=True)) == {"opened", "merged"}
    assert running(later)["first_response"] == berlin(2, 14)
    later.refresh_from_db()
    assert later.next_due_at == berlin(2, 14)


def test_merged_the_other_way_the_target_keeps_its_own_earlier_one(ticket, cast):
    later = cast.ticket("The same again", at=berlin(2, 12))
    ticket.take_over_promises(later, by=cast.anna, at=berlin(2, 13))
    assert running(later) == {}
    assert running(ticket)["first_response"] == berlin(2, 14)
    assert Clock.objects.filter(ticket=ticket, kind="first_response").count() == 1


def test_merged_into_one_that_was_answered_the_question_is_still_owed(ticket, cast):
    later = cast.ticket("The same again", at=berlin(2, 12))
    ticket.reply("Hello.", by=cast.anna, at=berlin(2, 11))
    ticket.take_over_promises(later, by=cast.anna, at=berlin(2, 13))
    assert running(ticket)["first_response"] == berlin(2, 16)


def test_a_merged_ticket_escalates_no_more(ticket, cast):
    later = cast.ticket("The same again", at=berlin(2, 12))
    later.take_over_promises(ticket, by=cast.anna, at=berlin(2, 13))
    sweep_now(now=berlin(20, 12))
    assert not Event.objects.filter(ticket=ticket, kind__startswith="promise_").exists()


def test_a_split_message_is_owed_a_first_response_from_its_own_time(ticket, cast):
    said = ticket.hear("And something else: my bill is wrong.", by=cast.cem.person, at=berlin(2, 16))
    split = ticket.split_off(said, subject="The bill", cause=cast.late, by=cast.anna, key="k")
    assert running(split)["first_response"] == berlin(3, 12)
    assert split.clocks.get(kind="first_response").started_at == said.at


# ---- by word ---------------------------------------------------------------------------------------------------------


def test_a_promise_by_word_is_a_moment_whatever_the_hours(ticket, cast):
    sunday = berlin(8, 15)
    first = Clock.give_word(ticket, until=sunday, at=berlin(2, 11), by=cast.anna, note="I call you.")
    second = Clock.give_word(ticket, until=berlin(3, 9), at=berlin(2, 11), by=cast.ben)
    ticket.move("waiting_customer", by=cast.anna, at=berlin(2, 12))
    assert list(ticket.clocks.open().of_kind("by_word").values_list("due_at", flat=True)) == [
        sunday,
        berlin(3, 9),
    ]
    second.meet(at=berlin(3, 9), by=cast.ben, cause="kept")
    sweep_now(now=sunday)
    first.refresh_from_db()
    assert (first.breached_at, second.breached_at) == (sunday, None)
