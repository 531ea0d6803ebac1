"""What is said of a case beside the three answers: wishes, the will of the house, hindrances, ties."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person

from accounts.models import Customer, Person
from policies.case.tie import conflicted
from policies.facts import Wish, gather
from policies.language.discretion import check
from policies.models import CustomerWish, Destination, Hindrance, HouseWill, Ruling, Tie
from policies.referral import deciders, may_decide

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = MONDAY.date()


def test_a_wish_that_changes_is_written_down_anew(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    assert CustomerWish.of(ticket) is None
    first = CustomerWish.hear(ticket, "apology", words="Say sorry", by=cast.anna, at=MONDAY)
    assert CustomerWish.hear(ticket, "apology", words="Say sorry", by=cast.ben, at=MONDAY + DAY) == first
    CustomerWish.hear(ticket, "speed", by=cast.ben, at=MONDAY + DAY)
    assert (CustomerWish.of(ticket).wants, CustomerWish.objects.count()) == ("speed", 2)


def test_the_will_of_the_house_holds_on_its_days(cast: Cast) -> None:
    said = {"text_en": "Call", "text_de": "Anrufen", "by": cast.ben}
    long = HouseWill.say(**said, starts=TODAY, ends=TODAY + 9 * DAY)
    assert HouseWill.say(**said, starts=TODAY, ends=TODAY + 9 * DAY) == long
    short = HouseWill.say(**said, starts=TODAY + DAY, ends=TODAY + 2 * DAY)
    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 3 * DAY, TODAY + 10 * DAY]
    assert [HouseWill.on(day) for day in days] == [None, long, short, long, None]
    assert short.withdraw()
    assert not short.withdraw()
    assert HouseWill.on(TODAY + DAY) == long


def test_what_is_in_the_way_is_counted_by_case_and_never_by_person(cast: Cast) -> None:
    one, other = cast.ticket(at=MONDAY), cast.ticket(at=MONDAY)
    first = Hindrance.meet(one, "tool", words="Black screen", by=cast.anna, at=MONDAY)
    assert Hindrance.meet(one, "tool", by=cast.ben, at=MONDAY) == first
    Hindrance.meet(other, "tool", by=cast.anna, at=MONDAY)
    Hindrance.meet(one, "time", by=cast.anna, at=MONDAY - 40 * DAY)
    assert first.end(by=cast.ben, at=MONDAY)
    assert not first.end(by=cast.ben, at=MONDAY)
    Hindrance.meet(one, "tool", by=cast.anna, at=MONDAY + DAY)
    counted = Hindrance.objects.since(MONDAY - 30 * DAY).counted()
    assert counted == {"tool": 2, "time": 0, "information": 0, "other": 0}


def test_a_broken_tool_is_no_question_of_permission(cast: Cast) -> None:
    ticket, wish = cast.ticket(at=MONDAY), Wish("voucher", 2000)
    before = gather(cast.anna, ticket, wish, at=MONDAY)
    for what in Hindrance.What.values:
        Hindrance.meet(ticket, what, words="It is slow", by=cast.anna, at=MONDAY)
    assert gather(cast.anna, ticket, wish, at=MONDAY) == before


def test_what_was_in_the_way_is_no_excuse_to_a_customer(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    Hindrance.meet(ticket, "tool", words="tracking is down", by=cast.anna, at=MONDAY)
    found = check(ticket, "Sorry, our tracking is down again.", cast.anna)
    assert ["tracking is down" in remark.found.lower() for remark in found].count(True) == 1


def test_the_wish_and_the_will_change_nothing_about_what_may_be_given(cast: Cast) -> None:
    ticket, wish = cast.ticket(at=MONDAY), Wish("voucher", 2000)
    before = gather(cast.anna, ticket, wish, at=MONDAY)
    CustomerWish.hear(ticket, "money", words="I want MONEY!!!", by=cast.anna, at=MONDAY)
    HouseWill.say(text_en="Save", text_de="Sparen", starts=TODAY, ends=TODAY, by=cast.ben)
    assert gather(cast.anna, ticket, wish, at=MONDAY) == before


def test_who_is_close_says_so_and_somebody_neutral_decides(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    tie = Tie.declare(cast.anna, cast.cem, "friend", at=MONDAY)
    assert Tie.declare(cast.anna, cast.cem, "relative", at=MONDAY).pk == tie.pk
    ruling = Ruling.weigh(cast.anna, ticket, Wish("voucher", 1000), at=MONDAY)
    assert ruling.outcome == "WITH_OTHER"
    Tie.declare(cast.ben, cast.cem, "household", at=MONDAY)
    assert may_decide(cast.ben, ruling, "neutral", at=MONDAY).code == "conflict"
    carl = person("Carl")
    cast.north.welcome(carl)
    carl.levels.create(cause=cast.late, level=3)
    cast.practise(carl)
    assert deciders(ruling, "neutral")[0] == carl
    eva = cast.ticket(at=MONDAY, customer=cast.eva, by=cast.eva.person)
    assert Ruling.weigh(cast.anna, eva, Wish("voucher", 1000), at=MONDAY).outcome == "DO"
    tie.end(at=MONDAY)
    assert Ruling.weigh(cast.anna, ticket, Wish("voucher", 1000), at=MONDAY).outcome == "DO"


@pytest.mark.parametrize(
    ("own", "theirs", "same"),
    [
        ("+49 40 123 456-78", "040 12345678", True),
        ("0049 40 12345678", "+49 (0)40 12345678", True),
        ("040 12345678", "040 12345679", False),
        ("", "", False),
        ("123", "123", False),
        ("４０ １２３４５６７８", "", False),
    ],
)
def test_the_same_telephone_is_the_same_household(cast: Cast, own: str, theirs: str, same: bool) -> None:
    Customer.objects.create(person=cast.anna, status="new", phone=own)
    Customer.objects.filter(pk=cast.eva.pk).update(phone=theirs)
    anna, eva = Person.objects.get(pk=cast.anna.pk), Customer.objects.get(pk=cast.eva.pk)
    assert conflicted(anna, eva) is same


@pytest.mark.parametrize(
    ("own", "theirs", "same"),
    [
        ("Lindenstr. 5a, 20099 Hamburg", "Lindenstraße 5 A\n20099 HAMBURG", True),
        ("Am Markt 1, 20099 Hamburg", "Am Markt 11, 20099 Hamburg", False),
        ("Hamburg", "Hamburg", False),
        ("", "", False),
    ],
)
def test_the_same_address_is_the_same_household(cast: Cast, own: str, theirs: str, same: bool) -> None:
    Customer.objects.create(person=cast.anna, status="new", address=own)
    Customer.objects.filter(pk=cast.eva.pk).update(address=theirs)
    anna, eva = Person.objects.get(pk=cast.anna.pk), Customer.objects.get(pk=cast.eva.pk)
    assert conflicted(anna, eva) is same


def test_whose_money_goes_to_the_same_account_is_not_neutral(cast: Cast) -> None:
    annas = Customer.objects.create(person=cast.anna, status="new")
    anna, ticket = Person.objects.get(pk=cast.anna.pk), cast.ticket(at=MONDAY)
    Destination.note(annas, "DE02 1203 0000 0000 2020 51")
    assert Ruling.weigh(anna, ticket, Wish("voucher", 1000), at=MONDAY).outcome == "DO"
    Destination.note(cast.cem, "de02120300000000202051")
    ruling = Ruling.weigh(anna, ticket, Wish("voucher", 1000), at=MONDAY)
    assert ruling.outcome == "WITH_OTHER"
    bens = Ruling.weigh(cast.ben, ticket, Wish("voucher", 8000), at=MONDAY)
    assert may_decide(anna, bens, "approve", at=MONDAY).code == "conflict"
    assert deciders(ruling, "neutral")[0] == cast.ben
    Destination.note(cast.cem, "DE75512108001245126199")
    assert Ruling.weigh(anna, ticket, Wish("voucher", 1000), at=MONDAY).outcome == "DO"


def test_about_a_colleague_somebody_of_another_team_decides(cast: Cast) -> None:
    cast.north.welcome(cast.cem.person)
    ruling = Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 1000), key="k", at=MONDAY)
    assert (ruling.outcome, ruling.ask.role, ruling.ask.asked) == ("WITH_OTHER", "neutral", cast.dora)
    assert ruling.ask.grant(by=cast.ben, at=MONDAY).code == "conflict"
    cast.dora.levels.create(cause=cast.late, level=3)
    assert ruling.ask.grant(by=cast.dora, at=MONDAY) is None
