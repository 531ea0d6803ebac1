"""Promises by word: read by the customer at once, warned and broken once, changed only before their eyes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Absence
from tickets.models import Clock, Event, Notice, OutgoingMail, Pledge, PledgeChange, Repair, Ticket
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
BY_THREE = MONDAY + timedelta(hours=5)  # 15:00 in Berlin


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket(at=MONDAY)


@pytest.fixture
def pledge(cast: Cast, ticket: Ticket) -> Pledge:
    return Pledge.give(ticket, words="Ich rufe Sie an", until=BY_THREE, by=cast.anna, key="call", at=MONDAY)


def moments(pledge: Pledge) -> tuple[object, ...]:
    clock = Clock.objects.get(pk=pledge.clock_id)
    return clock.due_at, clock.met_at, clock.breached_at, clock.cancelled_at


def test_a_promise_has_a_clock_an_owner_and_a_letter(cast: Cast, ticket: Ticket, pledge: Pledge) -> None:
    assert moments(pledge) == (BY_THREE, None, None, None)
    assert pledge.owner == cast.anna
    letter = OutgoingMail.objects.get(key=f"pledge_given:{pledge.pk}")
    assert letter.to == cast.cem.person.email
    assert "„Ich rufe Sie an“" in letter.text
    assert ticket.events.get(kind="pledge_given").sentence == "Anna promised: “Ich rufe Sie an”"
    marks = pledge.clock.marks.order_by("due_at").values_list("kind", "due_at")
    assert list(marks) == [("warning", BY_THREE - timedelta(minutes=30)), ("breach", BY_THREE)]


def test_the_same_form_twice_is_one_promise(cast: Cast, ticket: Ticket, pledge: Pledge) -> None:
    again = Pledge.give(ticket, words="Ich rufe Sie an", until=BY_THREE, by=cast.anna, key="call", at=MONDAY)
    assert again.pk == pledge.pk
    assert Clock.objects.filter(ticket=ticket, kind="by_word").count() == 1


def test_only_who_works_there_can_keep_it(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(ValueError, match="team"):
        Pledge.give(ticket, words="x", until=BY_THREE, by=cast.anna, owner=cast.dora, key="1", at=MONDAY)
    with pytest.raises(ValueError, match="ahead"):
        Pledge.give(ticket, words="x", until=MONDAY, by=cast.anna, key="2", at=MONDAY)
    assert not Pledge.objects.exists()


def test_kept_in_time_it_is_met_and_no_mark_fires(cast: Cast, pledge: Pledge) -> None:
    at = BY_THREE - timedelta(minutes=40)
    assert pledge.keep(by=cast.anna, at=at)
    assert not pledge.keep(by=cast.anna, at=at)
    assert not pledge.withdraw(reason="Late", by=cast.anna, at=at)
    sweep_now(now=BY_THREE + timedelta(hours=1))
    assert moments(pledge) == (BY_THREE, at, None, None)
    assert not Event.objects.filter(
        kind__in=["promise_warned", "promise_breached"], data__clock=pledge.clock_id
    ).exists()
    assert not Repair.objects.exists()


def test_who_gave_their_word_is_warned_and_not_the_assignee(
    cast: Cast, ticket: Ticket, pledge: Pledge
) -> None:
    ticket.assign(cast.ben, by=cast.ben, at=MONDAY)
    sweep_now(now=BY_THREE - timedelta(minutes=29))
    warned = Notice.objects.get(event__kind="promise_warned", event__data__clock=pledge.clock_id)
    assert warned.person == cast.anna


def test_c54_a_broken_promise_is_told_to_the_customer_and_opens_a_repair_once(
    cast: Cast, pledge: Pledge, client: Client
) -> None:
    for _sweep in range(3):
        sweep_now(now=BY_THREE + timedelta(minutes=1))
    repair = Repair.objects.get()
    assert (repair.pledge, repair.owner, repair.is_open) == (pledge, cast.anna, True)
    assert Notice.objects.filter(person=cast.ben, event__data__clock=pledge.clock_id).count() == 1
    assert Notice.objects.filter(person=cast.anna, event__kind="repair_opened").count() == 1
    letter = OutgoingMail.objects.get(key=f"pledge_broken:{pledge.pk}")
    assert "nicht gehalten" in letter.text
    client.force_login(cast.anna)
    panel = f"/desk/tickets/{pledge.ticket_id}/authority/"
    assert "did not keep it: a gesture is in place." in words(client.get(panel))
    assert repair.close("Angerufen und entschuldigt", by=cast.ben)
    assert not repair.close("Noch einmal", by=cast.anna)
    assert Repair.objects.get().words == "Angerufen und entschuldigt"
    assert "a gesture is in place" not in words(client.get(panel))


def test_kept_late_it_stays_broken(cast: Cast, pledge: Pledge) -> None:
    late = BY_THREE + timedelta(minutes=20)
    pledge.keep(by=cast.anna, at=late)
    sweep_now(now=late + timedelta(minutes=1))
    assert moments(pledge) == (BY_THREE, late, BY_THREE, None)
    assert Repair.objects.count() == 1
    assert not OutgoingMail.objects.filter(key=f"pledge_broken:{pledge.pk}").exists()


def test_it_moves_before_its_time_with_a_reason_the_customer_reads(cast: Cast, pledge: Pledge) -> None:
    later = BY_THREE + timedelta(hours=1)
    assert pledge.move(
        later, reason="Der Fahrer ist noch unterwegs", by=cast.anna, at=MONDAY + timedelta(hours=1)
    )
    assert moments(pledge) == (later, None, None, None)
    change = PledgeChange.objects.get()
    assert (change.kind, change.was_due_at, change.due_at) == ("moved", BY_THREE, later)
    letter = OutgoingMail.objects.get(key__startswith=f"pledge_moved:{pledge.pk}")
    assert "Der Fahrer ist noch unterwegs" in letter.text
    sweep_now(now=BY_THREE + timedelta(minutes=1))
    assert not Repair.objects.exists()


def test_what_is_broken_is_not_moved_away(cast: Cast, pledge: Pledge) -> None:
    late = BY_THREE + timedelta(seconds=1)
    assert not pledge.move(late + timedelta(hours=1), reason="x", by=cast.anna, at=late)
    assert moments(pledge)[0] == BY_THREE


def test_taken_back_with_a_reason_it_is_owed_no_more(cast: Cast, pledge: Pledge) -> None:
    at = MONDAY + timedelta(hours=1)
    assert pledge.withdraw(reason="Schon geklärt", by=cast.anna, at=at)
    sweep_now(now=BY_THREE + timedelta(hours=1))
    assert moments(pledge) == (BY_THREE, None, None, at)
    assert "Schon geklärt" in OutgoingMail.objects.get(key=f"pledge_withdrawn:{pledge.pk}").text
    assert not Repair.objects.exists()


def test_somebody_else_keeps_it_and_is_told(cast: Cast, pledge: Pledge) -> None:
    assert pledge.pass_on(cast.ben, by=cast.anna)
    assert not pledge.pass_on(cast.ben, by=cast.anna)
    assert Notice.objects.get(event__kind="pledge_passed_on").person == cast.ben
    with pytest.raises(ValueError, match="team"):
        pledge.pass_on(cast.dora, by=cast.anna)


def test_the_customer_reads_each_promise_and_each_change_of_it(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    cast.cem.person.language = "en"
    cast.cem.person.save(update_fields=["language"])
    now = timezone.now()
    pledge = Pledge.give(ticket, words="I call you", until=now + timedelta(days=9), by=cast.anna, key="c")
    pledge.move(now + timedelta(days=10), reason="The van is late", by=cast.anna)
    client.force_login(cast.cem.person)
    home, page = words(client.get("/")), words(client.get(f"/requests/{ticket.pk}/"))
    assert "What we promised you I call you" in home
    assert "Anna sees to it." in page
    assert "– The van is late" in page
    pledge.withdraw(reason="You have it already", by=cast.anna)
    assert "I call you" not in words(client.get("/"))
    assert "– You have it already" in words(client.get(f"/requests/{ticket.pk}/"))
    client.force_login(cast.eva.person)
    assert "I call you" not in words(client.get("/"))


def test_my_promises_are_the_own_ones_in_the_own_teams(cast: Cast, ticket: Ticket, client: Client) -> None:
    until = timezone.now() + timedelta(hours=3)
    Pledge.give(ticket, words="Anna calls", until=until, by=cast.anna, key="a")
    Pledge.give(ticket, words="Ben calls", until=until, by=cast.ben, key="b")
    client.force_login(cast.anna)
    page = words(client.get("/desk/promises/"))
    assert "Anna calls" in page
    assert "Ben calls" not in page
    cast.north.dismiss(cast.anna)
    cast.south.welcome(cast.anna)
    assert "Anna calls" not in words(client.get("/desk/promises/"))


def test_whoever_stands_in_is_warned_and_finds_it_among_the_own_ones(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    now = timezone.now()
    Absence.announce(
        cast.anna, first=MONDAY.date(), last=MONDAY.date(), substitute=cast.ben, by=cast.anna, at=MONDAY
    )
    away_now = {"first": now.date(), "last": now.date() + timedelta(days=1), "at": now}
    Absence.announce(cast.anna, substitute=cast.ben, by=cast.anna, **away_now)
    pledge = Pledge.give(ticket, words="Anna calls", until=BY_THREE, by=cast.anna, key="call", at=MONDAY)
    sweep_now(now=BY_THREE - timedelta(minutes=29))
    warned = Notice.objects.get(event__kind="promise_warned", event__data__clock=pledge.clock_id)
    assert warned.person == cast.ben
    sweep_now(now=BY_THREE + timedelta(minutes=1))
    assert Repair.objects.get().owner == cast.ben
    client.force_login(cast.ben)
    assert "Anna calls" in words(client.get("/desk/promises/"))


# ---- the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("words", "\x00 \u200b", "This field is required."),
        ("until", "2020-01-01T10:00", "This moment has passed already."),
        ("until", "9999-12-31T23:59", "That is too far ahead"),
        ("until", "１２:00", "Enter a valid date/time."),
        ("until", "\x00", "Enter a valid date/time."),
        ("owner", "999999999999999999999999", "Select a valid choice."),
    ],
)
def test_bad_input_is_told_at_its_field_and_what_was_typed_stays(
    cast: Cast, ticket: Ticket, client: Client, field: str, typed: str, error: str
) -> None:
    client.force_login(cast.anna)
    soon = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"words": "I call you", "until": soon, "owner": str(cast.anna.pk), "outside": "1", "key": "k" * 32}
    answer = client.post(f"/desk/tickets/{ticket.pk}/promises/new/", {**sent, field: typed})
    assert answer.status_code == 422
    assert error in words(answer)
    assert "I call you" in answer.content.decode() or field == "words"
    assert not Pledge.objects.exists()


def test_a_moment_at_which_nobody_works_is_asked_about_once(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    client.force_login(cast.anna)
    night = (
        timezone.localtime(timezone.now() + timedelta(days=2))
        .replace(hour=3, minute=0)
        .strftime("%Y-%m-%dT%H:%M")
    )
    sent = {"words": "I call you", "until": night, "owner": str(cast.anna.pk), "key": "k" * 32}
    place = f"/desk/tickets/{ticket.pk}/promises/new/"
    asked = client.post(place, sent)
    assert asked.status_code == 422
    assert "At that moment nobody works here; we open" in words(asked)
    assert 'name="outside"' in asked.content.decode()
    assert client.post(place, {**sent, "outside": "1"}).status_code == 302
    assert Pledge.objects.count() == 1


@pytest.mark.parametrize("how", ["move", "reply"])
def test_solving_names_what_would_be_left_open(
    cast: Cast, ticket: Ticket, client: Client, how: str, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 0
    Pledge.give(ticket, words="I call you", until=timezone.now() + timedelta(hours=3), by=cast.anna, key="a")
    client.force_login(cast.anna)
    place = f"/desk/tickets/{ticket.pk}/{'status' if how == 'move' else 'replies'}/"
    sent = {"status": "solved"} if how == "move" else {"text": "All done.", "key": "k" * 32, "then": "solved"}
    answer = client.post(place, sent)
    assert answer.status_code == 422
    assert "Promised and not kept yet: “I call you”" in words(answer)
    assert how == "move" or "All done." in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == ("open", 1)
    assert client.post(place, {**sent, "leave_open": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert Pledge.objects.get().is_open
