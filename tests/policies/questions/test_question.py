"""Questions: asked once, of a person who can answer, answered both ways, never about a ranking."""

from __future__ import annotations

from copy import copy
from datetime import timedelta

import pytest
from cast import MONDAY, person
from counting import as_often_for_thirty, reading
from django.urls import reverse

from accounts.models import Customer
from policies.facts import Wish
from policies.models import Ask, Offer, Question, Ruling, Thresholds
from policies.questions.watch import watch_now
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_is_sampled(cast):
    Thresholds(pk=1, sample_per_mille=0).save()


def give(cast, cents=1000, *, key, at=MONDAY, customer=None, **ruling) -> Offer:
    """A gesture as it stands in the books, without the limits that would be in the way here."""
    ticket = cast.ticket(customer=customer or cast.cem)
    made = Ruling.request(cast.anna, ticket, Wish("call"), key=key, at=at).offer
    Offer.objects.filter(pk=made.pk).update(cents=cents, **{"state": "delivered", **ruling})
    return made


def customers(count: int) -> list[Customer]:
    return [
        Customer.objects.create(person=person(f"Customer {n}"), status="established") for n in range(count)
    ]


def copied(offer: Offer, whom: list[Customer], *, at) -> None:
    """The same gesture to many, without asking the rules for each."""
    rulings, given = [], []
    for number, customer in enumerate(whom):
        ruling = Ruling.objects.get(pk=offer.ruling_id) if not number else copy(rulings[0])
        ruling.pk, ruling.key = None, f"copy-{number}"
        ruling._state.adding = True
        rulings.append(ruling)
        row = copy(offer)
        row.pk, row.customer, row.at, row.state, row.cents = None, customer, at, "delivered", 1000
        given.append(row)
    for row, ruling in zip(given, Ruling.objects.bulk_create(rulings), strict=True):
        row.ruling = ruling
    Offer.objects.bulk_create(given)


def asked() -> list[tuple[str, str | None]]:
    return [
        (q.kind, q.asked and q.asked.name) for q in Question.objects.order_by("pk").select_related("asked")
    ]


def test_where_nothing_stands_out_nobody_is_asked(cast):
    for number, customer in enumerate(customers(5)):
        give(cast, key=f"k{number}", customer=customer)
    assert watch_now(now=MONDAY + DAY) == 0


def test_amounts_below_a_limit_are_a_note_for_the_team(cast):
    for number, customer in enumerate(customers(12)):
        give(cast, 4900, key=f"k{number}", customer=customer)
    assert [watch_now(now=MONDAY + DAY) for _beat in range(2)] == [1, 0]
    question = Question.objects.get()
    assert (question.kind, question.asked, question.team) == ("bunch", None, cast.north)
    assert question.text.startswith("12 gestures lie just below the limit of €50.00, 0 a step further down.")
    assert "Anna" not in question.text


def test_the_same_two_people_is_put_to_the_agent(cast):
    for number in range(3):
        give(cast, key=f"k{number}")
    watch_now(now=MONDAY + DAY)
    assert asked() == [("pair", "Anna")]
    assert Question.objects.get().text.startswith(
        "Cem was given something 3 times in 90 days by the same person"
    )
    assert (
        OutgoingMail.objects.filter(key__startswith="question:").values_list("to", flat=True)[0]
        == cast.anna.email
    )


def test_it_is_asked_again_only_in_another_month(cast):
    for number in range(3):
        give(cast, key=f"k{number}")
    assert [watch_now(now=MONDAY + day * DAY) for day in (1, 2, 35)] == [1, 0, 1]


def test_yes_to_each_other_goes_to_the_leads(cast):
    ticket = cast.ticket()
    for number in range(8):
        one, other = (cast.anna, cast.ben) if number % 2 else (cast.ben, cast.anna)
        ruling = Ruling.request(one, ticket, Wish("call"), key=f"k{number}", at=MONDAY)
        Ask.objects.create(
            ruling=ruling,
            role="approve",
            asked=other,
            opened_at=MONDAY,
            due_at=MONDAY,
            closed_at=MONDAY,
            answer="granted",
            answered_by=other,
            silence_grants=False,
        )
    Offer.objects.all().update(state="reversed")
    watch_now(now=MONDAY + DAY)
    assert asked() == [("ring", None)]
    assert "Anna and Ben say yes" in Question.objects.get().text


