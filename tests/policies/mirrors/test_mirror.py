"""The quiet ones get what the one who complained got: listed, reckoned, given in one step, each once (C19, C06)."""

from datetime import timedelta

import pytest
from cast import MONDAY, person

from accounts.models import Customer
from policies.facts import Wish, forget_rules
from policies.mirrors.mirror import AT_ONCE, carry_mirrors_now
from policies.mirrors.quiet import Prospect, can_be_mirrored, plan
from policies.models import (
    BudgetPeriod,
    GestureKind,
    LeftOut,
    Level,
    Mirror,
    Offer,
    Reflection,
    Ruling,
    Stance,
)
from policies.weigh.decision import Outcome
from tickets.models import Event, Incident, Notice, OutgoingMail, Ticket

pytestmark = pytest.mark.django_db


def crowd(count, **fields):
    fields = {"status": "established", **fields}
    return [Customer.objects.create(person=person(f"Quiet {at:03}"), **fields) for at in range(count)]


def fault(cast, *, affected=(), tickets=(), **how):
    incident = Incident.report(
        **{"name": "Van", "cause": cast.late, "team": cast.north, "happened_at": MONDAY, **how},
        by=cast.anna,
        key="fault",
    )
    for ticket in tickets:
        incident.link(ticket, by=cast.anna)
    incident.add(affected, by=cast.anna)
    return incident


def given(cast, ticket, cents=1000, kind="voucher", **wish):
    ruling = Ruling.request(cast.anna, ticket, Wish(kind, cents, **wish), key=f"given-{ticket.pk}", at=MONDAY)
    return ruling.offer


def plan_of(offer, incident, agent, at=MONDAY):
    return plan(offer, incident, agent=agent, left_out=LeftOut.words_of(incident), at=at)


def mirror(cast, offer, incident, expected, *, by=None, key="m1", at=MONDAY):
    return Mirror.begin(offer, incident, by=by or cast.anna, key=key, expected=expected, at=at)


def fates(mirror):
    return {fate.split(".")[-1]: count for fate, count in mirror.progress().items()}


def test_c19_mirror_lists_the_39_quiet_ones(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=crowd(39))
    found = plan_of(given(cast, ticket), incident, cast.anna)
    assert len(found.rows) == 39
    assert cast.cem not in [row.customer for row in found.rows]
    assert (found.holders, found.possible, found.fits) == (1, 39, 39)
    assert (found.left_cents, found.total_cents, found.after_cents) == (49_000, 39_000, 10_000)


def test_c19_after_one_step_40_customers_hold_the_same_gesture(cast):
    ticket = cast.ticket()
    quiet = crowd(39)
    incident = fault(cast, tickets=[ticket], affected=quiet)
    offer = given(cast, ticket)
    made = mirror(cast, offer, incident, 39)
    assert fates(made) == {"waiting": 39}  # more than twenty: a worker gives them
    assert carry_mirrors_now(now=MONDAY) == 39
    made.refresh_from_db()
    assert (made.done_at, fates(made)) == (MONDAY, {"given": 39})
    holders = Offer.objects.filter(kind="voucher", cents=1000, state="granted")
    assert sorted(holders.values_list("customer", flat=True)) == sorted(c.pk for c in [cast.cem, *quiet])
    assert Ruling.objects.filter(outcome=Outcome.DO).count() == 40
    assert {r.offer.reflection.mirror.offer for r in Reflection.objects.filter(mirror=made)} == {offer}
    period = BudgetPeriod.objects.get()
    assert (period.reserved_cents, period.left_cents) == (40_000, 10_000)
    assert plan_of(offer, incident, cast.anna).rows == ()


def test_c06_100_affected_7_complaints_100_notices_on_the_same_day(cast):
    customers = crowd(100)
    complaints = [cast.ticket(customer=who, by=who.person) for who in customers[:7]]
    incident = fault(cast, tickets=complaints, affected=customers, words_de="Wir haben falsch abgerechnet.")
    offer = given(cast, complaints[0], 350, kind="refund", owed_by="contract")
    made = mirror(cast, offer, incident, 99)
    carry_mirrors_now(now=MONDAY)
    assert fates(made) == {"given": 99}
    assert Offer.objects.values_list("at", flat=True).distinct().get() == MONDAY
    assert sorted(Offer.objects.values_list("customer", flat=True)) == sorted(c.pk for c in customers)
    told = OutgoingMail.objects.filter(key__startswith="gesture:")
    assert sorted(told.values_list("to", flat=True)) == sorted(c.person.email for c in customers)
    assert Ticket.objects.filter(incident_link__opened_by_us=True).count() == 93
    assert BudgetPeriod.objects.count() == 0  # what is owed takes nothing from the goodwill budget


