"""Stored requests weighed again under other rules, and the difference between two versions in sentences."""

import pytest
from cast import person
from django.utils import timezone

from accounts.models import Customer
from policies.facts import Wish, rules_in_force, rules_of
from policies.models import Limit, Rulebook, Ruling
from policies.rules.difference import differences
from policies.weigh.replay import Past, replay

pytestmark = pytest.mark.django_db


def pasts():
    rows = Ruling.objects.select_related("ticket")
    return [
        Past(r.pk, r.facts, r.circumstances, r.agent_id, r.ticket.team_id, r.ticket.cause_id, r.outcome)
        for r in rows
    ]


def requests(cast, *amounts, kind="voucher"):
    for cents in amounts:
        customer = Customer.objects.create(person=person(f"Somebody {kind} {cents}"), status="prospect")
        Ruling.request(cast.anna, cast.ticket(customer=customer), Wish(kind, cents), key=f"{kind}{cents}")


def test_under_the_same_rules_nothing_changes(cast):
    requests(cast, 2000, 8000, 12_000)
    found = replay(pasts(), rules_in_force(), leads={}, at=timezone.now())
    assert (found.weighed, dict(found.changed)) == (3, {})
    assert (found.cents_before, found.cents_after) == (2000, 2000)


def test_a_wider_limit_frees_what_lay_above_it_and_says_the_cost(cast):
    requests(cast, 2000, 8000, 12_000)
    draft = Rulebook.draft(by=cast.ben, note="Trust more")
    draft.limits.filter(role="agent").update(own_cents=9000, stretch_cents=15_000)
    found = replay(pasts(), rules_of(draft), leads={}, at=timezone.now())
    assert dict(found.changed) == {
        ("ASK_SILENCE_YES", "DO"): 1,
        ("ASK_SILENCE_ESCALATES", "ASK_SILENCE_YES"): 1,
    }
    assert (found.freer, found.stricter) == (2, 0)
    assert (found.alone_before, found.alone_after) == (1, 2)
    assert (found.cents_before, found.cents_after) == (2000, 10_000)
    assert Ruling.objects.get(pk=found.examples["ASK_SILENCE_YES", "DO"][0]).weighed.cents == 8000


def test_a_guardrail_that_falls_is_weighed_by_the_stored_circumstances(cast):
    requests(cast, 1000, kind="refund")
    assert Ruling.objects.get().outcome == "NEVER"
    draft = Rulebook.draft(by=cast.ben, note="Without it")
    draft.guardrails.all().delete()
    found = replay(pasts(), rules_of(draft), leads={}, at=timezone.now())
    assert dict(found.changed) == {("NEVER", "DO"): 1}


def test_what_left_the_catalogue_is_counted_by_itself(cast):
    requests(cast, 1000)
    draft = Rulebook.draft(by=cast.ben, note="No vouchers")
    draft.gesture_kinds.filter(code="voucher").delete()
    found = replay(pasts(), rules_of(draft), leads={}, at=timezone.now())
    assert (found.weighed, found.not_in_catalogue) == (0, 1)


def test_a_lead_is_weighed_as_a_lead(cast):
    Ruling.request(cast.ben, cast.ticket(), Wish("voucher", 15_000), key="k")
    leads = {cast.ben.pk: frozenset([cast.north.pk])}
    assert dict(replay(pasts(), rules_in_force(), leads=leads, at=timezone.now()).changed) == {}


def test_differences_are_sentences(cast):
    draft = Rulebook.draft(by=cast.ben, note="Trust more")
    assert differences(rules_in_force(), rules_of(draft)) == []
    draft.limits.filter(role="agent").update(own_cents=9000)
    draft.guardrails.all().delete()
    draft.gesture_kinds.filter(code="call").delete()
    draft.requirements.update(level=3)
    Limit.objects.create(
        rulebook=draft, role="agent", team=cast.north, own_cents=6000, stretch_cents=9000, customer_cents=9000
    )
    said = [found.sentence.replace("\xa0", " ") for found in differences(rules_in_force(), rules_of(draft))]
    assert said == [
        "Everybody: alone €90.00 instead of €50.00 per case.",
        "New limit – Agents, North: €60.00 alone, €90.00 when nobody objects.",
        "This guardrail falls: We give money back only where money was paid. (Customer: prospect; Gesture: Refund)",
        "No longer in the catalogue: Call.",
        "Every gesture needs level 3 instead of 2.",
    ]


def test_rolling_back_is_a_new_version_with_the_old_rules(cast):
    first = Rulebook.objects.in_force()
    with Rulebook.amend(by=cast.ben, note="Narrower") as book:
        book.limits.filter(role="agent").update(own_cents=1000)
    back = Rulebook.roll_back(first, by=cast.ben)
    assert (back.version, Rulebook.objects.in_force()) == (3, back)
    assert differences(rules_of(first), rules_of(back)) == []
