"""What a customer reads above a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY
from django.utils import translation

from tickets.models import Place, Policy
from tickets.portal.standing import standing_of

pytestmark = pytest.mark.django_db


def say(ticket, *, after: timedelta = timedelta(0)) -> tuple[str, str]:
    clocks = ticket.clocks.open()
    standing = standing_of(ticket.status, clocks, zone=ticket.customer.person.zone, now=MONDAY + after)
    return standing.code, standing.words


def test_from_the_first_word_to_the_last(cast):
    ticket = cast.ticket(at=MONDAY)
    assert say(ticket) == ("promised", "You hear from us by today 14:00.")
    assert say(ticket, after=timedelta(hours=4)) == ("promised", "You hear from us by today 14:00.")
    assert say(ticket, after=timedelta(hours=4, seconds=1)) == (
        "late",
        "We promised to answer by today 14:00 and have not kept it. You are at the top of our list.",
    )
    ticket.reply("Which one is it?", by=cast.anna, at=MONDAY + timedelta(hours=1))
    assert say(ticket) == ("working", "We are working on it and want it solved by Thursday, 5 March, 10:00.")
    assert say(ticket, after=timedelta(days=4)) == (
        "late",
        "We wanted this solved by yesterday 10:00. It takes longer, and it is at the top of our list.",
    )
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + timedelta(hours=1))
    assert say(ticket) == ("yours", "It is your turn: we are waiting for your answer.")
    ticket.hear("The blue one.", by=cast.people["cem"], at=MONDAY + timedelta(hours=3))
    assert say(ticket) == ("working", "We are working on it and want it solved by Thursday, 5 March, 12:00.")
    ticket.move("waiting_others", by=cast.anna, at=MONDAY + timedelta(hours=3))
    assert say(ticket) == ("working", "We are working on it and want it solved by Thursday, 5 March, 12:00.")
    ticket.move("solved", by=cast.anna, at=MONDAY + timedelta(hours=5))
    assert say(ticket) == ("confirm", "We think this is solved. Is that right?")
    ticket.confirm_solved(by=cast.people["cem"])
    assert say(ticket) == ("done", "This is done. If something is missing, just write again.")


def test_whoever_chose_when_to_be_called_reads_by_when(cast):
    place = Place.enter(cast.north, customer=cast.cem, channel="portal", at=MONDAY)
    place.want_callback(until=MONDAY + timedelta(hours=1), by=cast.cem.person, at=MONDAY)
    assert say(place.ticket) == ("promised", "We call you at the latest today 11:30.")
    clocks = place.ticket.clocks.open()
    assert standing_of("open", clocks, zone=cast.cem.person.zone, now=MONDAY).is_reckoned is True
    assert say(place.ticket, after=timedelta(hours=2)) == (
        "late",
        "We promised to call you by today 11:30 and have not kept it. You are at the top of our list.",
    )


def test_without_promises_it_is_still_said_who_has_it(cast):
    Policy.objects.get(name__startswith="North").retire()
    assert say(cast.ticket()) == ("working", "We have it and are working on it.")


def test_the_moment_is_in_the_readers_zone(cast):
    person = cast.people["cem"]
    person.time_zone = "Asia/Kolkata"
    person.save()
    assert say(cast.ticket(at=MONDAY)) == ("promised", "You hear from us by today 18:30.")


def test_labels_follow_the_language():
    with translation.override("en"):
        codes = {
            status: standing_of(status, [], zone=None, now=MONDAY).label
            for status in ("open", "waiting_others", "waiting_customer", "solved", "closed")
        }
    assert codes == {
        "open": "With us",
        "waiting_others": "With us",
        "waiting_customer": "Your turn",
        "solved": "Solved?",
        "closed": "Done",
    }
