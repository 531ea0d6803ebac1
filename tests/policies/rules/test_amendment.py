"""Changing a limit: enlarging is free, shrinking needs a reason and an end, nobody enlarges their own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from policies.duerfen import latitude
from policies.facts import rules_in_force
from policies.models import Limit, Rulebook
from policies.rules.amendment import LONGEST_RESTRICTION, Amendment, amendable_by, successor, whom

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def limit(own, stretch=None, customer=None, *, role="agent", team=None, person=None, **days):
    stretch = own if stretch is None else stretch
    customer = 20_000 if customer is None else customer
    return Limit(
        role=role,
        team=team,
        person=person,
        own_cents=own,
        stretch_cents=stretch,
        customer_cents=customer,
        valid_from=days.get("starts"),
        valid_until=days.get("ends"),
        reason=days.get("reason", ""),
    )


def in_force(**filters):
    return Limit.objects.filter(rulebook__state="published", **filters)


def change(to, *, seen=None, by, reason="", at=None):
    if to is not None:
        to.reason = reason
    return Amendment(seen=seen, to=to, reason=reason).put_in_force(by=by, at=at)


def room(person, team, *, at=None):
    found = latitude(rules_in_force().limits, person, team, at=at or timezone.now())
    return found.own_cents, found.stretch_cents, found.customer_cents


@pytest.fixture
def anna_has_60(cast):
    """Anna's own limit, enlarged by her lead."""
    assert change(limit(6000, 12_000, 30_000, person=cast.anna), by=cast.ben) is None
    return in_force(person=cast.anna).get()


def test_enlarging_needs_nothing_and_is_a_new_version_at_once(cast):
    assert change(limit(7000, 12_000, team=cast.north), by=cast.ben) is None
    assert room(cast.anna, cast.north) == (7000, 12_000, 20_000)
    assert room(cast.dora, cast.south)[0] == 20_000  # the other team's are as they were
    book = Rulebook.objects.in_force()
    assert (book.version, book.made_by, book.note) == (2, cast.ben, "Agents, North: limit added")
    assert Rulebook.objects.get(version=1).limits.count() == 2  # what was published is never edited
    assert [book.guardrails.count(), book.gesture_kinds.count(), book.requirements.count()] == [1, 3, 1]


@pytest.mark.parametrize(
    "less",
    [{"own": 4999, "stretch": 10_000}, {"own": 5000, "stretch": 9999}, {"own": 5000, "customer": 19_999}],
)
def test_one_amount_lower_is_less_room(cast, less):
    assert change(limit(**less, team=cast.north), by=cast.ben).code == "until"
    assert Rulebook.objects.in_force().version == 1


def test_less_room_needs_an_end_then_a_reason(cast):
    until = timezone.now() + 10 * DAY
    assert change(limit(1000, team=cast.north), by=cast.ben, reason="Cash is short.").code == "until"
    assert change(limit(1000, team=cast.north, ends=until), by=cast.ben).code == "reason"
    done = change(limit(1000, team=cast.north, ends=until), by=cast.ben, reason="Cash is short.")
    assert done is None
    assert Rulebook.objects.in_force().note == "Agents, North: limit added – Cash is short."


def test_it_falls_back_by_itself_to_what_stood_before(cast, anna_has_60):
    until = timezone.now() + 10 * DAY
    less = limit(1000, 2000, 30_000, person=cast.anna, ends=until)
    assert change(less, seen=anna_has_60, by=cast.ben, reason="Until she is back.") is None
    assert room(cast.anna, cast.north) == (1000, 2000, 30_000)
    assert room(cast.anna, cast.north, at=until - timedelta(microseconds=1)) == (1000, 2000, 30_000)
    assert room(cast.anna, cast.north, at=until) == (6000, 12_000, 30_000)
    assert in_force(person=cast.anna).count() == 2


def test_what_begins_later_holds_from_then(cast, anna_has_60):
    starts, ends = timezone.now() + 2 * DAY, timezone.now() + 4 * DAY
    less = limit(1000, 2000, 30_000, person=cast.anna, starts=starts, ends=ends)
    assert change(less, seen=anna_has_60, by=cast.ben, reason="Stocktaking.") is None
    assert [room(cast.anna, cast.north, at=at)[0] for at in (timezone.now(), starts, ends)] == [
        6000,
        1000,
        6000,
    ]