def test_who_claims_far_more_often_is_worth_a_talk_and_nothing_is_refused(cast):
    first = give(cast, key="first", customer=cast.eva, at=MONDAY - 100 * DAY)
    copied(first, [*customers(120), *[cast.cem] * 5], at=MONDAY - 100 * DAY)
    watch_now(now=MONDAY)
    assert asked() == [("claims", None)]
    assert Question.objects.get().about == {"customer": "Cem", "count": 5}
    assert (
        Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 1000), key="next", at=MONDAY).outcome == "DO"
    )


def test_what_has_not_arrived_is_asked_of_who_gave_it(cast):
    give(cast, key="k", at=MONDAY - 14 * DAY, state="granted")
    give(cast, key="there", at=MONDAY - 14 * DAY, customer=cast.eva)
    watch_now(now=MONDAY)
    assert asked() == [("undelivered", "Anna")]


def test_a_peer_reads_without_knowing_whose_it_was(cast, client):
    Thresholds.objects.update(sample_per_mille=1000)
    give(cast, key="k")
    watch_now(now=MONDAY + DAY)
    assert asked() == [("sample", "Ben")]
    client.force_login(cast.ben)
    page = client.get(reverse("studio:questions")).content.decode()
    card = page[page.index("a second pair of eyes") : page.index("Say it")]
    assert "Delivered late" in card
    assert "Anna" not in card
    assert "/desk/tickets/" not in card
    question = Question.objects.get()
    client.post(reverse("studio:say_to_question", args=[question.pk]), {"words": "The same"})
    question.refresh_from_db()
    assert question.closed_by == cast.ben


# ---- answering -------------------------------------------------------------------------------------------------


@pytest.fixture
def question(cast) -> Question:
    return Question.put("pair", cast.north, key="q", at=MONDAY, asked=cast.anna, about={"customer": "Cem"})


def test_the_answer_goes_to_the_leads_and_theirs_back(cast, client, question):
    OutgoingMail.objects.all().delete()
    path = reverse("studio:say_to_question", args=[question.pk])
    for who, words in ((cast.anna, "They moved house"), (cast.ben, "I see, thank you")):
        client.force_login(who)
        client.post(path, {"words": words})
    assert [(word.by, word.words) for word in question.said.all()] == [
        (cast.anna, "They moved house"),
        (cast.ben, "I see, thank you"),
    ]
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True)) == [
        cast.ben.email,
        cast.anna.email,
    ]


def test_a_lead_closes_but_not_what_is_about_oneself(cast, client, question):
    client.force_login(cast.anna)
    assert client.post(reverse("studio:close_question", args=[question.pk])).status_code == 404
    about_ben = Question.put("pair", cast.north, key="ben", at=MONDAY, asked=cast.ben)
    client.force_login(cast.ben)
    assert client.post(reverse("studio:close_question", args=[about_ben.pk])).status_code == 404
    client.post(reverse("studio:close_question", args=[question.pk]))
    question.refresh_from_db()
    assert question.closed_by == cast.ben
    assert not question.say(by=cast.anna, words="Late")


def test_others_read_nothing_of_it(cast, client, question):
    gus = person("Gus")
    cast.north.welcome(gus)
    for who in (gus, cast.dora):
        client.force_login(who)
        assert "the same two people" not in client.get(reverse("studio:questions")).content.decode()
        assert (
            client.post(reverse("studio:say_to_question", args=[question.pk]), {"words": "x"}).status_code
            == 404
        )


@pytest.mark.parametrize("words", ["", " ", "\x00", "x" * 501])
def test_no_words_are_no_answer(cast, client, question, words):
    client.force_login(cast.anna)
    page = client.post(reverse("studio:say_to_question", args=[question.pk]), {"words": words}, follow=True)
    assert "A word is needed" in page.content.decode()
    assert not question.said.exists()


def test_one_question_costs_as_much_as_thirty(cast, client, question):
    client.force_login(cast.ben)
    as_often_for_thirty(
        reading(client, reverse("studio:questions")),
        lambda number: Question.put("pair", cast.north, key=f"q{number}", at=MONDAY, asked=cast.anna),
        most=16,
    )
