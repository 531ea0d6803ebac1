"""The decision rule: known facts in, one explained outcome out; no clock, no database, no memory.

The steps, first match decides: owed, guardrail, conflict of interest, missing facts, then the table over
Dürfen and Können; will only changes who does it. Because the table never gets freer along a row or a column,
a larger amount or a smaller limit, level or budget can never make an answer freer.

Help without money – listening, explaining, apologising – is owed or else done, whatever the later steps say of a
gesture. Each of them has to name something this agent may do for this customer now, and to weigh that again under
the same facts has to give DO: under a guardrail, too close to the customer, without ability or will. Only what
costs nothing and promises nothing can keep that promise. A guardrail loses nothing by it: whatever has an amount
or any other name meets it.

A small surprise, tied to a detail the customer told us and carried by a pot of its own, is done: no limit, level,
will or fact stands in its way. Guardrails and closeness do, and what the pot does not carry is a gesture like others.
"""

from collections.abc import Mapping
from typing import NamedTuple

from policies.weigh.decision import FREE_RANK, Decision, Dimension, Light, Outcome, Reason, Variant
from policies.weigh.gesture import HELP, SURPRISE, Facts

_GREEN, _AMBER, _RED = Light.GREEN, Light.AMBER, Light.RED
_FREE_HELP = Variant(cents=0, kind=HELP)


class Answer(NamedTuple):
    """What one dimension says: its light, and at least one reason for it."""

    light: Light
    reasons: tuple[Reason, ...]


class Answers(NamedTuple):
    """The three dimensions in the order of the steps."""

    duerfen: Answer
    koennen: Answer
    wollen: Answer


def weigh(facts: Facts) -> Decision:
    """Weigh a request: exactly one outcome, with what binds, every rule that spoke, and what is possible now.

    Help without money is DO wherever it is not owed. Total over all facts and deterministic; the order and
    repetition of guardrails and missing facts make no difference.
    """
    answers = three_answers(facts)
    lights: Mapping[str, Light] = {
        Dimension.KOENNEN: answers.koennen.light,
        Dimension.WOLLEN: answers.wollen.light,
        Dimension.DUERFEN: answers.duerfen.light,
    }
    settled = _settled(facts)
    if settled is not None:
        outcome, dimension, reasons = settled
        nearest = _FREE_HELP if outcome.rank > FREE_RANK else None
        return Decision(outcome, (dimension,), reasons, lights, nearest, None)
    outcome = read_table(answers.duerfen.light, answers.koennen.light, facts.reversible)
    binding = _BINDING[answers.duerfen.light, answers.koennen.light, facts.reversible]
    reasons = answers.duerfen.reasons
    if outcome is Outcome.DO and facts.trial and not (facts.is_help or facts.is_surprise):
        outcome = Outcome.DO_AND_TELL
        reasons += (Reason("limit-on-trial", Dimension.DUERFEN, {}),)
    reasons += answers.koennen.reasons + answers.wollen.reasons
    then = None
    if answers.wollen.light is not _GREEN:
        then, outcome = outcome, Outcome.HAND_WARM
        binding = (Dimension.WOLLEN,) if then.rank <= FREE_RANK else (Dimension.WOLLEN, *binding)
    nearest = _nearest(facts, answers) if outcome.rank > FREE_RANK else None
    return Decision(outcome, binding, reasons, lights, nearest, then)


def hand_over(facts: Facts) -> Decision:
    """What an alert asks for: no gesture, but somebody who keeps a promise; it stays where it is if nobody does."""
    answers = three_answers(facts)
    lights: Mapping[str, Light] = {
        Dimension.KOENNEN: answers.koennen.light,
        Dimension.WOLLEN: answers.wollen.light,
        Dimension.DUERFEN: answers.duerfen.light,
    }
    why = (Reason("promise-ends", Dimension.PROMISE, {}),)
    return Decision(Outcome.HAND_WARM, (Dimension.PROMISE,), why, lights, _FREE_HELP, Outcome.DO)


def three_answers(facts: Facts) -> Answers:
    """Dürfen, Können and Wollen, each asked on its own, whether or not an earlier step settles the matter."""
    if facts.is_help:
        return _HELP_ANSWERS
    if facts.is_surprise:
        return Answers(Answer(_GREEN, (_small(facts, "surprise-needs-no-leave"),)), *_SURPRISE_ANSWERS)
    return Answers(_duerfen(facts), _koennen(facts), _wollen(facts))


