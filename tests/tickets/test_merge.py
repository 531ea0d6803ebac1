"""Two tickets become one, and two again: what moves, who reads it, what is owed, and what comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cast import MONDAY, Cast, promised
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from program import Program

from tickets.models import Attachment, Clock, Event, Merge, Message, OutgoingMail, Pledge, Snooze, TicketWords
from tickets.refused import Refused
from tickets.sla.rebuild import compare
from tickets.sla.sweep import sweep_now
from tickets.ticket import Ticket
from tickets.together import foresight
from tickets.together.likeness import are_alike

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def two(cast: Cast, settings: object, tmp_path: object) -> tuple[Ticket, Ticket]:
    """The older waits since nine, the newer since ten; four hours to the first answer."""
    settings.MEDIA_ROOT = tmp_path
    promised(cast.north, cast.hours, next_response=6 * 3600, update=16 * 3600)
    older = cast.ticket("Parcel 4711 missing", at=MONDAY)
    file = SimpleUploadedFile("parcel.txt", b"Where is it?")
    newer = cast.ticket("Where is parcel 4711?", at=MONDAY + HOUR, files=[file])
    newer.note("Second time.", by=cast.anna, at=MONDAY + HOUR + MINUTE)
    return older, newer


def running(ticket: Ticket) -> dict[str, datetime | None]:
    return dict(ticket.clocks.open().values_list("kind", "due_at"))


def stands(ticket: Ticket) -> tuple[object, ...]:
    """Everything of a ticket that taking apart has to bring back."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    said = list(fresh.messages.values_list("pk", "text", "key", "kind"))
    words = TicketWords.objects.get(ticket=fresh).words
    pledges = list(Pledge.objects.filter(ticket=fresh).values_list("pk", "clock__ticket", "due_at"))
    return (
        fresh.status,
        fresh.solved_at,
        fresh.next_due_at,
        said,
        words,
        pledges,
        running(fresh),
        fresh.open_pause,
    )


