"""Dürfen: of all limits that speak, the closest holds – and only while it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.db import IntegrityError, transaction

from policies.duerfen import Latitude, Limit, latitude
from policies.models import Rulebook

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def limit(own: int, role: str = "agent", **whom: object) -> Limit:
    return Limit(role=role, own_cents=own, stretch_cents=own, customer_cents=own, **whom)


def room(cast: Cast, person: object, limits: list[Limit], at: object = MONDAY) -> int:
    """What may be decided alone on a ticket of North."""
    return latitude(limits, person, cast.north, at=at).own_cents


def test_where_no_rule_speaks_nothing_may_be_given(cast: Cast) -> None:
    assert latitude([], cast.anna, cast.north, at=MONDAY) == Latitude(0, 0, 0, on_trial=False)
    strangers = [limit(5, team=cast.south), limit(6, person=cast.ben), limit(7, role="lead")]
    assert latitude(strangers, cast.anna, cast.north, at=MONDAY) == Latitude()


def test_the_closest_holds_larger_or_smaller(cast: Cast) -> None:
    for amounts in ((1, 2, 3, 4), (4, 3, 2, 1)):
        house, team, leads, own = amounts
        limits = [limit(house), limit(team, team=cast.north), limit(leads, role="lead")]
        assert room(cast, cast.anna, limits[:1]) == house
        assert room(cast, cast.anna, limits) == team
        assert room(cast, cast.ben, limits) == leads
        assert room(cast, cast.ben, [*limits, limit(own, person=cast.ben)]) == own
        assert room(cast, cast.anna, [*limits, limit(own, person=cast.ben)]) == team


def test_leads_of_another_team_are_agents_here(cast: Cast) -> None:
    cast.north.welcome(cast.dora)
    limits = [limit(1), limit(9, role="lead"), limit(8, role="lead", team=cast.south)]
    assert room(cast, cast.dora, limits) == 1
    assert latitude(limits, cast.dora, cast.south, at=MONDAY).own_cents == 8


def test_a_limit_with_days_holds_from_the_first_to_the_last_moment(cast: Cast) -> None:
    standing = limit(10)
    dated = limit(3, valid_from=MONDAY, valid_until=MONDAY + DAY)
    moment = timedelta(microseconds=1)
    times = [MONDAY - moment, MONDAY, MONDAY + DAY - moment, MONDAY + DAY]
    assert [room(cast, cast.anna, [standing, dated], at) for at in times] == [10, 3, 3, 10]


def test_closer_beats_dated(cast: Cast) -> None:
    limits = [limit(5, team=cast.north), limit(50, valid_until=MONDAY + DAY)]
    assert room(cast, cast.anna, limits) == 5


def test_among_equals_the_larger_whatever_the_order(cast: Cast) -> None:
    limits = [limit(5, person=cast.anna), limit(7, person=cast.anna), limit(6, person=cast.anna)]
    assert {room(cast, cast.anna, order) for order in (limits, limits[::-1])} == {7}


def test_whoever_is_gone_leads_nothing(cast: Cast) -> None:
    ben = type(cast.ben).objects.get(pk=cast.ben.pk)
    ben.is_active = False
    assert room(cast, ben, [limit(1), limit(9, role="lead")]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"own_cents": 2, "stretch_cents": 1},
        {"own_cents": -1, "stretch_cents": 1},
        {"own_cents": 1, "stretch_cents": 1, "valid_from": MONDAY, "valid_until": MONDAY},
        {"own_cents": 1, "stretch_cents": 1, "valid_from": MONDAY + DAY, "valid_until": MONDAY},
    ],
)
def test_the_database_takes_no_limit_that_makes_no_sense(cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Limit.objects.create(rulebook=Rulebook.objects.in_force(), role="agent", customer_cents=1, **wrong)