def test_who_did_not_write_reads_what_happened_in_their_language(cast):
    ticket = cast.ticket()
    lena = Customer.objects.create(person=person("Lena", language="de"), status="established")
    incident = fault(cast, tickets=[ticket], affected=[lena], words_de="Unser Wagen ist liegen geblieben.")
    mirror(cast, given(cast, ticket), incident, 1)
    new = Ticket.objects.get(customer=lena)
    assert (new.language, new.status) == ("de", "solved")
    mail = OutgoingMail.objects.get(to=lena.person.email)
    assert mail.subject == f"{new.subject} [#{new.pk}]"
    assert mail.text.startswith(new.messages.get().text)
    assert "Unser Wagen ist liegen geblieben" in mail.text
    assert "Gutschein, 10,00\xa0€" in mail.text
    assert "Anna" not in mail.text and "Van" not in mail.text


def test_who_wrote_gets_it_on_their_own_ticket_and_one_letter(cast):
    ticket, own = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    incident = fault(cast, tickets=[ticket, own])
    made = mirror(cast, given(cast, ticket), incident, 1)
    assert Reflection.objects.get(mirror=made).offer.ticket == own
    assert OutgoingMail.objects.filter(to=cast.eva.person.email, key__startswith="gesture:").count() == 1
    assert [e.kind for e in own.events.order_by("pk")] == ["opened", "incident_linked", "offer_made"]


def test_as_many_as_the_budget_holds_in_the_order_of_the_list(cast):
    cast.budget.monthly_cents = 5000
    cast.budget.save()
    ticket, quiet = cast.ticket(), crowd(6)
    incident = fault(cast, tickets=[ticket], affected=quiet)
    offer = given(cast, ticket)
    found = plan_of(offer, incident, cast.anna)
    assert (found.possible, found.fits, found.full_cents, found.total_cents, found.after_cents) == (
        6,
        4,
        6000,
        4000,
        0,
    )
    made = mirror(cast, offer, incident, 4)
    assert fates(made) == {"given": 4, "budget": 2}
    left = Reflection.objects.filter(fate="budget").values_list("customer", flat=True)
    assert list(left) == [quiet[4].pk, quiet[5].pk]
    cast.budget.monthly_cents = 9000
    cast.budget.save()
    assert plan_of(offer, incident, cast.anna).possible == 2


def test_a_budget_used_up_meanwhile_is_written_down_and_opens_no_ticket(cast):
    ticket, quiet = cast.ticket(), crowd(AT_ONCE + 1)
    incident = fault(cast, tickets=[ticket], affected=quiet)
    made = mirror(cast, given(cast, ticket), incident, AT_ONCE + 1)
    BudgetPeriod.objects.update(spent_cents=48_000)
    carry_mirrors_now(now=MONDAY)
    assert fates(made) == {"given": 1, "budget": AT_ONCE}
    assert Ticket.objects.filter(incident_link__opened_by_us=True).count() == 1
    assert Ruling.objects.count() == 2


def test_a_guardrail_is_never_bent_and_is_named(cast):
    ticket = cast.ticket()
    prospect = Customer.objects.create(person=person("Pia"), status="prospect")
    incident = fault(cast, tickets=[ticket], affected=[cast.eva, prospect])
    offer = given(cast, ticket, 500, kind="refund")
    found = plan_of(offer, incident, cast.anna)
    assert [(row.customer, row.prospect) for row in found.rows] == [
        (cast.eva, Prospect.GIVES),
        (prospect, Prospect.GUARDRAIL),
    ]
    made = mirror(cast, offer, incident, 1)
    row = Reflection.objects.get(customer=prospect)
    assert (row.fate, row.rails, row.offer) == ("guardrail", ["no-cash-to-prospects"], None)
    assert fates(made) == {"given": 1, "guardrail": 1}


def test_what_needs_a_yes_waits_for_somebody_who_may(cast):
    ticket = cast.ticket()
    Ruling.request(
        cast.ben,
        cast.ticket(customer=cast.eva, by=cast.eva.person),
        Wish("voucher", 4500),
        key="b",
        at=MONDAY,
    )
    incident = fault(cast, tickets=[ticket], affected=[cast.eva, *crowd(1)])
    offer = given(cast, ticket)
    found = plan_of(offer, incident, cast.anna)
    assert [row.prospect for row in found.rows] == [Prospect.YES, Prospect.GIVES]
    assert [reason.code for reason in found.rows[0].reasons] == ["over-own-limit"]
    assert fates(mirror(cast, offer, incident, 1)) == {"yes": 1, "given": 1}
    assert fates(mirror(cast, offer, incident, 1, by=cast.ben)) == {"given": 1}
    assert Offer.objects.filter(customer=cast.eva, cents=1000, agent=cast.ben).count() == 1