def test_what_was_said_stands_in_the_survivor_in_order_with_its_files(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    older, newer = two
    older.reply("We look.", by=cast.anna, at=MONDAY + 2 * HOUR)
    merge = Merge.make(newer, older, by=cast.anna, at=MONDAY + 3 * HOUR)
    assert isinstance(merge, Merge)
    assert [m.text for m in older.messages.all()] == [
        "I am waiting again.",
        "I am waiting again.",
        "Second time.",
        "We look.",
    ]
    file = Attachment.objects.get(message__ticket=older)
    assert Attachment.objects.visible_to(cast.cem.person).get() == file
    newer.refresh_from_db()
    assert (newer.status, newer.messages.count(), newer.survivor) == ("closed", 0, older)
    assert (
        Event.objects.get(ticket=newer, kind="merged").sentence == f"Anna merged this ticket into #{older.pk}"
    )
    assert Event.objects.get(ticket=older, kind="merged_in").data["number"] == newer.pk
    assert Ticket.objects.owned_by(cast.cem.person).standing_alone().get() == older


def test_twice_is_once_and_nothing_is_told_unless_wanted(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    first = Merge.make(newer, older, by=cast.anna)
    assert Merge.make(newer, older, by=cast.ben) == first
    assert not OutgoingMail.objects.filter(key__startswith="merged:").exists()
    third = cast.ticket("And again")
    told = Merge.make(third, older, by=cast.anna, tell=True)
    mail = OutgoingMail.objects.get(key=f"merged:{told.pk}")
    assert (mail.to, f"#{third.pk}" in mail.text) == (cast.cem.person.email, True)
    assert mail.subject.startswith("Wir antworten auf beides an einer Stelle")


def test_the_earlier_promise_is_owed_and_the_others_end(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    Merge.make(older, newer, by=cast.anna, at=MONDAY + 2 * HOUR)
    assert running(older) == {}
    assert running(newer)["first_response"] == MONDAY + 4 * HOUR
    newer.reply("Found it.", by=cast.anna, at=MONDAY + 3 * HOUR)
    sweep_now(now=MONDAY + timedelta(days=9))
    assert not Event.objects.filter(kind="promise_breached", ticket=older).exists()
    assert [differences for _count, differences in compare()] == [[]]


def test_a_promise_by_word_moves_with_its_clock_and_comes_back(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    older, newer = two
    until = MONDAY + 5 * HOUR
    pledge = Pledge.give(newer, words="I call you", until=until, by=cast.anna, key="p", at=MONDAY + HOUR)
    merge = Merge.make(newer, older, by=cast.anna, at=MONDAY + 2 * HOUR)
    pledge.refresh_from_db()
    assert (pledge.ticket, pledge.clock.ticket, pledge.clock.is_open) == (older, older, True)
    merge.undo(by=cast.anna, at=MONDAY + 3 * HOUR)
    pledge.refresh_from_db()
    assert (pledge.ticket, pledge.clock.ticket) == (newer, newer)


@pytest.mark.parametrize("waits", [False, True])
def test_taken_apart_each_stands_as_it_stood(cast: Cast, two: tuple[Ticket, Ticket], waits: bool) -> None:
    older, newer = two
    if waits:
        older.reply("Which street?", by=cast.anna, at=MONDAY + 80 * MINUTE)
        older.move("waiting_customer", by=cast.anna, at=MONDAY + 81 * MINUTE)
    before = [stands(one) for one in two]
    merge = Merge.make(older, newer, by=cast.anna, at=MONDAY + 2 * HOUR)
    assert [stands(one) for one in two] != before
    assert merge.undo(by=cast.ben, at=MONDAY + 4 * HOUR) is None
    assert [stands(one) for one in two] == before
    assert [e.kind for e in Event.objects.filter(kind__in=["taken_apart", "gave_back"])] == [
        "taken_apart",
        "gave_back",
    ]
    assert [differences for _count, differences in compare()] == [[]]
    assert Merge.make(older, newer, by=cast.anna, at=MONDAY + 5 * HOUR).pk != merge.pk


def test_what_was_snoozed_is_said_and_sleeps_again_when_they_are_two(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    older, newer = two
    older.reply("We look for it.", by=cast.anna, at=MONDAY + 80 * MINUTE)
    until = MONDAY + 30 * HOUR
    asked = Snooze.begin(older, by=cast.anna, until=MONDAY + 3 * HOUR, at=MONDAY + 81 * MINUTE)
    said = f"#{older.pk} is snoozed; that ends with the merge, and #{newer.pk} is not snoozed in its place."
    assert said in foresight.of_merge(older, newer, by=cast.anna, now=MONDAY + 82 * MINUTE)
    for hours, sleeps in ((2, True), (4, False)):  # its date comes while they are one
        Snooze.objects.filter(pk=asked.pk).update(until=until if sleeps else MONDAY + 3 * HOUR)
        merge = Merge.make(older, newer, by=cast.anna, at=MONDAY + hours * HOUR - MINUTE)
        older.refresh_from_db()
        assert older.asleep_since is None
        merge.undo(by=cast.ben, at=MONDAY + hours * HOUR)
        older.refresh_from_db()
        assert (older.asleep_since is not None, Snooze.objects.open().exists()) == (sleeps, sleeps)


def test_a_survivor_that_waited_for_the_customer_is_open_until_they_are_two_again(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    older, newer = two
    older.reply("Which street?", by=cast.anna, at=MONDAY + 80 * MINUTE)
    older.move("waiting_customer", by=cast.anna, at=MONDAY + 81 * MINUTE)
    merge = Merge.make(newer, older, by=cast.anna, at=MONDAY + 2 * HOUR)
    assert (older.status, running(older)["first_response"]) == ("open", MONDAY + 5 * HOUR)
    merge.undo(by=cast.anna, at=MONDAY + 3 * HOUR)
    assert (Ticket.objects.get(pk=older.pk).status, "first_response" in running(older)) == (
        "waiting_customer",
        False,
    )
    assert running(newer)["first_response"] == MONDAY + 5 * HOUR


def test_late_words_land_in_the_survivor_by_whatever_door(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    stale = Ticket.objects.get(pk=newer.pk)
    merge = Merge.make(newer, older, by=cast.anna, at=MONDAY + 2 * HOUR)
    late = stale.hear("One thing more.", by=cast.cem.person, key="k", at=MONDAY + timedelta(days=30))
    answer = stale.reply("Here it is.", by=cast.anna, at=MONDAY + timedelta(days=30, minutes=1))
    note = Ticket.objects.get(pk=newer.pk).note("Done?", by=cast.ben)
    assert {m.ticket for m in (late, answer, note)} == {older}
    assert not newer.move("open", by=cast.anna)
    again = stale.hear("One thing more.", by=cast.cem.person, key="k", at=MONDAY + timedelta(days=30))
    assert again == late
    assert isinstance(merge.undo(by=cast.anna, at=MONDAY + timedelta(days=2)), Refused)


def test_a_chain_leads_to_its_end_and_is_taken_apart_from_there(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    older, newer = two
    newest = cast.ticket("Parcel 4711, third time")
    first, second = Merge.make(newest, newer, by=cast.anna), Merge.make(newer, older, by=cast.anna)
    assert Ticket.objects.get(pk=newest.pk).hear("Hello?", by=cast.cem.person).ticket == older
    assert first.undo(by=cast.anna).code == "merged_on"
    assert second.undo(by=cast.anna) is None
    assert first.undo(by=cast.anna) is None
    assert newest.messages.get().text == "I am waiting again."


def test_what_cannot_become_one_says_why_and_changes_nothing(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    evas = cast.ticket("Eva's", customer=cast.eva, by=cast.eva.person)
    assert Merge.make(newer, newer, by=cast.anna).code == "same"
    assert Merge.make(newer, evas, by=cast.anna).code == "customers"
    older.move("solved", by=cast.anna)
    assert Merge.make(newer, older, by=cast.anna).code == "settled"
    assert isinstance(Merge.make(older, newer, by=cast.anna), Merge)
    assert Merge.make(newer, older, by=cast.anna).code == "merged"
    assert Merge.objects.count() == 1


def test_the_same_key_on_both_is_no_collision(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    for one in two:
        one.hear("Once more.", by=cast.cem.person, key="same")
    before = [stands(one) for one in two]
    merge = Merge.make(newer, older, by=cast.anna)
    assert older.messages.filter(text="Once more.").count() == 2
    merge.undo(by=cast.anna)
    assert [stands(one) for one in two] == before


def test_likeness_looks_at_telling_words() -> None:
    assert are_alike("Parcel 4711 missing", "Where is parcel 4711?")
    assert are_alike("Frage zu Rechnung 12", "Rechnung 12 falsch?")
    assert not are_alike("Question about my order", "Question about your terms")
    assert not are_alike("", "Bitte!")


# ---- on the desk, in the portal, for programs ----------------------------------------------------------------------


def test_the_page_says_what_would_happen_before_it_does(
    cast: Cast, two: tuple[Ticket, Ticket], client: Client
) -> None:
    older, newer = two
    client.force_login(cast.anna)
    hint = client.get(reverse("desk:alike", args=[newer.pk])).content.decode()
    url = reverse("desk:merge", args=[newer.pk])
    assert f"{url}?into={older.pk}" in hint
    page = client.get(url, {"into": f"#{older.pk}"})
    assert page.context["foreseen"][0].startswith(f"2 messages of #{newer.pk} stand in #{older.pk}")
    assert Merge.objects.count() == 0
    done = client.post(url, {"into": older.pk})
    assert (done.status_code, done["Location"]) == (302, older.desk_url())
    closed = client.get(newer.desk_url()).content.decode()
    assert f"This ticket goes on in #{older.pk}" in closed
    client.post(reverse("desk:take_apart", args=[newer.pk]))
    assert Message.objects.filter(ticket=newer).count() == 2


@pytest.mark.parametrize("typed", ["", "abc", "\x00", "１２", "9" * 30, "0", "-1"])
def test_what_is_no_number_of_ours_is_an_error_at_its_field(cast: Cast, client: Client, typed: str) -> None:
    client.force_login(cast.anna)
    url = reverse("desk:merge", args=[cast.ticket().pk])
    assert client.post(url, {"into": typed}).status_code == 422
    assert client.get(url, {"into": typed}).status_code == 200


def test_a_ticket_of_others_is_no_ticket(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    souths = cast.ticket("Broken", cause=cast.broken)
    done = client.post(reverse("desk:merge", args=[cast.ticket().pk]), {"into": souths.pk})
    assert done.context["form"].errors["into"] == ["None of your tickets has this number."]


def test_the_customer_finds_one_request_and_whoever_is_not_them_none(
    cast: Cast, two: tuple[Ticket, Ticket], client: Client
) -> None:
    older, newer = two
    Merge.make(newer, older, by=cast.anna)
    client.force_login(cast.cem.person)
    assert client.get(newer.portal_url())["Location"] == older.portal_url()
    assert len(client.get("/").context["page"].object_list) == 1
    client.post(reverse("portal:reply", args=[newer.pk]), {"text": "And one thing more."})
    assert older.messages.last().text == "And one thing more."
    client.force_login(cast.eva.person)
    assert client.get(newer.portal_url()).status_code == 404
    assert Clock.objects.open().filter(ticket=newer).count() == 0


def test_whoever_does_not_work_where_it_goes_on_reads_no_subject(
    cast: Cast, two: tuple[Ticket, Ticket], client: Client
) -> None:
    souths = cast.ticket("Broken glass", cause=cast.broken)
    Merge.make(two[0], souths, by=cast.anna)
    client.force_login(cast.anna)
    page = client.get(two[0].desk_url()).content.decode()
    assert f"This ticket goes on in #{souths.pk}, with another team." in page
    assert ("Broken glass" in page, "Take apart" in page) == (False, False)


def test_programs_merge_look_and_take_apart(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    older, newer = two
    anna, url = Program.of(cast.anna), f"tickets/{newer.pk}/merge/"
    assert anna.get(url).status_code == 404
    assert anna.put(url, {"into": newer.pk}).status_code == 409
    assert anna.put(url, {"into": older.pk, "tell": "yes"}).json()["tell"] == [
        "Either true or false is needed here."
    ]
    assert anna.put(url, {"into": older.pk}).json()["into"] == older.pk
    assert anna.put(url, {"into": older.pk}).status_code == 200
    assert (anna.get(url).json()["told"], anna.delete(url).status_code, anna.get(url).status_code) == (
        False,
        204,
        404,
    )
    assert Program.of(cast.cem.person).get(url).status_code == 404


def test_taking_apart_twice_is_once_at_every_door(
    cast: Cast, two: tuple[Ticket, Ticket], client: Client
) -> None:
    older, newer = two
    anna, url = Program.of(cast.anna), f"tickets/{newer.pk}/merge/"
    assert anna.delete(url).status_code == 404  # it was never merged
    merge = Merge.make(newer, older, by=cast.anna)
    assert [anna.delete(url).status_code for _time in range(2)] == [204, 204]
    client.force_login(cast.ben)
    address = reverse("desk:take_apart", args=[newer.pk])
    page = client.post(address, follow=True).content.decode()
    assert f"Taken apart: this ticket and #{older.pk} are two again." in page
    # Somebody else saw it while they were one still.
    assert merge.undo(by=cast.ben) is None
    assert Merge.objects.get().undone_by == cast.anna
    assert newer.events.filter(kind="taken_apart").count() == 1
    souths = cast.ticket("Broken glass", cause=cast.broken)
    Merge.make(newer, souths, by=cast.anna).undo(by=cast.anna)
    assert anna.delete(url).status_code == 404  # the other is no longer theirs to know of
    Merge.make(newer, older, by=cast.anna)
    assert (anna.delete(url).status_code, Ticket.objects.get(pk=newer.pk).merge) == (204, None)
