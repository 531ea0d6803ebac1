"""The same for everybody on the desk: what the button says is what happens, and only who works there finds it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from cast import Cast, person
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from policies.facts import Wish
from policies.mirrors.mirror import AT_ONCE
from policies.models import Budget, LeftOut, Mirror, Offer, Reflection, Ruling, Stance
from tickets.models import Event, Incident, Notice, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
KEY = "k" * 32


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket()


@pytest.fixture
def fault(cast: Cast, ticket: Ticket) -> Incident:
    happened = timezone.now() - timedelta(days=1)
    said = {"name": "Van broke down", "cause": cast.late, "team": cast.north, "happened_at": happened}
    found = Incident.report(**said, by=cast.anna, key="k")
    found.link(ticket, by=cast.anna)
    return found


@pytest.fixture
def offer(cast: Cast, ticket: Ticket) -> Offer:
    return Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="o").offer


def crowd(cast: Cast, fault: Incident, count: int) -> list[Customer]:
    found = [
        Customer.objects.create(person=person(f"Quiet {n:02}"), status="established") for n in range(count)
    ]
    fault.add(found, by=cast.anna)
    return found


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def toast(response: HttpResponse) -> str:
    return str(json.loads(response["HX-Trigger"])["toast"]["message"])


def piece(client: Client, ticket: Ticket) -> HttpResponse:
    return client.get(reverse("authority:mirrors", args=[ticket.pk]), headers=HTMX)


def send(client: Client, offer: Offer, expected: int, *, key: str = KEY, htmx: bool = True) -> HttpResponse:
    where = reverse("authority:mirror", args=[offer.ticket_id, offer.pk])
    return client.post(where, {"expected": expected, "key": key}, headers=HTMX if htmx else {})


def test_without_an_incident_there_is_nothing(anna: Client, cast: Cast) -> None:
    assert words(piece(anna, cast.ticket())) == ""


def test_before_anything_is_given_it_says_what_could_come(
    anna: Client, ticket: Ticket, fault: Incident
) -> None:
    assert "As soon as you give something here" in words(piece(anna, ticket))


def test_the_preview_says_whom_and_how_much(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    crowd(cast, fault, 39)
    read = words(piece(anna, ticket))
    assert "39 more customers were hit and do not have it." in read
    assert "39 × €10.00 = €390.00 . North has €490.00 left this month, €100.00 after it." in read
    assert "Give it to all 39" in read


def test_it_is_given_once_and_said_so(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    crowd(cast, fault, 3)
    answer = send(anna, offer, 3)
    assert toast(answer) == "Given. 3 customers were told."
    assert "all have it" in words(answer)
    assert toast(send(anna, offer, 3)) == "Given. 3 customers were told."
    assert Offer.objects.count() == 4
    assert send(anna, offer, 3, htmx=False)["Location"] == ticket.desk_url()


def test_many_go_on_by_themselves_with_progress(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    crowd(cast, fault, AT_ONCE + 1)
    answer = send(anna, offer, AT_ONCE + 1)
    assert toast(answer) == "It is on its way. It goes on by itself while you go on working."
    assert f"given to 0 of {AT_ONCE + 1} so far" in words(answer)
    assert "every 2s" in answer.content.decode()
    Mirror.objects.get().carry_on(most=7)
    assert f"given to 7 of {AT_ONCE + 1} so far" in words(piece(anna, ticket))
    Mirror.objects.get().carry_on()
    done = piece(anna, ticket)
    assert f"{AT_ONCE + 1} got it from here." in words(done)
    assert "every 2s" not in done.content.decode()


def test_a_number_that_is_no_longer_true_does_nothing(
    anna: Client, cast: Cast, fault: Incident, offer: Offer
) -> None:
    crowd(cast, fault, 3)
    assert "it would be 3 customers now" in toast(send(anna, offer, 2))
    assert (Mirror.objects.count(), Offer.objects.count()) == (0, 1)


@pytest.mark.parametrize("expected", ["", "x", "-1", "1.5", "9" * 30, "\x00"])
def test_a_broken_number_does_nothing(
    anna: Client, cast: Cast, fault: Incident, offer: Offer, expected: str
) -> None:
    crowd(cast, fault, 1)
    where = reverse("authority:mirror", args=[offer.ticket_id, offer.pk])
    answer = anna.post(where, {"expected": expected, "key": KEY}, headers=HTMX)
    assert toast(answer) == "Please look again and press the button once more."
    assert Mirror.objects.count() == 0


def test_what_the_budget_holds_is_said_before(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    Budget.objects.filter(pk=cast.budget.pk).update(monthly_cents=3000)
    cast.budget.periods.update(allotted_cents=3000)
    crowd(cast, fault, 5)
    read = words(piece(anna, ticket))
    assert "Give it to 2 of 5" in read
    assert "The budget holds 2 of 5: all would take €50.00, and €20.00 is left." in read
    send(anna, offer, 2)
    assert Reflection.objects.filter(fate="budget").count() == 3
    page = words(anna.get(reverse("authority:mirror", args=[ticket.pk, offer.pk])))
    assert "Who did not get it, and why" in page and "the budget did not hold it" in page


def test_what_needs_a_yes_is_put_to_the_leads_once(
    cast: Cast, client: Client, ticket: Ticket, fault: Incident
) -> None:
    offer = Ruling.request(cast.ben, ticket, Wish("voucher", 9000), key="o").offer
    crowd(cast, fault, 2)
    client.force_login(cast.anna)
    read = words(piece(client, ticket))
    assert "2 need somebody else’s yes." in read and "Give it" not in read
    where = reverse("authority:wish_mirror", args=[ticket.pk, offer.pk])
    assert toast(client.post(where, headers=HTMX)) == "Asked: Ben."
    assert "HX-Trigger" not in client.post(where, headers=HTMX)
    event = Event.objects.get(kind="mirror_wished")
    assert event.sentence == "Anna asks Ben to give Voucher, €90.00 to the others of “Van broke down” too"
    assert [notice.person for notice in Notice.objects.filter(event=event)] == [cast.ben]
    client.force_login(cast.ben)
    assert "Give it to all 2" in words(piece(client, ticket))
    assert toast(send(client, offer, 2)) == "Given. 2 customers were told."


def test_whoever_leaves_somebody_out_says_why(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    one, _two = crowd(cast, fault, 2)
    where = reverse("authority:leave_out", args=[ticket.pk, offer.pk])
    for silent in ("", "\u200b"):
        anna.post(where, {"customer": one.pk, "words": silent})
    assert LeftOut.objects.count() == 0
    anna.post(where, {"customer": one.pk, "words": "Was not at home"})
    page = words(anna.get(reverse("authority:mirror", args=[ticket.pk, offer.pk])))
    assert "Was not at home" in page and "Give it to 1 of 2" in page
    anna.post(reverse("authority:take_in", args=[ticket.pk, offer.pk, one.pk]))
    assert LeftOut.objects.count() == 0
    assert anna.post(where, {"customer": cast.eva.pk, "words": "Not listed"}).status_code == 404


def test_C19_why_nobody_else_gets_it_is_recorded_in_one_step(
    anna: Client, ticket: Ticket, fault: Incident, offer: Offer, cast: Cast
) -> None:
    first, *_others = crowd(cast, fault, 3)
    where = reverse("authority:leave_out", args=[ticket.pk, offer.pk])
    page = reverse("authority:mirror", args=[ticket.pk, offer.pk])
    anna.post(where, {"customer": first.pk, "words": "Was not at home"})
    anna.post(where, {"words": ""})
    assert LeftOut.objects.count() == 1
    for _twice in range(2):
        anna.post(where, {"words": "They knew it the day before"})
    said = LeftOut.objects.order_by("customer_id").values_list("words", "by__name")
    assert list(said) == [("Was not at home", "Anna"), *[("They knew it the day before", "Anna")] * 2]
    read = words(anna.get(page))
    assert read.count("They knew it the day before") == 2
    assert "Give it" not in read and "Leave all out" not in read


def test_will_is_nobodys_business(
    cast: Cast, client: Client, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    """Ben reads of Anna's mirror whom it left out, never that she would rather not."""
    own = cast.ticket(customer=cast.eva, by=cast.eva.person)
    fault.link(own, by=cast.anna)
    crowd(cast, fault, 1)
    Stance.take(cast.anna, own, "not_now")
    client.force_login(cast.anna)
    send(client, offer, 1)
    client.force_login(cast.ben)
    page = words(client.get(reverse("authority:mirror", args=[ticket.pk, offer.pk])))
    assert "somebody else has to say yes" in page
    assert "rather not" not in page
    assert "not_now" not in json.dumps(list(Reflection.objects.values("words", "rails")))


