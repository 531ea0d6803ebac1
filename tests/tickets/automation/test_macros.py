"""Macros: every step shown before, then all of them or none, once."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from policies.models import Ask, Offer, Ruling
from tickets.automation import step
from tickets.models import Event, Macro, Message, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
STEPS = [
    {"do": "priority", "priority": 3},
    {
        "do": "reply",
        "text_en": "Dear {customer}, we look.",
        "text_de": "Guten Tag {customer}, wir sehen nach.",
    },
    {"do": "move", "status": "waiting_others"},
]
KEY = "k" * 32


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def macro(cast: Cast) -> Macro:
    return Macro.write(by=cast.ben, key="m", name="We look", team=cast.north, steps=STEPS)


def state(ticket: Ticket) -> tuple[object, ...]:
    ticket.refresh_from_db()
    return (
        ticket.priority,
        ticket.status,
        Message.objects.count(),
        Event.objects.count(),
        OutgoingMail.objects.count(),
    )


def test_each_step_is_shown_before_and_nothing_is_done(cast: Cast, macro: Macro, client: Client) -> None:
    ticket = cast.ticket()
    before = state(ticket)
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{ticket.pk}/macros/{macro.pk}/")
    assert "set the priority to “high”" in words(page)
    assert "Guten Tag Cem, wir sehen nach." in page.content.decode()
    assert state(ticket) == before
    assert "We look" in words(client.get(f"/desk/tickets/{ticket.pk}/macros/"))


def test_all_steps_happen_with_the_text_as_the_agent_left_it_and_once(
    cast: Cast, macro: Macro, client: Client
) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)
    place, sent = f"/desk/tickets/{ticket.pk}/macros/{macro.pk}/", {"key": KEY, "text1": "Hallo Cem, gleich."}
    for _time in range(2):
        client.post(place, sent)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status) == (3, "waiting_others")
    reply = ticket.messages.get(author=cast.anna)
    assert (reply.text, reply.channel) == ("Hallo Cem, gleich.", "desk")
    assert ticket.clocks.get(kind="first_response").met_at is not None
    assert ticket.events.filter(kind="macro_ran").count() == 1


def test_where_one_step_cannot_be_done_none_is_and_the_page_says_which(
    cast: Cast, macro: Macro, client: Client
) -> None:
    ticket = cast.ticket(priority=3)
    before = state(ticket)
    client.force_login(cast.anna)
    answer = client.post(f"/desk/tickets/{ticket.pk}/macros/{macro.pk}/", {"key": KEY, "text1": "Hallo."})
    assert answer.status_code == 422
    assert "It has this priority already." in words(answer)
    assert "Nothing has changed." in words(answer)
    assert "Hallo." in answer.content.decode()
    assert state(ticket) == before


def test_an_empty_text_is_told_at_its_field(cast: Cast, macro: Macro, client: Client) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)
    answer = client.post(f"/desk/tickets/{ticket.pk}/macros/{macro.pk}/", {"key": KEY, "text1": "\u200b"})
    assert answer.status_code == 422
    assert "This field is required." in words(answer)
    assert ticket.messages.count() == 1


def test_personal_macros_are_the_owners_alone(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    own = Macro.write(by=cast.ben, key="own", name="Bens own", steps=STEPS)
    client.force_login(cast.anna)
    assert "Bens own" not in words(client.get(f"/desk/tickets/{ticket.pk}/macros/"))
    assert client.get(f"/desk/tickets/{ticket.pk}/macros/{own.pk}/").status_code == 404
    assert client.get(f"/desk/setup/macros/{own.pk}/").status_code == 404


def test_a_macro_is_written_in_a_form(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    sent = {"name": "Look", "team": "", "key": KEY, "step0-do": "note", "step0-text": "Seen by {agent}"}
    assert client.post("/desk/setup/macros/new/", sent).status_code == 302
    macro = Macro.objects.get()
    assert (macro.owner, macro.team, macro.steps) == (
        cast.anna,
        None,
        [{"do": "note", "text": "Seen by {agent}"}],
    )
    refused = client.post("/desk/setup/macros/new/", {**sent, "team": str(cast.north.pk), "key": "n" * 32})
    assert refused.status_code == 422
    assert client.post(f"/desk/setup/macros/{macro.pk}/removal/").status_code == 302
    assert not Macro.objects.exists()


def test_a_macro_gives_what_the_agent_may_give_alone_and_nothing_more(cast: Cast) -> None:
    ticket = cast.ticket()
    for cents, given in ((90_000, 0), (1000, 1)):
        steps = [{"do": "gesture", "kind": "voucher", "cents": cents}, {"do": "note", "text": "Given."}]
        macro = Macro.write(by=cast.ben, key=str(cents), name="Voucher", team=cast.north, steps=steps)
        rehearsed = macro.rehearse(Ticket.objects.with_people().get(pk=ticket.pk), by=cast.anna)
        assert [one.is_done for one in rehearsed] == [bool(given), True]
        assert Offer.objects.count() == 0
        macro.run(ticket, by=cast.anna, key=str(cents))
        assert (Offer.objects.count(), ticket.messages.filter(kind="internal").count()) == (given, given)


def test_what_somebody_else_used_up_since_the_look_is_neither_given_nor_asked_for(cast: Cast) -> None:
    acting = step.Acting(cast.ticket(), cast.anna, cast.anna, "Macro", "m", timezone.now())
    with pytest.raises(step.CannotNow, match="you cannot give alone"):
        step.kinds["gesture"].perform(acting, {"do": "gesture", "kind": "voucher", "cents": 90_000}, 0)
    assert (Offer.objects.count(), Ruling.objects.count(), Ask.objects.count()) == (0, 0, 0)


def test_a_rule_gives_nothing_by_itself(cast: Cast) -> None:
    ticket = cast.ticket()
    acting = step.Acting(ticket, cast.ben, None, "Rule", "r", timezone.now())
    done = step.perform(acting, [{"do": "gesture", "kind": "voucher", "cents": 100}])
    assert done[0].trouble["en"] == "Only a person gives something: use this in a macro."
    assert not Offer.objects.exists()
