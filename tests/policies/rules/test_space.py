"""What helped in cases like this: an agent's idea, its consent by word or silence, and what came of it (C27, C38)."""

from datetime import timedelta

import pytest
from cast import MONDAY, person
from counting import as_often_for_thirty
from django.db import IntegrityError, transaction

from accounts.models import Customer
from policies.facts import Wish
from policies.models import Idea, Ruling, Use
from policies.rules.space import outside_the_process, sweep_ideas_now
from tickets import history
from tickets.models import Event, Notice

pytestmark = pytest.mark.django_db
DUE = MONDAY.replace(day=9, hour=16)  # the fifth business day after Monday closes on the next Monday at 17:00


def idea(cast, ticket=None, *, by=None, key="k", gesture="Text the driver's number", **how):
    wish = how.pop("wish", "Know when the van comes")
    how = {"at": MONDAY, **how}
    return Idea.add(ticket or cast.ticket(), wish=wish, gesture=gesture, by=by or cast.anna, key=key, **how)


def others(cast, count):
    found = []
    for number in range(count):
        customer = Customer.objects.create(person=person(f"Other {number}"), status="established")
        found.append(cast.ticket(customer=customer, by=customer.person))
    return found


def test_c27_a_new_idea_is_usable_at_once_by_whoever_had_it(cast):
    mats = person("Mats")
    cast.north.welcome(mats)
    new = idea(cast)
    for who, sees in [
        (cast.anna, True),
        (mats, False),
        (cast.ben, False),
        (cast.dora, False),
        (cast.cem.person, False),
    ]:
        assert Idea.objects.usable_by(who).filter(pk=new.pk).exists() is sees
    assert new.due_at == DUE


def test_the_same_key_is_the_same_idea(cast):
    ticket = cast.ticket()
    assert idea(cast, ticket) == idea(cast, ticket, gesture="Something else")
    assert (Idea.objects.count(), Use.objects.count()) == (1, 1)


def test_the_leads_hear_of_it_and_consent(cast):
    new = idea(cast)
    assert [notice.person for notice in Notice.objects.filter(event__kind="idea_added")] == [cast.ben]
    assert list(Idea.objects.waiting().answerable_by(cast.ben)) == [new]
    assert list(Idea.objects.waiting().answerable_by(cast.dora)) == []
    assert list(Idea.objects.waiting().answerable_by(cast.anna)) == []
    assert new.consent(by=cast.ben, at=MONDAY) is None
    assert (new.accepted_at, new.accepted_by) == (MONDAY, cast.ben)
    mats = person("Mats")
    cast.north.welcome(mats)
    assert list(Idea.objects.usable_by(mats)) == [new]
    event = Event.objects.get(kind="idea_stands")
    assert event.sentence == "Ben made “Text the driver's number” known to everybody in the team"
    assert Notice.objects.get(event=event).person == cast.anna


def test_it_is_answered_once(cast):
    new = idea(cast)
    assert new.decline(by=cast.ben, words="The drivers have no phones", at=MONDAY) is None
    assert (new.declined_at, new.words) == (MONDAY, "The drivers have no phones")
    assert new.consent(by=cast.ben).code == "settled"
    assert new.stand(now=DUE).code == "settled"
    assert list(Idea.objects.usable_by(cast.anna)) == []


def test_nobody_consents_to_their_own(cast):
    new = idea(cast, by=cast.ben)
    assert (new.consent(by=cast.ben).code, new.decline(by=cast.ben, words="no").code) == ("own", "own")
    assert list(Idea.objects.waiting().answerable_by(cast.ben)) == []
    assert Notice.objects.filter(event__kind="idea_added").count() == 0


def test_c27_silence_is_consent_after_five_business_days(cast):
    new = idea(cast)
    assert sweep_ideas_now(now=DUE - timedelta(seconds=1)) == 0
    assert sweep_ideas_now(now=DUE) == 1
    assert sweep_ideas_now(now=DUE) == 0
    new.refresh_from_db()
    assert (new.accepted_at, new.accepted_by) == (DUE, None)
    assert Event.objects.get(kind="idea_unopposed").by is None
    assert Notice.objects.get(event__kind="idea_unopposed").person == cast.anna


