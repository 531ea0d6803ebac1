"""Kind words: tied to the decision or the idea they are about, heard by whoever it was, and never counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from counting import as_often_for_thirty, reading
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from policies.facts import Wish
from policies.kind_word import KindWord
from policies.models import Idea, Ruling
from policies.recognition import Said, stream
from policies.refusal import Refusal
from tickets.models import Notice, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruling(cast: Cast) -> Ruling:
    return Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 2000), key="k")


def idea_of(cast: Cast, ticket: Ticket) -> Idea:
    said = {"wish": "To be called back", "gesture": "A call at seven"}
    return Idea.add(ticket, **said, by=cast.anna, key="i")


def test_c52_a_colleagues_word_is_tied_to_the_decision_and_heard(cast: Cast, ruling: Ruling) -> None:
    word = KindWord.say(ruling, words="Quick and right.", by=cast.ben, key="w")
    assert KindWord.say(ruling, words="Quick and right.", by=cast.ben, key="w") == word
    notice = Notice.objects.get(event__kind="kind_word")
    assert (notice.person, "Ben to Anna about" in notice.event.sentence) == (cast.anna, True)
    with translation.override("de"):
        assert "Gutschein, 20,00" in notice.event.sentence
    mine = KindWord.say(ruling, words="I did well.", by=cast.anna, key="own")
    assert isinstance(mine, Refusal)
    assert KindWord.objects.count() == 1


def test_c52_customers_thanks_are_tied_to_the_decision_and_the_idea(cast: Cast, ruling: Ruling) -> None:
    now, ticket = timezone.now(), ruling.ticket
    ticket.record("praised", by=cast.cem.person, at=now, words="So schnell!")
    idea = idea_of(cast, ticket)
    use = idea.uses.get()
    assert (use.thank(by=cast.ben, at=now + timedelta(minutes=1)), use.thank(by=cast.ben)) == (True, False)
    assert Notice.objects.get(event__kind="idea_thanked").person == cast.anna
    KindWord.say(idea, words="Nice.", by=cast.ben, key="w", at=now + timedelta(minutes=2))
    said = [(one.who, one.to, one.about, one.words) for one in stream(cast.anna, now=now)]
    assert said == [
        ("Ben", "Anna", "A call at seven", "Nice."),
        ("Cem", "Anna", "A call at seven", ""),
        ("Cem", "Anna", ruling.gesture, "So schnell!"),
    ]
    assert stream(cast.dora, now=now) == []


def test_c52_nothing_of_it_is_counted_or_ranked() -> None:
    numbers = (models.IntegerField, models.FloatField, models.DecimalField)
    own = [field for field in KindWord._meta.concrete_fields if not field.primary_key]
    assert [field.name for field in own if isinstance(field, numbers)] == []
    assert list(Said.__dataclass_fields__) == ["at", "who", "to", "about", "words", "ticket"]


def test_where_a_decision_is_explained_others_say_it_and_the_team_reads_it(
    cast: Cast, ruling: Ruling, client: Client
) -> None:
    where = reverse("authority:praise_ruling", args=[ruling.pk])
    client.force_login(cast.ben)
    assert where in client.get(reverse("studio:ruling", args=[ruling.pk])).content.decode()
    assert client.get(where).status_code == 200
    for wrong in ({}, {"words": "\x00", "key": "x"}, {"words": "x" * 301, "key": "x"}):
        page = client.post(where, wrong)
        assert (page.status_code, "field__error" in page.content.decode()) == (422, True)
    page = client.post(where, {"words": "Just <right>.", "key": "x"}, follow=True).content.decode()
    assert ("Just &lt;right&gt;." in page, "<b>Ben</b> to Anna" in page) == (True, True)
    client.force_login(cast.anna)
    assert client.get(where).status_code == 404
    client.force_login(cast.dora)
    assert (
        client.get(where).status_code,
        "right" in client.get(reverse("authority:kind_words")).content.decode(),
    ) == (
        404,
        False,
    )


def test_an_idea_that_stands_is_praised_where_it_helps(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    idea = idea_of(cast, ticket)
    where = reverse("authority:praise_idea", args=[idea.pk])
    client.force_login(cast.ben)
    assert client.get(where).status_code == 404
    idea.consent(by=cast.ben)
    assert where in client.get(reverse("authority:space", args=[ticket.pk])).content.decode()
    assert client.post(where, {"words": "Helped here too", "key": "x"}).status_code == 302
    assert KindWord.objects.get().about == idea


def test_an_idea_on_a_ticket_of_another_team_by_now_says_nothing_of_it(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    idea = idea_of(cast, ticket)
    idea.consent(by=cast.ben)
    here = cast.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.south)
    where = reverse("authority:praise_idea", args=[idea.pk])
    client.force_login(cast.ben)
    page = client.get(reverse("authority:space", args=[here.pk])).content.decode()
    assert ("A call at seven" in page, where in page) == (True, False)
    assert client.get(where).status_code == 404


def test_the_page_asks_the_same_for_thirty_words_as_for_one(
    cast: Cast, ruling: Ruling, client: Client
) -> None:
    client.force_login(cast.anna)

    def say(number: int) -> None:
        KindWord.say(ruling, words="Good.", by=cast.ben, key=f"w{number}")
        cast.ticket().record("praised", by=cast.cem.person, words="Danke")

    as_often_for_thirty(reading(client, reverse("authority:kind_words")), say, most=40)
