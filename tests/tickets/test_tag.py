"""Tags: one word for all, put on and taken off once, found by the search, and nothing for the customer."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from program import Program

from tickets.models import Event, Tag
from tickets.refused import Refused
from tickets.search.find import search
from tickets.search.query import parse
from tickets.tag import MOST
from tickets.ticket import Ticket

pytestmark = pytest.mark.django_db


def test_however_it_is_written_it_is_one_word(cast: Cast) -> None:
    one, two = cast.ticket(), cast.ticket("Another")
    first, second = Tag.put("Fragile", one, by=cast.anna), Tag.put(" #FRAGILE ", two, by=cast.ben)
    assert (first, Tag.put("fragile", one, by=cast.ben), str(second)) == (second, first, "Fragile")
    sentences = [event.sentence for event in Event.objects.filter(kind="tagged")]
    assert sentences == [f"{name} put the tag “Fragile” on this ticket" for name in ("Anna", "Ben")]
    assert [first.take_off(one, by=cast.anna), first.take_off(one, by=cast.anna)] == [True, False]
    assert Tag.objects.on(two).get() == first


def test_quotes_are_no_part_of_a_tag_so_that_its_search_finds_it(cast: Cast) -> None:
    ticket = cast.ticket()
    tag = Tag.put('Screen 24" „wide“', ticket, by=cast.anna)
    found = search(Ticket.objects.all(), parse(tag.query), by=cast.anna)
    assert (tag.query, list(found)) == ('tag:"Screen 24 wide"', [ticket])


def test_there_are_no_more_than_fit(cast: Cast) -> None:
    ticket = cast.ticket()
    for number in range(MOST):
        Tag.put(f"tag {number}", ticket, by=cast.anna)
    assert isinstance(Tag.put("one more", ticket, by=cast.anna), Refused)
    assert isinstance(Tag.put("TAG 3", ticket, by=cast.anna), Tag)
    for name in ("", " # ", "x" * 41):
        with pytest.raises(ValueError, match="1 to 40"):
            Tag.put(name, ticket, by=cast.anna)


def test_the_desk_puts_one_on_finds_by_it_and_takes_it_off(cast: Cast, client: Client) -> None:
    ticket, _other = cast.ticket(), cast.ticket("Another")
    client.force_login(cast.anna)
    piece = client.post(
        reverse("desk:tag", args=[ticket.pk]), {"name": "#Über Nacht"}, headers={"HX-Request": "true"}
    )
    assert "Über Nacht" in piece.content.decode()
    for typed in ('tag:"über nacht"', 'Schlagwort:"Über Nacht"'):
        rows = client.get("/desk/", {"q": typed}).context["page"].rows
        assert [row.pk for row in rows] == [ticket.pk]
    assert client.get("/desk/", {"q": "-tag:x"}).context["page"].rows.__len__() == 2
    tag = Tag.objects.get()
    client.post(reverse("desk:untag", args=[ticket.pk, tag.pk]))
    assert not Tag.objects.on(ticket).exists()
    assert client.post(reverse("desk:untag", args=[ticket.pk, tag.pk])).status_code == 404


@pytest.mark.parametrize("name", ["", "#", "\x00", "x" * 41, "\u202e"])
def test_what_is_no_word_is_an_error_at_its_field(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.anna)
    url = reverse("desk:tag", args=[cast.ticket().pk])
    assert "field__error" in client.post(url, {"name": name}, headers={"HX-Request": "true"}).content.decode()


def test_who_works_elsewhere_is_not_offered_our_words(cast: Cast, client: Client) -> None:
    Tag.put("Family Brandt", cast.ticket(), by=cast.anna)
    client.force_login(cast.dora)
    souths = cast.ticket("Broken", cause=cast.broken)
    assert "Brandt" not in client.get(reverse("desk:tags", args=[souths.pk])).content.decode()


def test_programs_set_the_whole_list(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    url = f"tickets/{ticket.pk}/tags/"
    Tag.put("old", ticket, by=cast.ben)
    assert anna.put(url, {"tags": ["van", "Fragile", "#fragile"]}).json() == {"tags": ["fragile", "van"]}
    assert anna.get(url).json() == {"tags": ["fragile", "van"]}
    for bad in ("x", [1], ["x" * 41], ["#"], [str(n) for n in range(MOST + 1)]):
        assert anna.put(url, {"tags": bad}).status_code == 400
