"""The customer beside the ticket: the account in a sentence, orders and contracts, details with an end, quiet ones."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from cast import Cast, person
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from program import Program

from accounts.models import Customer
from policies.models import Detail, Holding, RelationshipFigures
from policies.relationship.account import cost_per_month, expected_rest
from policies.relationship.detail import forget_details_now
from policies.relationship.figures import sentence
from policies.relationship.quiet import Quiet, quiet
from tickets.models import Event, Pledge, Rating, Ticket
from tickets.own_data import gather
from tickets.refused import Refused

HTMX = {"HX-Request": "true"}
ROW = {
    "customer": "cem@kulanz.example",
    "id": "SHOP-1",
    "kind": "order",
    "title": "Drill",
    "began_on": "2026-01-05",
    "amount": "129,90",
    "link": "https://shop.example/1",
}


def test_c63_what_winning_a_customer_cost_spreads_over_the_months() -> None:
    spread = [cost_per_month(24_000, months) for months in (0, 1, 6, 12, 24, 36, 48)]
    assert spread == [24_000, 24_000, 4_000, 2_000, 1_000, 667, 500]
    assert [expected_rest(percent) for percent in (75, 80, 90, 0, 100)] == [4, 5, 10, None, None]


@pytest.mark.django_db
def test_c63_the_relationship_in_one_sentence(cast: Cast) -> None:
    cast.cem.since = timezone.localdate() - timedelta(days=3 * 365 + 5)
    assert sentence(cast.cem, None) == "With us for 3 years."
    figures = RelationshipFigures.say(acquisition_cents=24_000, stay_percent=80, by=cast.ben)
    assert RelationshipFigures.say(acquisition_cents=24_000, stay_percent=80, by=cast.anna) == figures
    assert sentence(cast.cem, figures) == (
        "With us for 3 years. What winning a customer costs comes to €6.67 a month by now. "
        "Customers stay about 5 more years on average."
    )
    assert sentence(Customer(person=person("New")), figures) == ""
    assert sentence(Customer(since=timezone.localdate()), None) == "With us for less than a month."


@pytest.mark.django_db
def test_an_order_is_read_from_a_table_and_the_same_again_changes_nothing(
    cast: Cast, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.csv"
    bad = ["nobody@kulanz.example;X;order;Drill;2026-01-05;1", "cem@kulanz.example;Y;gift;Drill;x;１２"]
    lines = [
        "customer;id;kind;title;began_on;amount",
        "cem@kulanz.example;A-1;contract;Plan;2026-01-05;19,90",
    ]
    file.write_text("\n".join([*lines, *bad]))
    for counted in ({"made": 1, "same": 0}, {"made": 0, "same": 1}):
        out, err = io.StringIO(), io.StringIO()
        with pytest.raises(SystemExit):
            call_command("import_holdings", str(file), stdout=out, stderr=err)
        assert json.loads(out.getvalue()) == {"changed": 0, "refused": 2, **counted}
        assert [line[:6] for line in err.getvalue().splitlines()] == ["line 3", "line 4"]
    assert [(h.customer, h.cents, h.currency) for h in Holding.objects.all()] == [(cast.cem, 1990, "EUR")]
    file.write_text("customer,nothing\n")
    with pytest.raises(CommandError, match="not known"):
        call_command("import_holdings", str(file))
    file.write_text("x" * 200_000)  # more than a field of a table holds
    with pytest.raises(CommandError, match="line 1"):
        call_command("import_holdings", str(file))


@pytest.mark.django_db
def test_a_program_says_how_an_order_stands(cast: Cast) -> None:
    ada = person("Ada", is_staff=True)
    cast.north.welcome(ada)
    shop = Program.of(ada)
    assert shop.post("holdings/", ROW).status_code == 201
    again = shop.post("holdings/", {**ROW, "status": "sent"})
    assert (again.status_code, again.json()["status"], again.json()["cents"]) == (200, "sent", 12_990)
    assert Holding.objects.count() == 1
    for name, value in {
        "customer": "x@y.example",
        "kind": "gift",
        "amount": "1e3",
        "began_on": "05.01.2026",
        "ends_on": "2025-01-01",
        "link": "javascript:alert(1)",
        "currency": "ABC",
        "title": 5,
        "id": "\x00",
        "more": "x",
    }.items():
        assert shop.post("holdings/", {**ROW, name: value}).status_code == 400, name
    assert Program.of(cast.anna).post("holdings/", ROW).status_code == 404


@pytest.fixture
def said() -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=30)
    return {"words": "Twins in May", "purpose": "To ask how they are", "consent": "asked", "forget_on": day}


@pytest.mark.django_db
def test_c57_a_detail_is_kept_with_consent_until_its_day(cast: Cast, said: dict[str, object]) -> None:
    ticket, today = cast.ticket(), timezone.localdate()
    detail = Detail.note(ticket, **said, by=cast.anna, key="k")
    assert Detail.note(ticket, **said, by=cast.anna, key="k") == detail
    assert list(Detail.objects.of(cast.cem, on=today)) == [detail]
    assert [row["words"] for row in gather(cast.cem)["details"]] == ["Twins in May"]
    assert [e.data for e in Event.objects.filter(kind="detail_noted")] == [{}]
    assert not Detail.objects.of(cast.cem, on=said["forget_on"]).exists()
    assert forget_details_now() == 0
    assert forget_details_now(now=timezone.now() + timedelta(days=31)) == 1
    for day in (today, today + timedelta(days=800)):
        with pytest.raises(ValueError, match="within two years"):
            Detail.note(ticket, **{**said, "forget_on": day}, by=cast.anna, key="l")
    for number in range(20):
        Detail.note(ticket, **said, by=cast.anna, key=f"n{number}")
    assert isinstance(Detail.note(ticket, **said, by=cast.anna, key="m"), Refused)


@pytest.mark.django_db
def test_the_desk_reads_the_relationship_notes_a_detail_and_deletes_it(
    cast: Cast, client: Client, said: dict[str, object]
) -> None:
    ticket, other = cast.ticket(), cast.ticket("Another")
    soon = timezone.now() + timedelta(days=1)
    Pledge.give(other, words="I call you", until=soon, by=cast.anna, key="p")
    Holding.note(cast.cem, "A", kind="order", title="Drill", cents=12_990, began_on=date(2026, 1, 5))
    assert [row["title"] for row in gather(cast.cem)["orders"]] == ["Drill"]
    client.force_login(cast.anna)
    piece = client.get(reverse("authority:relationship", args=[ticket.pk])).content.decode()
    for words in ("With us for", "I call you", "Drill", "€129.90"):
        assert words in piece
    url, sent = reverse("authority:note_detail", args=[ticket.pk]), {**said, "key": "d"}
    assert "Twins in May" in client.post(url, sent, headers=HTMX).content.decode()
    for name, bad in {"words": "", "purpose": "\x00", "consent": "x", "forget_on": "1999-01-01"}.items():
        answer = client.post(url, {**sent, "key": "e", name: bad}, headers=HTMX).content.decode()
        assert "field__error" in answer, name
    away = reverse("authority:forget_detail", args=[ticket.pk, Detail.objects.get().pk])
    assert [client.post(away).status_code for _twice in (1, 2)] == [302, 404]


def test_c59_only_the_middling_and_quieter_are_fragile() -> None:
    assert Quiet((0.5,), 1, 4).is_fragile
    for one in (Quiet((), 1, 4), Quiet((0.5,), 4, 4), Quiet((0.5, 1.0), 1, 4), Quiet((0.25,), 1, 4)):
        assert not one.is_fragile


@pytest.mark.django_db
def test_c59_the_hint_says_what_it_goes_by(cast: Cast) -> None:
    old = [cast.ticket(f"Old {n}") for n in range(3)]
    Ticket.objects.filter(pk__in=[t.pk for t in old]).update(created_at=timezone.now() - timedelta(days=500))
    Rating.objects.create(ticket=cast.ticket(), score=3, at=timezone.now())
    now = timezone.now()
    found = quiet(cast.cem, now=now)
    assert (found, found.is_fragile) == (Quiet((0.5,), 1, 3), True)
    assert "requests and orders: 1 after 3" in found.words
    assert not quiet(cast.eva, now=now).is_fragile


@pytest.mark.django_db
def test_an_administrator_says_the_figures(cast: Cast, client: Client) -> None:
    client.force_login(person("Ada", is_staff=True))
    url = reverse("authority:figures")
    assert client.post(url, {"acquisition": "240", "stay_percent": "80"}).status_code == 302
    assert client.get(url).status_code == 200
    for bad in ({"acquisition": "x"}, {"stay_percent": "100"}, {"stay_percent": "１２x"}):
        sent = {"acquisition": "240", "stay_percent": "80", **bad}
        assert client.post(url, sent).status_code == 422
    now = RelationshipFigures.now()
    assert (now.acquisition_cents, now.stay_percent) == (24_000, 80)
