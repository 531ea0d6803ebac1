"""The steps of a decision one after the other, also those that had nothing to object: what was asked, what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.weigh.decision import Decision, Dimension

from .reasons import Why, told

# In the order of the rule; a step that is not among the reasons had nothing to say against it.
QUESTIONS: tuple[tuple[str, Promise, Promise], ...] = (
    (Dimension.OWED, gettext_lazy("Is it owed anyway?"), gettext_lazy("No, so it is goodwill.")),
    (Dimension.GUARDRAIL, gettext_lazy("Does a guardrail forbid it?"), gettext_lazy("None does.")),
    (Dimension.CONFLICT, gettext_lazy("Is somebody too close?"), gettext_lazy("No.")),
    (Dimension.FACTS, gettext_lazy("Is everything known?"), gettext_lazy("Yes.")),
    (Dimension.DUERFEN, gettext_lazy("Dürfen: limits and budget"), gettext_lazy("Was not asked any more.")),
    (Dimension.KOENNEN, gettext_lazy("Können: ability"), gettext_lazy("Was not asked any more.")),
)


@dataclass(frozen=True, slots=True)
class Step:
    question: str
    answers: Sequence[Why]


def steps_of(decision: Decision, *, who: str, mine: bool) -> list[Step]:
    """`mine` reads the sentences that say “you”, and what one said of one's own will; nobody else reads that."""
    if mine:
        said = [Why(r.text, r.dimension in decision.binding, r.dimension) for r in decision.reasons]
    else:
        said = told(decision, who=who)
    spoken: dict[str, list[Why]] = {}
    for why in said:
        spoken.setdefault(why.dimension, []).append(why)
    steps = [
        Step(str(question), spoken.pop(name, []) or [Why(str(silent), binds=False)])
        for name, question, silent in QUESTIONS
    ]
    will = spoken.pop(Dimension.WOLLEN, [])
    if will:
        steps.append(Step(_("Wollen: will"), will))
    if promise := spoken.pop(Dimension.PROMISE, []):
        return [Step(_("What an alert asks"), promise)]
    return steps + [Step(name, whys) for name, whys in spoken.items()]
