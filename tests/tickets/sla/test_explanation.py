"""How a deadline came about, in a sentence and a table, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import MONDAY, promised
from django.utils import translation

from accounts.models import Person
from tickets.models import Clock, Policy
from tickets.sla.explanation import Stood, duration_in_words, explain
from tickets.sla.policy import Terms

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def ticket(cast):
    return cast.ticket(at=MONDAY)


def told(ticket: object, kind: str = "solution", now: datetime = MONDAY + HOUR, zone: ZoneInfo = BERLIN):
    clock = ticket.clocks.select_related("hours", "calendar", "target__version__policy").get(kind=kind)
    return explain(clock, zone=zone, now=now)


def test_a_sentence_says_start_target_and_result(ticket):
    assert told(ticket).sentence == (
        "24 hours of working time count from today 10:00; that makes Thursday, 5 March, 10:00."
    )
    with translation.override("de"):
        said = told(ticket).sentence.replace("\xa0", " ")
    assert said == (
        "Gezählt werden 24 Stunden Arbeitszeit, beginnend heute um 10:00 Uhr; "
        "fällig ist das am Donnerstag, 5. März, um 10:00 Uhr."
    )


def test_the_table_counts_day_by_day_and_adds_up(ticket):
    explanation = told(ticket)
    assert [(day.day.day, day.minutes) for day in explanation.days] == [(2, 420), (3, 480), (4, 480), (5, 60)]
    assert (
        sum(day.minutes for day in explanation.days) == explanation.used_minutes == explanation.target_minutes
    )


def test_within_a_minute_sentence_and_table_say_the_same(cast):
    """Started at 10:00:25: what counts from ten o'clock on is due at 14:01, and the table ends there too."""
    explanation = told(cast.ticket(at=MONDAY + timedelta(seconds=25)), "first_response")
    assert explanation.sentence == "4 hours of working time count from today 10:00; that makes today 14:01."
    [(opens, closes)] = explanation.days[0].spans
    assert (opens, closes) == (MONDAY + timedelta(seconds=25), MONDAY + 4 * HOUR + timedelta(minutes=1))


def test_parts_of_minutes_are_not_lost_with_each_day(cast):
    """Begun at half a minute, both days end in one; the rows add up to what stands below them."""
    ticket = cast.ticket(at=MONDAY + timedelta(seconds=30))
    solution = explain(
        ticket.clocks.get(kind="solution"), zone=cast.cem.person.zone, now=MONDAY + timedelta(days=9)
    )
    assert [day.minutes for day in solution.days] == [419, 480, 480, 61]
    assert sum(day.minutes for day in solution.days) == solution.target_minutes == 1440


def test_what_was_waited_is_taken_out_and_named(ticket, cast):
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    assert told(ticket, now=MONDAY + 2 * HOUR).sentence.endswith("the clock stands still while we wait.")
    ticket.hear("Here.", by=cast.cem.person, at=MONDAY + 3 * HOUR)
    explanation = told(ticket, now=MONDAY + 4 * HOUR)
    assert explanation.pauses == (Stood(MONDAY + HOUR, MONDAY + 3 * HOUR, was_solved=False),)
    assert explanation.sentence.endswith("waiting taken out, that makes Thursday, 5 March, 12:00.")
    assert [day.minutes for day in explanation.days] == [300, 480, 480, 180]


def test_a_time_in_which_it_was_solved_is_not_called_a_wait(ticket, cast):
    ticket.move("solved", by=cast.anna, at=MONDAY + HOUR)
    ticket.hear("It broke again.", by=cast.cem.person, at=MONDAY + 3 * HOUR)
    explanation = told(ticket, now=MONDAY + 4 * HOUR)
    assert explanation.pauses == (Stood(MONDAY + HOUR, MONDAY + 3 * HOUR, was_solved=True),)


def test_whoever_lives_elsewhere_is_told_whose_clocks_the_table_shows(ticket, cast, client):
    pages = []
    for zone in ("Europe/Berlin", "Europe/London"):
        Person.objects.filter(pk=cast.cem.person_id).update(time_zone=zone)
        client.force_login(Person.objects.get(pk=cast.cem.person_id))
        pages.append(client.get(f"/requests/{ticket.pk}/promise/").content.decode())
    assert ["Die Tabelle zeigt die Uhrzeiten in Europe/Berlin." in page for page in pages] == [False, True]