def test_how_willing_somebody_is_stays_out_of_it(cast):
    ticket, own = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    Stance.take(cast.anna, own, "not_now", at=MONDAY)
    incident = fault(cast, tickets=[ticket, own])
    (row,) = plan_of(given(cast, ticket), incident, cast.anna).rows
    assert (row.prospect, row.reasons) == (Prospect.YES, ())


def test_who_is_left_out_has_words(cast):
    ticket, (one, two) = cast.ticket(), crowd(2)
    incident = fault(cast, tickets=[ticket], affected=[one, two])
    LeftOut.say(incident, one, words="Moved away before", by=cast.anna)
    LeftOut.say(incident, one, words="Was told in person", by=cast.ben)
    offer = given(cast, ticket)
    found = plan_of(offer, incident, cast.anna)
    assert [(row.prospect, row.words) for row in found.rows] == [
        (Prospect.LEFT_OUT, "Was told in person"),
        (Prospect.GIVES, ""),
    ]
    mirror(cast, offer, incident, 1)
    row = Reflection.objects.get(customer=one)
    assert (row.fate, row.words) == ("left_out", "Was told in person")
    assert LeftOut.take_back(incident, one)
    assert not LeftOut.take_back(incident, one)
    assert plan_of(offer, incident, cast.anna).possible == 1


def test_who_holds_it_or_more_is_not_listed_and_less_does_not_count(cast):
    ticket, (same, more, less, other, back) = cast.ticket(), crowd(5)
    tickets = {who: cast.ticket(customer=who, by=who.person) for who in (same, more, less, other, back)}
    incident = fault(cast, tickets=[ticket, *tickets.values()])
    for who, kind, cents in [
        (same, "voucher", 1000),
        (more, "voucher", 1500),
        (less, "voucher", 900),
        (other, "refund", 1000),
        (back, "voucher", 1000),
    ]:
        given(cast, tickets[who], cents, kind=kind)
    Offer.objects.get(customer=back).reverse(by=cast.anna, why="Twice", at=MONDAY)
    found = plan_of(given(cast, ticket), incident, cast.anna)
    assert [(row.customer, row.holds_cents) for row in found.rows] == [(less, 900), (other, 1000), (back, 0)]
    assert found.holders == 3


def test_a_gesture_of_ones_own_is_the_same_by_its_name(cast):
    ticket, own = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    incident = fault(cast, tickets=[ticket, own], affected=crowd(1))
    given(cast, own, 500, kind="other", named="A tin of biscuits")
    offer = given(cast, ticket, 500, kind="other", named="A spare lid")
    assert mirror(cast, offer, incident, 2).progress() == {"given": 2}
    assert Offer.objects.filter(name_en="A spare lid", name_de="A spare lid").count() == 3


def test_the_same_key_mirrors_once(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=[cast.eva])
    offer = given(cast, ticket)
    made = mirror(cast, offer, incident, 1)
    assert mirror(cast, offer, incident, 1) == made
    assert Offer.objects.count() == 2
    assert mirror(cast, offer, incident, 0, key="m2").code == "nobody"


def test_what_was_said_before_is_what_happens(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=[cast.eva])
    offer = given(cast, ticket)
    incident.add(crowd(2), by=cast.ben)
    refusal = mirror(cast, offer, incident, 1)
    assert (refusal.code, str(refusal.text)) == (
        "changed",
        "Something has changed meanwhile: it would be 3 customers now. Please look again.",
    )
    assert (Mirror.objects.count(), Offer.objects.count()) == (0, 1)


def test_one_mirror_at_a_time(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=crowd(AT_ONCE + 1))
    offer = given(cast, ticket)
    mirror(cast, offer, incident, AT_ONCE + 1)
    assert mirror(cast, offer, incident, AT_ONCE + 1, by=cast.ben, key="m2").code == "running"


def test_what_was_taken_back_or_left_the_catalogue_is_not_mirrored(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=[cast.eva])
    offer = given(cast, ticket)
    assert can_be_mirrored(offer)
    GestureKind.objects.filter(code="voucher").delete()
    forget_rules()
    assert not can_be_mirrored(offer)
    assert mirror(cast, offer, incident, 1).code == "gone"
    Offer.objects.update(state="reversed")
    assert mirror(cast, offer, incident, 1).code == "gone"


def test_taking_the_first_one_back_stops_the_others(cast):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=crowd(AT_ONCE + 1))
    offer = given(cast, ticket)
    made = mirror(cast, offer, incident, AT_ONCE + 1)
    assert made.carry_on(now=MONDAY, most=3) == 3
    assert offer.reverse(by=cast.anna, why="The wrong amount", at=MONDAY)
    carry_mirrors_now(now=MONDAY)
    made.refresh_from_db()
    assert (fates(made), made.done_at) == ({"given": 3, "withdrawn": AT_ONCE - 2}, MONDAY)


