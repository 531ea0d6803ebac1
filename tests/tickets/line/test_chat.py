"""A chat: in the line and on a ticket at once; nothing ends it, it sleeps and wakes, nobody is lost with a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person

from accounts.models import Presence
from tickets.line import words as on
from tickets.line.offering import offer_now
from tickets.line.sweep import sweep_line_now
from tickets.models import Chat, LineEvent, Message, OutgoingMail, Place, Ticket

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def start(
    cast: Cast, customer=None, *, seconds: float = 0, key: str = "k1", text: str = "Where is it?"
) -> Chat:
    return Chat.start(customer or cast.cem, cause=cast.late, text=text, key=key, at=at(seconds))


def ready(person, seconds: float = 0) -> None:
    Presence.say(person, "ready", at=at(seconds))
    Presence.beat(person, at=at(seconds))


def taken(cast: Cast) -> Chat:
    """Anna took Cem's chat after ten seconds."""
    chat = start(cast)
    ready(cast.anna, 10)
    assert offer_now(now=at(10)) == 1
    chat.place.refresh_from_db()
    assert chat.accept(by=cast.anna, at=at(10))
    return chat


def mails() -> list[tuple[str, str]]:
    return [(mail.to.split("@")[0], mail.key.split(":")[0]) for mail in OutgoingMail.objects.order_by("pk")]


def test_a_chat_is_a_place_in_line_and_a_ticket_with_its_promise_and_no_mail(cast):
    chat = start(cast)
    assert (chat.place.phase, chat.place.channel, chat.place.ticket, chat.place.ahead()) == (
        "waiting",
        "chat",
        chat.ticket,
        0,
    )
    assert [(m.text, m.channel, m.from_customer) for m in chat.said] == [("Where is it?", "chat", True)]
    assert chat.ticket.next_due_at is not None
    assert mails() == []
    assert start(cast) == chat
    assert Ticket.objects.count() == 1


def test_a_second_window_writes_in_the_same_chat(cast):
    chat = start(cast)
    assert start(cast, key="k2", text="And when?") == chat
    assert [m.text for m in chat.said] == ["Where is it?", "And when?"]
    assert Place.objects.count() == 1


def test_who_takes_it_has_the_ticket_too_and_writes_without_a_mail(cast):
    chat = taken(cast)
    chat.ticket.refresh_from_db()
    assert (chat.place.phase, chat.ticket.assignee) == ("talking", cast.anna)
    said = chat.answer("I look at once.", by=cast.anna, key="a1", at=at(20))
    assert chat.answer("I look at once.", by=cast.anna, key="a1", at=at(20)) == said
    assert mails() == []
    assert not chat.ticket.clocks.open().filter(kind="first_response").exists()


@pytest.mark.parametrize("seconds", [239, 240, 241, 3600])
def test_c09_a_chat_in_which_both_speak_is_never_touched(cast, seconds):
    chat = taken(cast)
    for second in sorted({*range(30, min(seconds, 240), 50), 239, 240, 241, 3600}):
        if second <= seconds:
            Chat.objects.update(seen_at=at(second))
            Presence.beat(cast.anna, at=at(second))
            chat.answer(f"Still here {second}", by=cast.anna, at=at(second))
            sweep_line_now(now=at(second))
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.agent, chat.place.ended_by) == ("talking", cast.anna, "")