def test_a_declined_idea_needs_words_and_none_is_both(cast):
    new = idea(cast)
    for wrong in ({"declined_at": MONDAY}, {"declined_at": MONDAY, "words": "no", "accepted_at": MONDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Idea.objects.filter(pk=new.pk).update(**wrong)


def test_what_came_of_it_is_what_customers_said(cast):
    first, second = idea(cast), idea(cast, key="k2", gesture="Call ahead")
    one, two, three = others(cast, 3)
    for ticket in (one, two, three):
        first.use(ticket, by=cast.ben, at=MONDAY)
    assert first.use(one, by=cast.anna).by == cast.ben
    assert first.uses.get(ticket=one).thank(by=cast.anna, at=MONDAY)
    assert not first.uses.get(ticket=one).thank(by=cast.anna, at=MONDAY)
    one.rate(5, by=one.customer.person)
    two.rate(2, by=two.customer.person)
    second.ticket.rate(4, by=cast.cem.person)
    found = {
        row.pk: (row.used, row.thanked, row.rated, row.score, row.helped)
        for row in Idea.objects.with_effect()
    }
    assert found == {first.pk: (4, 1, 2, 3.5, 1), second.pk: (1, 0, 1, 4.0, 1)}
    assert list(Idea.objects.best_first()) == [first, second]
    three.rate(4, by=three.customer.person)
    second.ticket.rate(3, by=cast.cem.person)
    assert [row.helped for row in Idea.objects.best_first()] == [2, 0]


def test_a_rating_from_before_is_no_effect(cast):
    new = idea(cast)
    (one,) = others(cast, 1)
    one.rate(5, by=one.customer.person, at=MONDAY)
    new.use(one, by=cast.anna, at=MONDAY + timedelta(hours=1))
    row = Idea.objects.with_effect().get()
    assert (row.used, row.rated, row.score, row.helped) == (2, 0, None, 0)
    new.ticket.rate(4, by=cast.cem.person, at=MONDAY - timedelta(hours=1))  # where it came up, it is
    one.rate(3, by=one.customer.person, at=MONDAY + timedelta(hours=2))
    row = Idea.objects.with_effect().get()
    assert (row.used, row.rated, row.score, row.helped) == (2, 2, 3.5, 1)


def test_effects_take_one_query_for_thirty_as_for_one(cast):
    as_often_for_thirty(
        lambda: list(Idea.objects.usable_by(cast.anna).best_first()),
        lambda number: idea(cast, key=f"k{number}"),
        most=1,
    )
    assert len(Idea.objects.usable_by(cast.anna).best_first()) == 30


def test_c38_what_has_a_reason_of_its_own_is_input_for_the_lead(cast):
    ticket = cast.ticket()
    plain = Ruling.request(cast.anna, ticket, Wish("voucher", 100), key="1", at=MONDAY)
    why = Ruling.request(
        cast.anna, ticket, Wish("voucher", 200, why="It was her birthday"), key="2", at=MONDAY
    )
    old = Ruling.request(
        cast.anna, ticket, Wish("voucher", 300, why="x"), key="3", at=MONDAY - timedelta(days=91)
    )
    now = MONDAY + timedelta(days=1)
    assert list(outside_the_process(cast.ben, at=now)) == [why]
    assert list(outside_the_process(cast.dora, at=now)) == []
    assert list(outside_the_process(cast.anna, at=now)) == []
    assert {plain.outcome, why.outcome, old.outcome} == {"DO"}


def test_one_idea_that_cannot_stand_stops_no_other(cast):
    bad, good = idea(cast), idea(cast, key="k2")

    def refuse(event):
        if event.kind == "idea_unopposed" and event.ticket_id == bad.ticket_id:
            raise RuntimeError("no")

    history.listeners.append(refuse)
    try:
        assert sweep_ideas_now(now=DUE) == 2
    finally:
        history.listeners.remove(refuse)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.accepted_at, bad.due_at, good.accepted_at) == (None, DUE + timedelta(hours=1), DUE)
