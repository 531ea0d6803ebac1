"""The decision rule: what must hold for every request there can be."""

import dataclasses
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies.weigh.currency import CURRENCIES
from policies.weigh.decide import weigh
from policies.weigh.decision import Decision, Light, Outcome, Variant
from policies.weigh.gesture import HELP, MOST_CENTS, SURPRISE, Facts, FactsError
from policies.weigh.words import SENTENCES

MONEY = [field.name for field in dataclasses.fields(Facts) if field.name.endswith("cents")]
ROOM = [name for name in MONEY if "limit" in name or "budget" in name]

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200
).filter(lambda text: not text.isspace())
# Small amounts meet at the borders all the time, large ones show that nothing depends on the scale.
amounts = st.one_of(st.integers(0, 12), st.integers(0, MOST_CENTS))


def facts_of(cents: st.SearchStrategy[int] = amounts, **fixed: st.SearchStrategy) -> st.SearchStrategy[Facts]:
    codes = st.lists(st.sampled_from(["data", "safety", "law", "minors"]), max_size=4).map(tuple)
    fields = {
        "kind": st.one_of(st.sampled_from(["refund", "call", SURPRISE, HELP]), words),
        "currency": st.sampled_from(sorted(CURRENCIES)),
        "reversible": st.booleans(),
        "cause": words,
        "missing": st.one_of(st.just(()), codes),
        "owed": st.booleans(),
        "guardrails": st.one_of(st.just(()), codes),
        "conflict": st.booleans(),
        "level": st.integers(0, 4),
        "required_level": st.integers(0, 4),
        "wollen": st.sampled_from(["want", "fine", "not_now"]),
        "trial": st.booleans(),
        **dict.fromkeys(MONEY, cents),
    }
    return st.builds(Facts, **(fields | fixed))


at_the_table = facts_of(
    kind=st.just("refund"),
    owed=st.just(False),
    guardrails=st.just(()),
    conflict=st.just(False),
    missing=st.just(()),
)
# Half of the requests pass the first steps, or the table would hardly ever be asked.
everything = st.one_of(facts_of(), at_the_table)


@given(everything)
def test_total_every_request_gets_one_outcome_with_reasons_and_a_next_step(facts):
    decision = weigh(facts)
    assert decision.reasons and decision.binding and set(decision.lights) == {"koennen", "wollen", "duerfen"}
    assert (decision.nearest is None) == (decision.outcome.rank < 2)
    assert (decision.then is None) == (decision.lights["wollen"] is Light.GREEN or bool(_settling(facts)))
    for reason in decision.reasons:
        assert reason.code in SENTENCES and "%(" not in reason.text
    if not _settling(facts):
        assert {r.dimension for r in decision.reasons} == {"koennen", "wollen", "duerfen"}


def _settling(facts: Facts) -> bool:
    if facts.owed or facts.is_help:
        return facts.owed
    missing = facts.missing and not facts.is_surprise
    return bool(facts.guardrails or facts.conflict or missing)


@given(everything, amounts)
def test_a_smaller_amount_never_gets_a_stricter_outcome(facts, other):
    less, more = sorted([facts.cents, other])
    assert _rank(facts, cents=less) <= _rank(facts, cents=more)


@given(everything, st.sampled_from(ROOM), amounts)
def test_more_room_never_makes_an_outcome_stricter(facts, name, other):
    less, more = sorted([getattr(facts, name), other])
    assert _rank(facts, **{name: more}) <= _rank(facts, **{name: less})


@given(everything, st.integers(0, 4))
def test_a_higher_level_never_makes_an_outcome_stricter(facts, other):
    less, more = sorted([facts.level, other])
    assert _rank(facts, level=more) <= _rank(facts, level=less)
    assert _rank(facts, required_level=less) <= _rank(facts, required_level=more)


def _rank(facts: Facts, **changes: int) -> tuple[int, int]:
    decision = weigh(dataclasses.replace(facts, **changes))
    return decision.outcome.rank, decision.then.rank if decision.then else -1


@given(everything)
def test_guardrail_and_entitlement_dominate(facts):
    assert weigh(dataclasses.replace(facts, owed=True)).outcome is Outcome.OWED
    assume(not facts.is_help)
    hit = dataclasses.replace(facts, owed=False, guardrails=("data", *facts.guardrails))
    assert weigh(hit).outcome is Outcome.NEVER


