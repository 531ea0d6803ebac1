"""Checklists and what one had open: done once and by whom, ready for a cause, and twenty tickets nobody else sees."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse

from tickets.checklist import MOST
from tickets.glance import KEPT, recent
from tickets.models import ChecklistItem, Event, Glance, ReadyList
from tickets.open_item import open_on
from tickets.refused import Refused

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_line_is_done_once_by_somebody_and_solving_names_what_is_not(cast: Cast) -> None:
    ticket = cast.ticket()
    line = ChecklistItem.add(ticket, "Call the depot", by=cast.anna, key="a")
    assert ChecklistItem.add(ticket, "Call the depot", by=cast.ben, key="a") == line
    assert open_on(ticket) == ["1 line of the checklist is not done."]
    assert [line.tick(by=cast.ben), line.tick(by=cast.anna)] == [True, False]
    assert (open_on(ticket), ChecklistItem.objects.get().done_by, line.take_off()) == ([], cast.ben, False)
    assert [line.untick(by=cast.anna), line.untick(by=cast.anna)] == [True, False]
    sentences = [e.sentence for e in Event.objects.filter(kind__startswith="tick").order_by("pk")]
    assert sentences == ["Ben ticked off “Call the depot”", "Anna took back: “Call the depot” is not done"]
    assert line.take_off()


def test_a_ready_list_stands_there_once_and_no_longer_than_fits(cast: Cast) -> None:
    ticket = cast.ticket()
    ready = ReadyList.write(name="Late", cause=cast.late, lines=["Call", "Write"], by=cast.ben, key="r")
    assert [ready.put_on(ticket, by=cast.anna), ready.put_on(ticket, by=cast.ben)] == [None, None]
    assert [str(row) for row in ChecklistItem.objects.all()] == ["Call", "Write"]
    for number in range(MOST - 2):
        ChecklistItem.add(ticket, "More", by=cast.anna, key=f"m{number}")
    assert isinstance(ChecklistItem.add(ticket, "Too much", by=cast.anna, key="x"), Refused)
    assert ready.put_on(ticket, by=cast.anna) is None
    ChecklistItem.objects.latest("pk").take_off()
    two = ReadyList.write(name="Two", cause=cast.late, lines=["One", "Other"], by=cast.ben, key="t")
    assert isinstance(two.put_on(ticket, by=cast.anna), Refused)
    assert ChecklistItem.objects.count() == MOST - 1


def test_the_desk_adds_ticks_and_puts_a_ready_list(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    ready = ReadyList.write(name="Late", cause=cast.late, lines=["Call"], by=cast.ben, key="r")
    foreign = ReadyList.write(name="Broken", cause=cast.broken, lines=["Call"], by=cast.dora, key="r")
    client.force_login(cast.anna)
    url = reverse("desk:add_line", args=[ticket.pk])
    assert (
        "Look at it" in client.post(url, {"words": "Look at it", "key": "k"}, headers=HTMX).content.decode()
    )
    for bad in ("", "\x00", "x" * 201):
        answer = client.post(url, {"words": bad, "key": "l"}, headers=HTMX).content.decode()
        assert "field__error" in answer
    put = [client.post(reverse("desk:put_ready_list", args=[ticket.pk, one.pk])) for one in (ready, foreign)]
    assert [answer.status_code for answer in put] == [302, 404]
    tick = reverse("desk:tick", args=[ticket.pk, ChecklistItem.objects.earliest("pk").pk])
    assert "Not done" in client.post(tick, {"done": "1"}, headers=HTMX).content.decode()
    client.post(tick, {"undone": "1"})
    client.post(tick, {"off": "1"})
    assert [str(row) for row in ChecklistItem.objects.all()] == ["Call"]


def test_a_lead_writes_a_ready_list_for_causes_of_the_own_teams(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    url, sent = reverse("setup:new_checklist"), {"name": "Late", "cause": "late-delivery", "key": "k"}
    assert client.post(url, {**sent, "lines": "Call\n\nWrite"}).status_code == 302
    ready = ReadyList.objects.get()
    assert ready.lines == ["Call", "Write"]
    one = reverse("setup:checklist", args=[ready.pk])
    assert client.post(one, {**sent, "lines": "Call"}).status_code == 302
    bad = ({"cause": "broken"}, {"lines": "\x00"}, {"name": ""}, {"lines": "x" * 201}, {"lines": "x\n" * 51})
    for wrong in bad:
        assert client.post(one, {**sent, "lines": "Call", **wrong}).status_code == 422, wrong
    client.force_login(cast.dora)
    assert client.get(one).status_code == 404
    client.force_login(cast.ben)
    assert client.post(reverse("setup:remove_checklist", args=[ready.pk])).status_code == 302


def test_what_one_opened_stands_in_the_palette_and_on_a_page(cast: Cast, client: Client) -> None:
    tickets = [cast.ticket(f"Number {number}") for number in range(3)]
    client.force_login(cast.anna)
    for ticket in (*tickets, tickets[0]):
        client.get(reverse("desk:beside", args=[ticket.pk]))
    assert recent(cast.anna) == [tickets[0], tickets[2], tickets[1]]
    assert recent(cast.ben) == []
    for page in (reverse("desk:recent"), reverse("desk:palette")):
        assert "Number 1" in client.get(page).content.decode()


def test_the_last_twenty_are_kept_and_only_what_one_may_still_read_is_shown(cast: Cast) -> None:
    tickets = [cast.ticket(f"T{number}") for number in range(KEPT + 2)]
    for ticket in tickets:
        Glance.note(cast.anna, ticket)
    assert recent(cast.anna) == tickets[:1:-1]
    assert Glance.objects.count() == KEPT
    cast.north.dismiss(cast.anna)
    assert recent(cast.anna) == []