def test_a_hand_made_gesture_meanwhile_is_not_doubled(cast):
    ticket, own = cast.ticket(), cast.ticket(customer=cast.eva, by=cast.eva.person)
    incident = fault(cast, tickets=[ticket, own], affected=crowd(AT_ONCE))
    made = mirror(cast, given(cast, ticket), incident, AT_ONCE + 1)
    given(cast, own)
    carry_mirrors_now(now=MONDAY)
    assert fates(made) == {"held": 1, "given": AT_ONCE}
    assert Offer.objects.filter(customer=cast.eva).count() == 1


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(cast):
    ticket, quiet = cast.ticket(), crowd(AT_ONCE + 5)
    incident = fault(cast, tickets=[ticket], affected=quiet)
    made = mirror(cast, given(cast, ticket), incident, AT_ONCE + 5)
    for row in list(made.reflections.due(MONDAY)[:7]):
        assert Reflection.settle(row.pk, now=MONDAY)
        assert not Reflection.settle(row.pk, now=MONDAY)
    assert fates(made) == {"given": 7, "waiting": AT_ONCE - 2}
    assert carry_mirrors_now(now=MONDAY) == AT_ONCE - 2
    assert carry_mirrors_now(now=MONDAY) == 0
    assert Offer.objects.count() == AT_ONCE + 6
    assert Offer.objects.values("customer").distinct().count() == AT_ONCE + 6
    assert Event.objects.filter(kind="mirrored").count() == 1


def test_one_poisoned_row_stops_nobody_and_is_shown(cast):
    ticket, (bad, *good) = cast.ticket(), crowd(3)
    incident = fault(cast, tickets=[ticket], affected=[bad, *good])
    # A ticket of ours with that key already, about something else: opening one fails each time.
    Ticket.objects.create(
        customer=bad, subject="x", cause=cast.late, team=cast.north, key=f"incident:{incident.pk}"
    )
    made = mirror(cast, given(cast, ticket), incident, 3)
    assert fates(made) == {"given": 2, "waiting": 1}
    row = Reflection.objects.get(customer=bad)
    assert (row.tries, row.due_at, row.trouble[:14]) == (1, MONDAY + timedelta(seconds=30), "IntegrityError")
    now = MONDAY
    for _try in range(7):
        now += timedelta(hours=1)
        carry_mirrors_now(now=now)
    made.refresh_from_db()
    assert (fates(made), made.done_at) == ({"given": 2, "trouble": 1}, now)


def test_the_agent_and_the_leads_hear_once_how_it_ended(cast):
    ticket, (one, two) = cast.ticket(), crowd(2)
    incident = fault(cast, tickets=[ticket], affected=[one, two])
    LeftOut.say(incident, one, words="Not hit", by=cast.anna)
    mirror(cast, given(cast, ticket), incident, 1)
    event = Event.objects.get(kind="mirrored")
    assert event.ticket == ticket
    assert event.sentence == "Anna gave Voucher, €10.00 to the others of “Van” too: given 1, not given 1"
    told = Notice.objects.filter(event=event).values_list("person__name", flat=True)
    assert sorted(told) == ["Anna", "Ben"]


def test_the_plan_says_what_the_booking_does(cast):
    """Seen together or one by one: each row of the plan is what becomes of that customer."""
    ticket = cast.ticket()
    Level.objects.filter(agent=cast.anna).update(level=2)
    prospect = Customer.objects.create(person=person("Pia"), status="prospect")
    colleague = Customer.objects.create(person=cast.anna, status="established")
    incident = fault(cast, tickets=[ticket], affected=[cast.eva, prospect, colleague, *crowd(2)])
    offer = given(cast, ticket, 500, kind="refund")
    expected = {row.customer.pk: str(row.prospect) for row in plan_of(offer, incident, cast.anna).rows}
    mirror(cast, offer, incident, 3)
    became = {row.customer_id: row.fate.replace("given", "gives") for row in Reflection.objects.all()}
    assert became == expected
    assert expected[colleague.pk] == "yes"


def test_a_plan_for_many_takes_as_many_queries_as_for_one(cast, django_assert_max_num_queries):
    ticket = cast.ticket()
    incident = fault(cast, tickets=[ticket], affected=crowd(1))
    offer = given(cast, ticket)
    plan_of(offer, incident, cast.anna)
    counts = []
    for size in (1, 40):
        with django_assert_max_num_queries(14) as asked:
            assert len(plan_of(offer, incident, cast.anna).rows) == size
        counts.append(len(asked))
        more = [Customer.objects.create(person=person(f"More {size} {n}")) for n in range(39)]
        incident.add(more, by=cast.anna)
    assert counts[0] == counts[1]