@given(at_the_table, st.lists(st.integers(0, 500), min_size=2, max_size=6), st.sampled_from(["own", "pool"]))
def test_the_last_of_many_parts_gets_what_one_gesture_of_the_sum_would(facts, parts, purse):
    """Earlier parts count into the sums and have left the purse that pays them."""
    other = {"own": "pool_budget_cents", "pool": "own_budget_cents"}[purse]
    whole = dataclasses.replace(facts, cents=sum(parts), **{other: 0})
    paying, earlier = f"{purse}_budget_cents", sum(parts[:-1])
    assume(getattr(whole, paying) >= earlier and parts[-1] > 0)
    last = dataclasses.replace(
        whole,
        cents=parts[-1],
        given_case_cents=whole.given_case_cents + earlier,
        given_customer_cents=whole.given_customer_cents + earlier,
        **{paying: getattr(whole, paying) - earlier},
    )
    one, many = weigh(whole), weigh(last)
    assert (many.outcome, many.then, many.binding, many.lights) == (
        one.outcome,
        one.then,
        one.binding,
        one.lights,
    )


@given(everything, st.randoms(use_true_random=False))
def test_same_facts_same_decision_in_whatever_order_the_rules_stand(facts, chance: random.Random):
    shuffled = {
        name: tuple(chance.sample(getattr(facts, name), len(getattr(facts, name))))
        for name in ("guardrails", "missing")
    }
    assert weigh(facts) == weigh(dataclasses.replace(facts, **shuffled)) == weigh(facts)


@given(everything, st.sampled_from(["tone", "contacts", "followers", "threat_to_cancel", "churn_score"]))
def test_what_nagging_would_add_has_no_way_in(facts, key):
    with pytest.raises(FactsError, match=key):
        Facts.from_json(facts.to_json() | {key: 5})
    data = facts.to_json()
    with pytest.raises(FactsError, match=f"request.{key}"):
        Facts.from_json(data | {"request": data["request"] | {key: 5}})


@given(everything)
def test_the_nearest_variant_may_be_given_now(facts):
    nearest = weigh(facts).nearest
    assume(nearest is not None)
    variant = dataclasses.replace(facts, cents=nearest.cents, kind=nearest.kind)
    always = variant.is_help or variant.is_surprise
    free = Outcome.DO_AND_TELL if facts.trial and not always else Outcome.DO
    assert weigh(variant).outcome is free
    assert variant.cents < facts.cents or variant.is_help


@given(facts_of(cents=st.integers(0, 12), kind=st.sampled_from(["refund", SURPRISE, HELP])))
@settings(max_examples=300)
def test_the_nearest_variant_is_the_largest_there_is(facts):
    decision = weigh(facts)
    assume(decision.nearest is not None)
    free = [
        cents
        for cents in range(1, facts.cents)
        if weigh(dataclasses.replace(facts, cents=cents)).outcome in (Outcome.DO, Outcome.DO_AND_TELL)
    ]
    assert decision.nearest == (Variant(max(free), facts.kind) if free else Variant(0, HELP))


@given(everything)
def test_help_without_money_is_owed_or_free(facts):
    helped = dataclasses.replace(facts, kind=HELP, cents=0)
    assert weigh(helped).outcome is (Outcome.OWED if facts.owed else Outcome.DO)


@given(
    facts_of(owed=st.just(False)),
    st.sampled_from([{"guardrails": ("data",)}, {"conflict": True}, {"missing": ("why",)}]),
    st.sampled_from([{"kind": HELP, "cents": 1}, {"kind": "call", "cents": 0}]),
)
def test_only_help_that_costs_nothing_passes_a_step_by(facts, step, meant):
    outcome = weigh(dataclasses.replace(facts, **step, **meant)).outcome
    assert outcome in (Outcome.NEVER, Outcome.WITH_OTHER, Outcome.NEED_FACTS)


@given(everything)
def test_facts_and_decisions_come_back_as_they_were_stored(facts):
    assert Facts.from_json(facts.to_json()) == facts
    assert Decision.from_json(weigh(facts).to_json()) == weigh(facts)
