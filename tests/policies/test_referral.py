"""To whom a question goes, who may say yes to it, and by when it must be answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person
from counting import as_often_for_thirty

from accounts.models import Absence, Customer, Person
from policies.facts import Wish
from policies.models import BudgetPeriod, Level, Ruling
from policies.referral import SHORTEST, NobodyToAsk, deadline_for, deciders, may_decide
from tickets.models import Clock, TeamHours, Ticket

pytestmark = pytest.mark.django_db
ABOVE_ANNAS = Wish("voucher", 8000)


def ruling(cast: Cast, wish: Wish = ABOVE_ANNAS, *, at: datetime = MONDAY, **how: object) -> Ruling:
    """What Anna wants to give, weighed but not yet asked."""
    return Ruling.weigh(cast.anna, cast.ticket(at=at, **how), wish, at=at)


def colleague(cast: Cast, name: str, *, level: int = 0, lead: bool = False, cases: int = 3) -> Person:
    made = person(name)
    cast.north.welcome(made, lead=lead)
    Level.objects.create(agent=made, cause=cast.late, level=level)
    cast.practise(made, cases=cases)
    return made


def names(people: list[Person]) -> list[str]:
    return [one.name for one in people]


def test_competent_peers_then_leads_then_other_leads(cast: Cast) -> None:
    amount = Wish("voucher", 4000)
    colleague(cast, "Zoe", level=2)
    colleague(cast, "Carl", level=3)
    colleague(cast, "Fred", level=1)  # not able for this cause
    asked = ruling(cast, amount)
    assert names(deciders(asked, "approve")) == ["Carl", "Zoe", "Ben", "Dora"]
    assert names(deciders(asked, "approve", leads_first=True)) == ["Ben", "Dora", "Carl", "Zoe"]


def test_c40_whoever_lacks_practice_in_the_cause_is_skipped(cast: Cast) -> None:
    amount = Wish("voucher", 4000)
    colleague(cast, "Carl", level=3, cases=2)
    colleague(cast, "Zoe", level=2, cases=3)
    assert names(deciders(ruling(cast, amount), "approve")) == ["Zoe", "Ben", "Dora"]


def test_c40_practice_of_another_cause_or_of_last_year_is_none(cast: Cast) -> None:
    amount = Wish("voucher", 4000)
    carl = colleague(cast, "Carl", level=3, cases=0)
    cast.practise(carl, cause=cast.broken)
    long_ago = MONDAY - timedelta(days=366)
    colleague(cast, "Zoe", level=3)
    Ticket.objects.filter(assignee__name="Zoe").update(solved_at=long_ago)
    assert names(deciders(ruling(cast, amount), "approve")) == ["Ben", "Dora"]


def test_among_leads_the_one_with_practice_comes_first(cast: Cast) -> None:
    colleague(cast, "Lea", level=4, lead=True)
    assert names(deciders(ruling(cast), "approve")) == ["Lea", "Ben", "Dora"]


def away(who: Person, stands_in: Person) -> Absence:
    day = MONDAY.date()
    return Absence.announce(who, first=day, last=day, substitute=stands_in, by=who, at=MONDAY)


def test_who_stands_in_is_asked_at_the_place_of_who_is_away(cast: Cast) -> None:
    carl = colleague(cast, "Carl", level=3)
    zoe = colleague(cast, "Zoe", level=2, cases=0)
    away(carl, zoe)
    assert names(deciders(ruling(cast, Wish("voucher", 4000)), "approve")) == ["Zoe", "Ben", "Dora", "Carl"]


def test_who_stands_in_but_could_not_say_yes_is_passed_over(cast: Cast) -> None:
    carl = colleague(cast, "Carl", level=3)
    away(carl, colleague(cast, "Fred", level=0))
    assert names(deciders(ruling(cast, Wish("voucher", 4000)), "approve")) == ["Ben", "Dora", "Carl"]


def test_nobody_gets_their_own_question_by_standing_in(cast: Cast) -> None:
    away(cast.ben, cast.anna)
    assert names(deciders(ruling(cast), "approve")) == ["Dora", "Ben"]


def test_above_every_limit_the_leads_are_asked_all_the_same(cast: Cast) -> None:
    colleague(cast, "Carl", level=4)
    assert names(deciders(ruling(cast, Wish("voucher", 30_000)), "approve")) == ["Ben", "Dora"]


def test_never_the_asker_nor_the_customer(cast: Cast) -> None:
    carl = colleague(cast, "Carl", level=4)
    own = Customer.objects.create(person=carl, status="established")
    asked = ruling(cast, Wish("voucher", 4000), customer=own, by=carl)
    assert "Carl" not in names(deciders(asked, "approve"))
    assert "Anna" not in names(deciders(asked, "approve"))


def test_nobody_but_oneself_is_said(cast: Cast) -> None:
    Person.objects.filter(pk__in=[cast.ben.pk, cast.dora.pk]).update(is_active=False)
    with pytest.raises(NobodyToAsk):
        deciders(ruling(cast), "approve")


def test_the_order_can_be_foreseen(cast: Cast) -> None:
    for name in ("Mia", "Bo", "Ida"):
        colleague(cast, name, level=2)
    asked = ruling(cast, Wish("voucher", 4000))
    assert [names(deciders(asked, "approve")) for _ in range(3)] == [["Bo", "Ida", "Mia", "Ben", "Dora"]] * 3


def refused(who: Person, asked: Ruling, role: str = "approve") -> str | None:
    refusal = may_decide(who, asked, role, at=MONDAY)
    return refusal.code if refusal else None


def test_who_may_say_yes(cast: Cast) -> None:
    carl = colleague(cast, "Carl", level=3)
    fred = colleague(cast, "Fred", level=1)
    asked = ruling(cast)
    assert {who.name: refused(who, asked) for who in (cast.anna, cast.ben, carl, fred)} == {
        "Anna": "own",
        "Ben": None,
        "Carl": "duerfen",
        "Fred": "koennen",
    }


def test_whoever_is_close_to_the_customer_may_not(cast: Cast) -> None:
    Customer.objects.create(person=cast.ben, organisation=cast.cem.organisation, status="new")
    ben = Person.objects.get(pk=cast.ben.pk)
    for role in ("approve", "neutral"):
        assert refused(ben, ruling(cast), role) == "conflict"
    assert refused(ben, ruling(cast), "co_sign") == "koennen"


def test_a_guardrail_holds_for_everybody(cast: Cast) -> None:
    asked = ruling(cast, Wish("refund", 8000))
    assert refused(cast.ben, asked) is None
    cast.cem.status = "prospect"
    cast.cem.save()
    asked.ticket.customer.refresh_from_db()
    assert refused(cast.ben, asked) == "guardrail"


def test_without_money_nobody_may(cast: Cast) -> None:
    asked = ruling(cast)
    for budget in (cast.budget, cast.pool):
        BudgetPeriod.objects.create(
            budget=budget, starts="2026-03-01", ends="2026-03-31", allotted_cents=8000, spent_cents=1
        )
    assert refused(cast.ben, asked) == "budget"
    assert names(deciders(asked, "approve")) == ["Ben", "Dora"]


def test_what_was_given_meanwhile_counts_for_the_decider_too(cast: Cast) -> None:
    asked = ruling(cast, Wish("voucher", 15_000))
    assert refused(cast.ben, asked) is None
    Ruling.request(cast.ben, cast.ticket("Another", at=MONDAY), Wish("voucher", 6000), key="b", at=MONDAY)
    assert refused(cast.ben, asked) == "duerfen"


@pytest.mark.parametrize(("level", "code"), [(2, "koennen"), (3, None), (4, None)])
def test_signing_together_needs_more_practice(cast: Cast, level: int, code: str | None) -> None:
    carl = colleague(cast, "Carl", level=level)
    assert refused(carl, ruling(cast, Wish("voucher", 1000)), "co_sign") == code


# ---- by when: 10:00 in Berlin, office hours 9 to 17 ---------------------------------------------------------------


def hour(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%a %H:%M")


def test_two_hours_or_half_of_what_is_left_of_the_promise(cast: Cast) -> None:
    asked = ruling(cast)
    assert hour(MONDAY) == "Mon 09:00"
    # The first response is promised four hours later: half of it is two hours.
    assert hour(deadline_for(asked, "approve", at=MONDAY)) == "Mon 11:00"
    assert hour(deadline_for(asked, "approve", at=MONDAY + timedelta(hours=2))) == "Mon 12:00"
    Clock.objects.all().update(met_at=MONDAY)
    assert hour(deadline_for(asked, "approve", at=MONDAY + timedelta(hours=2))) == "Mon 13:00"


def test_the_end_of_the_day_is_not_the_end_of_the_question(cast: Cast) -> None:
    asked = ruling(cast)
    Clock.objects.all().update(met_at=MONDAY)
    evening = MONDAY + timedelta(hours=6)  # 16:00 in Berlin
    assert hour(deadline_for(asked, "approve", at=evening)) == "Tue 09:00"
    assert hour(deadline_for(asked, "take_over", at=evening)) == "Mon 16:00"


def test_nobody_is_asked_for_less_than_five_minutes(cast: Cast) -> None:
    asked = ruling(cast)
    due = Clock.objects.get(kind="first_response").due_at
    late = due - timedelta(minutes=2)
    assert deadline_for(asked, "approve", at=late) == late + SHORTEST


def test_a_broken_promise_hurries_nobody_any_more(cast: Cast) -> None:
    asked = ruling(cast)
    Clock.objects.all().update(breached_at=MONDAY)
    assert hour(deadline_for(asked, "approve", at=MONDAY)) == "Mon 11:00"


def test_handing_over_is_one_hour_whatever_was_promised(cast: Cast) -> None:
    asked = ruling(cast)
    for role in ("take_over", "co_sign", "neutral"):
        assert hour(deadline_for(asked, role, at=MONDAY + timedelta(hours=3, minutes=30))) == "Mon 13:30"


def test_without_business_hours_plain_hours_count(cast: Cast) -> None:
    asked = ruling(cast)
    TeamHours.objects.all().delete()
    Clock.objects.all().update(met_at=MONDAY)
    night = MONDAY + timedelta(hours=14)
    assert deadline_for(asked, "approve", at=night) == night + timedelta(hours=2)


def test_thirty_leads_cost_no_more_queries_than_one(cast: Cast) -> None:
    asked = ruling(cast)
    as_often_for_thirty(
        lambda: deciders(asked, "approve"),
        lambda number: cast.south.welcome(person(f"Lead {number}"), lead=True),
    )
    assert len(deciders(asked, "approve")) == 2 + 30