def test_each_change_is_said_with_what_was_promised_before(ticket, cast, client):
    promised(cast.north, cast.hours, priority=4, solution=3600 * 4)
    ticket.prioritise(4, by=cast.ben, at=MONDAY + HOUR)
    assert told(ticket, now=MONDAY + HOUR).changes == (
        "today 11:00: due today 14:00 instead of Thursday, 5 March, 10:00.",
    )
    assert told(ticket, "first_response").changes == ()
    client.force_login(cast.cem.person)
    page = client.get(f"/requests/{ticket.pk}/promise/").content.decode()
    assert "Geändert, seit es zuerst gesagt wurde" in page


def test_of_several_that_fit_the_desk_says_which_come_after_it_in_rank(ticket, cast, client):
    house, terms = Policy.found("House", rank=900), [Terms("first_response", 9 * 3600, cast.hours)]
    since = MONDAY + HOUR
    house.publish(conditions=[], targets=terms, by=cast.ben, valid_from=since, at=since)
    fresh = cast.ticket("Again", at=since)
    facts, kind = ticket.facts(on=MONDAY.date()), {"kind": "first_response"}
    before, after = (Clock.objects.get(ticket=one, **kind) for one in (ticket, fresh))
    assert explain(before, zone=BERLIN, now=since, facts=facts).below == ()
    assert explain(after, zone=BERLIN, now=since, facts=facts).below == ("House",)
    assert explain(after, zone=BERLIN, now=since, facts=facts | {"team": "south"}).below == ()
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{fresh.pk}/reckoning/").content.decode()
    assert page.count("First in rank; these would fit too: House.") == 1


def test_the_log_is_told_in_words_with_who_did_it(ticket, cast):
    ticket.reply("Hello.", by=cast.anna, at=MONDAY + HOUR)
    lines = told(ticket, "first_response").log
    assert [(line.kind, line.cause, line.by) for line in lines] == [
        ("started", "the request came in", "Cem"),
        ("met", "somebody of us answered", "Anna"),
    ]


def test_it_says_which_policy_and_which_hours(ticket):
    explanation = told(ticket)
    assert (explanation.calendar, explanation.zone, explanation.why) == (
        "Office",
        "Europe/Berlin",
        ("Team: North",),
    )


def test_a_reader_in_another_zone_reads_their_own_time_of_the_same_moment(ticket):
    assert (told(ticket).is_elsewhere, told(ticket, zone=ZoneInfo("America/New_York")).is_elsewhere) == (
        False,
        True,
    )
    assert told(ticket, zone=ZoneInfo("America/New_York")).sentence.endswith(
        "count from today 04:00; that makes Thursday, 5 March, 04:00."
    )


def test_a_promise_by_word_is_explained_by_who_gave_it(ticket, cast):
    Clock.give_word(ticket, until=datetime(2026, 3, 2, 14, tzinfo=UTC), at=MONDAY, by=cast.anna)
    assert told(ticket, "by_word").sentence == "Somebody of us promised today 15:00 by word."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (90, "1 hour 30 minutes"), (1440, "24 hours")],
)
def test_a_length_in_words(minutes, words):
    assert duration_in_words(minutes) == words


def test_the_desk_and_the_portal_show_it(ticket, cast, client):
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{ticket.pk}/reckoning/").content.decode()
    assert "Promised by “North" in page
    assert "Hours: Office (Europe/Berlin)." in page
    client.force_login(cast.cem.person)
    page = client.get(f"/requests/{ticket.pk}/promise/").content.decode()
    assert "Arbeitszeit" in page
    assert "North" not in page
    assert "Office" not in page


def test_a_promise_of_which_nothing_was_written_down_is_told_as_it_is_stored(ticket, cast, client):
    theirs = {"kind": "update", "seconds": 3600, "started_at": MONDAY, "due_at": MONDAY + HOUR}
    Clock.objects.create(ticket=ticket, hours=cast.hours, warn_percent=75, **theirs)
    alone = told(ticket, "update")
    assert (alone.log, alone.changes) == ((), ())
    assert alone.sentence == "1 hour of working time count from today 10:00; that makes today 11:00."
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{ticket.pk}/reckoning/").content.decode()
    assert "Nothing was written down about this promise" in page
