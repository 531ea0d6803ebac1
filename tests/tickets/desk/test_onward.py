"""Where one goes on after a deed: chosen beside the button, remembered for each, along what was looked at last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from counting import as_often_for_thirty, reading
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LIST = "/desk/"
SOON = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
DEEDS: dict[str, dict[str, str]] = {
    "reply": {"text": "It is on its way.", "key": "k", "then": "waiting_customer", "anyway": "sure"},
    "snooze": {"wakes": "date", "until": SOON},
    "move": {"status": "waiting_others"},
}
USUAL = {"reply": "stay", "snooze": "list", "move": "stay"}


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    made = [cast.ticket(f"lamp {at}", at=MONDAY + timedelta(hours=at)) for at in range(3)]
    Ticket.objects.update(next_due_at=None)
    return made


def does(client: Client, deed: str, ticket: Ticket, **more: str) -> str:
    said = {**DEEDS[deed], "key": f"key-{ticket.pk}-{more}", **more}
    answer = client.post(reverse(f"desk:{deed}", args=[ticket.pk]), said)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_stays_goes_on_or_back_and_remembers_that(
    cast: Cast, anna: Client, three: list[Ticket], deed: str
) -> None:
    for ticket in three:
        Ticket.objects.filter(pk=ticket.pk).update(
            next_due_at=timezone.now() + timedelta(hours=9 + ticket.pk)
        )
    first, second, third = three
    anna.get(f"{LIST}?view=team-north")
    back = f"{LIST}?view=team-north"
    places = {"stay": first.desk_url(), "list": back}
    assert does(anna, deed, first) == places[USUAL[deed]]
    assert does(anna, deed, second, after="next") == third.desk_url()
    assert Person.objects.get(pk=cast.anna.pk).onward == {deed: "next"}
    page = reverse("desk:snooze", args=[third.pk]) if deed == "snooze" else third.desk_url()
    assert '<option value="next" selected>' in anna.get(page).content.decode()
    assert does(anna, deed, third, after="list") == back
    fourth = cast.ticket("lamp 4")
    assert does(anna, deed, fourth) == back
    assert does(anna, deed, cast.ticket("lamp 5"), after="\x00nowhere") == back
    anna.force_login(cast.ben)
    ticket = cast.ticket("lamp 6")
    assert does(anna, deed, ticket) == {"stay": ticket.desk_url(), "list": LIST}[USUAL[deed]]


def test_solved_next_goes_on_whatever_is_remembered(cast: Cast, anna: Client, three: list[Ticket]) -> None:
    cast.anna.choose_onward("reply", "list")
    cast.anna.choose_onward("move", "stay")
    third, second, first = three  # what is promised nothing: lately changed first
    assert does(anna, "reply", first, then="solved_next") == second.desk_url()
    answer = anna.post(
        reverse("desk:move", args=[second.pk]), {"status": "solved", "onward": "1"}, follow=True
    )
    assert answer.redirect_chain[0][0] == third.desk_url()
    assert f"#{second.pk} is solved." in answer.content.decode()
    assert Person.objects.get(pk=cast.anna.pk).onward == {"reply": "list", "move": "stay"}


def test_what_is_refused_stays_where_it_is(cast: Cast, anna: Client, three: list[Ticket]) -> None:
    cast.anna.choose_onward("move", "next")
    answer = anna.post(reverse("desk:move", args=[three[0].pk]), {"status": "gone"}, follow=True)
    assert answer.redirect_chain[-1][0] == three[0].desk_url()
    assert "This status does not exist." in answer.content.decode()
    shown = anna.post(reverse("desk:reply", args=[three[0].pk]), {"text": "", "after": "next", "key": "k"})
    assert (shown.status_code, '<option value="next" selected>' in shown.content.decode()) == (422, True)


def test_skipping_does_nothing_and_goes_round(cast: Cast, anna: Client, three: list[Ticket]) -> None:
    before = list(Ticket.objects.order_by("pk").values("status", "assignee", "changed_at"))
    third, second, first = three
    along = {first: second, second: third, third: first}
    for one, following in along.items():
        assert anna.get(reverse("desk:skip", args=[one.pk]))["Location"] == following.desk_url()
    assert list(Ticket.objects.order_by("pk").values("status", "assignee", "changed_at")) == before
    Ticket.objects.exclude(pk=first.pk).update(status="solved")
    assert anna.get(reverse("desk:skip", args=[first.pk]))["Location"] == LIST


def test_after_a_search_the_list_beside_and_the_next_are_what_was_found(
    cast: Cast, anna: Client, three: list[Ticket]
) -> None:
    other = cast.ticket("A chair")
    Ticket.objects.update(next_due_at=None)
    third, second, first = three
    for query, found in {"lamp": [first, second, third], "subject:lamp": [first, second, third]}.items():
        anna.get(LIST, {"q": query})
        page = anna.get(second.desk_url())
        assert [row.pk for row in page.context["neighbours"]] == [one.pk for one in found]
        assert f"Search: {query}" in page.content.decode()
        rail = anna.get(reverse("desk:rail"), {"current": second.pk})
        assert [row.pk for row in rail.context["neighbours"]] == [one.pk for one in found]
        assert anna.get(reverse("desk:skip", args=[third.pk]))["Location"] == first.desk_url()
        assert does(anna, "move", second, after="list") == page.context["rail_view"].url
        as_before = {"status": "open", "changed_at": MONDAY + timedelta(hours=1), "next_due_at": None}
        Ticket.objects.filter(pk=second.pk).update(**as_before)
    anna.get(f"{LIST}?view=open")
    beside = [row.pk for row in anna.get(second.desk_url()).context["neighbours"]]
    assert other.pk in beside
    hidden = cast.ticket("Lamp of South", cause=cast.broken)
    anna.get(LIST, {"q": "lamp"})
    assert hidden.pk not in [row.pk for row in anna.get(second.desk_url()).context["neighbours"]]


def test_thirty_found_beside_a_ticket_cost_what_one_costs(cast: Cast, anna: Client) -> None:
    as_often_for_thirty(
        reading(anna, f"{LIST}?q=lamp", reverse("desk:rail")), lambda number: cast.ticket(f"lamp {number}")
    )