@pytest.mark.parametrize("who", ["dora", "cem", "eva"])
def test_strangers_find_nothing(
    cast: Cast, client: Client, ticket: Ticket, fault: Incident, offer: Offer, who: str
) -> None:
    client.force_login(cast.people[who])
    crowd(cast, fault, 1)
    where = {
        name: reverse(f"authority:{name}", args=[ticket.pk, offer.pk])
        for name in ("mirror", "leave_out", "wish_mirror")
    }
    assert client.get(reverse("authority:mirrors", args=[ticket.pk])).status_code == 404
    assert client.get(where["mirror"]).status_code == 404
    for name in where:
        assert (
            client.post(where[name], {"expected": 1, "key": KEY, "customer": 1, "words": "x"}).status_code
            == 404
        )
    assert Mirror.objects.count() == 0


def test_an_offer_of_another_ticket_or_taken_back_is_none(
    anna: Client, cast: Cast, ticket: Ticket, fault: Incident, offer: Offer
) -> None:
    other = cast.ticket()
    fault.link(other, by=cast.anna)
    assert anna.get(reverse("authority:mirror", args=[other.pk, offer.pk])).status_code == 404
    offer.reverse(by=cast.anna, why="x")
    assert anna.get(reverse("authority:mirror", args=[ticket.pk, offer.pk])).status_code == 404


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    anna: Client,
    cast: Cast,
    ticket: Ticket,
    fault: Incident,
    offer: Offer,
    django_assert_max_num_queries: object,
) -> None:
    counts = []
    for size in (1, 45):
        crowd_of = [
            Customer.objects.create(person=person(f"{size} {n}"), status="established") for n in range(size)
        ]
        fault.add(crowd_of, by=cast.anna)
        for name, args in (("authority:mirrors", [ticket.pk]), ("authority:mirror", [ticket.pk, offer.pk])):
            with django_assert_max_num_queries(40) as asked:
                anna.get(reverse(name, args=args))
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
