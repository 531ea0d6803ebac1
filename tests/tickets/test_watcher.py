"""Watchers: who may read a ticket may watch it; told of what matters, and by mail when the customer writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from counting import as_often_for_thirty, reading
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from program import Program

from tickets.models import ChecklistItem, Event, Link, Mark, NewsWish, Notice, OutgoingMail, Watcher
from tickets.refused import Refused
from tickets.sla.sweep import sweep_now
from tickets.together.merge import Merge
from tickets.watcher import MOST

pytestmark = pytest.mark.django_db


def told(who: object) -> list[str]:
    return [n.event.kind for n in Notice.objects.filter(person=who).select_related("event").order_by("pk")]


def test_a_watcher_is_told_what_others_do_and_has_a_mail_when_the_customer_writes(cast: Cast) -> None:
    ticket = cast.ticket()
    ticket.assign(cast.anna, by=cast.anna)
    Watcher.add(ticket, cast.ben, by=cast.ben)
    Watcher.add(ticket, cast.ben, by=cast.anna)
    ticket.reply("We look.", by=cast.ben)
    ticket.reply("We found it.", by=cast.anna)
    message = ticket.hear("Thank you, and when?", by=cast.cem.person)
    assert told(cast.ben) == ["replied", "replied"]
    mails = OutgoingMail.objects.filter(key__startswith=f"heard:{message.pk}").values_list("to", flat=True)
    assert sorted(mails) == [cast.anna.email, cast.ben.email]
    assert [Watcher.remove(ticket, cast.ben, by=cast.ben) for _twice in (1, 2)] == [True, False]
    ticket.move("solved", by=cast.anna)
    assert told(cast.ben) == ["replied", "replied"]


def test_of_promises_that_break_at_once_watchers_are_told_in_one_question(cast: Cast) -> None:
    """And once, though whoever watches would have been told as a lead; who wants no bell for it has none."""
    tom, sara, asked = person("Tom"), person("Sara"), []
    for one in (tom, sara):
        cast.north.welcome(one)
    NewsWish.say(sara, watched_at_desk=False)
    for count in (1, 3):
        tickets = [cast.ticket(f"Late {count}.{number}", at=MONDAY) for number in range(count)]
        for ticket in tickets:
            for who in (tom, sara, cast.ben):
                Watcher.add(ticket, who, by=who)
        Mark.objects.filter(clock__ticket__in=tickets).exclude(
            kind="breach", clock__kind="first_response"
        ).delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert sweep_now(now=MONDAY + timedelta(hours=4)) == count
        asked.append(sum("tickets_watcher" in query["sql"] for query in queries))
        assert not Notice.objects.filter(person=sara).exists()
        for who in (tom, cast.ben):
            assert Notice.objects.filter(person=who, event__ticket__in=tickets).count() == count
    assert asked == [1, 1]


def test_who_assigned_to_it_watches_too_is_mailed_once(cast: Cast) -> None:
    ticket = cast.ticket()
    ticket.assign(cast.anna, by=cast.anna)
    Watcher.add(ticket, cast.anna, by=cast.anna)
    message = ticket.hear("Hello?", by=cast.cem.person)
    assert OutgoingMail.objects.filter(key__startswith=f"heard:{message.pk}").count() == 1


def test_only_who_may_read_it_watches_and_only_for_as_long(cast: Cast) -> None:
    ticket = cast.ticket()
    refused = [
        Watcher.add(ticket, who, by=cast.anna) for who in (cast.dora, cast.eva.person, cast.cem.person)
    ]
    assert [one.code for one in refused if isinstance(one, Refused)] == ["reads_not", "reads_not", "customer"]
    Watcher.add(ticket, cast.ben, by=cast.anna)
    assert told(cast.ben) == ["watcher_added"]
    cast.north.dismiss(cast.ben)
    ticket.note("Inside.", by=cast.anna)
    assert told(cast.ben) == ["watcher_added"]


def test_there_are_no_more_watchers_than_fit(cast: Cast) -> None:
    ticket = cast.ticket()
    for number in range(MOST):
        one = person(f"W{number}")
        cast.north.welcome(one)
        Watcher.objects.create(ticket=ticket, person=one, at=ticket.created_at)
    refused = Watcher.add(ticket, cast.ben, by=cast.anna)
    assert isinstance(refused, Refused) and refused.code == "most"


def test_watchers_go_along_into_a_merge(cast: Cast) -> None:
    source, target = cast.ticket(), cast.ticket("The same again")
    Watcher.add(source, cast.ben, by=cast.ben)
    Merge.make(source, target, by=cast.anna)
    assert [row.person for row in Watcher.objects.on(target)] == [cast.ben]


def test_the_desk_watches_lets_a_colleague_watch_and_takes_them_off(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)
    piece = client.get(reverse("desk:beside", args=[ticket.pk])).content.decode()
    assert "Watch it" in piece and "Let somebody watch" in piece
    url, htmx = reverse("desk:watch", args=[ticket.pk]), {"HX-Request": "true"}
    assert "Watch no longer" in client.post(url, headers=htmx).content.decode()
    client.post(url, {"person": cast.ben.pk})
    assert {row.person for row in Watcher.objects.on(ticket)} == {cast.anna, cast.ben}
    assert client.post(reverse("desk:unwatch", args=[ticket.pk]), {"person": cast.ben.pk}).status_code == 302
    sentences = [event.sentence for event in Event.objects.filter(kind__startswith="watch").order_by("pk")]
    assert sentences == [
        "Anna watches this ticket",
        "Anna lets Ben watch this ticket",
        "Anna took Ben off the watchers of this ticket",
    ]
    for bad in (str(cast.dora.pk), "x", "\x00", str(10**30), "１２"):
        assert "field__error" in client.post(url, {"person": bad}, headers=htmx).content.decode()


def test_programs_set_who_watches(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    url = f"tickets/{ticket.pk}/watchers/"
    both = [{"id": who.pk, "name": who.name} for who in (cast.anna, cast.ben)]
    assert anna.put(url, {"watchers": [cast.ben.pk, cast.anna.pk]}).json() == both
    assert anna.put(url, {"watchers": [cast.anna.pk]}).json() == both[:1]
    assert anna.get(url).json() == both[:1]
    for bad in ("x", ["1"], [0], [True], [cast.dora.pk], [2**70]):
        assert anna.put(url, {"watchers": bad}).status_code == 400


def test_the_piece_asks_the_same_whatever_stands_in_it(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)

    def put(number: int) -> None:
        one = person(f"W {number}")
        cast.north.welcome(one)
        Watcher.add(ticket, one, by=cast.anna)
        Link.make(ticket, "relates", cast.ticket(f"{number}"), by=cast.anna)
        ChecklistItem.add(ticket, f"Look {number}", by=cast.anna, key=f"{number}")

    as_often_for_thirty(reading(client, reverse("desk:beside", args=[ticket.pk])), put, most=16)


def test_who_came_along_into_a_merge_leaves_with_it_and_who_watched_both_stays(cast: Cast) -> None:
    source, target = cast.ticket("Twice"), cast.ticket("Once")
    sara = person("Sara")
    cast.north.welcome(sara)
    for who, ticket in ((cast.ben, source), (sara, source), (sara, target)):
        Watcher.add(ticket, who, by=who)
    merged = Merge.make(source, target, by=cast.anna)
    assert set(target.watchers.values_list("person", flat=True)) == {cast.ben.pk, sara.pk}
    assert merged.undo(by=cast.anna) is None
    assert list(target.watchers.values_list("person", flat=True)) == [sara.pk]
    assert set(source.watchers.values_list("person", flat=True)) == {cast.ben.pk, sara.pk}
