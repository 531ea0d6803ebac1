"""Waiting for the customer has a reason and an end: the clocks run again by themselves, at the moment agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, promised
from django.urls import reverse
from django.utils import timezone

from tickets.models import Clock, Event, Notice, Pause, Ticket
from tickets.sla.pause import end_due_now

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def waiting(cast) -> Ticket:
    """Waits for Cem since Monday 11:00 in Berlin."""
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    return ticket


def solution(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, kind="solution")


def test_a_pause_has_a_reason_and_ends_after_a_week_at_the_latest(cast, waiting):
    pause = Pause.objects.get(ticket=waiting)
    assert (pause.reason, pause.by) == ("answer", cast.anna)
    assert (pause.starts_at, pause.ends_at) == (MONDAY + HOUR, MONDAY + HOUR + 7 * DAY)
    assert end_due_now(now=pause.ends_at - timedelta(seconds=1)) == 0


def test_a_pause_that_is_over_opens_the_ticket_at_its_moment_however_late_somebody_looks(cast, waiting):
    pause = Pause.objects.get(ticket=waiting)
    pause.agree(reason="later", words="on Tuesday", until=MONDAY + DAY, by=cast.anna, at=MONDAY + HOUR)
    assert [end_due_now(now=MONDAY + DAY + 5 * HOUR) for _beat in range(2)] == [1, 0]
    waiting.refresh_from_db()
    assert waiting.status == "open"
    assert solution(waiting).pauses[-1][1] == (MONDAY + DAY).isoformat()
    event = Event.objects.get(ticket=waiting, kind="pause_over")
    assert event.sentence.startswith("We waited long enough (the customer wants it later: on Tuesday)")
    assert list(Notice.objects.filter(event=event).values_list("person", flat=True)) == [cast.anna.pk]


def test_what_the_customer_writes_ends_it_at_its_arrival(cast, waiting):
    waiting.hear("Here it is.", by=cast.cem.person, at=MONDAY + 2 * HOUR)
    assert Pause.objects.get(ticket=waiting).ended_at == MONDAY + 2 * HOUR
    assert end_due_now(now=MONDAY + 30 * DAY) == 0


def test_a_pause_cannot_reach_into_the_past_or_beyond_three_months(cast, waiting):
    pause = Pause.objects.get(ticket=waiting)
    for until in (MONDAY, MONDAY + 93 * DAY):
        with pytest.raises(ValueError, match="A moment ahead"):
            pause.agree(reason="later", words="", until=until, by=cast.anna, at=MONDAY + HOUR)


def test_waiting_for_others_is_no_pause(cast):
    ticket = cast.ticket(at=MONDAY)
    ticket.move("waiting_others", by=cast.anna, at=MONDAY + HOUR)
    assert not Pause.objects.exists()
    assert not solution(ticket).is_paused


def test_at_the_desk_one_says_why_and_until_when(cast, client):
    client.force_login(cast.anna)
    ticket = cast.ticket()
    address = reverse("desk:pause", args=[ticket.pk])
    assert client.get(address).url == ticket.desk_url()
    ticket.move("waiting_customer", by=cast.anna)
    assert address in client.get(ticket.desk_url()).content.decode()
    until = (timezone.localtime() + 2 * DAY).replace(hour=10, minute=0, second=0, microsecond=0)
    said = {"reason": "sending", "words": "A photograph", "until": until.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(address, said).status_code == 302
    pause = Pause.objects.get(ticket=ticket)
    assert (pause.reason, pause.words) == ("sending", "A photograph")
    assert "the customer sends us something: A photograph" in client.get(ticket.desk_url()).content.decode()


@pytest.mark.parametrize("typed", ["", "x", "\0", "2001-01-01T10:00", "2999-01-01T10:00", "1" * 40])
def test_a_moment_that_makes_no_sense_is_refused_and_the_words_stay(cast, client, typed):
    client.force_login(cast.anna)
    ticket = cast.ticket()
    ticket.move("waiting_customer", by=cast.anna)
    said = {"reason": "later", "words": "After the holidays", "until": typed}
    answer = client.post(reverse("desk:pause", args=[ticket.pk]), said)
    assert answer.status_code == 422
    assert 'value="After the holidays"' in answer.content.decode()


def test_somebody_reads_a_mere_thank_you_and_nobody_waits_any_more(cast, client):
    client.force_login(cast.anna)
    promised(cast.north, cast.hours, next_response=6 * 3600)
    ticket = cast.ticket()
    ticket.reply("Done.", by=cast.anna)
    said = ticket.hear("Okay, I see, that is how you do it.", by=cast.cem.person)
    address = reverse("desk:thanks", args=[ticket.pk, said.pk])
    assert address in client.get(ticket.desk_url()).content.decode()
    assert client.post(address).url == ticket.desk_url()
    assert not Clock.objects.open().filter(ticket=ticket, kind="next_response").exists()
    assert address not in client.get(ticket.desk_url()).content.decode()
    assert client.post(address).status_code == 302
    assert Event.objects.filter(ticket=ticket, kind="taken_as_thanks").count() == 1
