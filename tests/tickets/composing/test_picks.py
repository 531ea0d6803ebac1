"""What a sign in the composer offers: articles, colleagues, tickets; and what naming a colleague does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast, person
from django.test import Client
from django.utils import timezone

from accounts.absence import Absence
from tickets.composing.mention import mentioned_in
from tickets.models import Article, Message, Notice, Ticket, Watcher

pytestmark = pytest.mark.django_db
TEXTS = {
    "title_de": "Lampe leuchtet",
    "text_de": "Stecker ziehen.",
    "title_en": "Lamp",
    "text_en": "Pull the plug.",
}


@pytest.fixture
def ticket(cast: Cast, client: Client) -> Ticket:
    client.force_login(cast.anna)
    return cast.ticket("Late")


def put(client: Client, ticket: Ticket, kind: str, typed: str = "", **more: str) -> list[str]:
    """What each line of the list would put into the text."""
    page = client.get(f"{ticket.desk_url()}picks/{kind}/", {"q": typed, **more})
    assert page.status_code == 200
    return re.findall(r'role="option".*?data-puts="([^"]*)"', page.content.decode())


def article(cast: Cast, audience: str, key: str) -> Article:
    made = Article.write(by=cast.ben, key=key, audience=audience, team_id=cast.north.pk, **TEXTS)
    made.publish(by=cast.ben)
    return made


def test_articles_come_in_the_customers_language_and_inner_ones_only_into_a_note(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    public, inner = article(cast, "public", "1"), article(cast, "team", "2")
    said = [f"[Lampe leuchtet]({one.link()}) " for one in (inner, public)]
    assert put(client, ticket, "articles", "leuchte") == said[1:]
    assert sorted(put(client, ticket, "articles", "leuchte", **{"for": "internal"})) == sorted(said)
    assert put(client, ticket, "articles", "\x00nothing of the kind") == []


def test_colleagues_are_found_by_any_of_their_names_and_say_who_stands_in(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    for name in ("Bea van Dam", "Zoë Çelik"):
        cast.north.welcome(person(name))
    assert put(client, ticket, "people") == ["@Bea van Dam ", "@Ben ", "@Zoë Çelik "]
    assert put(client, ticket, "people", "be") == ["@Bea van Dam ", "@Ben "]
    assert put(client, ticket, "people", "VAN d") == ["@Bea van Dam "]
    assert put(client, ticket, "people", "çel") == ["@Zoë Çelik "]
    assert put(client, ticket, "people", "ben says") == put(client, ticket, "people", "dora") == []
    today = timezone.localdate()
    away = {"first": today - timedelta(days=1), "last": today, "substitute": cast.anna, "by": cast.ben}
    Absence.announce(cast.ben, **away)
    page = client.get(f"{ticket.desk_url()}picks/people/?q=ben").content.decode()
    assert "Anna stands in" in page


def test_tickets_are_the_readers_own_and_first_the_same_customers(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    same = cast.ticket("Lamp flickers")
    other = cast.ticket("Invoice wrong", customer=cast.eva, by=cast.eva.person)
    foreign = cast.ticket("Lamp of the south", cause=cast.broken)
    assert put(client, ticket, "tickets") == [f"#{same.pk} "]
    assert put(client, ticket, "tickets", "lamp") == [f"#{same.pk} "]
    assert put(client, ticket, "tickets", str(other.pk)) == [f"#{other.pk} "]
    assert put(client, ticket, "tickets", str(foreign.pk)) == put(client, ticket, "tickets", "9" * 40) == []


def test_a_note_tells_whom_it_mentions_once(cast: Cast, client: Client, ticket: Ticket) -> None:
    said = {"text": "@ben, bitte ansehen. @Anna @Dora mail@ben.example @Benno", "key": "k" * 32}
    for _twice in range(2):
        assert client.post(f"{ticket.desk_url()}notes/", said).status_code == 302
    told = Notice.objects.filter(event__kind="mentioned")
    assert [one.person for one in told] == [cast.ben]
    assert told[0].event.sentence == "Anna mentioned Ben in an internal note"
    assert [one.person for one in Watcher.objects.on(ticket)] == [cast.ben]
    client.force_login(cast.cem.person)
    assert "Ben" not in client.get(ticket.portal_url()).content.decode()


def test_a_reply_tells_nobody_and_asks_before_a_customer_reads_it(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    said = {"text": "@Ben kümmert sich.", "key": "k" * 32, "then": ""}
    asked = client.post(f"{ticket.desk_url()}replies/", said)
    assert asked.status_code == 422
    assert "<q>@Ben</q>" in asked.content.decode()
    assert client.post(f"{ticket.desk_url()}replies/", {**said, "anyway": "meant so"}).status_code == 302
    ticket.reply("@Ben", by=cast.anna)
    assert Message.objects.filter(kind="public", text="@Ben").exists()
    assert not Notice.objects.filter(event__kind="mentioned").exists()


def test_of_two_names_the_longer_counts_and_of_two_people_of_one_name_both(cast: Cast) -> None:
    behrens, twin = person("Ben  Behrens"), person("ben behrens", is_staff=True)
    everybody = [cast.ben, behrens, twin]
    assert mentioned_in("Frag @Ben\nBehrens!", everybody) == [behrens, twin]
    assert mentioned_in("(@Ben) und @Ben Behrensen", everybody) == [cast.ben]
    assert mentioned_in("Ben, a@Ben, @@Ben, @ Ben", everybody) == []
    assert mentioned_in("@" * 5000 + "x", []) == []
