"""Held replies: nobody outside sees them before they go, they come back whole, and each goes once and honestly late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cast import MONDAY, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tickets.composing.held_reply import MOST_TRIES, let_go_now
from tickets.composing.staged_file import forget_now
from tickets.models import (
    Attachment,
    Clock,
    CustomField,
    Draft,
    DraftVersion,
    HeldReply,
    Merge,
    Message,
    Notice,
    OutgoingMail,
    StagedFile,
    Ticket,
)
from tickets.together import foresight

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
LATER = timedelta(days=2)


@pytest.fixture
def ticket(cast: Cast, client: Client, settings: object, tmp_path: object) -> Ticket:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.anna)
    return cast.ticket("Late")


def post(client: Client, ticket: Ticket, text: str = "Soon.", **said: object) -> int:
    said = {"text": text, "key": "k", "then": "", "anyway": "yes", **said}
    return client.post(f"{ticket.desk_url()}replies/", said).status_code


def hold(ticket: Ticket, by: object, text: str = "Soon.", **said: object) -> HeldReply:
    return HeldReply.hold(ticket, text, by=by, **{"key": "k", **said})


def answers() -> list[str]:
    return list(OutgoingMail.objects.filter(key__startswith="answer:").values_list("text", flat=True))


def in_(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def test_for_ten_seconds_nobody_outside_has_it(cast: Cast, client: Client, ticket: Ticket) -> None:
    assert post(client, ticket, then="solved") == 302
    assert let_go_now() == 0
    assert (answers(), list(ticket.messages.values_list("text", flat=True))) == ([], ["I am waiting again."])
    page = client.get(ticket.desk_url()).content.decode()
    assert 'data-words="goes out in %s s"' in page
    client.force_login(cast.cem.person)
    assert "Soon." not in client.get(ticket.portal_url()).content.decode()
    assert "Soon." not in client.get(f"/api/v1/tickets/{ticket.pk}/messages/").content.decode()
    assert let_go_now(now=in_(11)) == 1
    assert "Soon." in client.get(ticket.portal_url()).content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, len(answers()), HeldReply.objects.count()) == ("solved", 1, 0)


def test_the_promise_is_met_when_it_went(cast: Cast) -> None:
    ticket = cast.ticket("Late", at=MONDAY)
    hold(ticket, cast.anna, at=MONDAY + timedelta(hours=4, seconds=-5))
    went = MONDAY + timedelta(hours=4, seconds=6)
    assert let_go_now(now=went) == 1
    clock = Clock.objects.get(ticket=ticket, kind="first_response")
    assert (clock.met_at, clock.met_at > clock.due_at) == (went, True)
    assert ticket.messages.last().at == went


def test_it_goes_once_however_often_it_is_sent_or_swept(client: Client, ticket: Ticket) -> None:
    for _twice in range(2):
        assert post(client, ticket) == 302
    assert HeldReply.objects.count() == 1
    held = HeldReply.objects.get()
    assert [let_go_now(now=in_(11)), let_go_now(now=in_(12))] == [1, 0]
    assert held.let_go(at=in_(12)) is None
    assert post(client, ticket) == 302
    assert (HeldReply.objects.count(), ticket.messages.filter(text="Soon.").count()) == (0, 1)


def test_undone_it_stands_in_the_draft_with_its_files(client: Client, ticket: Ticket) -> None:
    post(client, ticket, files=SimpleUploadedFile("a.png", PNG))
    held = HeldReply.objects.get()
    path = f"{ticket.desk_url()}held/taking-back/"
    assert client.post(path, {"held": held.pk, "typed": "One thing more."})["Location"].endswith(
        "#reply-text"
    )
    page = client.get(ticket.desk_url()).content.decode()
    assert ">Soon.\n\nOne thing more.</textarea>" in page
    staged = StagedFile.objects.get()
    assert f'name="staged" value="{staged.pk}"' in page
    assert let_go_now(now=in_(99)) == 0
    assert "It has gone out already." in client.post(path, {"held": held.pk}, follow=True).content.decode()
    for strange in ("", "x", "１", "-1", str(10**30), "1\x00"):
        assert client.post(path, {"held": strange}).status_code == 302
    post(client, ticket, "Now.", staged=[staged.pk, "x", "１", "-1", str(10**30), "1\x00"])
    let_go_now(now=in_(11))
    assert not StagedFile.objects.exists()
    attachment = Attachment.objects.get(message__text="Now.")
    assert (attachment.name, attachment.file.read()) == ("a.png", PNG)


def test_what_cannot_stand_in_one_field_is_kept_as_a_version(cast: Cast, ticket: Ticket) -> None:
    hold(ticket, cast.anna, "x" * 49_000).take_back(by=cast.anna, typed="y" * 2000)
    assert Draft.objects.get().text == "x" * 49_000
    assert DraftVersion.objects.get().text == "y" * 2000


def test_an_own_reply_is_undone_by_its_writer_alone_a_planned_one_by_the_team(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    held, planned = hold(ticket, cast.anna), hold(ticket, cast.anna, "P", key="p", goes_at=in_(9999))
    client.force_login(cast.ben)
    assert "Undo" not in client.get(ticket.desk_url()).content.decode()
    client.post(f"{ticket.desk_url()}held/taking-back/", {"held": held.pk, "typed": "mine"})
    assert HeldReply.objects.count() == 2
    client.post(f"{ticket.desk_url()}held/taking-back/", {"held": planned.pk, "typed": "Ben's own words"})
    assert Draft.objects.get().person == cast.anna
    assert Draft.objects.get().text == "P"
    assert Notice.objects.get(person=cast.anna).event.kind == "reply_cancelled"


def test_planned_by_the_customers_clock(cast: Cast, client: Client, ticket: Ticket) -> None:
    cast.cem.person.time_zone = "America/New_York"
    cast.cem.person.save()
    day = (timezone.now() + LATER).strftime("%Y-%m-%d")
    assert post(client, ticket, when=f"{day}T08:00") == 302
    held = HeldReply.objects.get()
    assert held.goes_at.astimezone(cast.cem.person.zone).strftime("%Y-%m-%d %H:%M") == f"{day} 08:00"
    assert ticket.events.filter(kind="reply_planned").count() == 1
    assert let_go_now(now=held.goes_at - timedelta(seconds=1)) == 0
    assert let_go_now(now=held.goes_at) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2020-01-01T08:00", "This moment has passed already."),
        ("2999-01-01T08:00", "at most three months"),
        ("soon\x00", "Null characters are not allowed."),
        ("", "This field is required."),
        ("１" * 32, "Enter a valid date/time."),
    ],
)
def test_no_moment_is_asked_for_again_and_nothing_is_lost(
    client: Client, ticket: Ticket, typed: str, words: str
) -> None:
    said = {"text": "Soon.", "key": "k", "anyway": "yes", "when": "at", "later_at": typed}
    page = client.post(f"{ticket.desk_url()}replies/", said | {"files": SimpleUploadedFile("a.png", PNG)})
    body = page.content.decode()
    assert (page.status_code, words in body, ">Soon.</textarea>" in body, "a.png" in body) == (
        422,
        *[True] * 3,
    )
    assert not HeldReply.objects.exists()


def test_asked_for_another_moment_the_page_asks_when(client: Client, ticket: Ticket) -> None:
    assert post(client, ticket, when="ask") == 200
    assert not HeldReply.objects.exists()


def test_what_was_planned_stops_when_the_customer_writes(cast: Cast, ticket: Ticket) -> None:
    hold(ticket, cast.anna, "Are you content?", goes_at=in_(9999))
    hold(ticket, cast.anna, "At once.", key="now")
    ticket.hear("It broke again!", by=cast.cem.person)
    assert [held.text for held in HeldReply.objects.all()] == ["At once."]
    assert Draft.objects.get(person=cast.anna).text == "Are you content?"
    assert Notice.objects.get(person=cast.anna).event.kind == "reply_stopped"


def test_whoever_left_writes_to_nobody_any_more(cast: Cast, ticket: Ticket) -> None:
    ticket.assign(cast.ben, by=cast.ben)
    held = hold(ticket, cast.anna, goes_at=in_(60))
    cast.north.dismiss(cast.anna)
    assert let_go_now(now=held.goes_at) == 0
    assert (answers(), HeldReply.objects.count()) == ([], 0)
    told = Notice.objects.filter(event__kind="reply_given_up")
    assert {notice.person for notice in told} == {cast.anna, cast.ben}


def test_one_that_cannot_go_stops_no_other_and_comes_back_in_the_end(cast: Cast, ticket: Ticket) -> None:
    bad = hold(ticket, cast.anna, key="bad")
    HeldReply.objects.filter(pk=bad.pk).update(then="nowhere")
    hold(ticket, cast.anna, "Good.", key="good")
    assert let_go_now(now=in_(11)) == 1
    assert (HeldReply.objects.get().tries, ticket.messages.last().text) == (1, "Good.")
    for again in range(1, MOST_TRIES):
        let_go_now(now=in_(11 + 3600 * again))
    assert not HeldReply.objects.exists()
    assert Draft.objects.get().text == "Soon."
    assert ticket.events.filter(kind="reply_given_up").count() == 1


def test_after_a_merge_it_is_said_where_the_ticket_goes_on(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    whole = cast.ticket("The whole")
    held = hold(ticket, cast.anna, goes_at=in_(60), then="waiting_customer")
    Merge.make(ticket, whole, by=cast.anna)
    assert f"held-{held.pk}" in client.get(whole.desk_url()).content.decode()
    assert let_go_now(now=held.goes_at) == 1
    whole.refresh_from_db()
    assert (whole.messages.last().text, whole.status) == ("Soon.", "waiting_customer")
    hold(whole, cast.anna, "Next", key="n", goes_at=in_(60))
    whole.hear("Hello?", by=cast.cem.person)
    assert not HeldReply.objects.exists()


def test_a_planned_reply_is_named_before_the_ticket_is_solved(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    hold(ticket, cast.anna, goes_at=in_(9999))
    solve = f"{ticket.desk_url()}status/"
    page = client.post(solve, {"status": "solved"}, follow=True).content.decode()
    assert "A reply of Anna is planned and goes out " in page
    ticket.refresh_from_db()
    assert ticket.status == "open"
    client.post(solve, {"status": "solved", "leave_open": "1"})
    ticket.refresh_from_db()
    assert (ticket.status, HeldReply.objects.count()) == ("solved", 1)


def test_send_and_solve_does_not_solve_what_the_ticket_became_part_of(cast: Cast, ticket: Ticket) -> None:
    whole = cast.ticket("The whole")
    held = hold(ticket, cast.anna, goes_at=in_(60), then="solved")
    assert any(
        "does not solve that" in words
        for words in foresight.of_merge(ticket, whole, by=cast.anna, now=in_(0))
    )
    Merge.make(ticket, whole, by=cast.anna)
    assert let_go_now(now=held.goes_at) == 1
    whole.refresh_from_db()
    assert (whole.messages.last().text, whole.status) == ("Soon.", "open")


def test_words_on_the_last_of_a_chain_stop_what_was_planned_on_its_first(cast: Cast, ticket: Ticket) -> None:
    middle, last = cast.ticket("The middle"), cast.ticket("The last")
    hold(ticket, cast.anna, goes_at=in_(9999))
    Merge.make(ticket, middle, by=cast.anna)
    Merge.make(middle, last, by=cast.anna)
    last.hear("It works again.", by=cast.cem.person)
    assert (HeldReply.objects.count(), Draft.objects.get().ticket) == (0, last)


def test_sent_again_after_a_merge_it_is_the_reply_that_went(cast: Cast, ticket: Ticket) -> None:
    held = hold(ticket, cast.anna)
    Merge.make(ticket, cast.ticket("The whole"), by=cast.anna)
    assert let_go_now(now=held.goes_at) == 1
    assert hold(Ticket.objects.get(pk=ticket.pk), cast.anna) is None


def test_a_file_that_comes_back_after_weeks_waits_in_the_composer_anew(cast: Cast, ticket: Ticket) -> None:
    file, goes_at = SimpleUploadedFile("a.png", PNG), in_(60 * 86400)
    held = hold(ticket, cast.anna, goes_at=goes_at, files=[file])
    StagedFile.objects.update(at=in_(-50 * 86400))
    assert held.take_back(by=cast.anna) is True
    assert forget_now() == 0
    assert [kept.name for kept in StagedFile.objects.of(cast.anna, ticket, "public")] == ["a.png"]


def test_a_reply_that_cannot_solve_its_ticket_goes_out_and_says_what_is_missing(
    cast: Cast, ticket: Ticket
) -> None:
    held = hold(ticket, cast.anna, goes_at=in_(60), then="solved")
    said = {"code": "serial", "kind": "line", "name_en": "Serial", "name_de": "Seriennummer"}
    CustomField.write(by=cast.ben, key="k", causes=(), teams=(), needed_to_solve=True, **said)
    assert let_go_now(now=held.goes_at) == 1
    ticket.refresh_from_db()
    assert (ticket.messages.last().text, ticket.status) == ("Soon.", "open")
    told = Notice.objects.get(person=cast.anna).event
    assert told.sentence.endswith("it stays open until this is filled in: Serial")


def test_words_that_came_while_it_was_held_are_not_solved_away(cast: Cast, ticket: Ticket) -> None:
    held = hold(ticket, cast.anna, then="solved")
    ticket.hear("It broke again!", by=cast.cem.person, at=held.held_at + timedelta(seconds=3))
    assert let_go_now(now=held.goes_at) == 1
    ticket.refresh_from_db()
    assert (ticket.messages.last().text, ticket.status) == ("Soon.", "open")


def test_nothing_is_held_where_the_house_says_so(client: Client, ticket: Ticket, settings: object) -> None:
    settings.UNDO_SECONDS = 0
    post(client, ticket, then="waiting_customer")
    ticket.refresh_from_db()
    assert (ticket.messages.last().text, ticket.status) == ("Soon.", "waiting_customer")


def test_what_goes_out_elsewhere_can_be_undone_from_the_next_page(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    other = cast.ticket("Other")
    post(client, ticket, then="solved_next")
    for path in (other.desk_url(), "/desk/"):
        assert f"/tickets/{ticket.pk}/held/taking-back/" in client.get(path).content.decode()
    client.force_login(cast.ben)
    assert "taking-back" not in client.get("/desk/").content.decode()


def test_a_file_goes_to_the_server_at_once_and_out_again(cast: Cast, client: Client, ticket: Ticket) -> None:
    path = f"{ticket.desk_url()}files/"
    said = {"kind": "public", "files": SimpleUploadedFile("<b>.png", PNG)}
    assert "&lt;b&gt;.png" in client.post(path, said).content.decode()
    refused = client.post(path, {"kind": "public", "files": SimpleUploadedFile("run.exe", b"MZ" * 20)})
    assert (refused.status_code, refused.content.decode()) == (
        422,
        "“run.exe” is a program. We do not take programs.",
    )
    for bad in ({"kind": "x\x00"}, {"kind": "public"}, {}):
        assert client.post(path, bad).status_code == 422
    file = StagedFile.objects.get()
    client.force_login(cast.ben)
    assert "&lt;b&gt;.png" not in client.get(ticket.desk_url()).content.decode()
    assert client.post(f"{path}{file.pk}/removal/").status_code == 404
    assert StagedFile.objects.count() == 1
    client.force_login(cast.anna)
    client.post(f"{path}{file.pk}/removal/", {"text": "Typed meanwhile"})
    assert (StagedFile.objects.count(), Draft.objects.get().text) == (0, "Typed meanwhile")


def test_staged_files_hang_on_the_note_and_count_with_the_chosen(
    client: Client, ticket: Ticket, settings: object
) -> None:
    settings.ATTACHMENTS_PER_MESSAGE = 1
    path = f"{ticket.desk_url()}files/"
    client.post(path, {"kind": "internal", "files": SimpleUploadedFile("a.png", PNG)})
    assert (
        client.post(path, {"kind": "internal", "files": SimpleUploadedFile("b.png", PNG)}).status_code == 422
    )
    said = {"text": "Look", "key": "n", "staged": [StagedFile.objects.get().pk]}
    more = {**said, "files": SimpleUploadedFile("c.png", PNG)}
    assert client.post(f"{ticket.desk_url()}notes/", more).status_code == 422
    assert client.post(f"{ticket.desk_url()}notes/", said).status_code == 302
    assert Message.objects.get(text="Look").attachments.get().name == "a.png"