def test_our_silence_climbs_four_rungs_and_at_four_minutes_a_free_colleague_is_put_in(cast):
    chat = taken(cast)
    chat.answer("I look at once.", by=cast.anna, at=at(20))
    chat.say("Good.", by=cast.cem.person, at=at(30))
    for second in range(40, 272, 10):
        for one in (cast.anna, cast.ben):
            Presence.beat(one, at=at(second))
        if second == 250:
            ready(cast.ben, 250)
        Chat.objects.update(seen_at=at(second))
        sweep_line_now(now=at(second))
    rungs = chat.place.events.filter(kind=on.SILENT)
    assert [(e.at - at(30)).total_seconds() // 60 for e in rungs] == [1, 2, 3, 4]
    chat.place.refresh_from_db()
    assert (chat.place.offered_to, chat.place.arrived_at) == (cast.ben, MONDAY)
    assert chat.place.accept(by=cast.ben, at=at(273))


def test_with_nobody_free_the_chat_stays_where_it_is(cast):
    chat = taken(cast)
    for second in (20, 80, 140, 200, 251, 600):
        Presence.beat(cast.anna, at=at(second))
        Chat.objects.update(seen_at=at(second))
        sweep_line_now(now=at(second))
    chat.place.refresh_from_db()
    assert (chat.place.phase, chat.place.agent) == ("talking", cast.anna)


def test_a_customer_whose_browser_is_gone_finds_a_sleeping_chat_and_wakes_it_to_the_same_person(cast):
    chat = taken(cast)
    chat.read(by_customer=True)
    chat.answer("Which number is on it?", by=cast.anna, at=at(20))
    for second in (60, 119, 131):
        Presence.beat(cast.anna, at=at(second))
        sweep_line_now(now=at(second))
    chat.refresh_from_db()
    assert (chat.place.phase, chat.place.agent, mails()) == ("asleep", cast.anna, [("cem", "answer")])
    Presence.beat(cast.anna, at=at(700))
    chat.say("4711", by=cast.cem.person, at=at(705))
    assert (chat.place.phase, chat.place.agent) == ("talking", cast.anna)
    assert chat.place.ended_by == ""


def test_a_sleeping_chat_whose_owner_is_away_waits_at_its_first_arrival(cast):
    chat = taken(cast)
    chat.sleep(at=at(60))
    Presence.say(cast.anna, "away", at=at(61))
    chat.say("Hello again", by=cast.cem.person, at=at(600))
    assert (chat.place.phase, chat.place.arrived_at) == ("waiting", MONDAY)


def test_after_a_night_who_comes_back_has_just_arrived(cast):
    chat = taken(cast)
    chat.sleep(at=at(60))
    chat.say("Hello again", by=cast.cem.person, at=at(13 * 3600))
    assert (chat.place.phase, chat.place.arrived_at) == ("waiting", at(13 * 3600))


def test_two_windows_that_wake_a_chat_after_a_night_take_one_place(cast):
    chat = start(cast)
    chat.sleep(at=at(10))
    night = 14 * 3600
    windows = [Chat.objects.with_people().get(pk=chat.pk) for _ in range(2)]
    for number, window in enumerate(windows):
        window.say("Back", by=cast.cem.person, key=f"b{number}", at=at(night + number))
    places = Place.objects.filter(customer=cast.cem)
    assert list(places.order_by("pk").values_list("phase", flat=True)) == ["asleep", "waiting"]
    assert {window.place for window in windows} == {Chat.objects.get().place}


def test_who_leaves_the_line_is_a_ticket_with_an_owner_and_comes_back_to_the_old_place(cast):
    chat = start(cast)
    other = start(cast, cast.eva, seconds=5)
    assert chat.sleep(by=cast.cem.person, at=at(20))
    chat.ticket.refresh_from_db()
    assert (chat.place.phase, chat.ticket.assignee, mails()) == ("asleep", cast.ben, [("cem", "confirm")])
    chat.be_seen(at=at(40))
    assert (chat.place.phase, chat.place.ahead(), other.place.ahead()) == ("waiting", 0, 1)


def test_the_agents_browser_is_killed_and_a_new_owner_is_sought_after_a_minute(cast):
    chat = taken(cast)
    for second in range(12, 72, 10):
        ready(cast.ben, second)
        Chat.objects.update(seen_at=at(second))
        sweep_line_now(now=at(second))
    sweep_line_now(now=at(72))
    chat.place.refresh_from_db()
    assert (chat.place.offered_to, chat.place.arrived_at, chat.place.phase) == (cast.ben, MONDAY, "waiting")


def test_nothing_ends_without_an_outcome_and_what_was_not_read_goes_by_mail(cast):
    chat = taken(cast)
    chat.answer("It comes tomorrow.", by=cast.anna, at=at(60))
    assert chat.end("Told the day", by=cast.anna, solved=True, at=at(100))
    chat.ticket.refresh_from_db()
    assert (chat.place.phase, chat.place.ended_by, chat.place.outcome, chat.ticket.status) == (
        "ended",
        "agent",
        "Told the day",
        "solved",
    )
    assert mails()[0] == ("cem", "answer")
    assert LineEvent.objects.filter(kind=on.NO_OUTCOME).count() == 0


def test_another_team_that_takes_it_has_the_ticket_from_then_on(cast):
    chat = start(cast)
    Place.objects.update(escalated=True)
    chat.place.refresh_from_db()
    assert chat.place.offer(cast.dora, at=at(5))
    assert chat.accept(by=cast.dora, at=at(6))
    chat.ticket.refresh_from_db()
    assert (chat.ticket.team, chat.ticket.assignee) == (cast.south, cast.dora)


def test_handed_on_the_ticket_goes_along_and_the_first_arrival_stays(cast):
    chat = taken(cast)
    assert chat.transfer(cast.south, by=cast.anna, at=at(50))
    chat.refresh_from_db()
    assert (chat.ticket.team, chat.place.team, chat.place.arrived_at, chat.place.phase) == (
        cast.south,
        cast.south,
        MONDAY,
        "waiting",
    )


def test_a_silent_colleague_is_stepped_in_for(cast):
    chat = taken(cast)
    assert chat.step_in(by=cast.ben, instead_of=cast.anna.pk, at=at(100))
    chat.ticket.refresh_from_db()
    assert (chat.place.agent, chat.ticket.assignee) == (cast.ben, cast.ben)
    gus = person("Gus")
    cast.north.welcome(gus)
    assert not Chat.objects.get(pk=chat.pk).step_in(by=gus, instead_of=cast.anna.pk, at=at(101))
    chat.place.refresh_from_db()
    assert chat.place.agent == cast.ben


def test_what_is_written_on_the_request_page_wakes_the_chat_too(cast):
    chat = taken(cast)
    chat.sleep(at=at(60))
    chat.ticket.hear("Are you there?", by=cast.cem.person, at=at(80))
    chat.refresh_from_db()
    assert (chat.place.phase, Message.objects.filter(ticket=chat.ticket).count()) == ("waiting", 2)


def test_each_side_sees_what_the_other_has_read(cast):
    chat = taken(cast)
    assert Chat.objects.with_unread().get(pk=chat.pk).unread_by_desk == 1
    chat.read(by_customer=False)
    assert Chat.objects.with_unread().get(pk=chat.pk).unread_by_desk == 0
    newest = chat.answer("Here.", by=cast.anna, at=at(20))
    chat.read(by_customer=True)
    chat.refresh_from_db()
    assert chat.customer_read == newest.pk


def test_strangers_see_no_chat(cast):
    chat = taken(cast)
    gus = person("Gus")
    cast.south.welcome(gus)
    assert list(Chat.objects.worked_by(gus)) == []
    assert list(Chat.objects.worked_by(cast.anna)) == [chat]
    assert list(Chat.objects.owned_by(cast.eva.person)) == []
