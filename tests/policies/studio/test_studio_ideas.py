"""Ideas in the studio: a lead says yes, no with words, or nothing; what was explained is read, not counted."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from counting import as_often_for_thirty, reading
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policies.facts import Wish
from policies.models import Idea, Ruling
from policies.rules.space import outside_the_process

pytestmark = pytest.mark.django_db
PLACE = "/studio/ideas/"


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ben)
    return client


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return Idea.add(cast.ticket(), wish="Know when", gesture="The driver's number", by=cast.anna, key="k")


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_it_waits_for_a_word(ben: Client, idea: Idea) -> None:
    read = words(ben.get(PLACE))
    assert "Know when" in read and "Anna noted it. Without a word it stands on" in read


def test_a_yes_makes_it_known(ben: Client, cast: Cast, idea: Idea) -> None:
    page = ben.post(reverse("studio:consent_idea", args=[idea.pk]), follow=True)
    assert "Everybody in the team sees it from now on." in words(page)
    idea.refresh_from_db()
    assert idea.accepted_by == cast.ben
    assert "What helped The wish" in words(ben.get(PLACE))
    again = ben.post(reverse("studio:consent_idea", args=[idea.pk]), follow=True)
    assert "Somebody has answered this already." in words(again)


def test_a_no_needs_words(ben: Client, idea: Idea) -> None:
    where = reverse("studio:decline_idea", args=[idea.pk])
    for silent in ("", "\u200b"):
        assert "Say why not" in words(ben.post(where, {"words": silent}, follow=True))
    ben.post(where, {"words": "No phones on the road"})
    idea.refresh_from_db()
    assert (idea.words, idea.accepted_at) == ("No phones on the road", None)
    assert "Know when" not in words(ben.get(PLACE))


def test_c38_what_has_its_own_reason_is_read_without_names(ben: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, Wish("voucher", 500, why="It was her birthday"), key="w")
    Ruling.request(cast.anna, ticket, Wish("voucher", 600), key="x")
    section = words(ben.get(PLACE)).partition("Given for a reason of its own")[2]
    assert "It was her birthday Voucher, €5.00 · Late delivery" in section
    assert "€6.00" not in section
    assert "Anna" not in section


@pytest.mark.parametrize("who", ["anna", "cem", "eva"])
def test_only_leads_find_it(client: Client, cast: Cast, idea: Idea, who: str) -> None:
    client.force_login(cast.people[who])
    assert client.get(PLACE).status_code == 404
    for name in ("consent_idea", "decline_idea"):
        assert client.post(reverse(f"studio:{name}", args=[idea.pk]), {"words": "x"}).status_code == 404


def test_a_lead_of_another_team_reads_nothing_of_it(client: Client, cast: Cast, idea: Idea) -> None:
    Ruling.request(cast.anna, idea.ticket, Wish("voucher", 500, why="It was her birthday"), key="w")
    client.force_login(cast.dora)
    read = words(client.get(PLACE))
    assert "Know when" not in read and "birthday" not in read
    assert client.post(reverse("studio:consent_idea", args=[idea.pk])).status_code == 404
    idea.refresh_from_db()
    assert idea.is_waiting


def test_nobody_consents_to_their_own(client: Client, cast: Cast) -> None:
    own = Idea.add(cast.ticket(), wish="w", gesture="g", by=cast.ben, key="k")
    client.force_login(cast.ben)
    assert client.post(reverse("studio:consent_idea", args=[own.pk])).status_code == 404


def test_thirty_take_as_many_queries_as_one(ben: Client, cast: Cast) -> None:
    def add(number: int) -> None:
        ticket = cast.ticket()
        Idea.add(ticket, wish="w", gesture=f"g{number}", by=cast.anna, key=f"a{number}")
        Idea.add(ticket, wish="w", gesture=f"h{number}", by=cast.anna, key=f"b{number}").consent(by=cast.ben)
        Ruling.request(cast.anna, ticket, Wish("voucher", 100, why="because"), key=f"r{number}")

    as_often_for_thirty(reading(ben, PLACE), add, most=25)
    assert outside_the_process(cast.ben, at=Ruling.objects.latest("at").at).count() == 30