def read_table(duerfen: Light, koennen: Light, reversible: bool) -> Outcome:
    """The cell of the table; one cell asks besides whether the gesture can be taken back."""
    if duerfen is _AMBER and koennen is _GREEN and reversible:
        return Outcome.ASK_SILENCE_YES
    return _TABLE[duerfen, koennen]


_TABLE = {
    (_GREEN, _GREEN): Outcome.DO,
    (_GREEN, _AMBER): Outcome.DO_WITH_COLLEAGUE,
    (_GREEN, _RED): Outcome.HAND_WARM,
    (_AMBER, _GREEN): Outcome.ASK_SILENCE_ESCALATES,
    (_AMBER, _AMBER): Outcome.ASK_SILENCE_ESCALATES,
    (_AMBER, _RED): Outcome.HAND_WARM,
    (_RED, _GREEN): Outcome.ASK_SILENCE_ESCALATES,
    (_RED, _AMBER): Outcome.ASK_SILENCE_ESCALATES,
    (_RED, _RED): Outcome.HAND_WARM,
}


def _what_binds(duerfen: Light, koennen: Light, reversible: bool) -> tuple[str, ...]:
    """A dimension binds if the outcome would be freer were it green alone; with DO, the gate that spoke last.

    In every cell of the table at least one does so on its own, so the list is never empty.
    """
    now = read_table(duerfen, koennen, reversible)
    if now is Outcome.DO:
        return (Dimension.DUERFEN,)
    freer = []
    if read_table(_GREEN, koennen, reversible).rank < now.rank:
        freer.append(Dimension.DUERFEN)
    if read_table(duerfen, _GREEN, reversible).rank < now.rank:
        freer.append(Dimension.KOENNEN)
    return tuple(freer)


_BINDING = {
    (duerfen, koennen, reversible): _what_binds(duerfen, koennen, reversible)
    for duerfen, koennen in _TABLE
    for reversible in (True, False)
}


def _settled(facts: Facts) -> tuple[Outcome, Dimension, tuple[Reason, ...]] | None:
    if facts.owed:
        return Outcome.OWED, Dimension.OWED, (Reason("owed", Dimension.OWED, {}),)
    if facts.is_help:
        return None
    if facts.guardrails:
        hit = sorted(set(facts.guardrails))
        reasons = tuple(Reason("guardrail", Dimension.GUARDRAIL, {"guardrail": code}) for code in hit)
        return Outcome.NEVER, Dimension.GUARDRAIL, reasons
    if facts.conflict:
        return (
            Outcome.WITH_OTHER,
            Dimension.CONFLICT,
            (Reason("conflict-of-interest", Dimension.CONFLICT, {}),),
        )
    if facts.missing and not facts.is_surprise:
        gaps = sorted(set(facts.missing))
        reasons = tuple(Reason("fact-missing", Dimension.FACTS, {"fact": fact}) for fact in gaps)
        return Outcome.NEED_FACTS, Dimension.FACTS, reasons
    return None


def _duerfen(facts: Facts) -> Answer:
    """The worst of case limit, customer limit and budgets; each that is not green speaks.

    Earlier gestures count into the limits, so ten small gestures weigh what one large one does. They are
    already out of the budgets, so only the request itself is held against those, against each as a whole:
    one gesture is paid from one purse.
    """
    light, reasons = _case_limit(facts)
    total = facts.cents + facts.given_customer_cents
    if total > facts.customer_limit_cents:
        light = _RED
        params: dict[str, str | int] = {
            "sum_cents": total,
            "customer_limit_cents": facts.customer_limit_cents,
            "currency": facts.currency,
        }
        reasons += (Reason("over-customer-limit", Dimension.DUERFEN, params),)
    if facts.cents > facts.own_budget_cents:
        pooled = facts.cents <= facts.pool_budget_cents
        light = _AMBER if pooled and light is not _RED else _RED
        params = {
            "amount_cents": facts.cents,
            "own_budget_cents": facts.own_budget_cents,
            "pool_budget_cents": facts.pool_budget_cents,
            "currency": facts.currency,
        }
        reasons += (Reason("own-budget-short" if pooled else "budgets-short", Dimension.DUERFEN, params),)
    why = reasons if light is not _GREEN else (_free_reason(facts),)
    if facts.kind != SURPRISE:
        return Answer(light, why)
    beyond = "surprise-beyond-pot" if facts.surprise_limit_cents else "surprise-without-pot"
    return Answer(light, (_small(facts, beyond), *why))


