"""Levels rise from what really happened: cases decided together, own cases that did not come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.db import IntegrityError, transaction

from accounts.models import Person
from policies.facts import Wish, gather
from policies.learning.practice import handled_in_a_year, record_of
from policies.learning.rise import sweep_levels_now
from policies.models import Ask, Evidence, Level, Offer, Ruling, TrainingItem
from policies.practice import practised
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)


def level_of(who: Person, cast: Cast) -> int:
    return Level.objects.get(agent=who, cause=cast.late).level


def beginner(cast: Cast, level: int = 1) -> Person:
    made = person("Nora")
    cast.north.welcome(made)
    Level.objects.create(agent=made, cause=cast.late, level=level, since=MONDAY)
    return made


def sign_together(cast: Cast, who: Person, number: int) -> Ask:
    at = MONDAY + timedelta(hours=number)
    ruling = Ruling.request(who, cast.ticket(at=at), Wish("voucher", 100), key=f"k{number}", at=at)
    assert ruling.outcome == "DO_WITH_COLLEAGUE"
    assert ruling.ask.grant(by=cast.ben, at=at + timedelta(minutes=5)) is None
    return ruling.ask


def test_from_1_to_2_after_five_cases_decided_together(cast: Cast) -> None:
    nora = beginner(cast)
    for number in range(1, 5):
        sign_together(cast, nora, number)
    assert (sweep_levels_now(now=LATER), level_of(nora, cast)) == (0, 1)
    sign_together(cast, nora, 5)
    assert (sweep_levels_now(now=LATER), level_of(nora, cast)) == (1, 2)
    said = Evidence.objects.get(agent=nora)
    assert (said.kind, said.was, said.now_is, said.by, said.figures["together"]) == (
        "together",
        1,
        2,
        None,
        5,
    )
    assert sweep_levels_now(now=LATER) == 0
    facts = gather(nora, cast.ticket(at=LATER), Wish("voucher", 100), at=LATER)
    assert facts.level == 2


def test_one_taken_back_begins_the_row_anew(cast: Cast) -> None:
    nora = beginner(cast)
    asks = [sign_together(cast, nora, number) for number in range(1, 6)]
    Offer.objects.get(ruling=asks[3].ruling).reverse(by=cast.ben, why="Slip", at=LATER)
    assert (sweep_levels_now(now=LATER), level_of(nora, cast)) == (0, 1)
    held = Level.objects.get(agent=nora)
    assert record_of(held, at=LATER).stood_in_a_row == 1


def test_what_was_before_the_level_counts_for_nothing(cast: Cast) -> None:
    nora = beginner(cast)
    for number in range(1, 6):
        sign_together(cast, nora, number)
    Level.objects.filter(agent=nora).update(since=LATER)
    assert sweep_levels_now(now=LATER) == 0


def solved(cast: Cast, who: Person, number: int, *, days: int = 5) -> Ticket:
    """A case of its own customer, solved that many days after Monday."""
    customer = type(cast.cem).objects.create(person=person(f"C{who.pk} {number}"), status="established")
    at = MONDAY + timedelta(days=days)
    ticket = cast.ticket(customer=customer, by=customer.person, at=at)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=who, status="solved", solved_at=at)
    return ticket


def again(cast: Cast, ticket: Ticket, *, days: int) -> None:
    at = MONDAY + timedelta(days=5 + days)
    cast.ticket(customer=ticket.customer, by=ticket.customer.person, at=at)


def test_from_2_to_3_after_twenty_own_cases_that_do_not_come_back(cast: Cast) -> None:
    nora = beginner(cast, level=2)
    others = [person("Max"), person("Mia")]
    for who in others:  # half of theirs come back, so the middle one of three is a half
        for number in range(2):
            ticket = solved(cast, who, number)
            if number:
                again(cast, ticket, days=3)
    for number in range(19):
        solved(cast, nora, number)
    assert (sweep_levels_now(now=LATER), level_of(nora, cast)) == (0, 2)
    solved(cast, nora, 19)
    assert (sweep_levels_now(now=LATER), level_of(nora, cast)) == (1, 3)
    figures = Evidence.objects.get(agent=nora).figures
    assert (figures["cases"], figures["repeats"], figures["team_median"]) == (20, 0, 0.5)


def test_a_case_comes_back_within_a_week_or_by_being_opened_again(cast: Cast) -> None:
    nora = beginner(cast, level=2)
    week, later, opened, young = (solved(cast, nora, number) for number in range(4))
    again(cast, week, days=7)
    again(cast, later, days=8)
    opened.refresh_from_db()
    opened.move("open", by=None, at=MONDAY + timedelta(days=6))
    opened.move("solved", by=nora, at=MONDAY + timedelta(days=7))
    Ticket.objects.filter(pk=young.pk).update(solved_at=LATER - timedelta(days=6))
    record = record_of(Level.objects.get(agent=nora), at=LATER)
    assert (record.cases, record.repeats) == (3, 2)


def test_a_training_leads_to_the_first_level(cast: Cast) -> None:
    item = TrainingItem.need(cast.anna, cast.broken, "gap", at=MONDAY)
    assert Evidence.trained(item, words="How to unpack", by=cast.anna, at=MONDAY)
    assert not Evidence.trained(item, words="Again", by=cast.anna, at=MONDAY)
    assert sweep_levels_now(now=LATER) == 1
    assert Level.objects.get(agent=cast.anna, cause=cast.broken).level == 1
    assert sweep_levels_now(now=LATER) == 0


def test_C39_hardly_any_case_in_a_year_asks_for_a_refresh_and_takes_nothing(cast: Cast) -> None:
    now = MONDAY + timedelta(days=400)
    Level.objects.filter(agent=cast.anna).update(since=MONDAY)
    Level.objects.filter(agent=cast.ben).update(since=MONDAY + timedelta(days=60))
    sweep_levels_now(now=now)
    sweep_levels_now(now=now)
    assert list(TrainingItem.objects.values_list("agent__name", "opened_for", "times")) == [
        ("Anna", "refresh", 1)
    ]
    assert level_of(cast.anna, cast) == 2


def test_C39_only_a_talk_leads_down(cast: Cast) -> None:
    refused = Evidence.talk(cast.anna, cast.late, 1, words="x", by=cast.dora, at=MONDAY)
    assert refused.code == "team"
    assert Evidence.talk(cast.ben, cast.late, 4, words="x", by=cast.ben, at=MONDAY).code == "own"
    assert Evidence.talk(cast.anna, cast.late, 1, words="A calmer month", by=cast.ben, at=MONDAY) is None
    assert level_of(cast.anna, cast) == 1
    said = Evidence.objects.get()
    assert (said.kind, said.was, said.now_is, said.words, said.by) == (
        "talk",
        2,
        1,
        "A calmer month",
        cast.ben,
    )
    for kind in ("training", "peer", "together", "cases"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.create(agent=cast.anna, cause=cast.late, kind=kind, was=2, now_is=1)


def test_a_colleague_who_knows_the_cause_may_say_what_they_saw(cast: Cast) -> None:
    assert Evidence.confirm(cast.anna, cast.late, words="Calm and right", by=cast.ben, at=MONDAY) is None
    assert Evidence.confirm(cast.ben, cast.late, words="x", by=cast.anna).code == "koennen"
    assert Evidence.confirm(cast.anna, cast.late, words="x", by=cast.dora).code == "team"
    assert Evidence.confirm(cast.anna, cast.late, words="x", by=cast.anna).code == "own"
    said = Evidence.objects.get()
    assert (said.kind, said.was, said.now_is, level_of(cast.anna, cast)) == ("peer", 2, 2, 2)


def test_who_reads_how_somebody_is_doing(cast: Cast) -> None:
    Evidence.confirm(cast.anna, cast.late, words="Calm", by=cast.ben, at=MONDAY)
    seen = {who.name: Evidence.objects.visible_to(who).count() for who in (cast.anna, cast.ben, cast.dora)}
    assert seen == {"Anna": 1, "Ben": 1, "Dora": 0}


def test_the_slower_of_two_sweeps_raises_nothing(cast: Cast) -> None:
    held = Level.objects.select_related("agent", "cause").get(agent=cast.anna)
    record = record_of(held, at=LATER)
    assert Evidence.rise(held, 3, "cases", record=record, at=LATER)
    assert not Evidence.rise(held, 3, "cases", record=record, at=LATER)
    assert (level_of(cast.anna, cast), Evidence.objects.count()) == (3, 1)


def test_C49_a_gap_creates_something_to_learn(cast: Cast) -> None:
    nora = beginner(cast)
    first = Ruling.request(nora, cast.ticket(at=MONDAY), Wish("voucher", 100), key="a", at=MONDAY)
    Ruling.request(nora, cast.ticket(at=MONDAY), Wish("voucher", 100), key="b", at=MONDAY)
    Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 100), key="c", at=MONDAY)
    item = TrainingItem.objects.get()
    assert (item.agent, item.cause, item.opened_for, item.times, item.ruling) == (
        nora,
        cast.late,
        "gap",
        2,
        first,
    )


def test_a_call_whose_cause_was_guessed_is_nobodys_practice(cast: Cast):
    cast.practise(cast.anna)
    counted = {(cast.anna.pk, cast.late.pk): 3}
    assert handled_in_a_year([cast.anna.pk], [cast.late.pk], at=MONDAY) == counted
    assert practised([cast.anna], cast.late, at=MONDAY) == {cast.anna.pk}
    Ticket.objects.update(channel="phone")
    assert handled_in_a_year([cast.anna.pk], [cast.late.pk], at=MONDAY) == {}
    assert practised([cast.anna], cast.late, at=MONDAY) == set()
