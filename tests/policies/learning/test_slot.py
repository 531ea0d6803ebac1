"""Time to learn: nobody is asked anything while it runs (C49)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person

from policies.facts import Wish
from policies.learning.slot import LearningSlot, learning_at
from policies.models import Level, Ruling
from policies.referral import deciders
from policies.refusal import Refusal

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_C49_during_a_slot_nobody_is_asked(cast: Cast) -> None:
    carl = person("Carl")
    cast.north.welcome(carl)
    Level.objects.create(agent=carl, cause=cast.late, level=3)
    cast.practise(carl)
    LearningSlot.plan(carl, MONDAY - HOUR, MONDAY + HOUR, by=carl, at=MONDAY - 2 * HOUR)
    asked = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 4000), at=MONDAY)
    assert [who.name for who in deciders(asked, "approve")] == ["Ben", "Dora"]
    assert [who.name for who in deciders(asked, "approve", at=MONDAY + HOUR)] == ["Carl", "Ben", "Dora"]


def test_a_question_lands_at_a_person_even_when_everybody_learns(cast: Cast) -> None:
    for who in (cast.ben, cast.dora):
        LearningSlot.plan(who, MONDAY, MONDAY + HOUR, by=who, at=MONDAY)
    asked = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 8000), at=MONDAY)
    assert [who.name for who in deciders(asked, "approve")] == ["Ben", "Dora"]


def test_who_learns_when(cast: Cast) -> None:
    slot = LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.ben, at=MONDAY)
    second = timedelta(seconds=1)
    moments = (MONDAY - second, MONDAY, MONDAY + HOUR - second, MONDAY + HOUR)
    assert [learning_at(at) for at in moments] == [set(), {cast.anna.pk}, {cast.anna.pk}, set()]
    assert learning_at(MONDAY, [cast.ben]) == set()
    assert slot.cancel(by=cast.anna, at=MONDAY)
    assert not slot.cancel(by=cast.anna, at=MONDAY)
    assert learning_at(MONDAY) == set()


@pytest.mark.parametrize(
    ("starts", "length", "code"),
    [
        (timedelta(0), timedelta(hours=9), "time"),
        (timedelta(0), timedelta(0), "time"),
        (timedelta(0), timedelta(hours=-1), "time"),
        (timedelta(hours=-3), HOUR, "time"),
        (timedelta(days=370), HOUR, "time"),
        (timedelta(minutes=30), HOUR, "overlap"),
    ],
)
def test_what_is_no_slot(cast: Cast, starts: timedelta, length: timedelta, code: str) -> None:
    LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.anna, at=MONDAY)
    begins = MONDAY + starts
    refused = LearningSlot.plan(cast.anna, begins, begins + length, by=cast.anna, at=MONDAY)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_the_same_time_twice_is_once_and_one_after_the_other_is_two(cast: Cast) -> None:
    first = LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.anna, at=MONDAY)
    assert LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.anna, at=MONDAY) == first
    LearningSlot.plan(cast.anna, MONDAY + HOUR, MONDAY + 2 * HOUR, by=cast.anna, at=MONDAY)
    assert LearningSlot.objects.count() == 2


def test_leads_plan_for_their_people_only(cast: Cast) -> None:
    assert isinstance(LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.dora, at=MONDAY), Refusal)
    assert isinstance(
        LearningSlot.plan(cast.anna, MONDAY, MONDAY + HOUR, by=cast.ben, at=MONDAY), LearningSlot
    )
    assert isinstance(LearningSlot.plan(cast.ben, MONDAY, MONDAY + HOUR, by=cast.anna, at=MONDAY), Refusal)
