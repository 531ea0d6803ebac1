"""On the panel: the customer's wish beside the will of the house, what is in the way, who is close, and why."""

from __future__ import annotations

import json

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies.models import CustomerWish, Hindrance, HouseWill, NeededFact, Rulebook, Ruling, Tie
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, name: str, ticket: Ticket, *more: int, **said: str) -> int:
    return client.post(reverse(f"authority:{name}", args=[ticket.pk, *more]), said).status_code


def panel(client: Client, ticket: Ticket, **chosen: str) -> str:
    page = client.get(reverse("authority:panel", args=[ticket.pk]), chosen).content.decode()
    return " ".join(page.split())


def test_wish_and_will_stand_beside_each_other(anna: Client, cast: Cast) -> None:
    ticket, today = cast.ticket(), timezone.localdate()
    HouseWill.say(text_en="Call first", text_de="Erst anrufen", starts=today, ends=today, by=cast.ben)
    assert "not asked yet" in panel(anna, ticket)
    assert send(anna, "hear", ticket, wants="heard", words="Just <b>listen</b>") == 302
    page = panel(anna, ticket)
    assert "What we want now:</b> Call first" in page
    assert "to be heard" in page
    assert "Just &lt;b&gt;listen&lt;/b&gt;" in page
    assert CustomerWish.of(ticket).by == cast.anna


def test_what_is_in_the_way_is_noted_and_cleared(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    assert send(anna, "meet", ticket, what="tool", words="Black screen") == 302
    row = Hindrance.objects.get()
    assert "a tool does not work – Black screen" in panel(anna, ticket)
    assert send(anna, "clear", ticket, row.pk) == 302
    assert "Black screen" not in panel(anna, ticket)
    assert send(anna, "clear", ticket, 2**70) == 404


def test_who_is_close_hands_over_and_takes_it_back_alone(anna: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    assert send(anna, "tie", ticket, kind="friend") == 302
    row = Tie.objects.get()
    assert "You are close to this customer" in panel(anna, ticket, kind="voucher", amount="10")
    assert cast.cem.person.name in anna.get(reverse("authority:ability")).content.decode()
    ben = Client()
    ben.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    assert ben.post(reverse("authority:untie", args=[row.pk])).status_code == 404
    assert anna.post(reverse("authority:untie", args=[row.pk])).status_code == 302
    assert Tie.objects.standing().count() == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hear", {"wants": "cash cow"}),
        ("hear", {"wants": "speed", "words": "x" * 201}),
        ("meet", {"what": "\x00"}),
        ("meet", {"words": "nothing chosen"}),
        ("tie", {"kind": ""}),
        ("tie", {"kind": "x" * 70_000}),
    ],
)
def test_nonsense_is_refused_in_words(anna: Client, cast: Cast, name: str, said: dict[str, str]) -> None:
    ticket = cast.ticket()
    url = reverse(f"authority:{name}", args=[ticket.pk])
    answer = anna.post(url, said, headers={"hx-request": "true"})
    assert answer.status_code == 204
    message = json.loads(answer.headers["HX-Trigger"])["toast"]["message"]
    assert ":" in message
    assert len(message) <= 400
    assert (CustomerWish.objects.count(), Hindrance.objects.count(), Tie.objects.count()) == (0, 0, 0)


def test_C38_the_way_outside_the_process_stands_open_at_every_cause(anna: Client, cast: Cast) -> None:
    cast.south.welcome(cast.anna)
    for cause in (cast.late, cast.broken):
        ticket = cast.ticket(cause=cause)
        assert 'name="why"' in panel(anna, ticket, kind="voucher", amount="10")
        said = {"kind": "other", "amount": "10", "named": "A cake", "why": "Birthday", "fault": "nobody"}
        anna.post(
            reverse("authority:offer", args=[ticket.pk]), {**said, "owed_by": "", "key": f"k{cause.pk}"}
        )
        ruling = Ruling.objects.get(ticket=ticket)
        assert (ruling.why, ruling.fault, ruling.called["en"]) == ("Birthday", "nobody", "A cake")


def test_what_is_missing_is_asked_for_where_it_can_be_said(anna: Client, cast: Cast) -> None:
    with Rulebook.amend(by=None, note="Know first") as book:
        NeededFact.objects.create(rulebook=book, fact="fault", from_cents=1000)
    ticket = cast.ticket()
    page = panel(anna, ticket, kind="voucher", amount="10")
    assert "One question first." in page
    assert "whose fault it was" in page
    assert '<details><summary class="small muted authority__why">' not in page
    assert "You can do this now." in panel(anna, ticket, kind="voucher", amount="10", fault="own")


def test_the_studio_says_what_the_house_wants(cast: Cast, client: Client) -> None:
    from_ben = client
    cast.ben.is_staff = True
    cast.ben.save()
    from_ben.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    Hindrance.meet(cast.ticket(), "time", words="Too many", by=cast.anna)
    url, today = reverse("studio:house_will"), timezone.localdate()
    said = {"text_en": "Call", "text_de": "Anrufen", "starts": f"{today}", "ends": f"{today}"}
    for wrong in ({"text_de": ""}, {"ends": "2020-01-01"}, {"starts": "\x00"}, {"ends": "9999-12-31"}):
        assert from_ben.post(url, said | wrong).status_code == 422
    assert from_ben.post(url, said).status_code == 302
    page = " ".join(from_ben.get(url).content.decode().split())
    assert "holds now" in page
    assert "<span>no time for it</span><span>1</span>" in page
    row = HouseWill.objects.get()
    assert from_ben.post(reverse("studio:withdraw_will", args=[row.pk])).status_code == 302
    assert HouseWill.on(today) is None
