"""The decision rule written out by hand: every cell of its table, every step, every border."""

import dataclasses

import pytest
from django.utils import translation

from policies.weigh.currency import money
from policies.weigh.decide import three_answers, weigh
from policies.weigh.decision import Light, Outcome
from policies.weigh.gesture import Facts

PLAIN = Facts(
    kind="refund",
    cents=2000,
    currency="EUR",
    reversible=True,
    cause="late-delivery",
    missing=(),
    owed=False,
    guardrails=(),
    conflict=False,
    given_case_cents=0,
    given_customer_cents=0,
    own_limit_cents=5000,
    stretch_limit_cents=10000,
    customer_limit_cents=20000,
    own_budget_cents=30000,
    pool_budget_cents=100000,
    level=2,
    required_level=2,
    wollen="want",
    trial=False,
)
DUERFEN = {"green": {"cents": 5000}, "amber": {"cents": 10000}, "red": {"cents": 10001}}
KOENNEN = {"green": {"level": 3}, "amber": {"level": 2}, "red": {"level": 1}}


@pytest.mark.parametrize(
    ("duerfen", "koennen", "reversible", "outcome", "binding"),
    [
        ("green", "green", True, "DO", ("duerfen",)),
        ("green", "green", False, "DO", ("duerfen",)),
        ("green", "amber", True, "DO_WITH_COLLEAGUE", ("koennen",)),
        ("green", "amber", False, "DO_WITH_COLLEAGUE", ("koennen",)),
        ("green", "red", True, "HAND_WARM", ("koennen",)),
        ("green", "red", False, "HAND_WARM", ("koennen",)),
        ("amber", "green", True, "ASK_SILENCE_YES", ("duerfen",)),
        ("amber", "green", False, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("amber", "amber", True, "ASK_SILENCE_ESCALATES", ("duerfen", "koennen")),
        ("amber", "amber", False, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("amber", "red", True, "HAND_WARM", ("koennen",)),
        ("amber", "red", False, "HAND_WARM", ("koennen",)),
        ("red", "green", True, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("red", "green", False, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("red", "amber", True, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("red", "amber", False, "ASK_SILENCE_ESCALATES", ("duerfen",)),
        ("red", "red", True, "HAND_WARM", ("koennen",)),
        ("red", "red", False, "HAND_WARM", ("koennen",)),
    ],
)
def test_every_cell_of_the_table(duerfen, koennen, reversible, outcome, binding):
    changes = DUERFEN[duerfen] | KOENNEN[koennen] | {"required_level": 3, "reversible": reversible}
    decision = weigh(dataclasses.replace(PLAIN, **changes))
    assert (decision.outcome, decision.binding, decision.then) == (Outcome(outcome), binding, None)
    assert decision.lights == {
        "duerfen": Light(duerfen),
        "koennen": Light(koennen),
        "wollen": Light.GREEN,
    }
    later = weigh(dataclasses.replace(PLAIN, **changes, wollen="not_now"))
    assert (later.outcome, later.then) == (Outcome.HAND_WARM, decision.outcome)
    assert later.binding == (("wollen",) if outcome == "DO" else ("wollen", *binding))
    assert later.lights["wollen"] is Light.AMBER


def test_ranks_are_what_the_agent_feels():
    assert {outcome.value: outcome.rank for outcome in Outcome} == {
        "OWED": 0,
        "NEED_FACTS": 1,
        "DO": 0,
        "DO_AND_TELL": 1,
        "DO_WITH_COLLEAGUE": 2,
        "ASK_SILENCE_YES": 3,
        "ASK_SILENCE_ESCALATES": 4,
        "HAND_WARM": 5,
        "WITH_OTHER": 6,
        "NEVER": 7,
    }


@pytest.mark.parametrize(
    ("changes", "light", "codes"),
    [
        ({}, "green", ["within-own-limit"]),
        ({"cents": 0}, "green", ["costs-nothing"]),
        ({"given_case_cents": 3000}, "green", ["within-own-limit"]),
        ({"given_case_cents": 3001}, "amber", ["over-own-limit"]),
        ({"given_case_cents": 8000}, "amber", ["over-own-limit"]),
        ({"given_case_cents": 8001}, "red", ["over-stretch-limit"]),
        ({"given_customer_cents": 18000}, "green", ["within-own-limit"]),
        ({"given_customer_cents": 18001}, "red", ["over-customer-limit"]),
        ({"own_budget_cents": 2000, "pool_budget_cents": 0}, "green", ["within-own-limit"]),
        ({"own_budget_cents": 1999, "pool_budget_cents": 2000}, "amber", ["own-budget-short"]),
        ({"own_budget_cents": 1999, "pool_budget_cents": 1999}, "red", ["budgets-short"]),
        (
            {"own_budget_cents": 0, "given_case_cents": 8001},
            "red",
            ["over-stretch-limit", "own-budget-short"],
        ),
        (
            {"own_budget_cents": 0, "pool_budget_cents": 0, "given_case_cents": 3001},
            "red",
            ["over-own-limit", "budgets-short"],
        ),
    ],
)
def test_duerfen_takes_the_worst_of_limits_and_budgets_and_says_each(changes, light, codes):
    answer = three_answers(dataclasses.replace(PLAIN, **changes)).duerfen
    assert (answer.light, [reason.code for reason in answer.reasons]) == (Light(light), codes)


def test_steps_settle_in_their_order_and_the_lights_burn_all_the_same():
    facts = dataclasses.replace(
        PLAIN, owed=True, guardrails=("b", "a", "b"), conflict=True, missing=("y", "x"), cents=10001, level=0
    )
    seen = []
    for settle in ({}, {"owed": False}, {"guardrails": ()}, {"conflict": False}):
        facts = dataclasses.replace(facts, **settle)
        decision = weigh(facts)
        seen.append((decision.outcome, decision.binding, [dict(r.params) for r in decision.reasons]))
        assert decision.lights == {"duerfen": Light.RED, "koennen": Light.RED, "wollen": Light.GREEN}
    assert seen == [
        (Outcome.OWED, ("owed",), [{}]),
        (Outcome.NEVER, ("guardrail",), [{"guardrail": "a"}, {"guardrail": "b"}]),
        (Outcome.WITH_OTHER, ("conflict",), [{}]),
        (Outcome.NEED_FACTS, ("facts",), [{"fact": "x"}, {"fact": "y"}]),
    ]


def test_a_trial_tells_the_lead_and_stops_nobody():
    decision = weigh(dataclasses.replace(PLAIN, trial=True))
    assert (decision.outcome, decision.binding) == (Outcome.DO_AND_TELL, ("duerfen",))
    assert [r.code for r in decision.reasons] == [
        "within-own-limit",
        "limit-on-trial",
        "level-reached",
        "will-want",
    ]
    later = weigh(dataclasses.replace(PLAIN, trial=True, wollen="not_now"))
    assert (later.outcome, later.then, later.binding) == (
        Outcome.HAND_WARM,
        Outcome.DO_AND_TELL,
        ("wollen",),
    )


def test_sentences_speak_the_language_of_the_reader():
    reason = weigh(PLAIN).reasons[0]
    with translation.override("en"):
        assert reason.text == (
            "With this gesture, €20.00 will have been given in this case. "
            "You decide up to €50.00 on your own."
        )
    with translation.override("de"):
        assert "20,00\xa0€" in reason.text


@pytest.mark.parametrize(
    ("cents", "currency", "shown"),
    [
        (123456, "EUR", "€1,234.56"),
        (2000, "JPY", "¥2,000"),
        (1234, "KWD", "KWD\xa01.234"),
        (5, "ALL", "ALL\xa00.05"),
    ],
)
def test_money_keeps_every_unit_the_ledger_has(cents, currency, shown):
    with translation.override("en"):
        assert money(cents, currency) == shown
