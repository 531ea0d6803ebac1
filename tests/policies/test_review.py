"""What an outcome taught is put down to the version of the rules, never to a person (C46)."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client

from accounts.models import Person
from policies.facts import Wish
from policies.models import Review, Ruling
from policies.studio.asked.reviews import ReviewForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruling(cast: Cast) -> Ruling:
    return Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 2000), key="k")


def test_c46_a_review_has_no_place_for_a_person_at_fault():
    people = [field.name for field in Review._meta.get_fields() if field.related_model is Person]
    assert people == ["reviewer"]
    assert list(ReviewForm().fields) == ["verdict", "words"]
    assert [value for value, _label in Review.Verdict.choices] == ["right", "too_little", "too_much", "fact"]


def test_c46_it_is_put_down_to_the_version_that_decided(ruling, cast, client: Client):
    client.force_login(cast.ben)
    page = f"/studio/rulings/{ruling.pk}/reviews/"
    assert "put down to version" in client.get(page).content.decode()
    sent = {"verdict": "too_much", "words": "Ten would have done."}
    assert client.post(page, sent).status_code == 302
    review = Review.objects.get()
    assert (review.rulebook, review.reviewer, review.verdict) == (ruling.rulebook, cast.ben, "too_much")
    assert client.post(page, sent).status_code == 422  # once for each reader
    assert Review.objects.by_version() == {ruling.rulebook.version: {"too_much": 1}}
    record = client.get("/studio/challenges/record/").content.decode()
    assert "What outcomes taught, by version" in record


def test_nobody_reviews_their_own_decision_or_another_teams(ruling, cast, client: Client):
    assert Review.write(ruling, "right", words="Mine.", by=cast.anna).code == "own"
    client.force_login(cast.dora)
    assert client.get(f"/studio/rulings/{ruling.pk}/reviews/").status_code == 404


@pytest.mark.parametrize(
    "sent", [{}, {"verdict": "fault", "words": "Anna"}, {"verdict": "right", "words": "\x00"}]
)
def test_bad_input_is_said_at_its_field(ruling, cast, client: Client, sent):
    client.force_login(cast.ben)
    answer = client.post(f"/studio/rulings/{ruling.pk}/reviews/", sent)
    assert (answer.status_code, Review.objects.count()) == (422, 0)
