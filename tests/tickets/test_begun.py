"""Begun: what somebody has begun to write goes on where the ticket goes on, and back; no word of it is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tickets.composing.held_reply import let_go_now
from tickets.composing.staged_file import StagedFile
from tickets.composing.viewer import Viewer
from tickets.draft import MAX_LENGTH, Draft, exchanged
from tickets.models import HeldReply, Merge, Message, Ticket

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def two(cast: Cast, settings: object, tmp_path: object) -> tuple[Ticket, Ticket]:
    settings.MEDIA_ROOT = tmp_path
    return cast.ticket("Twice"), cast.ticket("Once")


def begin(ticket: Ticket, by: Person, text: str, kind: str = "public") -> None:
    Draft.keep(ticket, by=by, kind=kind, text=text)


def text_of(ticket: Ticket, by: Person, kind: str = "public") -> str | None:
    return Draft.objects.of(by, ticket).filter(kind=kind).values_list("text", flat=True).first()


def stage(ticket: Ticket, by: Person) -> StagedFile:
    file = SimpleUploadedFile("parcel.txt", b"Here.")
    return StagedFile.keep(file, ticket=ticket, by=by, kind="public", at=MONDAY)


def test_a_draft_and_its_files_go_along_and_back(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    begin(source, cast.anna, "Ask Ben", "internal")
    file = stage(source, cast.anna)
    merge = Merge.make(source, target, by=cast.ben)
    assert (text_of(target, cast.anna), text_of(target, cast.anna, "internal")) == ("We look", "Ask Ben")
    assert list(StagedFile.objects.of(cast.anna, target, "public")) == [file]
    assert merge.undo(by=cast.ben) is None
    assert (text_of(target, cast.anna), text_of(source, cast.anna)) == (None, "We look")
    assert text_of(source, cast.anna, "internal") == "Ask Ben"
    assert list(StagedFile.objects.of(cast.anna, source, "public")) == [file]


def test_who_had_begun_in_both_keeps_both_texts(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    begin(target, cast.anna, "Dear Cem")
    merge = Merge.make(source, target, by=cast.ben)
    assert text_of(target, cast.anna) == "Dear Cem\n\nWe look"
    kept = Draft.objects.of(cast.anna, target).get()
    assert list(kept.versions.values_list("text", flat=True)) == [
        "We look"
    ]  # an open page knows nothing of it
    merge.undo(by=cast.ben)
    assert (text_of(target, cast.anna), text_of(source, cast.anna)) == ("Dear Cem", "We look")


def test_what_was_changed_there_stays_there_and_the_other_is_not_lost(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    file = stage(source, cast.anna)
    merge = Merge.make(source, target, by=cast.ben)
    begin(target, cast.anna, "We looked")
    merge.undo(by=cast.ben)
    assert (text_of(target, cast.anna), text_of(source, cast.anna)) == ("We looked", "We look")
    assert list(StagedFile.objects.of(cast.anna, target, "public")) == [file]


def test_what_was_said_there_comes_back_as_no_draft(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    merge = Merge.make(source, target, by=cast.ben)
    HeldReply.hold(target, "We look", by=cast.anna, key="k")
    assert text_of(target, cast.anna) is None
    merge.undo(by=cast.ben)
    assert text_of(source, cast.anna) is None


def test_whoever_has_the_closed_one_open_types_on_in_the_other(
    cast: Cast, client: Client, two: tuple[Ticket, Ticket]
) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    begin(target, cast.anna, "Dear Cem")
    file = stage(source, cast.anna)
    Merge.make(source, target, by=cast.ben)
    client.force_login(cast.anna)
    typed = {"kind": "public", "key": "k"}
    for text in ("We look for", "We look for it"):
        client.post(reverse("desk:draft", args=[source.pk]), {**typed, "text": text})
        assert text_of(target, cast.anna) == f"Dear Cem\n\n{text}"
    sent = {"text": "We look for it", "key": "k", "then": "", "anyway": "yes", "staged": str(file.pk)}
    assert client.post(f"{source.desk_url()}replies/", sent).status_code == 302
    assert (text_of(target, cast.anna), text_of(source, cast.anna)) == ("Dear Cem", None)
    let_go_now(now=HeldReply.objects.get().goes_at)
    said = Message.objects.get(ticket=target, text="We look for it")
    assert [file.name for file in said.attachments.all()] == ["parcel.txt"]


def test_a_file_chosen_on_the_page_of_the_closed_one_waits_in_the_other(
    cast: Cast, client: Client, two: tuple[Ticket, Ticket]
) -> None:
    source, target = two
    Merge.make(source, target, by=cast.ben)
    client.force_login(cast.anna)
    chosen = {"kind": "public", "files": SimpleUploadedFile("late.txt", b"Here.")}
    assert client.post(reverse("desk:stage", args=[source.pk]), chosen).status_code == 200
    (file,) = StagedFile.objects.of(cast.anna, target, "public")
    assert client.post(reverse("desk:unstage", args=[source.pk, file.pk])).status_code == 302
    assert not StagedFile.objects.exists()


def test_too_long_for_one_field_it_is_a_version(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    source, target = two
    begin(source, cast.anna, "We look")
    begin(target, cast.anna, "x" * MAX_LENGTH)
    merge = Merge.make(source, target, by=cast.ben)
    assert text_of(target, cast.anna) == "x" * MAX_LENGTH
    assert Draft.objects.of(cast.anna, target).get().versions.filter(text="We look").count() == 1
    merge.undo(by=cast.ben)
    assert text_of(source, cast.anna) == "We look"


def test_the_preview_says_who_writes_there_and_never_what(
    cast: Cast, client: Client, two: tuple[Ticket, Ticket]
) -> None:
    source, target = two
    south = cast.ticket("Elsewhere", cause=cast.broken)
    cast.south.welcome(cast.ben)
    begin(source, cast.anna, "A secret")
    client.force_login(cast.ben)

    def page(into: Ticket) -> str:
        return client.get(f"{reverse('desk:merge', args=[source.pk])}?into={into.pk}").text

    known = f"Anna has begun to write in #{source.pk}; it goes on in their draft in #{target.pk}."
    assert (known in page(target), "A secret" in page(target)) == (True, False)
    Viewer.look(source, by=cast.anna, writes="public")
    begin(target, cast.anna, "More")
    begin(source, cast.ben, "Mine")
    said = page(target)
    assert f"Anna is writing in #{source.pk} just now; it goes on in their draft in #{target.pk}." in said
    assert "It stands below what was begun there." in said
    assert f"What you have begun to write in #{source.pk} then stands in your draft in #{target.pk}." in said
    away = f"What Anna has begun to write stays in #{source.pk}: they do not work in South."
    assert away in page(south)
    merge = Merge.make(source, south, by=cast.ben)
    assert (text_of(south, cast.anna), text_of(south, cast.ben)) == (None, "Mine")
    merge.undo(by=cast.ben)
    assert (text_of(source, cast.anna), text_of(source, cast.ben)) == ("A secret", "Mine")


def test_after_a_day_nobody_is_offered_to_take_them_apart(
    cast: Cast, client: Client, two: tuple[Ticket, Ticket]
) -> None:
    source, target = two
    merge = Merge.make(source, target, by=cast.ben)
    client.force_login(cast.anna)
    way = reverse("desk:take_apart", args=[source.pk])
    assert way in client.get(source.desk_url()).text
    Merge.objects.filter(pk=merge.pk).update(at=merge.at - timedelta(hours=25))
    page = client.get(source.desk_url()).text
    assert (way in page, target.desk_url() in page) == (False, True)


@pytest.mark.parametrize(
    ("stands", "was", "text", "then"),
    [
        ("", "", "b", "b"),
        ("b", "b", "c", "c"),
        ("a\n\nb", "b", "c", "a\n\nc"),
        ("a\n\nb", "b", "", "a"),
        ("a", "b", "c", "a\n\nc"),
        ("a", "b", "", "a"),
        ("b", "b", "", ""),
    ],
)
def test_the_end_that_came_along_is_exchanged(stands: str, was: str, text: str, then: str) -> None:
    assert exchanged(stands, was, text) == then