def _small(facts: Facts, code: str) -> Reason:
    """A sentence about the pot of small surprises."""
    most, left = facts.surprise_limit_cents, facts.surprise_budget_cents
    params: dict[str, str | int] = {"most_cents": most, "pot_cents": left, "currency": facts.currency}
    return Reason(code, Dimension.DUERFEN, params)


def _case_limit(facts: Facts) -> tuple[Light, tuple[Reason, ...]]:
    total = facts.cents + facts.given_case_cents
    if total <= facts.own_limit_cents:
        return _GREEN, ()
    params: dict[str, str | int] = {
        "sum_cents": total,
        "own_limit_cents": facts.own_limit_cents,
        "stretch_limit_cents": facts.stretch_limit_cents,
        "currency": facts.currency,
    }
    if total <= facts.stretch_limit_cents:
        return _AMBER, (Reason("over-own-limit", Dimension.DUERFEN, params),)
    return _RED, (Reason("over-stretch-limit", Dimension.DUERFEN, params),)


def _free_reason(facts: Facts) -> Reason:
    if facts.cents == 0:
        return Reason("costs-nothing", Dimension.DUERFEN, {})
    params: dict[str, str | int] = {
        "sum_cents": facts.cents + facts.given_case_cents,
        "own_limit_cents": facts.own_limit_cents,
        "currency": facts.currency,
    }
    return Reason("within-own-limit", Dimension.DUERFEN, params)


def _koennen(facts: Facts) -> Answer:
    short = facts.required_level - facts.level
    params: dict[str, str | int] = {"level": facts.level, "required": facts.required_level}
    if short <= 0:
        return Answer(_GREEN, (Reason("level-reached", Dimension.KOENNEN, params),))
    if short == 1:
        return Answer(_AMBER, (Reason("one-level-short", Dimension.KOENNEN, params),))
    return Answer(_RED, (Reason("levels-short", Dimension.KOENNEN, params),))


def _wollen(facts: Facts) -> Answer:
    return _WILL_ANSWERS[facts.wollen]


_WILL_ANSWERS = {
    "want": Answer(_GREEN, (Reason("will-want", Dimension.WOLLEN, {}),)),
    "fine": Answer(_GREEN, (Reason("will-fine", Dimension.WOLLEN, {}),)),
    "not_now": Answer(_AMBER, (Reason("will-not-now", Dimension.WOLLEN, {}),)),
}
_HELP_ANSWERS = Answers(
    duerfen=Answer(_GREEN, (Reason("help-needs-no-leave", Dimension.DUERFEN, {}),)),
    koennen=Answer(_GREEN, (Reason("help-needs-no-level", Dimension.KOENNEN, {}),)),
    wollen=Answer(_GREEN, (Reason("help-needs-no-will", Dimension.WOLLEN, {}),)),
)

_SURPRISE_ANSWERS = (
    Answer(_GREEN, (Reason("surprise-needs-no-level", Dimension.KOENNEN, {}),)),
    Answer(_GREEN, (Reason("surprise-needs-no-will", Dimension.WOLLEN, {}),)),
)


def _nearest(facts: Facts, answers: Answers) -> Variant:
    """The largest smaller amount of the same kind that is free now, else help without money.

    Less money only ever turns Dürfen green, so ability and will have to be green already. A gift of nothing
    is no gift: where not a cent is free, help is the honest answer. Of a surprise, the pot carries the small ones.
    """
    small = facts.surprise_room_cents if facts.kind == SURPRISE else 0
    if answers.koennen.light is not _GREEN or answers.wollen.light is not _GREEN:
        return Variant(cents=small, kind=facts.kind) if small else _FREE_HELP
    free = min(
        facts.own_limit_cents - facts.given_case_cents,
        facts.customer_limit_cents - facts.given_customer_cents,
        facts.own_budget_cents,
    )
    free = max(free, small)
    return Variant(cents=free, kind=facts.kind) if free > 0 else _FREE_HELP
