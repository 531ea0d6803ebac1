"""The place somebody is told, counted by the database, is the one the pure order reckons."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from cast import MONDAY, Cast

from tickets.line.order import ahead_of
from tickets.models import Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(4))
def test_the_database_counts_what_the_order_says(cast: Cast, seed: int):
    dice = random.Random(seed)
    places = Place.objects.bulk_create(
        Place(
            team=dice.choice([cast.north, cast.north, cast.south]),
            phase=dice.choice(["waiting", "waiting", "callback", "talking"]),
            arrived_at=MONDAY + timedelta(seconds=dice.randrange(6)),
            priority=dice.choice([0, 0, 1, 2]),
            comes_first=dice.random() < 0.2,
            overtaken=dice.choice([0, 0, 1, 3]),
        )
        for _number in range(30)
    )
    for place in places:
        others = [
            other.turn
            for other in places
            if other.pk != place.pk and other.team_id == place.team_id and other.is_in_line
        ]
        assert place.ahead() == ahead_of(place.turn, others)
