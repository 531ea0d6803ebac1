"""A customer's page: what the reader may see of them, nothing of others, and contact details put right with a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast, person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.contact_change import ContactChange
from accounts.models import Customer
from policies.facts import Wish
from policies.models import Holding, Ruling
from tickets.forgetting import forget
from tickets.models import Ticket
from tickets.own_data import gather
from tickets.promises.pledge import Pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def page(customer: Customer, name: str = "desk:customer") -> str:
    return reverse(name, args=[customer.pk])


def test_it_holds_what_is_known_of_somebody_in_the_own_teams(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp is late")
    cast.ticket("Lamp of South", cause=cast.broken)
    colleague = Customer.objects.create(person=person("Fay"), organisation=cast.cem.organisation)
    Customer.objects.create(person=person("Hidden"), organisation=cast.cem.organisation)
    cast.ticket("Of Fay", customer=colleague, by=colleague.person)
    later = timezone.now() + timedelta(days=2)
    Pledge.give(ticket, words="I call you", until=later, by=cast.anna, key="call")
    answer = anna.get(page(cast.cem))
    said = answer.content.decode()
    assert [row.subject for row in answer.context["page"].rows] == ["Lamp is late"]
    assert [one.words for one in answer.context["promised"]] == ["I call you"]
    assert [one.person.name for one in answer.context["colleagues"]] == ["Fay"]
    assert "Lamp of South" not in said
    assert f"{reverse('desk:new_ticket')}?customer={cast.cem.pk}" in said
    assert f'<a href="{page(cast.cem)}">Cem</a>' in anna.get(ticket.desk_url()).content.decode()


def test_what_was_given_and_what_they_ordered_is_fetched_beside_it(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp is late")
    Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="v")
    Holding.note(cast.cem, "o-1", kind="order", title="Standing lamp", began_on="2026-01-05")
    said = anna.get(page(cast.cem, "authority:of_customer")).content.decode()
    assert "Standing lamp" in said
    assert "10.00" in said


def test_whoever_works_on_none_of_their_tickets_finds_nobody(cast: Cast, anna: Client) -> None:
    for name in ("desk:customer", "desk:contact", "authority:of_customer"):
        assert anna.get(page(cast.cem, name)).status_code == 404
    cast.ticket("Lamp of South", cause=cast.broken)
    assert anna.get(page(cast.cem)).status_code == 404
    cast.ticket("Lamp is late")
    assert anna.get(page(cast.cem)).status_code == 200


def test_its_tickets_come_in_pages_and_their_number_asks_nothing_more(cast: Cast, anna: Client) -> None:
    first = cast.ticket("Lamp 0")
    anna.get(page(cast.cem))
    with CaptureQueriesContext(connection) as one:
        anna.get(page(cast.cem))
    at = timezone.now()
    Ticket.objects.bulk_create(
        Ticket(
            subject=f"Lamp {number}",
            customer=cast.cem,
            team=cast.north,
            cause=cast.late,
            changed_at=at - timedelta(minutes=number),
        )
        for number in range(1, 36)
    )
    with CaptureQueriesContext(connection) as many:
        answer = anna.get(page(cast.cem))
    assert len(many) <= len(one) + 1  # the half that promises nothing
    shown = [row.pk for row in answer.context["page"].rows]
    rest = anna.get(page(cast.cem), {"after": answer.context["page"].after}).context["page"]
    assert (len(shown), shown[0], len(rest.rows), rest.after) == (30, first.pk, 6, "")
    assert not {row.pk for row in rest.rows} & set(shown)
    assert anna.get(page(cast.cem), {"after": "rubbish"}).status_code == 200


def test_the_palette_leads_to_it(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp is late")
    groups = anna.get(reverse("desk:palette"), {"q": "cem", "ticket": ticket.pk}).context["groups"]
    assert [choice.url for choice in dict(groups)["Customers"]] == [page(cast.cem)]
    groups = anna.get(reverse("desk:palette"), {"q": "open cust", "ticket": ticket.pk}).context["groups"]
    assert [choice.url for choice in dict(groups)["This ticket"]] == [page(cast.cem)]


def said_of(cast: Cast) -> list[tuple[str, str, str]]:
    return [(one.detail, one.was, one.becomes) for one in cast.cem.contact_changes.order_by("pk")]


def test_details_are_put_right_once_and_what_was_there_stays_known(cast: Cast, anna: Client) -> None:
    cast.ticket("Lamp is late")
    form = anna.get(page(cast.cem, "desk:contact")).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    shown |= {f"initial-{name}": value for name, value in shown.items()}
    Customer.objects.filter(pk=cast.cem.pk).update(address="Hafen 1")  # by somebody else meanwhile
    for _twice in range(2):
        sent = {**shown, "name": " Cem  Aydin ", "phone": "040 1"}
        answer = anna.post(page(cast.cem, "desk:contact"), sent)
        assert (answer.status_code, answer["Location"]) == (302, page(cast.cem))
    cast.cem.refresh_from_db()
    assert (cast.cem.person.name, cast.cem.phone, cast.cem.address) == ("Cem Aydin", "040 1", "Hafen 1")
    assert said_of(cast) == [("name", "Cem", "Cem Aydin"), ("phone", "", "040 1")]
    assert "<del>Cem</del> → Cem Aydin" in anna.get(page(cast.cem)).content.decode()
    assert [row["detail"] for row in gather(cast.cem)["contact_details_changed"]] == ["name", "phone"]


def test_what_cannot_be_is_refused_at_its_place_and_nothing_typed_is_lost(cast: Cast, anna: Client) -> None:
    cast.ticket("Lamp is late")
    answer = anna.post(page(cast.cem, "desk:contact"), {"name": "", "phone": "040 1", "language": "xx"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"name", "language"})
    assert 'value="040 1"' in answer.content.decode()
    assert said_of(cast) == []


def test_nobody_puts_right_who_works_here_or_was_forgotten(cast: Cast, anna: Client) -> None:
    cast.ticket("Lamp is late")
    forget(cast.cem, at=timezone.now(), keep="")
    assert anna.get(page(cast.cem)).status_code == 200
    assert anna.get(page(cast.cem, "desk:contact")).status_code == 404
    dora = Customer.objects.create(person=cast.dora)
    cast.ticket("Of Dora", customer=dora, by=cast.dora)
    said = anna.get(page(dora)).content.decode()
    assert page(dora, "desk:contact") not in said
    assert anna.post(page(dora, "desk:contact"), {"name": "X"}).status_code == 404


def test_whoever_is_forgotten_leaves_no_old_details(cast: Cast) -> None:
    ContactChange.make(cast.cem, {"phone": "040 1", "language": "en"}, by=cast.anna)
    assert [one.said for one in cast.cem.contact_changes.order_by("pk")] == [
        ("", "040 1"),
        ("German", "English"),
    ]
    forget(cast.cem, at=timezone.now(), keep="")
    assert said_of(cast) == []