def test_less_room_ends_within_a_year(cast):
    now = timezone.now()
    far = limit(1000, team=cast.north, ends=now + LONGEST_RESTRICTION + DAY)
    assert change(far, by=cast.ben, reason="For good.", at=now).code == "until"
    near = limit(1000, team=cast.north, ends=now + LONGEST_RESTRICTION)
    assert change(near, by=cast.ben, reason="For long.", at=now) is None


def test_a_restriction_is_lifted_without_a_reason(cast, anna_has_60):
    less = limit(1000, 2000, 30_000, person=cast.anna, ends=timezone.now() + 10 * DAY)
    change(less, seen=anna_has_60, by=cast.ben, reason="Until she is back.")
    restriction = in_force(person=cast.anna).exclude(valid_until=None).get()
    assert change(None, seen=restriction, by=cast.ben) is None
    assert room(cast.anna, cast.north) == (6000, 12_000, 30_000)
    assert Rulebook.objects.in_force().note == "Anna: limit taken away"


def test_a_restriction_made_longer_or_tighter_needs_its_reason_again(cast):
    now = timezone.now()
    change(limit(3000, team=cast.north, ends=now + 5 * DAY), by=cast.ben, reason="Cash is short.", at=now)
    seen = in_force(team=cast.north).get()
    tighter = {"team": cast.north, "ends": now + 5 * DAY}
    assert change(limit(2000, **tighter), seen=seen, by=cast.ben, at=now).code == "reason"
    longer = {"team": cast.north, "ends": now + 9 * DAY}
    assert change(limit(3000, **longer), seen=seen, by=cast.ben, at=now).code == "reason"
    assert change(limit(3000, **longer), seen=seen, by=cast.ben, reason="Still short.", at=now) is None
    assert in_force(team=cast.north).get().valid_until == now + 9 * DAY


def test_an_enlargement_for_some_days_ends_early_only_with_a_reason(cast):
    more = limit(9000, 12_000, team=cast.north, ends=timezone.now() + 5 * DAY)
    assert change(more, by=cast.ben) is None
    seen = in_force(team=cast.north).get()
    assert change(None, seen=seen, by=cast.ben).code == "reason"
    assert change(None, seen=seen, by=cast.ben, reason="The strike is over.") is None
    assert room(cast.anna, cast.north)[0] == 5000


def test_a_standing_enlargement_is_not_taken_away_for_good(cast, anna_has_60):
    assert change(None, seen=anna_has_60, by=cast.ben, reason="Because.").code == "until"
    assert room(cast.anna, cast.north)[0] == 6000


def test_a_smaller_personal_limit_beside_a_larger_one_of_the_team_is_less_room(cast):
    assert change(limit(4000, person=cast.anna), by=cast.ben).code == "until"


def test_two_limits_with_days_for_the_same_people_do_not_overlap(cast):
    now = timezone.now()
    change(limit(9000, 12_000, team=cast.north, ends=now + 5 * DAY), by=cast.ben, at=now)
    second = {"team": cast.north, "ends": now + 9 * DAY}
    refused = change(limit(8000, 12_000, **second, starts=now + 4 * DAY), by=cast.ben, at=now)
    assert refused.code == "overlap"
    assert change(limit(8000, 12_000, **second, starts=now + 5 * DAY), by=cast.ben, at=now) is None
    assert in_force(team=cast.north).count() == 2


def test_nobody_enlarges_their_own(cast):
    mine = {"own": 90_000, "customer": 90_000}
    for own in (limit(**mine, person=cast.ben), limit(**mine, role="lead", team=cast.north)):
        assert change(own, by=cast.ben).code == "own"
    assert Rulebook.objects.in_force().version == 1


def test_somebody_else_enlarges_it_and_administrators_are_trusted(cast):
    cast.north.welcome(cast.dora, lead=True)
    assert change(limit(90_000, customer=90_000, person=cast.ben), by=cast.dora) is None
    cast.ben.is_staff = True
    assert change(limit(95_000, customer=95_000, person=cast.ben), by=cast.ben) is None


