"""Links between tickets: one row read from both ends, no circles, and what is done is told where it was waited for."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from program import Program

from tickets.models import Event, Link, Notice
from tickets.open_item import open_on
from tickets.refused import Refused
from tickets.ticket import Ticket
from tickets.together.link import Role
from tickets.together.merge import Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast: Cast) -> tuple[Ticket, Ticket]:
    return cast.ticket("The van"), cast.ticket("The driver")


def code(made: Link | Refused) -> str:
    return made.code if isinstance(made, Refused) else "made"


def roles_of(ticket: Ticket) -> set[tuple[Ticket, Role]]:
    return {(link.other_than(ticket), link.role_of(ticket)) for link in Link.objects.of(ticket)}


def test_one_link_is_read_from_both_ends_and_said_twice_is_said_once(cast: Cast, two: tuple) -> None:
    one, other = two
    link = Link.make(one, Role.BLOCKED, other, by=cast.anna)
    assert Link.make(other, Role.BLOCKS, one, by=cast.ben) == link
    assert (link.role_of(one), link.role_of(other)) == (Role.BLOCKED, Role.BLOCKS)
    near = Link.make(other, Role.RELATES, one, by=cast.anna)
    assert Link.make(one, Role.RELATES, other, by=cast.anna) == near
    sentences = [e.sentence for e in Event.objects.filter(kind="linked", ticket=one).order_by("pk")]
    assert sentences == [
        f"Anna linked this ticket: it {how} #{other.pk}" for how in ("is blocked by", "relates to")
    ]
    assert [link.end(by=cast.anna), link.end(by=cast.anna)] == [True, False]


def test_a_circle_itself_and_a_second_whole_are_refused(cast: Cast, two: tuple) -> None:
    one, other = two
    third = cast.ticket("The depot")
    assert code(Link.make(one, Role.RELATES, one, by=cast.anna)) == "same"
    Link.make(one, Role.PARENT, other, by=cast.anna)
    Link.make(other, Role.PARENT, third, by=cast.anna)
    assert code(Link.make(third, Role.PARENT, one, by=cast.anna)) == "circle"
    assert code(Link.make(one, Role.PARENT, third, by=cast.anna)) == "part"
    assert code(Link.make(third, Role.BLOCKS, one, by=cast.anna)) == "made"


def test_solving_names_open_parts_and_what_is_done_is_told_where_it_was_waited_for(
    cast: Cast, two: tuple
) -> None:
    whole, part = two
    whole.assign(cast.ben, by=cast.ben)
    Link.make(part, Role.CHILD, whole, by=cast.anna)
    Link.make(part, Role.BLOCKS, whole, by=cast.anna)
    assert open_on(whole) == ["1 sub-ticket is not done yet."]
    part.move("solved", by=cast.anna)
    assert open_on(whole) == []
    told = [n.event.sentence for n in Notice.objects.filter(person=cast.ben).order_by("event_id")]
    assert sorted(told) == [
        f"#{part.pk} is done, a sub-ticket of this one",
        f"#{part.pk} is done, which blocked this ticket",
    ]
    part.move("closed", by=cast.anna)
    assert Notice.objects.filter(person=cast.ben).count() == 2


def test_only_links_to_own_tickets_are_seen(cast: Cast, two: tuple, client: Client) -> None:
    one, other = two
    foreign = cast.ticket("Somebody else's secret", cause=cast.broken)
    Link.make(one, Role.RELATES, foreign, by=None)
    link = Link.make(one, Role.DUPLICATE, other, by=cast.anna)
    assert list(Link.objects.seen_by(cast.anna, one)) == [link]
    client.force_login(cast.anna)
    piece = client.get(reverse("desk:beside", args=[one.pk])).content.decode()
    assert "is a duplicate of" in piece and "The driver" in piece and "secret" not in piece


def test_links_go_along_into_a_merge(cast: Cast, two: tuple) -> None:
    one, other = two
    whole, blocked = cast.ticket("All of it"), cast.ticket("Later")
    Link.make(whole, Role.PARENT, one, by=cast.anna)
    part = cast.ticket("A piece of it")
    Link.make(one, Role.BLOCKS, blocked, by=cast.anna)
    Link.make(one, Role.PARENT, part, by=cast.anna)
    Link.make(one, Role.RELATES, other, by=cast.anna)
    Merge.make(one, other, by=cast.anna)
    assert roles_of(other) == {
        (whole, Role.CHILD),
        (blocked, Role.BLOCKS),
        (part, Role.PARENT),
        (one, Role.RELATES),
    }
    assert not Event.objects.filter(kind__in=["part_done", "unblocked"]).exists()
    assert open_on(whole) == open_on(other) == ["1 sub-ticket is not done yet."]


def test_taken_apart_each_is_linked_as_it_was(cast: Cast, two: tuple) -> None:
    one, other = two
    whole, part, blocked = (cast.ticket(subject) for subject in ("All of it", "A piece of it", "Later"))
    Link.make(whole, Role.PARENT, one, by=cast.anna)
    Link.make(one, Role.PARENT, part, by=cast.anna)
    Link.make(one, Role.BLOCKS, blocked, by=cast.anna)
    Link.make(other, Role.RELATES, blocked, by=cast.anna)
    merge = Merge.make(one, other, by=cast.anna)
    assert merge.undo(by=cast.anna) is None
    assert roles_of(one) == {(whole, Role.CHILD), (part, Role.PARENT), (blocked, Role.BLOCKS)}
    assert roles_of(other) == {(blocked, Role.RELATES)}


def test_the_desk_links_and_ends_a_link(cast: Cast, two: tuple, client: Client) -> None:
    one, other = two
    client.force_login(cast.anna)
    url, htmx = reverse("desk:link", args=[one.pk]), {"HX-Request": "true"}
    piece = client.post(url, {"role": "child", "other": f"#{other.pk}"}, headers=htmx).content.decode()
    assert "is a sub-ticket of" in piece and "field__error" not in piece
    foreign = cast.ticket("Theirs", cause=cast.broken).pk
    for bad in ("", "x", "\x00", "１２", str(10**30), str(foreign), str(one.pk)):
        answer = client.post(url, {"role": "relates", "other": bad}, headers=htmx).content.decode()
        assert "field__error" in answer, bad
    assert "field__error" in client.post(url, {"role": "x", "other": other.pk}, headers=htmx).content.decode()
    link = Link.objects.get()
    away = reverse("desk:unlink", args=[one.pk, link.pk])
    assert [client.post(away).status_code for _twice in (1, 2)] == [302, 404]


def test_programs_link_and_end_a_link(cast: Cast, two: tuple) -> None:
    one, other = two
    anna, url = Program.of(cast.anna), f"tickets/{one.pk}/links/"
    made = anna.post(url, {"role": "blocked", "ticket": other.pk}).json()
    assert made == {
        "id": Link.objects.get().pk,
        "role": "blocked",
        "ticket": other.pk,
        "subject": "The driver",
        "status": "open",
    }
    assert anna.get(f"tickets/{other.pk}/links/").json()[0]["role"] == "blocks"
    assert anna.post(url, {"role": "blocks", "ticket": other.pk}).status_code == 409
    for bad in ({}, {"role": "near", "ticket": other.pk}, {"role": "blocks", "ticket": str(other.pk)}):
        assert anna.post(url, bad).status_code == 400
    foreign = cast.ticket("Theirs", cause=cast.broken)
    assert anna.post(url, {"role": "blocks", "ticket": foreign.pk}).status_code == 404
    assert [anna.delete(f"{url}{made['id']}/").status_code for _twice in (1, 2)] == [204, 404]
