"""What helped in cases like this, on the ticket: kept in two clicks, used in one, and what newcomers get beside it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cast import Cast, person
from counting import as_often_for_thirty
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish, forget_rules
from policies.models import (
    AcquisitionOffer,
    GestureKind,
    Idea,
    Level,
    Limit,
    Offer,
    Rulebook,
    Ruling,
    Use,
)
from policies.newcomers.counterpart import CAUSE, MATCH
from tickets.models import Cause, Notice, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
KEY = "k" * 32


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def toast(response: HttpResponse) -> str:
    return str(json.loads(response["HX-Trigger"])["toast"]["message"])


def look(client: Client, ticket: Ticket) -> HttpResponse:
    return client.get(reverse("authority:space", args=[ticket.pk]), headers=HTMX)


def keep(client: Client, ticket: Ticket, *, htmx: bool = True, **said: str) -> HttpResponse:
    said = {"wish": "Know when the van comes", "gesture": "The driver's number", "key": KEY, **said}
    return client.post(reverse("authority:add_idea", args=[ticket.pk]), said, headers=HTMX if htmx else {})


def test_the_page_fetches_it(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    page = anna.get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert f'hx-get="{reverse("authority:space", args=[ticket.pk])}"' in page
    assert "Nothing is written down yet." in words(look(anna, ticket))


def test_c27_two_clicks_keep_an_idea_filled_from_the_ticket(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket("Where is the van?")
    Ruling.request(cast.anna, ticket, Wish("voucher", 1500), key="v")
    page = look(anna, ticket).content.decode()
    assert 'value="Where is the van?"' in page
    assert 'value="Voucher, €15.00"' in page
    answer = keep(anna, ticket, wish="Where is the van?", gesture="Voucher, €15.00")
    assert toast(answer) == "Kept. You can use it at once; the lead has been told."
    idea = Idea.objects.get()
    assert (idea.wish, idea.gesture, idea.kind, idea.cents) == (
        "Where is the van?",
        "Voucher, €15.00",
        "voucher",
        1500,
    )
    assert "Only you see it until" in words(answer)
    keep(anna, ticket)
    assert Idea.objects.count() == 1


def test_a_gesture_said_in_other_words_is_ones_own(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, Wish("voucher", 1500), key="v")
    keep(anna, ticket)
    assert Idea.objects.values_list("kind", "cents").get() == ("", 0)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("wish", "", "This field is required."),
        ("gesture", "\u200b", "This field is required."),
        ("wish", "x" * 201, "at most 200"),
        ("gesture", "x" * 81, "at most 80"),
    ],
)
def test_what_cannot_be_stays_typed(anna: Client, cast: Cast, field: str, value: str, error: str) -> None:
    ticket = cast.ticket()
    page = keep(anna, ticket, htmx=False, **{field: value})
    assert (page.status_code, error in words(page), KEY in page.content.decode()) == (422, True, True)
    assert "Know when the van comes" in page.content.decode() or field == "wish"
    assert Idea.objects.count() == 0


def test_using_it_opens_the_panel_with_it(anna: Client, cast: Cast) -> None:
    first, other = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    said = {"wish": "Amends", "by": cast.anna, "key": "a"}
    listed = Idea.add(first, gesture="Voucher", kind="voucher", cents=1500, **said)
    own = Idea.add(first, gesture="A tin of biscuits", cents=500, **{**said, "key": "b"})
    free = Idea.add(first, gesture="The driver's number", **{**said, "key": "c"})
    gone = Idea.add(first, gesture="A balloon", kind="balloon", cents=100, **{**said, "key": "d"})
    chosen = []
    for idea in (listed, own, free, gone):
        answer = anna.post(reverse("authority:use_idea", args=[other.pk, idea.pk]), headers=HTMX)
        place = urlsplit(answer["Location"])
        assert (answer.status_code, place.path) == (302, reverse("authority:panel", args=[other.pk]))
        chosen.append({name: values[0] for name, values in parse_qs(place.query).items()})
    assert chosen == [
        {"kind": "voucher", "amount": "15.00"},
        {"kind": "other", "named": "A tin of biscuits", "amount": "5.00"},
        {"kind": "other", "named": "The driver's number"},
        {"kind": "other", "named": "A balloon", "amount": "1.00"},
    ]
    assert Use.objects.filter(ticket=other).count() == 4
    panel = anna.get(reverse("authority:panel", args=[other.pk]), chosen[1]).content.decode()
    assert "A tin of biscuits" in panel
    assert words(look(anna, other)).count("used here") == 4


def test_thanks_are_noted_once(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    keep(anna, ticket)
    idea = Idea.objects.get()
    where = reverse("authority:thank_idea", args=[ticket.pk, idea.pk])
    assert "The customer said thanks" in words(look(anna, ticket))
    answer = anna.post(where, headers=HTMX)
    assert "The customer said thanks" not in words(answer)
    assert "Used 1 time, 1 said thanks." in words(answer)
    assert anna.post(where, headers=HTMX).status_code == 200
    assert Use.objects.exclude(thanked_at=None).count() == 1
    other = cast.ticket(customer=cast.eva, by=cast.eva.person)
    assert anna.post(reverse("authority:thank_idea", args=[other.pk, idea.pk])).status_code == 404


def test_c27_others_see_it_after_consent(anna: Client, cast: Cast) -> None:
    mats = person("Mats")
    cast.north.welcome(mats)
    ticket = cast.ticket()
    keep(anna, ticket)
    idea = Idea.objects.get()
    anna.force_login(mats)
    assert "The driver&#x27;s number" not in look(anna, ticket).content.decode()
    assert anna.post(reverse("authority:use_idea", args=[ticket.pk, idea.pk])).status_code == 404
    idea.consent(by=cast.ben)
    assert "The driver&#x27;s number" in look(anna, ticket).content.decode()
    assert anna.post(reverse("authority:use_idea", args=[ticket.pk, idea.pk])).status_code == 302


def test_ideas_of_other_causes_stay_away(anna: Client, cast: Cast) -> None:
    keep(anna, cast.ticket())
    cause = Cause.objects.create(code="else", name_en="Else", name_de="Sonst", team=cast.north)
    other = cast.ticket(cause=cause)
    assert "Nothing is written down yet." in words(look(anna, other))
    assert anna.post(reverse("authority:use_idea", args=[other.pk, Idea.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("who", ["dora", "cem", "eva"])
def test_strangers_find_nothing(client: Client, cast: Cast, who: str) -> None:
    ticket = cast.ticket()
    idea = Idea.add(ticket, wish="w", gesture="g", by=cast.anna, key="k")
    client.force_login(cast.people[who])
    assert look(client, ticket).status_code == 404
    assert keep(client, ticket).status_code == 404
    for name in ("use_idea", "thank_idea"):
        assert client.post(reverse(f"authority:{name}", args=[ticket.pk, idea.pk])).status_code == 404
    assert client.post(reverse("authority:match", args=[ticket.pk])).status_code == 404
    assert (Idea.objects.count(), Use.objects.count()) == (1, 1)


def test_hostile_words_are_shown_and_never_run(anna: Client, cast: Cast) -> None:
    keep(anna, cast.ticket(), wish="<script>alert(1)</script>", gesture='"><img src=x onerror=alert(1)>')
    page = look(anna, cast.ticket()).content.decode()
    assert "<script>" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_thirty_ideas_take_as_many_queries_as_one(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    as_often_for_thirty(
        lambda: look(anna, ticket),
        lambda number: Idea.add(ticket, wish="w", gesture=f"g{number}", by=cast.anna, key=f"k{number}"),
        most=20,
    )


# ---- what newcomers get (C04, C05) -------------------------------------------------------------------------------


@pytest.fixture
def asking(cast: Cast) -> Ticket:
    """Cem asks for what newcomers get."""
    cause = Cause.objects.create(code=CAUSE, name_en="Better", name_de="Besser", team=cast.north)
    Level.objects.create(agent=cast.anna, cause=cause, level=2)
    with Rulebook.amend(by=None, note="match") as book:
        GestureKind.objects.create(
            rulebook=book,
            code=MATCH,
            name_en="Same terms",
            name_de="Gleiches",
            form="discount",
            reversible=True,
        )
    return cast.ticket("Why not me?", cause=cause)


@pytest.fixture
def running(cast: Cast) -> AcquisitionOffer:
    offer = AcquisitionOffer.plan(
        by=cast.ben,
        key="k",
        name_en="Welcome",
        name_de="Willkommen",
        gets_en="Two months free",
        gets_de="Zwei Monate gratis",
        worth_cents=2400,
        starts=timezone.localdate() - timedelta(days=1),
        ends=None,
    )
    offer.answer_with("equivalent", words_en="A month free", words_de="Ein Monat gratis", by=cast.ben)
    offer.activate(by=cast.ben)
    return offer


def send(
    client: Client, ticket: Ticket, offer: AcquisitionOffer, amount: str, *, key: str = KEY
) -> HttpResponse:
    data = {"offer": offer.pk, "amount": amount, "key": key}
    return client.post(reverse("authority:match", args=[ticket.pk]), data, headers=HTMX)


def test_c04_the_agent_reads_the_counterpart_where_somebody_asks(
    anna: Client, cast: Cast, asking: Ticket, running: AcquisitionOffer
) -> None:
    read = words(look(anna, asking))
    assert "Welcome : Two months free (€24.00)" in read
    assert "Existing customers get: A month free" in read
    assert "Match it" in read
    running.answer_with("none", words_en="It pays for the start", words_de="Für den Start", by=cast.ben)
    assert "Existing customers do not get it: It pays for the start" in words(look(anna, asking))
    running.answer_with("same", by=cast.ben)
    assert "Existing customers get the same" in words(look(anna, asking))
    assert "Welcome" not in words(look(anna, cast.ticket()))


def test_c05_matching_within_the_field_is_done_at_once_and_once(
    anna: Client, asking: Ticket, running: AcquisitionOffer
) -> None:
    for _twice in range(2):
        assert toast(send(anna, asking, running, "24")) == "Done: Same terms, €24.00. The customer was told."
    offer = Offer.objects.get()
    assert (offer.kind, offer.cents, offer.ruling.outcome) == (MATCH, 2400, "DO")


def test_c05_above_the_worth_it_is_another_gesture(
    anna: Client, asking: Ticket, running: AcquisitionOffer
) -> None:
    assert toast(send(anna, asking, running, "24,01")) == (
        "It is worth €24.00 to newcomers. More than that is another gesture."
    )
    for broken in ("", "x", "-1", "1e3"):
        assert send(anna, asking, running, broken).status_code == 200
    assert Ruling.objects.count() == 0


def test_c05_above_the_limit_somebody_is_asked(
    anna: Client, cast: Cast, asking: Ticket, running: AcquisitionOffer
) -> None:
    AcquisitionOffer.objects.update(worth_cents=8000)
    assert toast(send(anna, asking, running, "80")) == "Ben was asked about Same terms, €80.00."


def test_c05_on_a_limit_on_trial_it_is_done_and_the_lead_is_told(
    anna: Client, cast: Cast, asking: Ticket, running: AcquisitionOffer
) -> None:
    Limit.objects.update(on_trial=True)
    forget_rules()
    assert toast(send(anna, asking, running, "24")) == "Done: Same terms, €24.00. The customer was told."
    assert Offer.objects.get().ruling.outcome == "DO_AND_TELL"
    assert Notice.objects.get(event__kind="offer_made").person == cast.ben


def test_without_a_gesture_for_it_nothing_can_be_matched(
    anna: Client, asking: Ticket, running: AcquisitionOffer
) -> None:
    with Rulebook.amend(by=None, note="gone") as book:
        GestureKind.objects.filter(rulebook=book, code=MATCH).delete()
    assert "Match it" not in words(look(anna, asking))
    assert toast(send(anna, asking, running, "24")) == "The catalogue has no gesture for this yet."


def test_what_does_not_run_cannot_be_matched(
    anna: Client, cast: Cast, asking: Ticket, running: AcquisitionOffer
) -> None:
    assert send(anna, cast.ticket(), running, "24").status_code == 404
    running.end()
    assert send(anna, asking, running, "24").status_code == 404
    assert "There is no offer for newcomers at the moment." in words(look(anna, asking))
    assert Ruling.objects.count() == 0