def test_ones_own_restriction_is_not_lifted_by_oneself(cast):
    cast.north.welcome(cast.dora, lead=True)
    less = limit(1000, 2000, person=cast.ben, ends=timezone.now() + 5 * DAY)
    assert change(less, by=cast.dora, reason="Holiday cover.") is None
    seen = in_force(person=cast.ben).get()
    assert change(None, seen=seen, by=cast.ben).code == "own"


def test_sent_twice_it_is_one_version(cast, anna_has_60):
    for _again in range(2):
        assert change(limit(7000, 12_000, 30_000, person=cast.anna), seen=anna_has_60, by=cast.ben) is None
    assert Rulebook.objects.in_force().version == 3
    assert in_force(person=cast.anna).get().own_cents == 7000


def test_an_edit_of_a_retired_version_goes_to_what_the_limit_has_become(cast, anna_has_60):
    change(limit(9000, 12_000, team=cast.north), by=cast.ben)  # another limit; Anna's is copied unchanged
    assert change(limit(7000, 12_000, 30_000, person=cast.anna), seen=anna_has_60, by=cast.ben) is None
    assert in_force(person=cast.anna).get().own_cents == 7000
    assert in_force(team=cast.north).get().own_cents == 9000


def test_what_somebody_else_changed_meanwhile_is_told_not_overwritten(cast, anna_has_60):
    change(limit(8000, 12_000, 30_000, person=cast.anna), seen=anna_has_60, by=cast.ben)
    late = change(limit(7000, 12_000, 30_000, person=cast.anna), seen=anna_has_60, by=cast.ben)
    assert late.code == "changed"
    assert in_force(person=cast.anna).get().own_cents == 8000


def test_what_was_taken_away_meanwhile_is_told(cast):
    ends = timezone.now() + 5 * DAY
    change(limit(1000, team=cast.north, ends=ends), by=cast.ben, reason="Cash is short.")
    seen = in_force(team=cast.north).get()
    change(None, seen=seen, by=cast.ben)
    late = change(limit(2000, team=cast.north, ends=ends), seen=seen, by=cast.ben, reason="Cash is short.")
    assert late.code == "gone"


def test_the_successor_is_the_one_with_the_same_days(cast):
    now = timezone.now()
    rows = [
        limit(1, team=cast.north, ends=now + DAY),
        limit(2, team=cast.north, starts=now + DAY, ends=now + 2 * DAY),
        limit(3, team=cast.north),
        limit(4, team=cast.south),
    ]
    assert successor(limit(9, team=cast.north, starts=now + DAY, ends=now + 2 * DAY), rows) is rows[1]
    assert successor(limit(9, team=cast.north, ends=now + DAY), rows) is rows[0]
    assert successor(limit(9, team=cast.north), rows) is rows[2]
    assert successor(limit(9, team=cast.north, ends=now + 7 * DAY), rows) is rows[0]  # its end was moved
    moved = limit(9, team=cast.north, starts=now + 3 * DAY, ends=now + 7 * DAY)
    assert successor(moved, rows) is None
    assert successor(moved, rows[1:]) is rows[1]  # the only one with days
    assert successor(limit(9, team=cast.south, ends=now + DAY), rows) is None


def test_whose_limits_one_may_change(cast):
    change(limit(7000, 12_000, team=cast.north), by=cast.ben)
    change(limit(30_000, 40_000, 90_000, person=cast.dora), by=cast.ben)
    change(limit(8000, 12_000, person=cast.anna), by=cast.ben)

    def editable(person):
        rows = in_force().filter(amendable_by(person)).select_related("team", "person")
        return sorted(whom(row) for row in rows)

    assert editable(cast.ben) == ["Agents, North", "Anna"]
    assert editable(cast.dora) == ["Dora"]
    assert editable(cast.anna) == []
    cast.anna.is_staff = True
    assert editable(cast.anna) == ["All leads", "Everybody"]


def test_before_the_first_version_a_limit_makes_it(cast):
    Rulebook.objects.update(state="retired")
    cast.ben.is_staff = True
    assert change(limit(5000), by=cast.ben) is None
    assert (Rulebook.objects.in_force().version, in_force().get().own_cents) == (2, 5000)
