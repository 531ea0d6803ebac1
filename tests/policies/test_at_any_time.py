"""Property 10: what holds for a time falls back by itself at its end; what is due is done once, however many come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from cast import MONDAY, Cast
from django.db import transaction
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from policies.asks.sweep import sweep_asks_now
from policies.challenges.rule import Kind, Rule
from policies.duerfen import Limit, latitude
from policies.extra import ExtraAuthority, extra_of, running_in
from policies.facts import Wish
from policies.facts import given as given_so_far
from policies.life.expiry import expire_now
from policies.models import Ask, Challenge, Level, Offer, Ruling, Transfer
from policies.weigh.replay import Somebody, Somewhere
from tickets.models import Event

MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
ANNA, NORTH = Somebody(pk=7, led_team_ids=frozenset()), Somewhere(pk=3)
on_the_database = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Near one another, so that beginnings and ends meet all the time.
moments = st.builds(
    lambda hours, moments: MONDAY + hours * HOUR + moments * MOMENT, st.integers(-3, 3), st.integers(-1, 1)
)
bounds = st.one_of(st.none(), moments)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the cast alone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    cents = draw(st.integers(0, 90))
    whom = draw(st.sampled_from([{}, {"team_id": 3}, {"team_id": 4}, {"person_id": 7}, {"role": "lead"}]))
    begins, ends = draw(bounds), draw(bounds)
    if begins and ends:
        assume(begins < ends)
    told = {"role": "agent", "valid_from": begins, "valid_until": ends, **whom}
    return Limit(own_cents=cents, stretch_cents=cents + 10, customer_cents=100, **told)


@given(st.lists(limits(), max_size=5), moments)
def test_a_dated_limit_holds_from_its_beginning_to_its_end_and_then_it_is_as_if_it_never_was(
    rows: list[Limit], at: datetime
) -> None:
    now = [
        row
        for row in rows
        if (row.valid_from is None or row.valid_from <= at)
        and (row.valid_until is None or at < row.valid_until)
    ]
    assert latitude(rows, ANNA, NORTH, at=at) == latitude(now, ANNA, NORTH, at=at)
    later = max([at, *(row.valid_until for row in rows if row.valid_until)])
    lasting = [row for row in rows if row.valid_until is None]
    begun = [row for row in lasting if row.valid_from is None or row.valid_from <= later]
    assert latitude(rows, ANNA, NORTH, at=later) == latitude(begun, ANNA, NORTH, at=later)


@pytest.mark.django_db
@on_the_database
@given(
    grants=st.lists(
        st.tuples(moments, st.integers(1, 5), st.integers(1, 900), bounds, st.booleans()), max_size=4
    ),
    at=moments,
)
def test_extra_authority_falls_back_by_the_clock_alone_and_early_where_somebody_ends_it(
    cast: Cast, grants: list[tuple[datetime, int, int, datetime | None, bool]], at: datetime
) -> None:
    with undone():
        expected = 0
        for number, (starts, hours, cents, ended, for_team) in enumerate(grants):
            ends = starts + hours * HOUR
            whom = {"team": cast.north} if for_team else {"person": cast.anna}
            given_ = ExtraAuthority.objects.create(
                **whom,
                cents=cents,
                currency="EUR",
                reason="Storm",
                starts_at=starts,
                ends_at=ends,
                granted_by=cast.ben,
                key=str(number),
            )
            early = ended is not None and given_.end(by=cast.ben, at=ended)
            assert early is (ended is not None and ended < ends)
            if starts <= at < ends and not early:
                expected = max(expected, cents)
        extras = running_in([cast.north.pk], [cast.anna.pk], currency="EUR", at=at)
        assert extra_of(extras, cast.anna, cast.north) == expected


@pytest.fixture
def gestures(cast: Cast) -> list[Offer]:
    """Some of one cause and one of another, at all distances from Monday; one taken back."""
    broken = cast.ticket(cause=cast.broken, at=MONDAY)
    late = cast.ticket(at=MONDAY)
    Level.objects.create(agent=cast.ben, cause=cast.broken, level=2)
    made = []
    for number, (ticket, days) in enumerate([(late, 0), (late, 29), (broken, 30), (late, 31), (late, 200)]):
        wish, at = Wish("voucher", 10**number, owed_by=""), MONDAY - days * DAY
        made.append(Ruling.request(cast.ben, ticket, wish, key=f"g{number}", at=at).offer)
    assert made[1].reverse(by=cast.ben, why="A mistake", at=MONDAY)
    return made


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(-40, 400), moments=st.integers(-1, 1))
@example(days=30, moments=0)
@example(days=30, moments=-1)
@example(days=365, moments=0)
def test_each_window_holds_what_was_given_in_it_and_nothing_else(
    cast: Cast, gestures: list[Offer], days: int, moments: int
) -> None:
    at, ticket = MONDAY + days * DAY + moments * MOMENT, gestures[0].ticket
    counting = [offer for offer in gestures if offer != gestures[1]]
    of_case = [offer for offer in counting if offer.cause == cast.late and offer.at > at - 30 * DAY]
    of_all = [offer for offer in counting if offer.at > at - 365 * DAY]
    assert given_so_far(ticket, at=at) == (
        sum(offer.cents for offer in of_case),
        sum(offer.cents for offer in of_all),
    )


visits = st.lists(st.tuples(st.integers(0, 40 * 60), st.integers(1, 3)), min_size=1, max_size=4)
WISHES = [Wish("voucher", 8000), Wish("voucher", 12_000), Wish("refund", 8000)]


@pytest.mark.django_db
@on_the_database
@given(wish=st.sampled_from(WISHES), is_first=st.booleans(), visits=visits)
def test_a_deadline_of_a_question_acts_once_however_many_workers_come_and_however_late(
    cast: Cast, wish: Wish, is_first: bool, visits: list[tuple[int, int]]
) -> None:
    """Each worker listed what is due before any of them acted; after them the beat comes once more."""
    with undone():
        if not is_first:  # only then may silence mean yes
            earlier = Ruling.request(cast.anna, cast.ticket(at=MONDAY), wish, key="earlier", at=MONDAY).ask
            assert earlier.decline(by=cast.ben, words="Not this time.", at=MONDAY) is None
        ask = Ruling.request(cast.anna, cast.ticket(at=MONDAY), wish, key="k", at=MONDAY).ask
        for minutes, workers in sorted(visits):
            now, before = MONDAY + timedelta(minutes=minutes), _told(ask)
            ask.refresh_from_db()
            is_due = ask.is_open and ask.due_at <= now
            for late in [Ask.objects.with_story().get(pk=ask.pk) for _worker in range(workers)]:
                late.lapse(now=now)
            assert len(_told(ask)) - len(before) == is_due
            sweep_asks_now(now=now)
            assert len(_told(ask)) - len(before) == is_due
        ask.refresh_from_db()
        given_ = Offer.objects.filter(ruling=ask.ruling).count()
        assert (given_, Transfer.objects.filter(step="reserve").count()) == (not ask.is_open, not ask.is_open)


def _told(ask: Ask) -> list[str]:
    """What happened to the question; a reminder before its deadline is another matter."""
    happened = Event.objects.filter(ticket=ask.ruling.ticket, kind__startswith="ask_")
    return [kind for kind in happened.values_list("kind", flat=True) if kind != "ask_reminded"]


@pytest.mark.django_db
@on_the_database
@given(ends=st.integers(1, 3660), visits=st.lists(st.integers(0, 4000), min_size=1, max_size=4))
def test_what_runs_out_gives_its_money_back_once(cast: Cast, ends: int, visits: list[int]) -> None:
    with undone():
        wish = Wish("voucher", 2000)
        offer = Ruling.request(cast.anna, cast.ticket(at=MONDAY), wish, key="k", at=MONDAY).offer
        assert offer.deliver(by=cast.anna, at=MONDAY)
        Offer.objects.filter(pk=offer.pk).update(runs_out_at=MONDAY + ends * DAY)
        over = False
        for days in sorted(visits):
            now = MONDAY + days * DAY
            late = Offer.objects.get(pk=offer.pk)
            expired = expire_now(now=now)
            assert expired == (days >= ends and not over)
            assert not (expired and late.expire(at=now))
            over = over or bool(expired)
        assert Transfer.objects.filter(step="release").count() == over


@pytest.mark.django_db
@on_the_database
@given(visits=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_a_challenge_nobody_answers_suspends_its_rule_once(cast: Cast, visits: list[int]) -> None:
    with undone():
        ticket = cast.ticket(at=MONDAY)
        rule = Rule(Kind.LEVEL, cast.late.code)
        doubt = Challenge.raise_it(rule, ticket, by=cast.anna, why="Nobody needs it", at=MONDAY)
        due_at = doubt.due_at
        for days in sorted(visits):
            now = MONDAY + days * DAY
            for late in [Challenge.objects.get(pk=doubt.pk) for _worker in range(2)]:
                late.lapse(now=now)
        is_over = MONDAY + max(visits) * DAY >= due_at
        suspended = Event.objects.filter(ticket=ticket, kind="challenge_suspended").count()
        doubt.refresh_from_db()
        assert (suspended, doubt.suspended_at is not None) == (is_over, is_over)
